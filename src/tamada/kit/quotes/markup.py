"""Folding HTML, tag by tag."""

import re
from html import unescape
from typing import NamedTuple

from tamada.kit.quotes.marks import ANY_CASE, FORWARDED, LOOKED_AT, ORIGINAL, REPLY_ABOVE, is_attribution, opens_headers

_TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9:]{0,20})([^<>]{0,4000})>)", re.DOTALL)
_BLOCKS = frozenset(
    (
        *("p", "div", "br", "hr", "table", "tr", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "center"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "body", "html", "section", "article", "header", "footer"),
    )
)
_VOID = frozenset(
    ("br", "hr", "img", "meta", "link", "input", "col", "wbr", "area", "base", "embed", "source", "track", "param")
)
_UNREAD = frozenset(("style", "script", "title", "head"))
_QUOTE_CLASS = re.compile(
    r"(?:gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|mail-quote|spark_quote|moz-cite-prefix|"
    r"moz-forward-container|iosymail|mailcontainer_quote|quoted-text|reply-quote)",
    ANY_CASE,
)
_CONTAINER_MARK = re.compile(
    r"""(?:class\s{0,3}=\s{0,3}["']?[^"'>]{0,300}\b(?:x_)?"""
    + _QUOTE_CLASS.pattern
    + r"""|data-marker\s{0,3}=\s{0,3}["']?__quoted_text__|"""
    r"""id\s{0,3}=\s{0,3}["']?(?:x_)?(?:yahoo_quoted|isreplycontent|replybody))""",
    ANY_CASE,
)
_REST_MARK = re.compile(
    r"""id\s{0,3}=\s{0,3}["']?(?:x_)*(?:divrplyfwdmsg|appendonsend|stopspelling|"""
    r"""mail-editor-reference-message-container|olk_src_body_section)""",
    ANY_CASE,
)
_OUTLOOK_RULE = re.compile(
    r"""style\s{0,3}=\s{0,3}["'][^"'>]{0,80}border:\s?none;\s?border-top:\s?solid #(?:e1e1e1|b5c4df) 1\.0pt""",
    ANY_CASE,
)
_CITED = re.compile(
    r"""type\s{0,3}=\s{0,3}["']?cite|class\s{0,3}=\s{0,3}["']?[^"'>]{0,300}(?:quote|cite)|border-left""", ANY_CASE
)
_MOST_HEAD = 3_000


class FoldedHtml(NamedTuple):
    """HTML in two. Both are cut from the source and may lack end tags: clean them before they are shown."""

    visible: str
    quoted: str


class _Line(NamedTuple):
    """A line of HTML as people see it, and where it begins in the source."""

    start: int
    text: str


def fold_html(html: str, *, forwarded: bool = False) -> FoldedHtml:
    """Split HTML into what its author wrote and what they quoted.

    Knows the marks of Gmail, Outlook, Yahoo, Apple Mail, Thunderbird, Mail.ru, Yandex and Proton, and else the words
    that plain text is folded by. Run it before cleaning, which drops the marks.
    """
    scan = _HtmlScan(html, forwarded=forwarded)
    ranges = scan.quoted_ranges()
    if not ranges:
        return FoldedHtml(html, "")
    visible: list[str] = []
    quoted: list[str] = []
    position = 0
    for start, end in ranges:
        visible.append(html[position:start])
        quoted.append(html[start:end])
        position = end
    visible.append(html[position:])
    shown = "".join(visible)
    if not _says_something(shown):
        return FoldedHtml(html, "")
    return FoldedHtml(shown, "".join(quoted))


def _says_something(html: str) -> bool:
    scan = _HtmlScan(html, forwarded=False)
    return any(line.text.strip(" \u00a0\u200b\ufeff") for line in scan.lines) or "<img" in html.lower()


