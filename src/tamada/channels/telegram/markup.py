"""Telegram's entities and our HTML, both ways. Pure. Offsets count UTF-16 units, as Telegram does.

What leaves goes as text with entities, not as Telegram's HTML: it means the same, nothing is to be escaped, and a long
text can be cut anywhere.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any, Final

LONGEST: Final = 4096
type_entity = dict[str, Any]

_TAGS: Final = {
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "pre": "pre",
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
}
_ENTITIES: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "del": "strikethrough",
    "strike": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    **{f"h{level}": "bold" for level in range(1, 7)},
}
_LINES: Final = frozenset({"div", "tr", "ul", "ol", "li", "pre", "blockquote", "table"})
_PARAGRAPHS: Final = frozenset({"p", *(f"h{level}" for level in range(1, 7))})
_SPACE: Final = re.compile(r"[ \t\r\n]+")


def units(text: str) -> int:
    """How long Telegram finds a text."""
    return len(text) + sum(ord(char) > 0xFFFF for char in text)


# -- what comes in ----------------------------------------------------------------------------------------------------


def to_html(text: str, entities: Iterable[type_entity]) -> str:
    """The text with its formatting, not clean yet; "" where it has none that plain text would lose."""
    places = _places(text)
    known = [(places(e["offset"]), places(e["offset"] + e["length"]), e) for e in entities if _opening(e)]
    if not known:
        return ""
    order = list(_TAGS)
    known.sort(key=lambda one: order.index(one[2]["type"]) if one[2]["type"] in order else len(order))
    edges = sorted({0, len(text), *(edge for begin, end, _ in known for edge in (begin, end))})
    pieces = []
    for begin, end in pairwise(edges):
        around = [e for first, last, e in known if first <= begin and end <= last]
        inner = escape(text[begin:end]).replace("\n", "<br>")
        pieces.append("".join(map(_opening, around)) + inner + "".join(map(_closing, reversed(around))))
    return "".join(pieces)


def _places(text: str) -> Any:
    """From an offset in UTF-16 units to one in our text; a damaged one is cut to what there is."""
    known: list[int] = []
    for index, char in enumerate(text):
        known += [index] * (2 if ord(char) > 0xFFFF else 1)
    return lambda offset: known[offset] if 0 <= offset < len(known) else (0 if offset < 0 else len(text))


def _opening(entity: type_entity) -> str:
    if entity.get("type") == "text_link":
        return f'<a href="{escape(str(entity.get("url", "")))}">'
    tag = _TAGS.get(str(entity.get("type")))
    return f"<{tag}>" if tag else ""


def _closing(entity: type_entity) -> str:
    return "</a>" if entity.get("type") == "text_link" else f"</{_TAGS[entity['type']]}>"


# -- what leaves ------------------------------------------------------------------------------------------------------


def from_html(html: str) -> tuple[str, list[type_entity]]:
    """The text of clean HTML, and its formatting as entities."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.result()


class _Reader(HTMLParser):
    """Writes the text down, and where each mark begins and ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.entities: list[type_entity] = []
        self._open: list[tuple[str, int, type_entity]] = []
        self._lists: list[int] = []
        self._breaks = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break_for(tag)
        if tag == "br":
            self.text, self._breaks = self.text + "\n" * self._breaks + "\n", 0
        elif tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self._write(self._bullet())
        if (entity := _entity(tag, dict(attrs))) is not None:
            self._open.append((tag, len(self.text) + (self._breaks if self.text else 0), entity))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == tag:
                _tag, begin, entity = self._open.pop(index)
                self._mark(begin, entity)
                break
        self._break_for(tag)

    def handle_data(self, data: str) -> None:
        if not any(tag == "pre" for tag, _begin, _entity in self._open):
            data = _SPACE.sub(" ", data)
            if self._breaks or not self.text or self.text.endswith(("\n", " ")):
                data = data.lstrip(" ")
        if data:
            self._write(data)

    def _bullet(self) -> str:
        if self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            return f"{self._lists[-1]}. "
        return "• "

    def _break_for(self, tag: str) -> None:
        wanted = 2 if tag in _PARAGRAPHS else 1 if tag in _LINES else 0
        if wanted and self.text:
            have = len(self.text) - len(self.text.rstrip("\n"))
            self._breaks = max(self._breaks, wanted - have)

    def _write(self, text: str) -> None:
        self.text += "\n" * self._breaks + text
        self._breaks = 0

    def _mark(self, begin: int, entity: type_entity) -> None:
        marked = self.text[begin:]
        begin += len(marked) - len(marked.lstrip())
        end = begin + len(marked.strip())
        if end > begin:
            self.entities.append({**entity, "begin": begin, "end": end})

    def result(self) -> tuple[str, list[type_entity]]:
        whole = self.text.rstrip()
        return whole, [_placed(entity, whole) for entity in self.entities if entity["begin"] < len(whole)]


def _entity(tag: str, attributes: dict[str, str | None]) -> type_entity | None:
    if tag == "a":
        address = attributes.get("href") or ""
        return {"type": "text_link", "url": address} if address.startswith(("http://", "https://", "tg://")) else None
    return {"type": _ENTITIES[tag]} if tag in _ENTITIES else None


def _placed(entity: type_entity, text: str) -> type_entity:
    begin, end = entity.pop("begin"), min(entity.pop("end"), len(text))
    return {**entity, "offset": units(text[:begin]), "length": units(text[begin:end])}


def split(text: str, entities: Sequence[type_entity] = (), most: int = LONGEST) -> list[tuple[str, list[type_entity]]]:
    """A text in pieces that Telegram takes, cut between paragraphs, lines or words where it can be."""
    pieces: list[tuple[str, list[type_entity]]] = []
    begin = 0
    while text[begin:].strip():
        end = _cut(text, begin, most)
        lead = len(text[begin:end]) - len(text[begin:end].lstrip())
        piece = text[begin:end].strip()
        pieces.append((piece, _within(entities, units(text[: begin + lead]), units(piece))))
        begin = end
    return pieces


def _cut(text: str, begin: int, most: int) -> int:
    """Where a piece that begins there ends."""
    end, room = begin, most
    while end < len(text) and room >= (size := units(text[end])):
        end, room = end + 1, room - size
    if end == len(text):
        return end
    for border in ("\n\n", "\n", " "):
        found = text.rfind(border, begin, end)
        if found > begin + (end - begin) // 2:
            return found
    return end


def _within(entities: Sequence[type_entity], begin: int, length: int) -> list[type_entity]:
    kept = []
    for entity in entities:
        first = max(entity["offset"], begin)
        last = min(entity["offset"] + entity["length"], begin + length)
        if last > first:
            kept.append({**entity, "offset": first - begin, "length": last - first})
    return kept
