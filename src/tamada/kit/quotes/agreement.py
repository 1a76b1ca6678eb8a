"""The two bodies of a mail, plain and HTML, folded so that both show the same.

Each has marks that the other lacks: HTML the elements of programs, plain text the "-- " and ">" that HTML draws
otherwise. What one of them folds at its end is folded in the other where its words stand at the end too.
"""

import re
from collections.abc import Sequence

from tamada.kit.quotes.markup import FoldedHtml, HtmlReader
from tamada.kit.quotes.plain import Folded, folded_lines
from tamada.kit.quotes.reader import SIGNATURE, VISIBLE, Reader

_MOST_TAIL = 60
"""Lines at the end that are looked at: a signature and a short quote."""

_SAME = 40
"""Letters by which two beginnings are taken for one."""

# Addresses and names of pictures that only one of the two writes out.
_BESIDE = re.compile(
    r"<\s?[^<>\s]{1,500}\s?>|\[[^\[\]]{1,200}\]|\bhttps?://\S{1,500}|\(https?://[^()\s]{1,500}\)", re.IGNORECASE
)


def fold_both(text: str, html: str, *, forwarded: bool = False) -> tuple[Folded, FoldedHtml]:
    """Fold the plain text and the HTML of one mail."""
    lines = text.split("\n")
    kinds = Reader(lines, forwarded=forwarded).kinds()
    markup = HtmlReader(html, forwarded=forwarded)
    from_text, from_html = _tail(lines, kinds), _tail(markup.texts, markup.kinds)
    _fold_tail(lines, kinds, from_text, from_html)
    _fold_tail(markup.texts, markup.kinds, from_html, from_text)
    return folded_lines(lines, kinds), markup.fold()


def _tail(lines: Sequence[str], kinds: Sequence[str]) -> str:
    """The words of what is folded after the last line that is not."""
    folded: list[str] = []
    for line, kind in zip(reversed(lines), reversed(kinds), strict=True):
        if kind == VISIBLE and _words(line):
            break
        if kind != VISIBLE:
            folded.append(_words(line))
    return "".join(reversed(folded))


def _fold_tail(lines: Sequence[str], kinds: list[str], own: str, other: str) -> None:
    """Fold the last visible lines if they are the first words of what the other body folds and this one does not."""
    if not other or (own and other.startswith(own[:_SAME])):
        return
    said, start, seen = "", len(lines), 0
    for position in range(len(lines) - 1, -1, -1):
        if kinds[position] != VISIBLE:
            continue
        said = _words(lines[position]) + said
        seen += 1
        if seen > _MOST_TAIL or len(said) > len(other):
            break
        if said and other.startswith(said):
            start = position
    if any(kind == VISIBLE and _words(line) for line, kind in zip(lines[:start], kinds[:start], strict=True)):
        kinds[start:] = [SIGNATURE if kind == VISIBLE else kind for kind in kinds[start:]]


def _words(line: str) -> str:
    if "<" in line or "[" in line or "://" in line:
        line = _BESIDE.sub(" ", line)
    return "".join(filter(str.isalnum, line)).casefold()
