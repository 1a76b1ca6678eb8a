"""The import itself: batches of records become customers and conversations, each batch in one transaction.

Whatever was brought in before, by this file or an earlier half of it, is known by what the system it is from calls it.
"""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.queries import active_agents, member_ids
from tamada.conversations.actions import import_conversations
from tamada.conversations.actions.imports import Prepared
from tamada.conversations.imported import ImportedConversation, ImportedMessage
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.core.actors import Actor
from tamada.customers.actions import import_customers
from tamada.customers.erased import erased_at
from tamada.customers.imported import ImportedPerson
from tamada.customers.models import BlockedSender, Customer
from tamada.customers.queries import sender_keys

from ..models import Kind, Source
from .known import Names, newest
from .records import Cut, Matter, Person, Problem, Record, Said

BATCH = 100
MOST_PROBLEMS = 100

type_tell = Callable[[int], None]


@dataclass(slots=True)
class Summary:
    """What an import did. `cut` tells of a file that ended in the middle: the whole one goes on where it stopped."""

    read: int = 0
    customers: int = 0
    conversations: int = 0
    messages: int = 0
    duplicates: int = 0
    blocked: int = 0
    erased: int = 0
    skipped: int = 0
    cut: bool = False

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass(slots=True)
class Done:
    """The summary, and the first problems."""

    summary: Summary = field(default_factory=Summary)
    problems: list[Problem] = field(default_factory=list)

    def skip(self, problem: Problem) -> None:
        """Something was left out."""
        self.summary.skipped += not problem.in_part
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


def run(
    records: Iterable[Record],
    *,
    names: Names,
    actor: Actor,
    inbox: Inbox | None,
    tell: type_tell = lambda done: None,
    done: Done | None = None,
) -> Done:
    """Bring the records in. `tell` hears how many were read, after each batch; `done` counts on for who gives it, and
    is right also where this raises.
    """
    done = done or Done()
    stream = _until_cut(records, done)
    agents = {email.casefold(): pk for email, pk in Agent.objects.values_list("email", "pk")}
    way = _Way(names, actor, inbox, agents, _owners(inbox), newest())
    while batch := list(islice(stream, BATCH)):
        _Batch(batch, way, done).run()
        done.summary.read += sum(map(is_whole, batch))
        tell(done.summary.read)
    return done


def is_whole(record: Record) -> bool:
    """Whether it is one of those that are counted, and not a remark about a part of one."""
    return not (isinstance(record, Problem) and record.in_part)


def _owners(inbox: Inbox | None) -> frozenset[int]:
    """Who may own a conversation of the inbox: whoever works here, answers, and sees it without a door."""
    members = member_ids(inbox.team_id) if inbox else frozenset()
    return frozenset(a.pk for a in active_agents() if a.may_write and (a.is_admin or a.pk in members))


def _until_cut(records: Iterable[Record], done: Done) -> Iterator[Record]:
    try:
        yield from records
    except Cut:
        done.summary.cut = True


@dataclass(frozen=True, slots=True)
class _Way:
    """What is the same for all of an import. `agents` are ours by address, `owners` who may be given something.

    `began` is what was noted last before it.
    """

    names: Names
    actor: Actor
    inbox: Inbox | None
    agents: dict[str, int]
    owners: frozenset[int]
    began: int


