"""Folding HTML: the marks that programs leave, and else the words that plain text is folded by."""

from typing import NamedTuple

from tamada.kit.quotes.reader import SIGNED, VISIBLE, Reader
from tamada.kit.quotes.scan import RULED, Scan


class FoldedHtml(NamedTuple):
    """HTML in two: what its author wrote, and what they quoted or signed with.

    Both are cut from the source and may lack tags: clean them before they are shown.
    """

    visible: str
    quoted: str


def fold_html(html: str, *, forwarded: bool = False) -> FoldedHtml:
    """Split HTML into what its author wrote, and the quotes and signature around it.

    Knows the marks of Gmail, Outlook, Yahoo, Apple Mail, Thunderbird, Mail.ru, Yandex, Proton and others. Run it before
    cleaning, which drops the marks.
    """
    return HtmlReader(html, forwarded=forwarded).fold()


class HtmlReader:
    """HTML by lines, each of a kind; further lines can be folded before it is cut."""

    def __init__(self, html: str, *, forwarded: bool = False) -> None:
        self._html = html
        self._scan = Scan(html, forwarded=forwarded)
        self.texts = [line.text for line in self._scan.lines]
        kinds = self._scan.kinds()
        # Lines of a forwarded message, where its element says that it is one, are not looked at.
        end = next((n for n, line in enumerate(self._scan.lines) if line.start >= self._scan.forward), len(kinds))
        self.kinds = [
            *Reader(self.texts[:end], forwarded=forwarded, kinds=kinds[:end]).kinds(),
            *[VISIBLE] * (len(kinds) - end),
        ]

    def fold(self) -> FoldedHtml:
        """Cut. Nothing is folded when nothing would stay."""
        if not self._says_something():
            return FoldedHtml(self._html, "")
        visible: list[str] = []
        quoted: list[str] = []
        position = 0
        for start, end in self._ranges():
            visible.append(self._html[position:start])
            quoted.append(self._html[start:end])
            position = end
        visible.append(self._html[position:])
        return FoldedHtml("".join(visible), "".join(quoted))

    def _says_something(self) -> bool:
        return any(
            kind == VISIBLE and text not in (SIGNED, RULED) and text.strip(" \u00a0\u200b\ufeff\u034f\u00ad")
            for text, kind in zip(self.texts, self.kinds, strict=True)
        )

    def _ranges(self) -> list[tuple[int, int]]:
        """Where the source is folded, in order."""
        ranges: list[tuple[int, int]] = []
        opened, seen, after = -1, 0, -1
        for number, (line, kind) in enumerate(zip(self._scan.lines, self.kinds, strict=True)):
            if not line.text:
                continue
            if kind == VISIBLE and opened >= 0:
                ranges.append((opened, max(opened, self._end_of_fold(after, number))))
                opened = -1
            elif kind != VISIBLE and opened < 0:
                opened = self._start_of_fold(number, seen)
            if kind == VISIBLE:
                seen = line.end
            after = number
        if opened >= 0:
            ranges.append((opened, self._end_of_fold(after, -1)))
        return ranges

    def _start_of_fold(self, number: int, seen: int) -> int:
        """The blank markup between the last visible word and what is folded goes along; `seen` is that word's end."""
        if seen:
            return self._scan.past_closing(seen)
        line = self._scan.lines[number]
        element = self._scan.elements[line.element] if line.element >= 0 else None
        return element.start if element else self._scan.block_start(line.start)

    def _end_of_fold(self, last: int, following: int) -> int:
        element = self._scan.lines[last].element
        if element >= 0:
            return self._scan.elements[element].end
        return self._scan.block_start(self._scan.lines[following].start) if following >= 0 else len(self._html)
