"""How an answer reads before it is sent: hints by rules, in the four languages. They never stand in the way. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tamada.kit.text import analyse, detect_language
from tamada.kit.text.speech import GREETING

from . import phrases
from .sentences import MOST_CHARS, questions, sentences, shortened, words

MOST: Final = 4
"""More hints than this are not read."""

LONG_SENTENCE: Final = 35
_SHOUTED_WORDS: Final = 3
_SHOUTED_LETTERS: Final = 15
_SHOWN: Final = 80
_TELLING_TERM: Final = 4
_ENOUGH_TO_TELL: Final = 20
_EXCLAIMED: Final = re.compile(r"[!\u055c]{2,}|(?:\?!|!\?)")
_QUOTED_LINE: Final = re.compile(r"^\s*>.*$", re.MULTILINE)


class Hint(StrEnum):
    """What may be wrong; the desk says it in words."""

    GAP = "gap"
    ATTACHMENT = "attachment"
    LANGUAGE = "language"
    SHOUTING = "shouting"
    HARSH = "harsh"
    GREETING = "greeting"
    UNANSWERED = "unanswered"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Finding:
    """One hint, with the words that it is about."""

    hint: Hint
    words: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is about to be sent, and what is known around it. `question` is what the customer wrote last."""

    text: str
    question: str = ""
    language: str = ""
    has_files: bool = False
    is_first: bool = False


def findings(letter: Letter) -> list[Finding]:
    """The hints, the most urgent first; none for what is hardly begun."""
    text = _QUOTED_LINE.sub("", letter.text[:MOST_CHARS]).strip()
    if not text:
        return []
    rules = (_gaps, _attachment, _language, _shouting, _harsh, _greeting, _unanswered, _long)
    found = (finding for rule in rules for finding in rule(text, letter))
    return [finding for finding, _n in zip(found, range(MOST), strict=False)]


def _gaps(text: str, _letter: Letter) -> Iterator[Finding]:
    if gap := phrases.GAP.search(text):
        yield Finding(Hint.GAP, gap.group())


def _attachment(text: str, letter: Letter) -> Iterator[Finding]:
    if not letter.has_files and (said := phrases.ATTACHED.search(text)):
        yield Finding(Hint.ATTACHMENT, said.group())


def _language(text: str, letter: Letter) -> Iterator[Finding]:
    spoken = detect_language(text) if sum(map(str.isalpha, text)) >= _ENOUGH_TO_TELL else ""
    if letter.language and spoken and spoken != letter.language:
        yield Finding(Hint.LANGUAGE, letter.language)


def _shouting(text: str, _letter: Letter) -> Iterator[Finding]:
    if loud := _EXCLAIMED.search(text):
        start = max(0, loud.start() - 24)
        yield Finding(Hint.SHOUTING, shortened(text[start : loud.end()].rpartition("\n")[2], _SHOWN))
        return
    run: list[str] = []
    for word in [*words(text), ""]:
        if len(word) > 1 and word.isupper():
            run.append(word)
            continue
        if len(run) >= _SHOUTED_WORDS and sum(map(len, run)) >= _SHOUTED_LETTERS:
            yield Finding(Hint.SHOUTING, shortened(" ".join(run), _SHOWN))
            return
        run = []


def _harsh(text: str, _letter: Letter) -> Iterator[Finding]:
    if said := phrases.HARSH.search(text):
        yield Finding(Hint.HARSH, said.group())


def _greeting(text: str, letter: Letter) -> Iterator[Finding]:
    beginning = text[:120]
    if letter.is_first and len(words(text)) >= 4 and not GREETING.search(beginning):
        yield Finding(Hint.GREETING)


def _unanswered(text: str, letter: Letter) -> Iterator[Finding]:
    """Of several questions one that the answer has no word of. A single one may be answered by any words."""
    asked = questions(letter.question)
    if len(asked) < 2 or len(words(text)) < 3:
        return
    said = _terms(text)
    for question in asked:
        terms = _terms(question)
        if terms and not terms & said:
            yield Finding(Hint.UNANSWERED, shortened(question, _SHOWN))
            return


def _terms(text: str) -> set[str]:
    return {term for term in analyse(text) if len(term) >= _TELLING_TERM or term.isdigit()}


def _long(text: str, _letter: Letter) -> Iterator[Finding]:
    for sentence in sentences(text):
        if len(words(sentence)) > LONG_SENTENCE:
            yield Finding(Hint.LONG, shortened(sentence, _SHOWN))
            return
