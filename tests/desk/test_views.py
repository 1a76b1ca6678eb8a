"""Views at the desk: beside the lists with their number, made from what is on the screen, honest about what is gone."""

from typing import Any

import pytest
from django.urls import reverse

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.automation import actions
from tamada.automation.actions.views import ViewTerms
from tamada.automation.models import View
from tamada.automation.queries import views
from tamada.conversations.actions import update_conversation
from tamada.customers.models import Tag
from tests.cast import SignedIn
from tests.desk.conftest import Ask

OPEN = {"ask": "status", "is": "is", "value": "open"}


def make(agent: Agent, *every: dict[str, str], **more: Any) -> View:
    terms = ViewTerms(**{"name": "Router people", "every": every or [OPEN], **more})
    return actions.create_view(agent=agent, actor=actor_of(agent), terms=terms)


def rail(client: Any, current: str = "") -> str:
    return str(client.get(reverse("desk:rail"), {"current": current}).content.decode())


def test_a_view_stands_in_the_rail_with_a_number_that_follows_what_happens(
    teammate: Agent, signed_in: SignedIn, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, client = ask(), signed_in(teammate)
    view = make(teammate)
    link = f'<a href="/inbox/{view.slug}" aria-current="page">'
    shown = rail(client, view.slug)
    assert link in shown
    assert '<span>Router people</span><span class="count">1</span>' in shown
    update_conversation(agent=teammate, actor=actor_of(teammate), conversation=first.conversation, status="closed")
    assert "<span>Router people</span></a>" in rail(client)
    monkeypatch.setattr(views, "MOST_COUNTED", 1)
    ask("One", external_id="<a@x>"), ask("Two", external_id="<b@x>")
    assert '<span class="count">1+</span>' in rail(client)


def test_it_opens_as_a_list_and_the_palette_goes_there(teammate: Agent, signed_in: SignedIn, ask: Ask) -> None:
    first, view = ask(), make(teammate)
    page = signed_in(teammate).get(f"/inbox/{view.slug}").content.decode()
    assert f'id="row-{first.conversation_id}"' in page
    assert f'"href": "/inbox/{view.slug}"' in page
    assert f"/views/{view.pk}" in page
    opened = signed_in(teammate)
    opened.get(f"/inbox/{view.slug}")
    beside = opened.get(f"/conversations/{first.conversation_id}").content.decode()
    assert "Router people</h1>" in beside


@pytest.mark.parametrize(
    ("query", "conditions"),
    [
        ("?from=mine", [("status", "open"), ("owner", "me")]),
        ("?from=unassigned", [("status", "open"), ("owner", "")]),
        ("?q=is:closed%20modem", [("status", "closed"), ("search", "modem")]),
    ],
)
def test_one_begins_with_what_is_on_the_screen(
    teammate: Agent, signed_in: SignedIn, query: str, conditions: list[tuple[str, str]]
) -> None:
    rows = signed_in(teammate).get(f"/views/new{query}").context["every"]
    assert [(row.ask, row.value) for row in rows] == conditions


def test_a_list_and_a_search_offer_it_to_writers_alone(teammate: Agent, observer: Agent, signed_in: SignedIn) -> None:
    for agent, offered in ((teammate, True), (observer, False)):
        client = signed_in(agent)
        assert ("/views/new?from=mine" in client.get("/inbox/mine").content.decode()) is offered
        assert ("/views/new?q=is%3Aopen" in client.get("/search?q=is:open").content.decode()) is offered
        assert "/views/new" not in client.get("/inbox/spam").content.decode().replace('href="/views/new"', "")


def test_one_that_names_something_gone_says_so_above_its_list_and_in_its_form(
    teammate: Agent, signed_in: SignedIn
) -> None:
    tag = Tag.objects.create(name="router", key="router")
    view = make(teammate, {"ask": "tag", "is": "has", "value": str(tag.pk)})
    client, gone = signed_in(teammate), "what it names isn&#x27;t there any more"
    assert gone not in client.get(f"/inbox/{view.slug}").content.decode()
    tag.delete()
    assert gone in client.get(f"/inbox/{view.slug}").content.decode()
    assert gone in client.get(f"/views/{view.pk}").content.decode()
    refused = client.post(
        f"/views/{view.pk}",
        {"name": "A", "icon": "star", "order": "newest", "visibility": "me",
         "every_ask": "tag", "every_is": "has", "every_value": str(tag.pk)},
    )  # fmt: skip
    assert refused.status_code == 422
    mended = client.post(
        f"/views/{view.pk}",
        {"name": "A", "icon": "star", "order": "newest", "visibility": "me",
         "every_ask": "status", "every_is": "is", "every_value": "open"},
    )  # fmt: skip
    assert mended.headers["Location"] == f"/inbox/{view.slug}"
    assert views.problems_of(teammate, View.objects.get()) == []


def test_a_list_that_is_gone_is_not_gone_back_to(teammate: Agent, signed_in: SignedIn, ask: Ask) -> None:
    first, view, client = ask(), make(teammate), signed_in(teammate)
    client.get(f"/inbox/{view.slug}")
    actions.delete_view(agent=teammate, actor=actor_of(teammate), view=view)
    page = client.get(f"/conversations/{first.conversation_id}")
    assert page.context["box"].slug == "mine"
