"""Finds the sentences of a message that promise something definite to the customer, and by when.

A sentence promises when a verb of ours is in the future ("I'll send", "перезвоню", "կզանգենք", "დაგირეკავთ") and
nothing takes it back: a question, a condition ("if you send the photo, we will check" asks first, and owes nothing
yet), a habit, a polite formula. Each sentence is judged alone, by words and endings: what is promised between the
lines is not found. `due` tells what the words of time mean.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tamada.kit.text.language import detect_language
from tamada.kit.text.normalise import fold

from .due import read_due
from .words import LANGUAGES, Words

READ = 20_000
"""Characters of a message that are read: nobody promises anything behind ten pages."""
LONGEST_SENTENCE = 600
LONGEST_TEXT = 300
MOST = 5
_WRAPPED = 50
"""A line as long as this without an end of sentence goes on in the next one."""

_QUOTED_LINE = re.compile(r"\s*[>＞]")
_END = re.compile(r"(?<=[!?;…։؟])\s+|(?<=\.)(?<![ap]\.m\.)\s+(?![a-zа-яёա-և])|(?<=[^\W\d_]:)\s+|(?<=[.!?…]\))\s+")
_ENDS = re.compile(r"[.!?:;…։)]\s*$")
_BULLET = re.compile(r"\s*(?:[-*•–—]|\d{1,2}[.)])\s")
_SAID_BY_OTHERS = re.compile(r"«[^«»]{0,300}»|“[^“”]{0,300}”|„[^„“”]{0,300}[“”]|\"[^\"]{0,300}\"")
_QUESTION = re.compile(r"[?՞؟]")


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise."""

    text: str
    """The sentence that promises, trimmed, at most 300 characters."""
    due: datetime | None
    """Aware: by when, as far as the sentence says it; None when it names no time."""


def find_promises(text: str, language: str, *, now: datetime) -> list[Promise]:
    """The first five promises of a message, in its order.

    `now` is aware, in the writer's zone. A sentence is read in `language`; one in the letters of another, or any when
    the language is none of ours, in the language it is found to be in.
    """
    found: list[Promise] = []
    for sentence in _sentences(text[:READ]):
        words = LANGUAGES.get(_language_of(sentence, language))
        clause = _promising(sentence, words) if words else ""
        if clause:
            due = read_due(sentence[:LONGEST_SENTENCE], now, clause=clause)
            found.append(Promise(sentence[:LONGEST_TEXT].strip(), due))
            if len(found) == MOST:
                break
    return found


def _language_of(sentence: str, language: str) -> str:
    words = LANGUAGES.get(language)
    return language if words and words.letters.search(sentence) else detect_language(sentence)


def _sentences(text: str) -> Iterator[str]:
    for line in _paragraphs(text):
        for sentence in _END.split(" ".join(line.split())):
            if sentence:
                yield sentence


def _paragraphs(text: str) -> Iterator[str]:
    """The lines that are not quoted; those that a mail program wrapped are one again."""
    held = ""
    for line in text.splitlines():
        own = "" if _QUOTED_LINE.match(line) else line.strip()
        if held and (not own or _BULLET.match(own)):
            yield held
            held = ""
        held = f"{held} {own}" if held else own
        if len(own) < _WRAPPED or _ENDS.search(own[-10:]):
            yield held
            held = ""
    yield held


def _promising(sentence: str, words: Words) -> str:
    """The sentence from the clause on that promises, folded; empty when none does."""
    said = _SAID_BY_OTHERS.sub(" ", sentence[:LONGEST_SENTENCE])
    if _QUESTION.search(said):
        return ""
    plain = words.asks_whether.sub(" ", fold(said))
    promise = words.promises.search(plain)
    if not promise or words.takes_back.search(plain):
        return ""
    return plain[plain.rfind(",", 0, promise.start() + 1) + 1 :]
