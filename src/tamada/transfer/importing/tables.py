"""Tables: CSV files of customers or of conversations, a row at a time, by a mapping of columns to our fields."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.customers import attributes, identities
from tamada.customers.errors import Invalid
from tamada.customers.models import AttributeDefinition, AttributeType
from tamada.customers.settings import phone_regions

from .fields import ATTRIBUTE
from .records import Cut, Matter, Person, Problem, Record, Said, Unreadable, instant, key, type_kind

type_opener = Callable[[], IO[bytes]]

MOST_COLUMNS: Final = 200
MOST_CELL: Final = 5_000_000
_SAMPLE: Final = 64 * 1024
_SEPARATORS: Final = ",;\t|"
_ADDRESSES: Final = ("email", "phone", "telegram", "whatsapp", "viber", "instagram")
_YES: Final = frozenset({"1", "true", "yes", "y", "да", "այո", "კი"})
_NO: Final = frozenset({"0", "false", "no", "n", "нет", "ոչ", "არა"})
_DATES: Final = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y/%m/%d")

_STATUSES: Final[Mapping[str, str]] = {
    "open": "open",
    "new": "open",
    "pending": "pending",
    "hold": "pending",
    "on-hold": "pending",
    "waiting": "pending",
    "snoozed": "pending",
    "closed": "closed",
    "solved": "closed",
    "resolved": "closed",
}
_PRIORITIES: Final[Mapping[str, str]] = {
    "low": "low",
    "normal": "normal",
    "medium": "normal",
    "high": "high",
    "urgent": "urgent",
}
_KINDS: Final[Mapping[str, type_kind]] = {
    **dict.fromkeys(("in", "incoming", "customer", "received", "inbound"), "in"),
    **dict.fromkeys(("out", "outgoing", "agent", "sent", "reply", "outbound"), "out"),
    **dict.fromkeys(("note", "internal", "private", "comment"), "note"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """An opened table: its headings, and its rows with their numbers as a spreadsheet counts them."""

    headings: Sequence[str]
    rows: Iterator[tuple[int, list[str]]]


@contextmanager
def open_table(opened: type_opener) -> Iterator[Table]:
    """Read a CSV file whatever its separator and encoding. Raises Unreadable for what is none."""
    with opened() as file:
        lines = _lines(file)
        try:
            yield _table(lines)
        finally:
            lines.detach()  # The file is closed by whoever opened it.


def headings_of(opened: type_opener) -> Sequence[str]:
    """The names of the columns. Raises Unreadable."""
    with open_table(opened) as table:
        return table.headings


def _lines(file: IO[bytes]) -> io.TextIOWrapper:
    csv.field_size_limit(MOST_CELL)
    sample = file.read(_SAMPLE)
    file.seek(0)
    if b"\0" in sample and not sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(_("This is no table: save it as CSV first."))
    return io.TextIOWrapper(file, encoding=_encoding(sample), errors="replace", newline="")


def _table(lines: io.TextIOWrapper) -> Table:
    first = lines.readline(_SAMPLE)
    lines.seek(0)
    try:
        reader = csv.reader(lines, delimiter=_separator(first))
        headings = next(reader, [])
    except csv.Error:
        raise Unreadable(_("This is no table: save it as CSV first.")) from None
    if not any(cell.strip() for cell in headings) or len(headings) > MOST_COLUMNS:
        raise Unreadable(_("The first row of a table names its columns."))
    names = [cell.replace("\0", "").strip()[:120] for cell in headings]
    return Table(names, _rows(reader, lines, len(headings)))


def _rows(reader: Any, lines: io.TextIOWrapper, width: int) -> Iterator[tuple[int, list[str]]]:
    """Rows as wide as the headings. Raises Cut for a last one that is shorter and has no line end."""
    before: tuple[int, list[str]] | None = None
    try:
        for number, row in enumerate(reader, start=2):
            if before is not None:
                yield before
            before = (number, [_plain(cell) for cell in row]) if any(row) else None
    except csv.Error:
        if before is not None:
            yield before
        raise Cut from None
    if before is None:
        return
    if len(before[1]) < width and not _ends_line(lines):
        raise Cut
    yield before


def _ends_line(lines: io.TextIOWrapper) -> bool:
    """Whether the file's last byte ends a line: Excel's files do, and so do most."""
    file: Any = lines.buffer
    file.seek(-1, io.SEEK_END)
    return bool(file.read(1) in (b"\n", b"\r"))


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running it, and without NULs."""
    text = cell.replace("\0", "").strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _encoding(sample: bytes) -> str:
    """UTF-8 nearly always; UTF-16 by its mark; else what Excel writes in our countries."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        sample[:-4].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 8:
            return "cp1251"
    return "utf-8-sig"


def _separator(first: str) -> str:
    """The one that stands most often in the first line."""
    return max(_SEPARATORS, key=first.count)


def records(opened: type_opener, *, what: str, columns: Sequence[str]) -> Iterator[Record]:
    """The rows as customers or messages; `columns` name the field of each, empty for none.

    Raises Unreadable when what must be there is not mapped, Cut at the end of a file that ends in the middle.
    """
    places = {field: place for place, field in enumerate(columns) if field}
    check_columns(places, what)
    reader = _Customers(places) if what == "customers" else _Conversations(places)
    with open_table(opened) as table:
        for number, row in table.rows:
            yield from reader.read(number, row)


def check_columns(fields: Mapping[str, int], what: str) -> None:
    """Raises Unreadable with what is missing."""
    if what == "customers" and not fields.keys() & {"name", "identities", *_ADDRESSES}:
        raise Unreadable(_("Say which column holds a name or an address."))
    if what == "conversations":
        if "text" not in fields:
            raise Unreadable(_("Say which column holds the text."))
        if not fields.keys() & {"email", "phone"}:
            raise Unreadable(_("Say which column holds the customer's e-mail or phone."))


class _Reader:
    """Rows by a mapping."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self.places = places
        self.definitions = {d.key: d for d in AttributeDefinition.objects.all()}

    def cell(self, row: Sequence[str], field: str) -> str:
        place = self.places.get(field)
        return row[place] if place is not None and place < len(row) else ""

    def addresses(self, number: int, row: Sequence[str], problems: list[Problem]) -> list[tuple[str, str]]:
        found = [(kind, value) for kind in _ADDRESSES for value in _several(kind, self.cell(row, kind))]
        for part in self.cell(row, "identities").split(","):
            kind, colon, value = part.strip().partition(":")
            if colon:
                found.append((kind, value))
        good, bad = [], set()
        for kind, value in found:
            try:
                identities.normalise(kind, value, regions=phone_regions())
                good.append((kind, value))
            except identities.InvalidIdentity:
                bad.add(kind)
        why = _("The column “%(field)s” holds no address that can be used; the row came in without it.")
        problems += [Problem(_row(number), why % {"field": kind}, in_part=True) for kind in sorted(bad)]
        return good


