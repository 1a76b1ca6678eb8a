"""What came in becomes messages: a whole batch in one transaction (the main road of docs/architecture.md)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tamada.core import bulk, events
from tamada.core.actors import SYSTEM, Actor
from tamada.core.db import is_postgres
from tamada.customers.actions import customers_for, heard_from
from tamada.customers.erased import erased_at
from tamada.customers.models import NUMBERS, BlockedSender, Customer, IdentityType
from tamada.customers.queries import sender_keys
from tamada.search.index import Document, index_messages

from .. import counts, indexing, spam_filter
from ..access import audiences
from ..envelopes import Envelope, IncomingAttachment, Outcome, Party, Received
from ..events import ConversationsImported, ConversationStarted, ConversationUpdated, MessageReceived, MessageSent
from ..models import Attachment, AuthorKind, Conversation, DeliveryState, Inbox, Kind, Message, Status
from ..text import preview_of
from ..threading import ThreadFinder
from .bounces import record_bounce
from .revising import first_parts, record_revision
from .system import system_line


def receive_messages(*, envelopes: Sequence[Envelope]) -> list[Received]:
    """Store up to some hundred messages, thread them, index them and tell whoever listens; one result an envelope.

    All or nothing: one transaction. The same bytes twice are one message; a used Message-ID with other content is kept
    and flagged (`data.same_id`). Blocked senders are refused by name and counted, never stored as conversations.
    """
    with transaction.atomic():
        return _Batch(envelopes).run()


class _Batch:
    """One run of `receive_messages`: everything looked up first, everything written last, in bulk; then reports."""

    def __init__(self, envelopes: Sequence[Envelope]) -> None:
        self.envelopes = envelopes
        self.taken: list[_Taken] = []
        self.started: list[Conversation] = []
        self.joined: dict[int, Conversation] = {}
        self.cells: dict[int, counts.CountKey] = {}
        self.reopened: set[int] = set()
        self.lines: list[Message] = []

    def run(self) -> list[Received]:
        self._look_up()
        results = [self._take(envelope) for envelope in self.envelopes]
        self._save()
        return [self._result(r) for r in results]

    @staticmethod
    def _result(result: "Received | _Taken | Envelope") -> Received:
        """Reports and revisions come last: they write to what the batch held in memory until it was saved."""
        if isinstance(result, Envelope):
            return record_bounce(result) if result.bounce else record_revision(result)
        return result.received() if isinstance(result, _Taken) else result

    # -- what is known beforehand

    def _look_up(self) -> None:
        self.inboxes = Inbox.objects.select_related("team").in_bulk({e.inbox_id for e in self.envelopes})
        names = {n for e in self.envelopes for n in _names(e)}
        self.blocked = set(BlockedSender.objects.filter(value__in=names).values_list("value", flat=True))
        self.erased = _erased(self.envelopes)
        wanted = [e for e in self.envelopes if not (e.bounce or self._is_blocked(e) or self._is_gone(e))]
        self.known = _known_keys(wanted)
        wanted = [e for e in wanted if self._key(e)[1] is None]
        self.finder = ThreadFinder.load(wanted)
        live = [e for e in wanted if not (e.imported or e.outgoing)]
        chances = spam_filter.scores(f"{e.subject}\n{e.text}" for e in live)
        self.spam = {e.external_id for e, p in zip(live, chances, strict=True) if p >= spam_filter.THRESHOLD}
        self.customers = _customers(wanted)

    def _is_blocked(self, envelope: Envelope) -> bool:
        return not envelope.outgoing and bool(self.blocked & _names(envelope))

    def _is_gone(self, envelope: Envelope) -> bool:
        """Whether it was removed here before: by itself, or with the person, who was erased after they wrote it."""
        parties = {(p.type, p.value) for p in (envelope.sender, envelope.customer_party)}
        return envelope.buried or any(at >= envelope.received_at for p in parties if (at := self.erased.get(p)))

    def _key(self, envelope: Envelope) -> tuple[str, Message | None]:
        """What will be unique in the inbox, and the message that has it already."""
        key = envelope.external_id
        known = self.known.get((envelope.inbox_id, key))
        if envelope.revises:
            return key, known
        if known is not None and not _says_the_same(known, envelope) and not _is_our_copy(known, envelope):
            key = f"{envelope.external_id}#{envelope.digest[:64]}"
            known = self.known.get((envelope.inbox_id, key))
        return key, known

    # -- one envelope

    def _take(self, envelope: Envelope) -> "Received | _Taken | Envelope":
        """What became of it; a delivery report or a revision as it is."""
        if self._is_blocked(envelope):
            return Received(outcome="blocked")
        if self._is_gone(envelope):
            return Received(outcome="deleted")
        if envelope.bounce:
            return envelope
        key, known = self._key(envelope)
        if known and envelope.revises:
            return envelope
        if known:
            return _Taken(envelope, known, outcome="duplicate")
        match = self.finder.match(envelope)
        conversation = match.conversation
        if conversation is not None and conversation not in self.started:
            conversation = self._join(conversation)
        is_new = conversation is None
        if conversation is None:
            conversation = self._start(envelope, match.linked_to)
        else:
            self._reopen(conversation, envelope)
        message = self._message(envelope, conversation, key)
        self._advance(conversation, envelope, message)
        self.finder.add(envelope, conversation, is_stored=conversation.pk in self.joined)
        self.known[envelope.inbox_id, key] = message
        self.taken.append(_Taken(envelope, message, is_new=is_new))
        return self.taken[-1]

    def _start(self, envelope: Envelope, linked_to: Conversation | None) -> Conversation:
        inbox = self.inboxes[envelope.inbox_id]
        shut = envelope.imported  # anything else is somebody's to look at, should it be a machine's note
        conversation = Conversation(
            inbox=inbox,
            channel=envelope.channel,
            customer=self.customers[envelope.customer_party.type, envelope.customer_party.value],
            team=inbox.team,
            subject=envelope.subject[:998],
            language=envelope.language,
            status=Status.CLOSED if shut else Status.OPEN,
            linked_to=linked_to,
            created_at=envelope.received_at,
            last_activity_at=envelope.received_at,
            closed_at=envelope.received_at if shut else None,
            is_spam=envelope.external_id in self.spam,
        )
        self.started.append(conversation)
        return conversation

    def _join(self, conversation: Conversation) -> Conversation | None:
        """The conversation to go on with; None when it was deleted since the look-up."""
        if conversation.pk in self.joined:
            return self.joined[conversation.pk]
        if is_postgres():
            # Read again under the lock: another writer may have been here since the look-up. SQLite has only us.
            conversation.refresh_from_db(
                fields=_ADVANCED + _COUNTED, from_queryset=Conversation.everything.select_for_update()
            )
            if conversation.merged_into is not None:
                return self._join(conversation.merged_into)
            if conversation.deleted_at is not None:
                return None
        self.joined[conversation.pk] = conversation
        self.cells[conversation.pk] = counts.key_of(conversation)
        return conversation

    def _reopen(self, conversation: Conversation, envelope: Envelope) -> None:
        """A customer's reply opens what is closed or put off, and the line above it says so."""
        if envelope.quiet or envelope.imported or envelope.outgoing or conversation.status == Status.OPEN:
            return
        slept = conversation.status == Status.SNOOZED
        conversation.status, conversation.snoozed_until, conversation.closed_at = Status.OPEN, None, None
        conversation.last_seq += 1
        self.reopened.add(conversation.pk)
        customer = self.customers[envelope.sender.type, envelope.sender.value]
        actor = Actor("customer", customer.pk, customer.name or _called(envelope.sender))
        data = {"event": "snoozed_until", "to": None} if slept else {"event": "status", "to": Status.OPEN}
        self.lines.append(system_line(conversation, actor, data, at=envelope.received_at))

    def _message(self, envelope: Envelope, conversation: Conversation, key: str) -> Message:
        conversation.last_seq += 1
        ours = envelope.outgoing
        same_id = {"same_id": True} if key != envelope.external_id else {}
        quiet = {"quiet": True} if envelope.quiet or envelope.imported else {}
        return Message(
            conversation=conversation,
            seq=conversation.last_seq,
            kind=Kind.OUT if ours else Kind.IN,
            channel=envelope.channel,
            inbox_id=envelope.inbox_id,
            author_kind=AuthorKind.AGENT if ours else AuthorKind.CUSTOMER,
            author_name=_called(envelope.sender)[:160],
            customer=None if ours else self.customers[envelope.sender.type, envelope.sender.value],
            sender=envelope.sender.value[:320],
            # Where messages have no subject of their own, only the first one gives the conversation its.
            subject="" if envelope.thread.goes_on is not None and conversation.pk else envelope.subject[:998],
            to=list(envelope.to),
            cc=list(envelope.cc),
            bcc=list(envelope.bcc),
            text=envelope.text,
            quoted_text=envelope.quoted_text,
            html=envelope.html,
            quoted_html=envelope.quoted_html,
            language=envelope.language,
            external_id=envelope.external_id[:998],
            external_key=key[:1070],
            references=list(envelope.references),
            raw=envelope.raw,
            delivery=DeliveryState.SENT if ours else "",
            is_automatic=envelope.is_automatic,
            has_attachments=bool(envelope.attachments),
            data={**envelope.data, **same_id, **quiet, **first_parts(envelope), "digest": envelope.digest},
            created_at=envelope.received_at,
        )

    def _advance(self, conversation: Conversation, envelope: Envelope, message: Message) -> None:
        conversation.message_count += 1
        conversation.last_activity_at = max(conversation.last_activity_at, envelope.received_at)
        conversation.preview = preview_of(said_in(envelope))
        conversation.last_kind = message.kind
        if envelope.thread.goes_on is not None and not conversation.subject:
            conversation.subject = envelope.subject[:998]  # it began with words that are no subject
        if envelope.quiet or envelope.imported:
            return
        if envelope.outgoing:
            conversation.waiting_since = None
            return
        if not envelope.is_automatic:
            conversation.waiting_since = conversation.waiting_since or envelope.received_at

    # -- all at once

    def _save(self) -> None:
        bulk.insert(Conversation, self.started)
        now = timezone.now()
        for conversation in self.joined.values():
            conversation.updated_at = now
        bulk.update(Conversation, list(self.joined.values()), _ADVANCED)
        rows = [*self.lines, *(t.message for t in self.taken)]
        for row in rows:
            row.conversation = row.conversation  # takes over the id that it has by now
        bulk.insert(Message, rows)
        bulk.insert(Attachment, [_attachment(t.message, a) for t in self.taken for a in t.envelope.attachments])
        self._count()
        self._hear()
        index_messages([t.document() for t in self.taken])
        self._tell()

    def _count(self) -> None:
        deltas = Counter(counts.key_of(c) for c in self.started)
        for pk, before in self.cells.items():
            deltas[before] -= 1
            deltas[counts.key_of(self.joined[pk])] += 1
        counts.apply(deltas)

    def _hear(self) -> None:
        """Who writes can be written to."""
        people: dict[str, set[str]] = defaultdict(set)
        for taken in self.taken:
            envelope = taken.envelope
            if not (envelope.imported or envelope.outgoing or envelope.is_automatic):
                people[envelope.sender.type].add(envelope.sender.value)
        for type_, values in people.items():
            heard_from(type=type_, values=values)

    def _tell(self) -> None:
        live = [t for t in self.taken if not t.envelope.imported]
        heard = audiences({t.message.conversation_id: t.message.conversation for t in live}.values()) if live else {}
        facts = [(f, t.actor()) for t in live for f in self._facts(t, heard[t.message.conversation_id])]
        imported = Counter(t.envelope.inbox_id for t in self.taken if t.envelope.imported)
        for inbox, total in imported.items():
            keys = frozenset({f"inbox:{inbox}", f"team:{self.inboxes[inbox].team_id}", "role:admin"})
            facts.append((ConversationsImported(audience=keys, inbox=inbox, total=total), SYSTEM))
        events.record_all(facts)

    def _facts(self, taken: "_Taken", keys: frozenset[str]) -> Iterator[events.Event]:
        message = taken.message
        pk, customer = message.conversation_id, message.conversation.customer_id
        if taken.is_new:
            yield ConversationStarted(audience=keys, conversation=pk, customer=customer)
        if taken.envelope.outgoing:
            yield MessageSent(audience=keys, conversation=pk, message=message.pk, seq=message.seq)
        else:
            automatic = taken.envelope.is_automatic
            yield MessageReceived(
                audience=keys, conversation=pk, message=message.pk, seq=message.seq, automatic=automatic
            )
        if pk in self.reopened:
            self.reopened.discard(pk)
            yield ConversationUpdated(audience=keys, conversation=pk, fields=("status",))


