"""A conversation in a few lines for whoever takes it over: what stands in it, picked out and not retold. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from . import phrases
from .sentences import LONGEST, MOST_CHARS, questions, sentences, shortened
from .wishes import gist, says_something, wish

MOST_QUESTIONS: Final = 3
MOST_PROMISES: Final = 4
MOST_FACTS: Final = 8

_CURRENCY = r"(?:֏|դրամ\w*|драм\w*|dram\w*|amd|₾|ლარ\w*|лари|gel|lari|₽|руб\w*|rub|\$|usd|долл\w*|€|eur|евро)"
# Each repetition is bounded: a page of digits or of letters must cost no more than any other page.
_FACTS: Final = (
    re.compile(
        rf"(?:[$€₾֏₽]\s?)\d[\d\s.,]{{0,20}}\d|(?<!\d)\d[\d\u00a0 .,]{{0,20}}\s?{_CURRENCY}(?!\w)", re.IGNORECASE
    ),
    re.compile(r"(?:№|#|\bno\.?\s?|\bN\s?)\s?[A-Z]{0,4}-?\d[\w-]{1,24}", re.IGNORECASE),
    re.compile(r"\b[A-Z]{1,5}[-/]?\d{3,20}[\w/-]{0,30}\b"),
    re.compile(r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b"),
    re.compile(r"\+\d[\d\s().-]{7,16}\d|\b0\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}\b"),
    re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
    re.compile(r"\b\d{5,12}\b"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One message: whether it came from the customer, who wrote it, and its visible text."""

    from_customer: bool
    author: str
    text: str
    at: datetime
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """What somebody of ours said would be."""

    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known: each part in the words in which it was said, and empty where there is nothing.

    `wants` is what they asked first, and `now` what they wrote last, where that is something else. `tried` names what
    the assistant did, as pairs of a code (`models.What`) and a title; whoever reads the database adds it.
    """

    wants: str
    now: str
    open_questions: tuple[str, ...]
    answered: str
    promises: tuple[Promise, ...]
    facts: tuple[str, ...]
    tried: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.wants or self.answered or self.facts)


def summarise(said: Sequence[Line]) -> Summary:
    """The messages, oldest first, in short."""
    theirs = [one for one in said if one.from_customer]
    ours = [one for one in said if not one.from_customer and not one.is_automatic]
    last_answer = ours[-1].at if ours else None
    unanswered = [one for one in theirs if last_answer is None or one.at > last_answer]
    asked = [question for one in unanswered for question in questions(one.text)]
    wants, now = _wishes(theirs)
    return Summary(
        wants=wants,
        now=now,
        open_questions=tuple(_short(asked[-MOST_QUESTIONS:])),
        answered=gist(ours[-1].text) if ours else "",
        promises=tuple(_promises(ours)[-MOST_PROMISES:]),
        facts=tuple(_facts(one.text for one in theirs)),
    )


def _wishes(theirs: Sequence[Line]) -> tuple[str, str]:
    """What they asked first that is more than a greeting; and last, if that is something else."""
    telling = [one.text for one in theirs if says_something(one.text)]
    if not telling:
        return "", ""
    first, last = wish(telling[0]), wish(telling[-1])
    return first, last if last != first else ""


def _promises(ours: Iterable[Line]) -> list[Promise]:
    return [
        Promise(shortened(sentence, LONGEST), one.author, one.at)
        for one in ours
        for sentence in sentences(one.text)
        if phrases.PROMISE.search(sentence) and "?" not in sentence
    ]


def _facts(texts: Iterable[str]) -> list[str]:
    """Numbers, sums, days and addresses, each once; one inside another is no fact of its own."""
    found: dict[str, None] = {}
    matches = (match for text in texts for pattern in _FACTS for match in pattern.finditer(text[:MOST_CHARS]))
    for match in matches:
        _note(found, " ".join(match.group().split()).strip(".,"))
        if len(found) == MOST_FACTS:
            break
    return list(found)


def _note(found: dict[str, None], fact: str) -> None:
    if fact and not any(fact in known for known in found):
        found[fact] = None


def _short(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(shortened(text, LONGEST) for text in texts))
