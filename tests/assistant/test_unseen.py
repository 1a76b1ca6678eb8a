"""The demo company's own articles, and questions that nobody learned from: what is surely answered is right."""

import json
from pathlib import Path
from typing import Any

import pytest

from tamada import demo
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.assistant import actions
from tamada.assistant.answering import best_answers
from tamada.assistant.brain import Band
from tamada.assistant.models import Learned
from tamada.core.answers import answer_sources
from tamada.knowledge.folders import from_folder
from tamada.knowledge.importing import import_articles
from tamada.knowledge.models import Translation
from tests.helpers.proof import full_only, report

QUESTIONS = Path(__file__).parent / "unseen_questions.json"
RIGHT = 0.95


@pytest.fixture
def demo_articles(owner: Agent) -> dict[str, str]:
    """The demo company's articles, published; their keys by their English names in addresses."""
    folder = Path(demo.__file__).parent / "articles"
    import_articles(agent=owner, actor=actor_of(owner), files=from_folder(folder))
    rows = Translation.objects.filter(language="en").values_list("slug", "article")
    return {slug: str(article) for slug, article in rows}


@pytest.mark.proof
@full_only
@pytest.mark.timeout(900)
def test_what_is_surely_answered_is_right(demo_articles: dict[str, str]) -> None:
    learned = actions.learn(force=True)
    assert isinstance(learned, Learned)
    found = {name: told(name, rows, demo_articles) for name, rows in json.loads(QUESTIONS.read_text("utf-8")).items()}
    total = {name: sum(one[name] for one in found.values()) for name in ("asked", "sure", "right", "offered")}
    report("Questions the demo company's assistant has not seen", **total)
    assert total["right"] >= RIGHT * total["sure"]
    assert not sum(one["strangers"] for one in found.values())  # what is not ours is never surely answered
    assert total["sure"] >= 0.15 * total["asked"]  # or nothing was surely answered, and all of that right
    assert total["offered"] >= 0.6 * total["asked"]
    assert_known_words_are_sure()


def told(language: str, questions: list[dict[str, Any]], keys: dict[str, str]) -> dict[str, int]:
    """How many of these were surely answered and right, and of how many the right answer was among the offered."""
    found = {"asked": len(questions), "sure": 0, "right": 0, "offered": 0, "strangers": 0}
    for one in questions:
        best, key = best_answers(one["text"], language, internal=True), keys.get(one["article"] or "", "")
        is_sure = best.band == Band.SURE
        found["sure"] += is_sure
        found["right"] += is_sure and best.answers[0].answer.key == key
        found["offered"] += any(answer.answer.key == key for answer in best.answers)
        found["strangers"] += is_sure and not key
    return found


def assert_known_words_are_sure() -> None:
    """A question in the words of a phrasing is answered, and with what the phrasing is for."""
    phrasings = list(answer_sources.get("knowledge").phrasings())
    found = [(one.key, best_answers(one.text, one.language, internal=True)) for one in phrasings]
    right = [best.band == Band.SURE and best.answers[0].answer.key == key for key, best in found]
    assert sum(right) >= 0.95 * len(phrasings) > 0