class _HtmlScan:
    """One walk over the tags: the lines, and the elements that mark a quote."""

    def __init__(self, html: str, *, forwarded: bool) -> None:
        self.lines: list[_Line] = []
        self._html = html
        self._forwarded = forwarded
        self._ranges: list[tuple[int, int]] = []
        self._rest = len(html)
        self._line: list[str] = []
        self._line_start = 0
        self._open = ""  # the element whose end closes the quote that is open
        self._depth = 0
        self._quote_start = 0
        self._walk()

    def quoted_ranges(self) -> list[tuple[int, int]]:
        """Where quotes stand, in order and apart from each other."""
        rest = min(self._rest, self._rest_by_words())
        wanted = [(self._with_attribution(start), min(end, rest)) for start, end in self._ranges if start < rest]
        if rest < len(self._html):
            wanted.append((rest, len(self._html)))
        ranges: list[tuple[int, int]] = []
        for start, end in wanted:
            free = max(start, ranges[-1][1]) if ranges else start
            if free < end:
                ranges.append((free, end))
        return ranges

    def _walk(self) -> None:
        position, unread = 0, ""
        while (tag := _TAG.search(self._html, position)) is not None:
            if not unread and tag.start() > position:
                self._add_text(self._html[position : tag.start()], position)
            position = tag.end()
            name = (tag[2] or "").lower()
            if not name:
                position = self._html.find("-->", position)
                if position == -1:  # the comment runs to the end
                    position = len(self._html)
                continue
            if unread:
                unread = "" if tag[1] and name == unread else unread
                continue
            if name in _UNREAD and not tag[1]:
                unread = name
                continue
            if name in _BLOCKS:
                self._end_line()
            self._see_tag(tag, name, closing=bool(tag[1]))
        if not unread:
            self._add_text(self._html[position:], position)
        self._end_line()
        if self._open:
            self._ranges.append((self._quote_start, len(self._html)))

    def _see_tag(self, tag: re.Match[str], name: str, *, closing: bool) -> None:
        if self._open:
            if name == self._open and not tag[3].endswith("/"):
                self._depth += -1 if closing else 1
                if not self._depth:
                    self._ranges.append((self._quote_start, tag.end()))
                    self._open = ""
            return
        if closing or self._rest < len(self._html):
            return
        attributes = tag[3]
        if self._marks_rest(attributes):
            if not self._forwarded:
                self._rest = tag.start()
        elif name not in _VOID and self._marks_quote(name, attributes) and not self._is_forward_at(tag.end()):
            self._open, self._depth, self._quote_start = name, 1, tag.start()

    def _marks_rest(self, attributes: str) -> bool:
        return bool(attributes) and (_REST_MARK.search(attributes) or _OUTLOOK_RULE.search(attributes)) is not None

    def _marks_quote(self, name: str, attributes: str) -> bool:
        if name == "blockquote":
            return _CITED.search(attributes) is not None or self._follows_attribution()
        return bool(attributes) and _CONTAINER_MARK.search(attributes) is not None

    def _follows_attribution(self) -> bool:
        last = [line.text for line in self.lines[-3:]]
        return any(is_attribution(last[-length:], before_quote=True) for length in range(1, len(last) + 1))

    def _is_forward_at(self, position: int) -> bool:
        """Whether what begins here calls itself a forwarded message."""
        if self._forwarded:
            return True
        head = re.sub(r"<[^<>]{0,1000}>", "\n", self._html[position : position + _MOST_HEAD])
        filled = [line for line in unescape(head).split("\n") if line.strip()]
        return any(FORWARDED.match(line[:LOOKED_AT]) for line in filled[:3])

    def _add_text(self, piece: str, start: int) -> None:
        if self._open or not piece.strip():
            return
        if not self._line:
            self._line_start = start
        if len(self._line) < 50:
            self._line.append(" ".join(unescape(piece[: 4 * LOOKED_AT]).split()))

    def _end_line(self) -> None:
        if self._line:
            self.lines.append(_Line(self._line_start, " ".join(self._line)[:LOOKED_AT]))
            self._line = []

    def _with_attribution(self, start: int) -> int:
        """`start` of a quote, or where the line above that says who wrote it begins."""
        before = self._lines_before(start)
        for length in range(1, len(before) + 1):
            if is_attribution([line.text for line in before[-length:]], before_quote=True):
                return self._line_block_start(before[-length].start)
        return start

    def _lines_before(self, position: int) -> list[_Line]:
        low, high = 0, len(self.lines)
        while low < high:
            middle = (low + high) // 2
            if self.lines[middle].start < position:
                low = middle + 1
            else:
                high = middle
        return self.lines[max(low - 3, 0) : low]

    def _rest_by_words(self) -> int:
        """Where words alone say that the rest is quoted: an original message, or a block of headers."""
        texts = [line.text for line in self.lines]
        for number, line in enumerate(self.lines):
            if FORWARDED.match(line.text):
                break
            if ORIGINAL.match(line.text) or REPLY_ABOVE.match(line.text) or opens_headers(texts, number):
                return len(self._html) if self._forwarded else self._line_block_start(line.start)
        return len(self._html)

    def _line_block_start(self, position: int) -> int:
        """Back over the tag that holds the first word of a line, so that its markup goes along."""
        while position > 0 and self._html[position - 1] == ">":
            opening = self._html.rfind("<", max(0, position - 1000), position)
            if opening == -1 or self._html[opening + 1 : opening + 2] == "/":
                break
            position = opening
        return position
