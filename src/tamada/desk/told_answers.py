"""What the assistant would say to a question, and what it might have said, for the people who look after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tamada.assistant import brain
from tamada.assistant.answering import Best, State, best_answers
from tamada.assistant.models import BusinessAction, Said
from tamada.core.answers import answer_sources

_BANDS: Final = {
    brain.Band.SURE: _("Sure: it would answer"),
    brain.Band.UNSURE: _("Unsure: it would ask back"),
    brain.Band.NONE: _("Nothing fits: a person"),
}
_STATES: Final[dict[str, str | Promise]] = {
    State.MISSING: _("The programs that understand are not installed."),
    State.EMPTY: _("Nothing is published yet that could be answered with."),
    State.UNTRAINED: _("It has learned nothing yet."),
    State.LANGUAGE: _("Nothing is published in the language of this question: a person answers."),
}
_MOST_CHOICES: Final = 300


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a question. `percent` is how likely the first is right; `action` the program it would ask."""

    best: Best
    band: str
    trouble: str
    percent: int
    action: str


def tried(question: str) -> Tried:
    """What the assistant would do about a question now."""
    best = best_answers(question)
    source, key = brain.split(best.label)
    found = BusinessAction.objects.filter(pk=key).first() if source == brain.ACTION and key.isdecimal() else None
    words, trouble = str(_BANDS[best.band]), str(_STATES.get(best.state, ""))
    return Tried(best, words, trouble, round(best.confidence * 100), found.name if found else "")


def choices_for(rows: Iterable[Said]) -> dict[str, list[tuple[str, str]]]:
    """The answers that may be picked as the right one, by language, for those in which something is to be judged."""
    return {language: _titles(language) for language in {row.language for row in rows}}


def _titles(language: str) -> list[tuple[str, str]]:
    sources = answer_sources.all().items()
    found = [(brain.join(name, key), title) for name, source in sources for key, title in source.titles(language)]
    return sorted(found, key=lambda pair: pair[1].casefold())[:_MOST_CHOICES]