@dataclass(slots=True)
class _Taken:
    """An envelope and the message it became (or is a duplicate of); ids are known once the batch is saved."""

    envelope: Envelope
    message: Message
    is_new: bool = False
    outcome: Outcome = "message"

    def received(self) -> Received:
        return Received(
            outcome=self.outcome,
            conversation_id=self.message.conversation_id,
            message_id=self.message.pk,
            message=self.message if self.outcome == "message" else None,
            new_conversation=self.is_new,
        )

    def actor(self) -> Actor:
        return SYSTEM if self.envelope.outgoing else Actor("customer", self.message.customer_id)

    def document(self) -> Document:
        return indexing.document(self.message, self.envelope.lemmas)


def _erased(envelopes: Sequence[Envelope]) -> dict[tuple[str, str], datetime]:
    return erased_at({(p.type, p.value) for e in envelopes for p in (e.sender, e.customer_party)})


def _known_keys(envelopes: Sequence[Envelope]) -> dict[tuple[int, str], Message]:
    found = Message.objects.filter(external_id__in={e.external_id for e in envelopes})
    found = found.only("pk", "inbox_id", "external_key", "conversation_id", "data", "kind")
    return {(m.inbox_id, m.external_key or ""): m for m in found}


def _says_the_same(known: Message, envelope: Envelope) -> bool:
    digest = known.data.get("digest")
    return digest == envelope.digest or bool(digest and digest == envelope.former_digest)


