"""Folding plain text, line by line."""

from collections.abc import Sequence
from typing import NamedTuple

from tamada.kit.quotes.reader import QUOTED, SIGNATURE, VISIBLE, Reader


class Folded(NamedTuple):
    """A text in three: what its author wrote, what they quoted, and their signature."""

    visible: str
    quoted: str
    signature: str


def fold(text: str, language: str = "", *, forwarded: bool = False) -> Folded:
    """Fold the quotes and the signature of a plain text away.

    `forwarded` says that the subject calls it a forward: then a block of From, Sent, To and Subject opens what was
    forwarded, and stays. `language` is a hint that needs no answer: the marks of all languages are looked for, since
    people write one language in a program that speaks another.
    """
    lines = text.split("\n")
    return folded_lines(lines, Reader(lines, forwarded=forwarded).kinds())


def folded_lines(lines: Sequence[str], kinds: Sequence[str]) -> Folded:
    """Lines of known kinds as a text in three; nothing is folded when nothing would stay."""
    visible = _joined(lines, kinds, VISIBLE)
    if not visible.strip():
        return Folded("\n".join(lines).strip("\n"), "", "")
    return Folded(visible, _joined(lines, kinds, QUOTED), _joined(lines, kinds, SIGNATURE))


def _joined(lines: Sequence[str], kinds: Sequence[str], kind: str) -> str:
    """The lines of one kind; where others stood between them, one blank line at most."""
    out: list[str] = []
    previous = -1
    for position, line in enumerate(lines):
        if kinds[position] != kind:
            continue
        if out and previous != position - 1 and out[-1].strip():
            out.append("")
        elif out and previous != position - 1 and not line.strip():
            continue
        out.append(line)
        previous = position
    return "\n".join(out).strip("\n").rstrip()