class _Customers(_Reader):
    """One customer a row."""

    def read(self, number: int, row: list[str]) -> Iterator[Record]:
        problems: list[Problem] = []
        addresses = self.addresses(number, row, problems)
        own = self.cell(row, "key")
        person = Person(
            key=key(own) if own else "" if addresses else _digest(row),
            name=self.cell(row, "name"),
            addresses=addresses,
            organisation=self.cell(row, "organisation"),
            language=self.cell(row, "language")[:2].lower(),
            city=self.cell(row, "city"),
            note=self.cell(row, "note"),
            tags=_words(self.cell(row, "tags")),
            attributes=self._attributes(number, row, problems),
            created_at=moment(self.cell(row, "created_at")),
        )
        yield from problems
        if person.is_nobody:
            yield Problem(_row(number), _("It has no name and no address."))
        else:
            yield person

    def _attributes(self, number: int, row: Sequence[str], problems: list[Problem]) -> dict[str, object]:
        found: dict[str, object] = {}
        for field in self.places:
            name = field.removeprefix(ATTRIBUTE)
            value = self.cell(row, field)
            if field == name or not value or name not in self.definitions:
                continue
            try:
                found[name] = attributes.checked(self.definitions[name], _typed(self.definitions[name], value))
            except Invalid as error:
                problems.append(Problem(_row(number), error.message, in_part=True))
        return found


