"""Texts as sentences, questions among them, in the four languages. Pure."""

import re
from typing import Final

from tamada.kit.text import speech

MOST_CHARS: Final = 20_000
"""Longer texts are read to here: whoever writes more is not helped by hints."""

LONGEST: Final = 240
"""So much of somebody's words is told in one line."""

_WORD = re.compile(r"[^\W\d_][\w'\u2019\u055a-\u055f-]*")
_SPACE = re.compile(r"\s+")


def sentences(text: str) -> list[str]:
    """The sentences of a text, each on one line."""
    return speech.sentences(text[:MOST_CHARS])


def words(text: str) -> list[str]:
    """Its words, without numbers."""
    return _WORD.findall(text)


def questions(text: str) -> list[str]:
    """The sentences that ask; what only asks how one is, or a bare mark, is none."""
    return [
        sentence for sentence in sentences(text) if speech.has_question_mark(sentence) and len(words(sentence)) >= 2
    ]


def shortened(text: str, length: int) -> str:
    """At most so many characters, ending at a word."""
    flat = _SPACE.sub(" ", text).strip()
    if len(flat) <= length:
        return flat
    cut = flat[:length].rsplit(" ", 1)[0]
    return f"{cut}…"
