"""One walk over the tags of HTML: its lines, where each stands, and what its marked elements say about it."""

import re
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

from tamada.kit.quotes import elements
from tamada.kit.quotes.marks import FORWARDED, LOOKED_AT, is_attribution, is_dated
from tamada.kit.quotes.reader import PICTURE, QUOTED, SIGNATURE, SIGNED, VISIBLE

_TAG = re.compile(
    r"<(?:(/?)([a-zA-Z][a-zA-Z0-9:]{0,20})([^<>]{0,4000})>|!--(?:.*?-->|.*)|[!?][^<>]{0,1000}>)", re.DOTALL
)
_PARAGRAPHS = frozenset(("p", "ul", "ol", "dl", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCKS = _PARAGRAPHS | frozenset(
    (
        *("div", "br", "hr", "tr", "li", "dt", "dd", "center", "body", "html"),
        *("section", "article", "header", "footer", "signature"),
    )
)
_VOID = frozenset(
    ("br", "hr", "img", "meta", "link", "input", "col", "wbr", "area", "base", "embed", "source", "track", "param")
)
_UNREAD = frozenset(("style", "script", "title", "head"))
_MARKED_BY_NAME = frozenset(("blockquote", "signature"))
_MOST_HEAD = 3_000
_MOST_PIECES = 50
RULED = "-----"
"""The line that stands for an <hr>."""


class Line(NamedTuple):
    """A line of HTML as people see it, where it stands in the source, and the number of its marked element or -1.

    A blank one (`text` "") stands for the distance between paragraphs.
    """

    text: str
    start: int
    end: int
    element: int = -1


@dataclass(slots=True)
class Element:
    """An element whose program says what it holds."""

    kind: str
    start: int
    end: int


class Scan:
    """The lines and marked elements of HTML. `forward` is where what its author forwards begins, as far as marked."""

    def __init__(self, html: str, *, forwarded: bool) -> None:
        self.lines: list[Line] = []
        self.elements: list[Element] = []
        self.forward = len(html)
        self._html = html
        self._forwarded = forwarded
        self._pieces: list[str] = []
        self._start = self._end = 0
        self._element = -1
        self._open = ""  # the element whose end closes the marked one
        self._depth = 0
        self._ended = False  # the rest is marked, or forwarded
        self._hints = elements.hints_in(html)
        self._walk()

    def kinds(self) -> list[str]:
        """What the markup says of each line."""
        return [self.elements[line.element].kind if line.element >= 0 else VISIBLE for line in self.lines]

    def block_start(self, position: int) -> int:
        """Back over the tags that hold the first word of a line, so that its markup goes along."""
        while position > 0 and self._html[position - 1] == ">":
            opening = self._html.rfind("<", max(0, position - 1000), position)
            if opening == -1 or self._html[opening + 1 : opening + 2] == "/":
                break
            position = opening
        return position

    def past_closing(self, position: int) -> int:
        """Forward over the end tags that follow the last word of a line."""
        while (tag := _TAG.match(self._html, position)) is not None and tag[1]:
            position = tag.end()
        return position

    def _walk(self) -> None:
        position, unread, html = 0, "", self._html
        for tag in _TAG.finditer(html):
            slash, name, attributes = tag.groups()
            if unread:
                if slash and name.lower() == unread:
                    unread, position = "", tag.end()
                continue
            start = tag.start()
            if start > position:
                self._add_text(html[position:start], position)
            position = tag.end()
            if name is None:  # a comment, or a word to the program
                continue
            name = name.lower()
            if name in _UNREAD and not slash:
                unread = name
            else:
                self._see_tag(tag, name, attributes, closing=bool(slash))
        if not unread:
            self._add_text(self._html[position:], position)
        self._end_line()
        if self._open:
            self.elements[self._element].end = len(self._html)

    def _see_tag(self, tag: re.Match[str], name: str, attributes: str, *, closing: bool) -> None:
        if name in _BLOCKS:
            self._break(tag, name)
        elif name == "img" and not elements.is_tiny(attributes):
            self._end_line()
            self._add_line(PICTURE, tag.start(), tag.end())
        if self._open:
            if name == self._open and not attributes.endswith("/"):
                self._depth += -1 if closing else 1
                if not self._depth:
                    self._close(tag.end())
        elif not (closing or self._ended) and (name in _MARKED_BY_NAME or (attributes and self._is_hinted(attributes))):
            self._see_mark(tag, name, attributes)

    def _is_hinted(self, attributes: str) -> bool:
        if not self._hints:
            return False
        lowered = attributes.lower()
        return any(hint in lowered for hint in self._hints)

    def _break(self, tag: re.Match[str], name: str) -> None:
        """A line ends, and a paragraph, or an empty line, puts a distance after it."""
        was_empty = not self._pieces
        self._end_line()
        if (name in _PARAGRAPHS or (name == "br" and was_empty)) and self.lines and self.lines[-1].text:
            self._add_line("", tag.start(), tag.start())
        elif name == "hr":
            self._add_line(RULED, tag.start(), tag.end())

    def _see_mark(self, tag: re.Match[str], name: str, attributes: str) -> None:
        if elements.starts_signature(attributes):
            self._end_line()
            self._add_line(SIGNED, tag.start(), tag.start())
        if elements.marks_rest(attributes):
            self._ended = True
            if self._forwarded:
                self.forward = tag.start()
            else:
                self._begin(QUOTED, tag.start())
                self.elements[-1].end = len(self._html)
        elif name in _VOID:
            return
        elif self._quotes(name, attributes):
            if self._is_forward_at(tag.end()):
                self.forward, self._ended = tag.start(), True
            else:
                self._begin(QUOTED, tag.start(), name)
        elif name == "signature" or elements.marks_signature(attributes):
            self._begin(SIGNATURE, tag.start(), name)

    def _begin(self, kind: str, start: int, name: str = "") -> None:
        self._end_line()
        self.elements.append(Element(kind, start, start))
        self._element = len(self.elements) - 1
        self._open, self._depth = name, 1

    def _close(self, end: int) -> None:
        self._end_line()
        self.elements[self._element].end = end
        self._element, self._open = -1, ""

    def _quotes(self, name: str, attributes: str) -> bool:
        if name == "blockquote":
            return elements.is_cited(attributes) or self._follows_attribution()
        return elements.marks_quote(attributes)

    def _follows_attribution(self) -> bool:
        self._end_line()
        last = [line.text for line in self.lines[-6:] if line.text][-3:]
        return any(
            is_attribution(last[start:], dated=is_dated(last[start]), before_quote=True)
            for start in range(len(last) - 1, -1, -1)
        )

    def _is_forward_at(self, position: int) -> bool:
        """Whether what begins here calls itself a forwarded message."""
        if self._forwarded:
            return True
        head = re.sub(r"<[^<>]{0,1000}>", "\n", self._html[position : position + _MOST_HEAD])
        filled = [line for line in unescape(head).split("\n") if line.strip()]
        return any(FORWARDED.match(line[:LOOKED_AT]) for line in filled[:3])

    def _add_text(self, piece: str, start: int) -> None:
        if not piece.strip():
            return
        if not self._pieces:
            self._start = start + len(piece) - len(piece.lstrip())
        self._end = start + len(piece.rstrip())
        if len(self._pieces) < _MOST_PIECES:
            text = " ".join(unescape(piece[: 4 * LOOKED_AT]).split())
            if text:
                self._pieces.append(text)

    def _end_line(self) -> None:
        if self._pieces:
            text = " ".join(self._pieces)
            self._pieces = []
            self._add_line(text, self._start, self._end)

    def _add_line(self, text: str, start: int, end: int) -> None:
        self.lines.append(Line(text, start, end, self._element))
