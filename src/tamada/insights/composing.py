"""An article's first words out of how a question was answered often: what several answers say. Pure.

What one answer says alone is about one case: a date, a room, a promise. It stands below, to choose from.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tamada.core.personal import GONE
from tamada.kit.text import speech

from .clustering import terms

ANSWERS: Final = 3
_LIKE: Final = 0.6
_FEWEST: Final = 2
_SHARE: Final = 0.15
"""Of very many answers so many say what an article should."""
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Composed:
    """Paragraphs that several answers share, and whole answers that say more."""

    body: list[str]
    others: list[str]


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    words: frozenset[str]
    numbers: tuple[str, ...]


_Answer = list[list[_Line]]
"""Its lines, by paragraph."""


def compose(texts: Sequence[str]) -> Composed:
    """Of answers to the same question. A single one is taken whole, for there is nothing to hold it against."""
    answers = _typical_first([_read(text) for text in texts])
    if len(answers) < _FEWEST:
        return Composed([_written(part) for answer in answers for part in answer], [])
    kept: list[_Line] = []
    body = [part for answer in answers if (part := _shared(answer, answers, kept))]
    return Composed([_written(part) for parts in body for part in parts], _others(answers, kept))


def _read(text: str) -> _Answer:
    found = []
    for part in text.split("\n\n"):
        lines = [_line(sentence) for sentence in speech.sentences(part)]
        found += [lines] if lines else []
    return found


def _line(text: str) -> _Line:
    return _Line(text, frozenset(terms(text, "")), tuple(_NUMBER.findall(text)))


def _typical_first(answers: Sequence[_Answer]) -> list[_Answer]:
    words = [{word for line in _lines(answer) for word in line.words} for answer in answers]
    shared = Counter(word for some in words for word in some)
    order = sorted(range(len(answers)), key=lambda at: -sum(shared[word] for word in words[at]) / (8 + len(words[at])))
    return [answers[at] for at in order]


def _lines(answer: _Answer) -> list[_Line]:
    return [line for part in answer for line in part]


def _shared(answer: _Answer, answers: Sequence[_Answer], kept: list[_Line]) -> _Answer:
    """Its paragraphs less what is its own; what is taken is added to `kept`, and not taken again."""
    parts = []
    for part in answer:
        taken = []
        for line in part:
            if line.words and GONE not in line.text and not _holds(kept, line) and _is_shared(line, answers):
                taken.append(line)
                kept.append(line)
        parts += [taken] if taken else []
    return parts


def _is_shared(line: _Line, answers: Sequence[_Answer]) -> bool:
    """Whether several say it, and not each with numbers of its own: the hour of a visit is of one case."""
    like = [one for answer in answers if (one := _like(_lines(answer), line))]
    same = sum(one.numbers == line.numbers for one in like)
    return same >= max(_FEWEST, round(_SHARE * len(answers)), len(like) / 2)


def _holds(lines: Sequence[_Line], wanted: _Line) -> bool:
    """Whether one of the lines says the same."""
    return _like(lines, wanted) is not None


def _like(lines: Sequence[_Line], wanted: _Line) -> _Line | None:
    """What is said alike, rather with the same numbers."""
    found = [line for line in lines if _likeness(line.words, wanted.words) >= _LIKE]
    return next((line for line in found if line.numbers == wanted.numbers), found[0] if found else None)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one), len(other))


def _others(answers: Sequence[_Answer], kept: Sequence[_Line]) -> list[str]:
    """A few answers that say something that is not in the body, and no two that say the same."""
    told: list[str] = []
    said = list(kept)
    for answer in answers:
        lines = [line for line in _lines(answer) if line.words]
        if len(told) < ANSWERS and not all(_holds(said, line) for line in lines):
            told.append("\n\n".join(map(_written, answer)))
            said += lines
    return told


def _written(lines: Sequence[_Line]) -> str:
    return " ".join(line.text for line in lines)
