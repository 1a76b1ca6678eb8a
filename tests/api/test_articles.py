"""Articles through the API: what they look like, who finds them, in which order."""

import pytest

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.knowledge import actions
from tamada.knowledge.actions import Settled
from tamada.knowledge.models import Article, Audience
from tamada.knowledge.points import PUBLIC, addresses
from tests.api.conftest import As


def written(agent: Agent, title: str, html: str = "<p>Words</p>", *, published: bool = True, **settled: str) -> Article:
    by = {"agent": agent, "actor": actor_of(agent)}
    article = actions.create_article(**by, settled=Settled(**settled))  # type: ignore[arg-type]
    row = actions.save_draft(**by, article=article, language="en", title=title, html=html)  # type: ignore[arg-type]
    if published:
        actions.publish(**by, translation=row)  # type: ignore[arg-type]
    return article


def test_one_has_its_words_with_links_that_lead_somewhere(
    as_: As, lead: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "_entries", {PUBLIC: lambda row, main: f"https://help.example/{row.slug}"})
    first = written(lead, "Hours")
    second = written(lead, "Returns", f'<p>See <a href="article:{first.pk}">hours</a></p>')
    actions.add_phrasings(agent=lead, actor=actor_of(lead), article=second, language="en", texts=["refund?"])
    item = as_(lead).get(f"/articles/{second.pk}").json()
    (words,) = item["translations"]
    assert words["html"] == '<p>See <a href="https://help.example/hours">hours</a></p>'
    assert (words["text"], words["state"], words["url"]) == ("See hours", "published", "https://help.example/returns")
    assert item["phrasings"] == [{"language": "en", "text": "refund?"}]


def test_what_nobody_published_shows_its_title_and_no_words(as_: As, lead: Agent, observer: Agent) -> None:
    article = written(lead, "Not yet", published=False)
    (words,) = as_(observer).get(f"/articles/{article.pk}").json()["translations"]
    assert (words["title"], words["state"], words["html"], words["text"]) == ("Not yet", "draft", "", "")


def test_lists_reach_every_one_in_both_orders_and_narrow(as_: As, lead: Agent) -> None:
    made = [written(lead, f"Article {number}", audience=Audience.INTERNAL) for number in range(5)]
    written(lead, "Public")
    api, ids = as_(lead), [str(one.pk) for one in made]
    narrow = {"audience": "internal", "limit": 2}
    assert [one["id"] for one in api.all("/articles", **narrow)] == ids[::-1]
    assert [one["id"] for one in api.all("/articles", order="created_at", **narrow)] == ids
    assert api.all("/articles", category="99") == []


def test_articles_are_found_in_their_own_shape(as_: As, lead: Agent, observer: Agent) -> None:
    written(lead, "Modems and routers")
    api = as_(observer)
    assert api.all("/search", q="router", kind="articles") == api.all("/articles")
    assert api.all("/search", q="router", kind="customers") == []


def test_what_is_deleted_is_not_there(as_: As, lead: Agent) -> None:
    article = written(lead, "Gone")
    actions.delete_article(agent=lead, actor=actor_of(lead), article=article)
    assert as_(lead).get(f"/articles/{article.pk}").status_code == 404
    assert as_(lead).all("/articles") == []