class _Conversations(_Reader):
    """One message a row; rows of one conversation id are one conversation, wherever they stand."""

    def __init__(self, places: Mapping[str, int]) -> None:
        super().__init__(places)
        self.seen: Counter[str] = Counter()

    def read(self, number: int, row: list[str]) -> Iterator[Record]:
        problems: list[Problem] = []
        addresses = self.addresses(number, row, problems)
        text = self.cell(row, "text")
        yield from problems
        if not addresses:
            yield Problem(_row(number), _("It says nobody's e-mail or phone."))
        elif not text:
            yield Problem(_row(number), _("Nothing was said in it."))
        else:
            yield self._matter(row, addresses, text)

    def _matter(self, row: Sequence[str], addresses: Sequence[tuple[str, str]], text: str) -> Matter:
        own = self.cell(row, "key")
        matter = key(own) if own else _digest(row)
        self.seen[matter] += 1
        # Without an id of its own a message is known by its place, which a longer copy of the file leaves as it is.
        named = self.cell(row, "message_key")
        said_key = key("message", named) if named else key(matter, self.seen[matter])
        at = moment(self.cell(row, "at")) or timezone.now()
        kind = self._kind(row, addresses)
        name = self.cell(row, "name")
        default = (name, addresses[0][1]) if kind == "in" else ("", "")
        return Matter(
            key=matter,
            customer=Person(name=name, addresses=addresses),
            subject=self.cell(row, "subject"),
            status=_STATUSES.get(self.cell(row, "status").casefold(), "closed"),
            priority=_PRIORITIES.get(self.cell(row, "priority").casefold(), "normal"),
            tags=_words(self.cell(row, "tags")),
            assignee_email=self.cell(row, "assignee"),
            created_at=at,
            said=[
                Said(
                    key=said_key,
                    kind=kind,
                    at=at,
                    text=text,
                    author_name=self.cell(row, "author_name") or default[0],
                    author_email=self.cell(row, "author_email") or default[1],
                )
            ],
        )

    def _kind(self, row: Sequence[str], addresses: Sequence[tuple[str, str]]) -> type_kind:
        """As the table says; else the customer's own when their address wrote it, or nobody says who did."""
        if (said := _KINDS.get(self.cell(row, "kind").casefold())) is not None:
            return said
        author = self.cell(row, "author_email").casefold()
        return "in" if not author or author in {value.casefold() for _kind, value in addresses} else "out"


def _several(kind: str, cell: str) -> list[str]:
    """Addresses in one cell, separated by commas or semicolons; e-mail by spaces as well."""
    parts = re.split(r"[;,\s]+" if kind == "email" else r"[;,]+", cell)
    return [part.strip() for part in parts if part.strip()]


def _words(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;,]", cell) if part.strip()]


def _typed(definition: AttributeDefinition, cell: str) -> Any:
    """A cell as the attribute's type has it; what can't be, as it is, to be refused by name."""
    match definition.type:
        case AttributeType.NUMBER:
            try:
                number = float(cell.replace(" ", "").replace("\u00a0", "").replace(",", "."))
            except ValueError:
                return cell
            return int(number) if number.is_integer() else number
        case AttributeType.BOOLEAN:
            word = cell.casefold()
            return True if word in _YES else False if word in _NO else cell
        case AttributeType.DATE:
            at = moment(cell)
            return at.date().isoformat() if at else cell
    return cell


def moment(cell: str) -> datetime | None:
    """A time as tables have it: ISO 8601, seconds since 1970, or day first with dots or slashes."""
    if not cell:
        return None
    if (at := instant(cell)) is not None:
        return at
    for form in _DATES:
        try:
            return datetime.strptime(cell, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _digest(row: Sequence[str]) -> str:
    """What a row without an id is known by: all that it says."""
    return "row:" + hashlib.sha256("\0".join(row).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _row(number: int) -> str:
    return _("Row %(number)d") % {"number": number}
