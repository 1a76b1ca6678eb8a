"""Objects out of large files, one after another: JSON Lines, one JSON document, XML, or a zip of such files.

Nothing is held but the object at hand. A file that ends in the middle gives what is whole, then `Cut`.
"""

import codecs
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final
from xml.parsers import expat

from django.utils.translation import gettext as _

from .records import Cut, Unreadable
from .tables import type_opener

CHUNK: Final = 256 * 1024
MOST_OBJECT: Final = 64 * 1024 * 1024
MOST_FILES: Final = 2000
_TELLING: Final = 200
_SPACE: Final = re.compile(r"[\s,]*")
_KEY: Final = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*:\s*')

type_object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One object, and what the array or element that it stood in was called (empty: nothing)."""

    group: str
    value: type_object


def items(opened: type_opener) -> Iterator[Item]:
    """Every object of a file. Raises Unreadable for what is none of the forms, Cut at an end in the middle."""
    with opened() as file:
        head = file.read(4)
        file.seek(0)
        if head == b"PK\x03\x04":
            yield from _zipped(file)
        else:
            yield from _items(file)


def _zipped(file: IO[bytes]) -> Iterator[Item]:
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        # Its list of contents stands at the end: of half a zip nothing can be told.
        raise Unreadable(_("The zip file is damaged or not whole.")) from None
    with archive:
        names = [n for n in archive.namelist() if n.lower().endswith((".json", ".jsonl", ".ndjson", ".xml"))]
        if not names:
            raise Unreadable(_("The zip holds no JSON and no XML."))
        for name in sorted(names)[:MOST_FILES]:
            with archive.open(name) as member:
                yield from _items(member)


def _items(file: IO[bytes]) -> Iterator[Item]:
    start = file.read(CHUNK)
    first = start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if first == b"<":
        yield from _xml(start, file)
    elif first in (b"{", b"["):
        yield from _Json(start, file).read()
    elif first:
        raise Unreadable(_("This is neither JSON nor XML."))


# -- JSON --------------------------------------------------------------------------------------------------------------


class _Json:
    """A reader that decodes one value at a time out of a sliding piece of the file."""

    def __init__(self, start: bytes, file: IO[bytes]) -> None:
        self.file = file
        self.first = start
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self.text, self.place, self.is_over = "", 0, False
        self._take()

    def _take(self) -> bool:
        """Read on; False at the end."""
        raw = self.first or self.file.read(CHUNK)
        self.first = b""
        self.text = self.text[self.place :] + self.decoder.decode(raw)
        self.place = 0
        if not raw:
            self.is_over = True
            return False
        if len(self.text) > MOST_OBJECT:
            raise Unreadable(_("One thing in the file is too large."))
        return True

    def _skip(self) -> str:
        """Pass over spaces and commas; the next character, or "" at the end."""
        while True:
            found = _SPACE.match(self.text, self.place)
            self.place = found.end() if found else self.place
            if self.place < len(self.text):
                return self.text[self.place]
            if not self._take():
                return ""

    def _value(self) -> Any:
        """The value that begins here. Raises Cut."""
        while True:
            try:
                value, end = _decoder.raw_decode(self.text, self.place)
                if end < len(self.text) or self.is_over or self.text[end - 1] in '}]"':
                    self.place = end
                    return value
            except json.JSONDecodeError:
                if self.is_over:
                    raise Cut from None
            except RecursionError:
                raise Unreadable(_("One thing in the file is too deeply nested.")) from None
            self._take()

    def _name(self) -> str:
        """The key that begins here, with its colon. Raises Cut."""
        while (found := _KEY.match(self.text, self.place)) is None or found.end() == len(self.text):
            if not self._take():
                raise Cut
        self.place = found.end()
        return str(json.loads(f'"{found[1]}"', strict=False))

    def read(self) -> Iterator[Item]:
        """Documents one after another: lines, an array, or an object that holds arrays."""
        while (sign := self._skip()) != "":
            if sign == "[":
                yield from self._array("")
            elif sign == "{" and self._holds_arrays():
                yield from self._object("")
            elif sign == "{":
                yield from _as_items("", self._value())
            else:
                raise Unreadable(_("This is neither JSON nor XML."))

    def _holds_arrays(self) -> bool:
        """Whether the object that begins here is a box of lists rather than a thing: its beginning tells."""
        while len(self.text) - self.place < _TELLING and self._take():
            pass
        return _BOX.match(self.text, self.place) is not None

    def _array(self, group: str) -> Iterator[Item]:
        self.place += 1
        while (sign := self._skip()) != "]":
            if sign == "":
                raise Cut
            yield from _as_items(group, self._value())
        self.place += 1

    def _object(self, group: str) -> Iterator[Item]:
        self.place += 1
        while (sign := self._skip()) != "}":
            if sign == "":
                raise Cut
            name = self._name()
            sign = self._skip()
            if sign == "[":
                yield from self._array(name)
            elif sign == "{" and self._holds_arrays():
                yield from self._object(name)
            else:
                self._value()
        self.place += 1


_decoder = json.JSONDecoder(strict=False)
_GROUPS: Final = (
    "tickets|users|organizations|comments|contacts|companies|conversations|messages|payload|data|"
    "agents|groups|count|next_page|previous_page|helpdesk_tickets|customers"
)
_BOX: Final = re.compile(rf'\{{\s*"(?:(?:{_GROUPS})"\s*:|meta"\s*:\s*\{{\s*"(?!sender|channel))')
"""Objects that begin so hold lists of things; a thing of its own begins with its id or its link."""


def _as_items(group: str, value: Any) -> Iterator[Item]:
    """An object, out of the box that names it (`{"helpdesk_ticket": {…}}`) where it stands in one."""
    if not isinstance(value, dict):
        return
    if len(value) == 1:
        [(name, inner)] = value.items()
        if isinstance(inner, dict):
            yield Item(str(name), inner)
            return
    yield Item(group, value)


# -- XML ---------------------------------------------------------------------------------------------------------------


class _Node:
    """An element being read."""

    __slots__ = ("children", "name", "text", "type")

    def __init__(self, name: str, type_: str) -> None:
        self.name, self.type = name, type_
        self.text: list[str] = []
        self.children: list[tuple[str, Any]] = []

    def value(self) -> Any:
        """As JSON would have it: a list where the element says so, an object, or text."""
        if self.type == "array":
            return [value for _name, value in self.children]
        return dict(self.children) if self.children else _typed("".join(self.text), self.type)


def _typed(text: str, kind: str) -> Any:
    text = text.strip()
    if kind == "boolean":
        return text == "true"
    if kind == "integer":
        return int(text) if text.lstrip("-").isdecimal() and len(text) < 20 else None
    return text


class _XmlReader:
    """Elements of the second level as objects, names with underscores; entities and document types are refused."""

    def __init__(self) -> None:
        self.stack: list[_Node] = []
        self.ready: list[Item] = []
        self.size = 0
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = parser.StartDoctypeDeclHandler = self._refuse
        parser.buffer_text = True
        self.parser = parser

    def _refuse(self, *_rest: Any) -> None:
        raise Unreadable(_("An XML file with definitions of its own is not read."))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.stack) > 50:
            raise Unreadable(_("One thing in the file is too deeply nested."))
        self.stack.append(_Node(name.replace("-", "_"), attributes.get("type", "")))

    def _characters(self, text: str) -> None:
        self.size += len(text)
        if self.size > MOST_OBJECT:
            raise Unreadable(_("One thing in the file is too large."))
        if len(self.stack) > 1:
            self.stack[-1].text.append(text)

    def _end(self, _name: str) -> None:
        node = self.stack.pop()
        if len(self.stack) > 1:
            self.stack[-1].children.append((node.name, node.value()))
        elif self.stack:
            self.size = 0
            if node.children:
                self.ready.append(Item(node.name, dict(node.children)))


def _xml(start: bytes, file: IO[bytes]) -> Iterator[Item]:
    reader = _XmlReader()
    chunk = start
    try:
        while chunk:
            reader.parser.Parse(chunk, False)
            yield from reader.ready
            reader.ready.clear()
            chunk = file.read(CHUNK)
        reader.parser.Parse(b"", True)
    except expat.ExpatError:
        yield from reader.ready
        raise Cut from None
