"""Which conversation a message belongs to: domain.md's order, for a whole batch in a few queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Max
from django.utils import timezone

from tamada.customers import identities
from tamada.customers.models import Identity

from .envelopes import Address, Envelope, Party
from .models import Conversation, Kind, Message, Status
from .recipients import own_addresses


@dataclass(frozen=True, slots=True)
class Match:
    """`conversation` to join; or, when only `linked_to` is set, the one that a new conversation refers to."""

    conversation: Conversation | None = None
    linked_to: Conversation | None = None


@dataclass(slots=True)
class ThreadFinder:
    """Everything a batch may refer to, loaded beforehand; messages of the same batch are added as they come.

    `conversations` are by the number they are named by: one that was merged is the one it is part of. `homes` are the
    further inboxes, by id, in which what answers a conversation may come.
    """

    conversations: dict[int, Conversation] = field(default_factory=dict)
    homes: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_external_id: dict[str, list[Conversation]] = field(default_factory=lambda: defaultdict(list))
    participants: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    ours: set[str] = field(default_factory=set)
    last_with: dict[tuple[int, str, str], Conversation] = field(default_factory=dict)

    @classmethod
    def load(cls, envelopes: Sequence[Envelope]) -> "ThreadFinder":
        """Find all that `envelopes` name: four queries at most, whatever their number."""
        finder = cls()
        answered = {x for e in envelopes for x in e.thread.external_ids}
        rows = Message.objects.filter(external_id__in=answered).order_by("id")
        external = list(rows.values_list("external_id", "conversation_id", "inbox_id")) if answered else []
        loose = {n for e in envelopes for n in (*e.thread.marker_ids, *e.thread.numbers)}
        signed = {n for e in envelopes for n in e.thread.conversation_ids}
        named = loose | signed | {pk for _, pk, _ in external}
        if named:
            finder._load_conversations(named)
        for external_id, pk, inbox in external:
            if (conversation := finder.conversations.get(pk)) is not None:
                finder.by_external_id[external_id].append(conversation)
                finder.homes[conversation.pk].add(inbox)
        finder._add_homes({(e.inbox_id, n) for e in envelopes for n in e.thread.conversation_ids})
        if loose:
            finder._load_participants({c.pk for n in loose if (c := finder.conversations.get(n))})
            finder.ours = own_addresses()
        finder._load_last([e for e in envelopes if e.thread.goes_on is not None])
        return finder

    def _load_last(self, envelopes: Sequence[Envelope]) -> None:
        """The conversation in which we last spoke with each, in either direction, in this inbox."""
        for envelope in {(e.inbox_id, *_key(e.customer_party)): e for e in envelopes}.values():
            party = envelope.customer_party
            who = Identity.objects.filter(type=party.type, value=_key(party)[1]).values("customer")
            said = Message.objects.filter(inbox=envelope.inbox_id, kind__in=(Kind.IN, Kind.OUT))
            last = said.filter(conversation__customer__in=who).aggregate(last=Max("pk"))["last"]
            if last is None:
                continue
            pk = Message.objects.values_list("conversation_id", flat=True).get(pk=last)
            self._load_conversations({pk})
            if (found := self.conversations.get(pk)) is not None:
                self.last_with[envelope.inbox_id, *_key(party)] = found

    def _load_conversations(self, named: set[int]) -> None:
        """Those that are there, under their own numbers and those of what was merged into them. What was emptied for
        somebody's erasure is over.
        """
        rows: dict[int, Conversation] = {}
        wanted = named
        while wanted:
            rows |= Conversation.everything.select_related("inbox", "customer").in_bulk(wanted)
            wanted = {c.merged_into_id for c in rows.values() if c.merged_into_id} - rows.keys()
        for number in named & rows.keys():
            conversation = rows[number]
            while conversation.merged_into_id:
                conversation = rows[conversation.merged_into_id]
            if conversation.deleted_at is None and conversation.customer.erased_at is None:
                self.conversations[number] = conversation
                self.homes[conversation.pk].add(rows[number].inbox_id)

    def _add_homes(self, signed: set[tuple[int, int]]) -> None:
        """Of a conversation that was signed from elsewhere, the inboxes over which it went on from our side."""
        there = ((inbox, self.conversations.get(number)) for inbox, number in signed)
        others = {c.pk for inbox, c in there if c and c.inbox_id != inbox}
        if others:
            sent = Message.objects.filter(conversation__in=others, kind="out")
            for pk, inbox in sent.values_list("conversation_id", "inbox_id").distinct().order_by():
                self.homes[pk].add(inbox)

    def _load_participants(self, conversation_ids: set[int]) -> None:
        rows = Message.objects.filter(conversation__in=conversation_ids).exclude(kind="system")
        for pk, sender, to, cc in rows.values_list("conversation_id", "sender", "to", "cc"):
            self._take_part(pk, sender, [*to, *cc])

    def _take_part(self, pk: int, sender: str, others: Sequence[Address]) -> None:
        people = self.participants[pk]
        people.update(a["email"].casefold() for a in others)
        if sender:
            people.add(sender.casefold())

    def add(self, envelope: Envelope, conversation: Conversation, *, is_stored: bool) -> None:
        """Make a message of this batch known to those that follow it."""
        self.by_external_id[envelope.external_id].append(conversation)
        self.last_with[envelope.inbox_id, *_key(envelope.customer_party)] = conversation
        if is_stored:  # nobody can have copied the number of one that isn't stored yet
            self._take_part(conversation.pk, envelope.sender.value, [*envelope.to, *envelope.cc])

    def match(self, envelope: Envelope) -> Match:
        """Reply address, ids answered, marker, subject number: the first that holds decides."""
        keys = envelope.thread
        found, answered = self._first(keys.conversation_ids, envelope), self._answered(envelope)
        if found is None or (answered is not None and answered.linked_to_id == found.pk):
            # What it answers was split off since: there it belongs, whatever the address says that it went to.
            found = answered
        if found:
            return Match(conversation=found)
        if keys.goes_on is not None:
            return self._last(envelope)
        told = [self.conversations[n] for n in (*keys.marker_ids, *keys.numbers) if n in self.conversations]
        for conversation in told:
            # Anyone can copy a number: it opens the door only to who already stands inside (zammad 5064).
            if self._is_at_home(envelope, conversation) and self._stands_inside(envelope, conversation):
                return Match(conversation=conversation)
        elsewhere = [c for x in keys.external_ids for c in self.by_external_id.get(x, ())]
        return Match(linked_to=next(iter([*told, *elsewhere]), None))

    def _last(self, envelope: Envelope) -> Match:
        """The conversation to go on with. One that was closed for long is over: a new one refers to it."""
        last = self.last_with.get((envelope.inbox_id, *_key(envelope.customer_party)))
        if last is None:
            return Match()
        assert envelope.thread.goes_on is not None
        over = last.status == Status.CLOSED and (last.closed_at or last.last_activity_at)
        if over and timezone.now() - over > envelope.thread.goes_on:
            return Match(linked_to=last)
        return Match(conversation=last)

    def _stands_inside(self, envelope: Envelope, conversation: Conversation) -> bool:
        """Whether a participant wrote it, or for mail of ours gets it. Our own address stands in every To: who writes
        under it from outside says nothing that anybody could not say.
        """
        who = envelope.customer_party.value.casefold()
        return who in self.participants[conversation.pk] and who not in self.ours

    def _first(self, ids: Sequence[int], envelope: Envelope) -> Conversation | None:
        here = (self.conversations.get(pk) for pk in ids)
        return next((c for c in here if c and self._is_at_home(envelope, c)), None)

    def _is_at_home(self, envelope: Envelope, conversation: Conversation) -> bool:
        # One that isn't stored yet has no further homes, and no id.
        return envelope.inbox_id in {conversation.inbox_id, *self.homes.get(conversation.pk, ())}

    def _answered(self, envelope: Envelope) -> Conversation | None:
        for external_id in envelope.thread.external_ids:
            for conversation in self.by_external_id.get(external_id, ()):
                if self._is_at_home(envelope, conversation):
                    return conversation
        return None


def _key(party: Party) -> tuple[str, str]:
    """A party as identities spell it."""
    return party.type, identities.loose(party.type, party.value)
