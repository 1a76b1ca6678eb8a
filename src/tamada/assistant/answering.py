"""Which published answers fit a text, and how surely: what the assistant says, and what an agent is offered.

    best = best_answers("When do you open on Sunday?")
    best.band                       # Band.SURE, Band.UNSURE or Band.NONE
    best.answers[0].answer.title    # a `core.answers.Answer`, as it is published now
    best.answers[0].confidence      # how likely it is the right one, 0 to 1
    best.state                      # why there are none, for people: State.EMPTY, State.UNTRAINED, …

Nothing is written and no network is asked; a few milliseconds once the brain of this process is loaded. What was
withdrawn since the brain learned it never comes back: each answer is asked for anew from its source.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tamada.core.answers import Answer, answer_sources
from tamada.kit.text import detect_language

from . import brain, words
from .brain import Band, Judged

MOST: Final = 3
LONGEST: Final = 2_000
"""Of a longer text only the beginning is read: a question is asked before that."""


class State(StrEnum):
    """Whether there is something to answer from, and if not, why."""

    READY = "ready"
    MISSING = "missing"
    """The programs that understand are not installed (the extra `assistant`)."""
    EMPTY = "empty"
    """Nothing is published that could be answered with."""
    UNTRAINED = "untrained"
    """It has not been learned yet."""
    LANGUAGE = "language"
    """Nothing is known in the language of the text."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that may fit, as it is published now. `source` is the room that holds it."""

    source: str
    answer: Answer
    confidence: float


@dataclass(frozen=True, slots=True)
class Best:
    """What fits a text: `answers` are the best first. `language` is that of the text as it was understood.

    SURE: the first is right, as far as the company's own data tells. UNSURE: it may be one of these. NONE: nothing
    fits, `answers` is empty. `version` names the brain that judged, 0 for none. `label` is what it took the text for,
    which may be no answer at all (`brain.split`): an action.
    """

    band: Band
    answers: tuple[Candidate, ...]
    language: str
    state: State
    version: int = 0
    label: str = ""
    confidence: float = 0.0


def best_answers(text: str, language: str = "", *, limit: int = MOST, internal: bool = False) -> Best:
    """The published answers that fit a text, in its own language, the best first, and how surely.

    `language` is what is known of the text's; without it, it is found out. `internal` brings along what only people of
    the company may read: never say it to a customer.
    """
    asked = words.without_codes(text[:LONGEST])
    spoken = language or detect_language(asked)
    if not brain.is_possible():
        return _nothing(spoken, State.MISSING)
    known = brain.current()
    if known is None:
        return _nothing(spoken, State.UNTRAINED)
    if not known.languages:
        return _nothing(spoken, State.EMPTY, known.version)
    if spoken not in known.languages:
        return _nothing(spoken, State.LANGUAGE, known.version)
    return _best(known.judge(asked, spoken), spoken, known.version, limit=limit, internal=internal)


def _best(judged: Judged, language: str, version: int, *, limit: int, internal: bool) -> Best:
    """The answers behind what was judged. What is surely meant and may not be told has no substitute."""
    found: list[Candidate] = []
    label, confidence = judged.ranked[0] if judged.ranked else ("", 0.0)
    for name, likely in judged.ranked:
        source, key = brain.split(name)
        answer = answer_sources.get(source).now(key, language) if source in answer_sources else None
        if answer is not None and (internal or answer.is_public):
            found.append(Candidate(source, answer, likely))
    band = judged.band
    is_told = bool(found) and brain.join(found[0].source, found[0].answer.key) == label
    if band == Band.SURE and not is_told and brain.split(label)[0] != brain.ACTION:
        band = Band.NONE
    if band == Band.UNSURE and not found:
        band = Band.NONE
    answers = tuple(found[:limit]) if band != Band.NONE else ()
    return Best(band, answers, language, State.READY, version, label, confidence)


def _nothing(language: str, state: State, version: int = 0) -> Best:
    return Best(Band.NONE, (), language, state, version)