class _Batch:
    """Up to a hundred records."""

    def __init__(self, records: list[Record], way: _Way, done: Done) -> None:
        self.way, self.done = way, done
        self.people: dict[str, Person] = {}
        self.told: set[str] = set()
        self.matters: dict[str, Matter] = {}
        self.skipped: list[Problem] = []
        for record in records:
            self._sort(record)
        blocked = BlockedSender.objects.values_list("value", flat=True)
        self.blocked = set(blocked.filter(value__in={key for m in self.matters.values() for key in _names(m)}))

    def _sort(self, record: Record) -> None:
        if isinstance(record, Problem):
            self.skipped.append(record)
        elif isinstance(record, Person):
            if record.is_nobody:
                self.skipped.append(Problem(record.key, _("It has no name and no address.")))
            else:
                self._sort_person(record)
        elif self.way.inbox is None:
            self.skipped.append(Problem(record.key, _("It is a conversation, and no inbox was chosen.")))
        else:
            self._sort_matter(record)

    def _sort_person(self, person: Person) -> None:
        handle = _handle(person)
        if handle in self.told and self.people[handle].addresses != person.addresses:
            # A number that the file gives twice is no reason to lose anybody.
            handle = f"{handle} {sorted(person.addresses)!r}"
        self.people.setdefault(handle, person)
        self.told.add(handle)

    def _sort_matter(self, record: Matter) -> None:
        handle = _handle(record.customer)
        if handle and (handle not in self.people or self.people[handle].is_nobody):
            self.people[handle] = record.customer
        known = self.matters.get(record.key)
        if known is not None:
            said = {message.key: message for message in (*known.said, *record.said)}
            record = _with(known, list(said.values()))
        self.matters[record.key] = record

    def run(self) -> None:
        self._leave_out_the_erased()
        ids = self._customers()
        self._conversations(ids)
        for problem in self.skipped:
            self.done.skip(problem)

    # -- whom we were asked to forget

    def _leave_out_the_erased(self) -> None:
        """Nothing of them comes in: neither they, nor their conversations, nor what they said in those of others."""
        everybody = [*self.people.values(), *(m.customer for m in self.matters.values())]
        authors = {("email", s.author_email) for m in self.matters.values() for s in m.said if s.kind == "in"}
        addresses = {a for person in everybody for a in person.addresses} | authors
        gone = set(erased_at(a for a in addresses if a[1].strip()))
        keys = self.way.names.erased(Kind.CUSTOMER, [p.key for p in everybody if p.key])

        def is_gone(person: Person) -> bool:
            return person.key in keys or not gone.isdisjoint(person.addresses)

        self.done.summary.erased += sum(is_gone(p) for h, p in self.people.items() if h in self.told)
        self.people = {h: p for h, p in self.people.items() if not is_gone(p)}
        matters = self.way.names.erased(Kind.CONVERSATION, list(self.matters))
        left_out = {key for key, m in self.matters.items() if key in matters or is_gone(m.customer)}
        self.done.summary.erased += len(left_out)
        self.matters = {k: _cleared(m, gone) for k, m in self.matters.items() if k not in left_out}

    # -- customers

    def _customers(self) -> dict[str, int]:
        handles = list(self.people)
        keys = [p.key for p in self.people.values() if p.key]
        # Of whom nothing but a number is told, nothing could say that they are not somebody of another system.
        told = [p.key for p in self.people.values() if p.key and not p.is_nobody]
        known = self.way.names.unnamed(Kind.CUSTOMER, told) | self.way.names.known(Kind.CUSTOMER, keys)
        alive = set(Customer.objects.filter(pk__in=known.values()).values_list("pk", flat=True))
        places = [self._alive(known.get(p.key), alive) for p in self.people.values()]
        people = [_imported(person) for person in self.people.values()]
        with transaction.atomic():
            results = import_customers(actor=self.way.actor, people=people, known=places)
            ids = {handle: result.customer_id for handle, result in zip(handles, results, strict=True)}
            self.way.names.remember(Kind.CUSTOMER, {p.key: ids[h] for h, p in self.people.items() if p.key})
        self.done.summary.customers += sum(result.is_new for result in results)
        known_ones = (not result.is_new and h in self.told for h, result in zip(handles, results, strict=True))
        self.done.summary.duplicates += sum(known_ones)
        return ids

    def _alive(self, pk: int | None, alive: Container[int]) -> int | None:
        return pk if pk in alive else None

    # -- conversations

    def _conversations(self, ids: dict[str, int]) -> None:
        known, owners = self._places(ids)
        said, strangers = self._said(ids), self._strangers(known, owners, ids)
        for key in strangers:
            why = _("Its number is that of somebody else's conversation. A file of another system wants another name.")
            self.skipped.append(Problem(key, why))
        wanted: list[tuple[Matter, list[Said], ImportedConversation]] = []
        for matter in (m for m in self.matters.values() if m.key not in strangers):
            fresh = [message for message in matter.said if message.key not in said]
            self.done.summary.duplicates += len(matter.said) - len(fresh)
            pk = known.get(matter.key)
            customer = ids.get(_handle(matter.customer)) or owners.get(pk or 0)
            if self.blocked & _names(matter):
                self.done.summary.blocked += 1
            elif not matter.said:
                self.skipped.append(Problem(matter.key, _("Nothing was said in it.")))
            elif customer is None:
                self.skipped.append(Problem(matter.key, _("Nobody knows whose conversation it is.")))
            elif fresh:
                wanted.append((matter, fresh, self._imported(matter, fresh, customer, pk)))
        if wanted and self.way.inbox is not None:
            self._store(self.way.inbox, wanted)

    def _places(self, ids: dict[str, int]) -> tuple[dict[str, int], dict[int, int]]:
        """Conversations of ours by their keys there, and whose each is."""
        names, keys = self.way.names, list(self.matters)
        known, unnamed = names.known(Kind.CONVERSATION, keys), names.unnamed(Kind.CONVERSATION, keys)
        rows = Conversation.objects.filter(pk__in={*known.values(), *unnamed.values()})
        owners = dict(rows.values_list("pk", "customer_id"))
        agreed = {key: pk for key, pk in unnamed.items() if self._is_theirs(self.matters[key], owners.get(pk), ids)}
        return {key: pk for key, pk in (agreed | known).items() if pk in owners}, owners

    def _said(self, ids: dict[str, int]) -> set[str]:
        """The keys of the messages that are here."""
        names, of = self.way.names, {said.key: matter for matter in self.matters.values() for said in matter.said}
        unnamed = names.unnamed(Kind.MESSAGE, list(of))
        rows = Message.objects.filter(pk__in=unnamed.values())
        owners = dict(rows.values_list("pk", "conversation__customer"))
        agreed = {key for key, pk in unnamed.items() if self._is_theirs(of[key], owners.get(pk), ids)}
        return agreed | names.known(Kind.MESSAGE, list(of)).keys()

    def _strangers(self, known: dict[str, int], owners: dict[int, int], ids: dict[str, int]) -> list[str]:
        """Keys under which an earlier table brought somebody else's conversation: two systems have one name.

        A table is called as its file unless somebody says better; other archives tell, or somebody was asked.
        """
        if self.way.names.source != Source.CSV:
            return []
        doubted = {k: pk for k, pk in known.items() if not self._is_theirs(self.matters[k], owners[pk], ids)}
        old = self.way.names.known_since(self.way.began, Kind.CONVERSATION, list(doubted))
        return [key for key in doubted if key in old and not self._took_part(self.matters[key], doubted[key])]

    def _took_part(self, matter: Matter, conversation: int) -> bool:
        """Whether the matter's person wrote in a conversation of ours: some tables name the writer of each row."""
        addresses = [value for _kind, value in matter.customer.addresses]
        return Message.objects.filter(conversation=conversation, sender__in=addresses).exists()

    def _is_theirs(self, matter: Matter, owner: int | None, ids: dict[str, int]) -> bool:
        """Whether what came under this name once can be the matter's: it is the same person's, or says no person."""
        return owner is None or ids.get(_handle(matter.customer), owner) == owner

    def _store(self, inbox: Inbox, wanted: list[tuple[Matter, list[Said], ImportedConversation]]) -> None:
        given = [conversation for _matter, _fresh, conversation in wanted]
        prepared = [Prepared(conversation) for conversation in given]
        keys: dict[str, int] = {}
        with transaction.atomic():
            stored = import_conversations(actor=self.way.actor, inbox=inbox, conversations=prepared)
            for (_matter, fresh, _given), row in zip(wanted, stored, strict=True):
                ordered = sorted(fresh, key=lambda message: message.at)
                keys |= {message.key: pk for message, pk in zip(ordered, row.message_ids, strict=True)}
            places = {m.key: row.conversation_id for (m, _fresh, _given), row in zip(wanted, stored, strict=True)}
            self.way.names.remember(Kind.CONVERSATION, places)
            self.way.names.remember(Kind.MESSAGE, keys)
        self.done.summary.conversations += sum(conversation.known is None for conversation in given)
        self.done.summary.messages += len(keys)

    def _imported(self, matter: Matter, fresh: list[Said], customer: int, known: int | None) -> ImportedConversation:
        return ImportedConversation(
            customer_id=customer,
            known=known,
            subject=matter.subject,
            status=matter.status,
            priority=matter.priority,
            tags=matter.tags,
            assignee_id=self._owner(matter),
            created_at=matter.created_at,
            closed_at=matter.closed_at,
            messages=[self._message(message) for message in fresh],
        )

    def _owner(self, matter: Matter) -> int | None:
        """Nobody, where whoever had it there has left, only reads, or does not see it here."""
        pk = self.way.agents.get(matter.assignee_email.strip().casefold())
        return pk if pk in self.way.owners else None

    def _message(self, message: Said) -> ImportedMessage:
        return ImportedMessage(
            kind=message.kind,
            at=message.at,
            text=message.text,
            html=message.html,
            author_name=message.author_name,
            author_email=message.author_email,
            agent_id=self.way.agents.get(message.author_email.strip().casefold()),
            files=message.files,
        )