def _is_our_copy(known: Message, envelope: Envelope) -> bool:
    """Whether this is what we sent, come back from the mailbox's Sent folder."""
    return known.kind == Kind.OUT and envelope.outgoing


def _customers(envelopes: Sequence[Envelope]) -> dict[tuple[str, str], Customer]:
    by_type: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for envelope in envelopes:
        for party in {envelope.customer_party, *(() if envelope.outgoing else (envelope.sender,))}:
            by_type[party.type].append((party.value, party.name, envelope.language))
    at = max((e.received_at for e in envelopes), default=timezone.now())
    return {
        (type_, value): customer
        for type_, parties in by_type.items()
        for value, customer in customers_for(type=type_, parties=parties, at=at).items()
    }


_ADVANCED = (
    "status",
    "subject",
    "last_seq",
    "message_count",
    "preview",
    "last_kind",
    "last_activity_at",
    "updated_at",
    "waiting_since",
    "snoozed_until",
    "closed_at",
)
_COUNTED = ("assignee", "team", "is_spam", "merged_into", "deleted_at")


def said_in(envelope: Envelope) -> str:
    """Its text; of one that has none, its files."""
    return envelope.text or ", ".join([a.name for a in envelope.attachments] or [a["name"] for a in envelope.awaited])


def _called(sender: Party) -> str:
    """The name; without one an address or a number, which people can read, but no network's id."""
    return sender.name or (sender.value if sender.type in (IdentityType.EMAIL, *NUMBERS) else "")


def _names(envelope: Envelope) -> set[str]:
    return set(sender_keys(envelope.sender.value))


def _attachment(message: Message, file: IncomingAttachment) -> Attachment:
    return Attachment(
        message=message,
        name=file.name[:255],
        type=file.type[:127],
        size=file.size,
        blob=file.blob,
        content_id=file.content_id[:255],
        is_inline=file.is_inline,
    )
