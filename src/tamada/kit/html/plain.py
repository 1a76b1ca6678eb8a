"""HTML as plain text, and plain text as HTML."""

import html as html_entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import nh3

from tamada.kit.html.markup import (
    SWALLOWED,
    TAG,
    TAGS,
    attributes_of,
    link_attributes,
    readable,
    safe_link,
    within_limits,
    written_attributes,
)

_text_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=SWALLOWED,
    attributes={"a": {"href"}, "img": {"alt"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)

_PARAGRAPHS = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "table", "blockquote", "figure")
)
_BLOCKS = frozenset(
    """address article aside caption center dd details div dt figcaption footer header li main nav section summary tbody
    tfoot thead tr""".split()  # noqa: SIM905
)
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_MOST_QUOTING = 8


@dataclass(slots=True)
class _TextWriter:
    """Turns the tags and texts of clean HTML into lines."""

    lines: list[str] = field(default_factory=list)
    item: str = ""
    gap: bool = False
    quoting: int = 0
    last_quoting: int = 0
    preformatted: int = 0
    lists: list[int | None] = field(default_factory=list)
    links: list[tuple[str, int, int]] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    def text(self, raw: str) -> None:
        text = html_entities.unescape(raw)
        if self.preformatted:
            first, *rest = text.split("\n")
            self.pieces.append(first)
            for line in rest:
                self.break_line()
                self.pieces.append(line)
            return
        text = _SPACES.sub(" ", text)
        if text.startswith(" ") and self._at_space():
            text = text[1:]
        if text:
            self.pieces.append(text)

    def _at_space(self) -> bool:
        return not self.pieces or self.pieces[-1].endswith(" ")

    def break_line(self) -> None:
        line = "".join(self.pieces)
        line = (self.item + (line.rstrip() if self.preformatted else line.strip())).rstrip()
        self.item = ""
        self.pieces.clear()
        quoting = min(self.quoting, _MOST_QUOTING)
        if self.gap and self.lines:
            self.lines.append(("> " * min(quoting, self.last_quoting)).rstrip())
        self.gap, self.last_quoting = False, quoting
        self.lines.append(("> " * quoting + line).rstrip())

    def end_block(self) -> None:
        if any(piece.strip() for piece in self.pieces):
            self.break_line()
        else:
            self.pieces.clear()

    def paragraph(self) -> None:
        self.end_block()
        if not self.item:
            self.gap = True

    def open(self, name: str, attributes: dict[str, str]) -> None:
        if name == "br":
            self.break_line()
        elif name == "img":
            self._picture(attributes.get("alt", ""))
        elif name in ("td", "th"):
            self._cell()
        elif name == "a":
            self.links.append((attributes.get("href", ""), len(self.lines), len(self.pieces)))
        elif name == "li":
            self._item()
        elif name == "hr":
            self.paragraph()
            self.pieces.append("---")
            self.paragraph()
        elif name in _PARAGRAPHS:
            self._open_paragraph(name, attributes)
        elif name in _BLOCKS:
            self.end_block()

    def _open_paragraph(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("ul", "ol") and self.lists:
            self.end_block()
        else:
            self.paragraph()
        if name == "blockquote":
            self.quoting += 1
        elif name == "pre":
            self.preformatted += 1
        elif name == "ul":
            self.lists.append(None)
        elif name == "ol":
            start = attributes.get("start", "")
            self.lists.append(int(start) if start.isdecimal() and len(start) < 6 else 1)

    def close(self, name: str) -> None:
        if name == "a":
            self._close_link()
        elif name in ("ul", "ol") and self.lists:
            self.lists.pop()
            if self.lists:
                self.end_block()
            else:
                self.paragraph()
        elif name == "blockquote":
            self.end_block()
            self.quoting = max(0, self.quoting - 1)
            self.paragraph()
        elif name == "pre":
            self.end_block()
            self.preformatted = max(0, self.preformatted - 1)
            self.paragraph()
        elif name in _PARAGRAPHS:
            self.paragraph()
        elif name in _BLOCKS:
            self.end_block()

    def _picture(self, alternative: str) -> None:
        words = " ".join(alternative.split())
        if words:
            self.pieces.append(f"[{words}]")

    def _cell(self) -> None:
        if any(piece.strip() for piece in self.pieces):
            self.pieces[-1] = self.pieces[-1].rstrip()
            self.pieces.append(" | ")

    def _item(self) -> None:
        self.end_block()
        indent = "  " * min(max(len(self.lists) - 1, 0), 8)
        if self.lists and self.lists[-1] is not None:
            self.item = f"{indent}{self.lists[-1]}. "
            self.lists[-1] += 1
        else:
            self.item = f"{indent}- "

    def _close_link(self) -> None:
        if not self.links:
            return
        address, line, piece = self.links.pop()
        if not address or line != len(self.lines):
            return
        words = "".join(self.pieces[piece:]).strip()
        plain = address.removeprefix("mailto:").removeprefix("tel:")
        if words and _bare(words) != _bare(plain) and len(plain) <= 500:
            self.pieces.append(f" ({plain})")

    def result(self) -> str:
        self.end_block()
        text = "\n".join(self.lines).replace("\u00a0", " ")
        return _BLANK_LINES.sub("\n\n", text).strip("\n ")


def _bare(address: str) -> str:
    return address.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _pieces(html: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    """The texts of clean HTML, each with the tag that follows it."""
    end = 0
    for match in TAG.finditer(html):
        yield html[end : match.start()], match
        end = match.end()
    yield html[end:], None


def text_of_clean(html: str) -> str:
    """Cleaned HTML as plain text."""
    writer = _TextWriter()
    for text, tag in _pieces(html):
        if text:
            writer.text(text)
        if tag is None:
            continue
        if tag[1]:
            writer.close(tag[2])
        else:
            attributes = attributes_of(tag[3])
            writer.open(tag[2], attributes)
    return writer.result()


_UNREAD = re.compile(r"(script|style|title)\b", re.IGNORECASE)


def crude_text(html: str) -> str:
    """What HTML says when it is too tangled to parse: its tags cut out, in one pass."""
    first, *pieces = readable(html).split("<")
    texts, unread = [first], ""
    for piece in pieces:
        if unread:
            if piece[1 : len(unread) + 1].lower() != unread or not piece.startswith("/"):
                continue
            unread = ""
        opened = _UNREAD.match(piece)
        if opened:
            unread = opened[1].lower()
        elif piece[:1].isalpha() or piece[:1] in ("/", "!", "?"):
            texts.append(piece.partition(">")[2])
        else:
            texts.append("<" + piece)
    lines = (" ".join(line.split()) for line in html_entities.unescape(" ".join(texts)).splitlines())
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def to_text(html: str) -> str:
    """What HTML says, as readable plain text: lists, quotes, table rows and links' addresses keep their place.

    Never fails: HTML too tangled to parse loses its tags crudely. Only the first two million characters are read.
    """
    source = within_limits(html)
    return crude_text(html) if source is None else text_of_clean(_text_cleaner.clean(source))


_AUTO_LINK = re.compile(
    r"""\b(?:(https?://[^\s<>"']{1,2000})|([\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})\b)""", re.IGNORECASE
)
_TRAILING = ".,;:!?)]}»”’՝։…"


def from_text(text: str, *, links: bool = True) -> str:
    """Plain text as safe HTML: paragraphs at blank lines, ``<br>`` at line ends, web and mail addresses as links."""
    blocks = re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.replace("\r\n", "\n").replace("\r", "\n").strip("\n"))
    convert = _linked if links else html_entities.escape
    return "".join(f"<p>{convert(block).replace(chr(10), '<br>')}</p>" for block in blocks if block.strip())


def _linked(text: str) -> str:
    written, end = [], 0
    for match in _AUTO_LINK.finditer(text):
        address = match.group().rstrip(_TRAILING)
        if match[1] and match.group().startswith(address + ")") and address.count("(") > address.count(")"):
            address += ")"
        href = safe_link(address if match[1] else f"mailto:{address}")
        if not href:
            continue
        written.append(html_entities.escape(text[end : match.start()]))
        written.append(f"<a{written_attributes(link_attributes({'href': href}))}>{html_entities.escape(address)}</a>")
        end = match.start() + len(address)
    return "".join(written) + html_entities.escape(text[end:])
