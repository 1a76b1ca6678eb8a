"""From a file to records: which reader, which columns, which inbox; and what an import would do."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _

from tamada.conversations.models import Inbox
from tamada.core.actors import SYSTEM, Actor

from ..models import Kind, Source
from . import fields, systems, tables
from .chatwoot import Chatwoot
from .desks import Desk
from .freshdesk import Freshdesk
from .known import Names
from .records import Cut, Matter, Person, Problem, Record, Unreadable
from .run import Done, is_whole, run
from .tables import type_opener
from .zendesk import Zendesk

DESKS: Final[Mapping[str, Callable[[], Desk]]] = {
    Source.ZENDESK: Zendesk,
    Source.FRESHDESK: Freshdesk,
    Source.CHATWOOT: Chatwoot,
}
PREVIEWED = 10
LOOKED_AT = 1000

type_records = Callable[[], Iterator[Record]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file with everything that must be known to bring it in."""

    names: Names
    records: type_records
    inbox: Inbox | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """The first things of a file, and the first problems, as they would come in."""

    people: Sequence[Person]
    matters: Sequence[Matter]
    problems: Sequence[Problem]
    is_cut: bool


def choose(
    opened: type_opener,
    source: str,
    *,
    name: str = "",
    system: str = "",
    what: str = "customers",
    named: Mapping[str, str] | None = None,
    inbox: str = "",
) -> Chosen:
    """What a person asked for at the command line. `named` says what columns are, by heading. Raises Unreadable.

    `name` is the file's, by which a table's `system` is called when nobody says otherwise.
    """
    found = inbox_called(inbox) if inbox else None
    names = Names(source, systems.key_of(system or systems.suggested(opened, source, name)))
    if not names.system:
        raise Unreadable(_("The file does not tell which account it is from: say it with --system NAME."))
    if source != "csv":
        return Chosen(names, lambda: desk_records(opened, source), found)
    columns = _columns(tables.headings_of(opened), what, named or {})
    return Chosen(names, lambda: tables.records(opened, what=what, columns=columns), found)


def _columns(headings: Sequence[str], what: str, named: Mapping[str, str]) -> list[str]:
    """Guessed, but for what was said. Raises Unreadable for a heading or a field that there isn't."""
    possible = fields.offered(what)
    for heading, field in named.items():
        if heading not in headings:
            raise Unreadable(_("There is no column “%(name)s”.") % {"name": heading})
        if field not in possible and field != "-":
            names = ", ".join(possible)
            raise Unreadable(_("A column is one of these: %(names)s.") % {"names": names})
    said = {field for field in named.values() if field != "-"}
    guessed = ["" if field in said else field for field in fields.guess(headings, what)]
    return [named.get(h, g).replace("-", "") if h in named else g for h, g in zip(headings, guessed, strict=True)]


def desk_records(opened: type_opener, source: str) -> Iterator[Record]:
    """The records of another desk's export. Raises Unreadable."""
    yield from DESKS[source]().records(opened)


def inbox_called(address: str) -> Inbox:
    """The inbox of an address, or of a name for one that has none. Raises Unreadable."""
    inboxes = Inbox.objects.select_related("team")
    found = inboxes.filter(address__iexact=address).first() or inboxes.filter(name=address).first()
    if found is None:
        raise Unreadable(_("No inbox has the address {address}.").format(address=address))
    return found


def bring_in(records: Iterable[Record], chosen: Chosen, *, actor: Actor = SYSTEM) -> Done:
    """Import. May be run again."""
    return run(records, names=chosen.names, actor=actor, inbox=chosen.inbox)


def preview(records: Iterable[Record]) -> Preview:
    """The first of what would come in, and what would be left out among the first thousand. Raises Unreadable."""
    people: list[Person] = []
    matters: list[Matter] = []
    problems: list[Problem] = []
    is_cut = False
    try:
        for record in islice(records, LOOKED_AT):
            if isinstance(record, Problem):
                problems.append(record)
            elif isinstance(record, Person):
                people.append(record)
            else:
                matters.append(record)
    except Cut:
        is_cut = True
    return Preview(people[:PREVIEWED], matters[:PREVIEWED], problems[:PREVIEWED], is_cut)


def rehearse(records: Iterable[Record], chosen: Chosen) -> Done:
    """What an import would do, by what other systems call things; nothing is written."""
    done = Done()
    seen: set[str] = set()
    try:
        for record in records:
            done.summary.read += is_whole(record)
            if isinstance(record, Problem):
                done.skip(record)
            elif isinstance(record, Person):
                done.summary.customers += _is_new(chosen.names, Kind.CUSTOMER, record.key or repr(record), seen)
            else:
                done.summary.conversations += _is_new(chosen.names, Kind.CONVERSATION, record.key, seen)
                new = [_is_new(chosen.names, Kind.MESSAGE, said.key, seen) for said in record.said]
                done.summary.messages += sum(new)
                done.summary.duplicates += len(new) - sum(new)
    except Cut:
        done.summary.cut = True
    return done


def _is_new(names: Names, kind: Kind, key: str, seen: set[str]) -> bool:
    if (mark := f"{kind} {key}") in seen:
        return False
    seen.add(mark)
    return names.is_new(kind, key)
