"""Texts as sentences, questions among them, in the four languages. Pure."""

import re
from typing import Final

MOST_CHARS: Final = 20_000
"""Longer texts are read to here: whoever writes more is not helped by hints."""

# The Armenian full stop looks like a colon, and is often typed as one; a question mark stands inside its word.
_END = re.compile(r"(?<=[.!?…։])[\"»”')\]]*\s+|(?<=[\u0531-\u0587]:)\s+|\n\s*\n|\n(?=\s*(?:[-–•*]|\d+[.)])\s)")
_WORD = re.compile(r"[^\W\d_][\w'\u2019\u055a-\u055f-]*")
_SPACE = re.compile(r"\s+")


def sentences(text: str) -> list[str]:
    """The sentences of a text, each on one line."""
    found = (_SPACE.sub(" ", part).strip() for part in _END.split(text[:MOST_CHARS]))
    return [sentence for sentence in found if sentence]


def words(text: str) -> list[str]:
    """Its words, without numbers."""
    return _WORD.findall(text)


def is_question(sentence: str) -> bool:
    """Whether it asks, by its mark: `?`, or the Armenian one inside a word."""
    return "?" in sentence or "\u055e" in sentence


def questions(text: str) -> list[str]:
    """The sentences that ask; what only asks how one is, or a bare mark, is none."""
    return [sentence for sentence in sentences(text) if is_question(sentence) and len(words(sentence)) >= 2]


def shortened(text: str, length: int) -> str:
    """At most so many characters, ending at a word."""
    flat = _SPACE.sub(" ", text).strip()
    if len(flat) <= length:
        return flat
    cut = flat[:length].rsplit(" ", 1)[0]
    return f"{cut}…"
