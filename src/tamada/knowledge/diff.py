"""What changed between two texts, word by word: paragraphs are matched first, then the words of those that differ."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

_BLOCK: Final = re.compile(r".*?(?:</(?:p|h[2-4]|li|blockquote|pre|tr|figure|dt|dd)>|<hr>|$)", re.DOTALL)
_PIECE: Final = re.compile(r"<[^>]+>|&[#\w]+;|\w+|\s+|[^\w\s<&]")


class Compared(NamedTuple):
    """Both sides as HTML: what is gone stands in `<del>` on the left, what is new in `<ins>` on the right."""

    before: str
    after: str

    @property
    def is_same(self) -> bool:
        """Whether no word differs."""
        return "<del>" not in self.before and "<ins>" not in self.after


def compare(before: str, after: str) -> Compared:
    """Two cleaned texts beside each other."""
    old, new = _blocks(before), _blocks(after)
    left: list[str] = []
    right: list[str] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            left += old[i:j]
            right += new[k:m]
        else:
            one, other = _words("".join(old[i:j]), "".join(new[k:m]))
            left.append(one)
            right.append(other)
    return Compared("".join(left), "".join(right))


def _blocks(html: str) -> list[str]:
    return [block for block in _BLOCK.findall(html) if block]


def _words(before: str, after: str) -> tuple[str, str]:
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    gone: set[int] = set()
    fresh: set[int] = set()
    for kind, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
        if kind != "equal":
            gone.update(range(i, j))
            fresh.update(range(k, m))
    return "".join(_marked(old, gone, "del")), "".join(_marked(new, fresh, "ins"))


def _marked(pieces: Sequence[str], changed: set[int], tag: str) -> Iterator[str]:
    """The pieces, runs of changed words in an element of this name; tags stay outside of it."""
    is_open = False
    for index, piece in enumerate(pieces):
        wanted = index in changed and not piece.startswith("<") and (is_open or not piece.isspace())
        if wanted != is_open:
            yield f"<{tag}>" if wanted else f"</{tag}>"
            is_open = wanted
        yield piece
    if is_open:
        yield f"</{tag}>"
