"""What the tests of knowledge share: an article that is made and published in one call."""

from collections.abc import Callable
from typing import Any

import pytest

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.knowledge import actions
from tamada.knowledge.actions import Settled
from tamada.knowledge.models import Article, Translation

Write = Callable[..., Translation]


def by(agent: Agent) -> dict[str, Any]:
    return {"agent": agent, "actor": actor_of(agent)}


@pytest.fixture
def write(lead: Agent) -> Write:
    """`write("Title", "<p>…</p>", language="en", published=True, article=None, **settled)`."""

    def make(
        title: str,
        html: str = "<p>Words.</p>",
        *,
        language: str = "en",
        published: bool = True,
        article: Article | None = None,
        **settled: Any,
    ) -> Translation:
        of = article or actions.create_article(**by(lead), settled=Settled(**settled))
        made = actions.save_draft(**by(lead), article=of, language=language, title=title, html=html)
        return actions.publish(**by(lead), translation=made) if published else made

    return make