def _names(matter: Matter) -> set[str]:
    """What a block may name its customer by."""
    return {key for kind, value in matter.customer.addresses if kind == "email" for key in sender_keys(value)}


def _cleared(matter: Matter, gone: Container[tuple[str, str]]) -> Matter:
    """Without what these people said in it."""
    return _with(matter, [s for s in matter.said if s.kind != "in" or ("email", s.author_email) not in gone])


def _handle(person: Person) -> str:
    """What tells two people of a batch apart."""
    return person.key or (repr(sorted(person.addresses)) if person.addresses else person.name)


def _with(matter: Matter, said: list[Said]) -> Matter:
    return Matter(
        key=matter.key,
        customer=matter.customer,
        subject=matter.subject,
        status=matter.status,
        priority=matter.priority,
        tags=matter.tags,
        assignee_email=matter.assignee_email,
        created_at=matter.created_at,
        closed_at=matter.closed_at,
        said=said,
    )


def _imported(person: Person) -> ImportedPerson:
    return ImportedPerson(
        name=person.name,
        stand_in=person.key.replace(":", " "),  # Somebody whom the archive only numbers has no other name.
        addresses=person.addresses,
        organisation=person.organisation,
        language=person.language,
        city=person.city,
        note=person.note,
        tags=person.tags,
        attributes=person.attributes,
        created_at=person.created_at,
    )
