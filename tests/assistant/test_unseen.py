"""The demo company's own articles, and questions that nobody learned from: what is surely answered is right."""

import json
from pathlib import Path
from typing import Any

import pytest

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.assistant import actions
from tamada.assistant.answering import best_answers
from tamada.assistant.brain import Band
from tamada.assistant.models import Learned

knowledge = pytest.importorskip("tamada.knowledge", reason="its articles are of the room of knowledge")

QUESTIONS = Path(__file__).parent / "unseen_questions.json"
RIGHT = 0.95


@pytest.fixture
def demo_articles(owner: Agent) -> dict[str, str]:
    """The demo company's articles, published; their keys by their English names in addresses."""
    from tamada import demo
    from tamada.knowledge.folders import from_folder
    from tamada.knowledge.importing import import_articles
    from tamada.knowledge.models import Translation

    folder = Path(demo.__file__).parent / "articles"
    import_articles(agent=owner, actor=actor_of(owner), files=from_folder(folder))
    rows = Translation.objects.filter(language="en").values_list("slug", "article")
    return {slug: str(article) for slug, article in rows}


@pytest.mark.timeout(600)
def test_what_is_surely_answered_is_right(demo_articles: dict[str, str]) -> None:
    learned = actions.learn(force=True)
    assert isinstance(learned, Learned)
    found: dict[str, dict[str, Any]] = {}
    for language, questions in json.loads(QUESTIONS.read_text("utf-8")).items():
        sure = right = offered = 0
        for one in questions:
            best = best_answers(one["text"], language, internal=True)
            key = demo_articles.get(one["article"] or "", "")
            sure += best.band == Band.SURE
            right += best.band == Band.SURE and best.answers[0].answer.key == key
            offered += any(answer.answer.key == key for answer in best.answers)
        found[language] = {"asked": len(questions), "sure": sure, "right": right, "among the offered": offered}
    total = {name: sum(one[name] for one in found.values()) for name in ("asked", "sure", "right", "among the offered")}
    print(json.dumps({**found, "all": total, "learned": learned.told}, ensure_ascii=False))
    assert total["right"] >= RIGHT * total["sure"]
