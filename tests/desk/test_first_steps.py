"""The list that stands in an empty installation, and the page that isn't there."""

import pytest

from tamada.accounts.models import Agent, Team
from tamada.channels.email.accounts import open_mail_inbox
from tamada.conversations.models import Conversation, Inbox
from tamada.core.actors import SYSTEM
from tamada.customers.models import Customer
from tests.cast import SignedIn


def open_inbox(team: Team) -> Inbox:
    address = "support@company.example"
    return open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address=address, team=team).inbox


def test_an_empty_desk_says_what_to_do_and_ticks_it_off(owner: Agent, team: Team, signed_in: SignedIn):
    client = signed_in(owner)
    page = client.get("/inbox/mine").text
    assert 'class="button small" href="/settings/inboxes/new"' in page
    assert 'class="button small" href="/settings/people/invite"' in page
    assert 'class="button small" href="/conversations/new"' not in page
    inbox = open_mail_inbox(
        agent=None, actor=SYSTEM, name="Support", address="support@company.example", team=team
    ).inbox
    page = client.get("/inbox/unassigned").text
    assert page.count('<li class="done">') == 1
    assert f'class="button small" href="/settings/inboxes/{inbox.pk}"' in page
    assert 'class="button small" href="/conversations/new"' in page


def test_agents_see_the_steps_but_only_their_own_buttons(teammate: Agent, signed_in: SignedIn):
    page = signed_in(teammate).get("/inbox/mine").text
    assert "Add an inbox" in page
    assert 'class="button small" href="/settings' not in page


def test_the_steps_go_when_the_first_conversation_is_there(
    owner: Agent, team: Team, customer: Customer, signed_in: SignedIn
):
    inbox = open_mail_inbox(
        agent=None, actor=SYSTEM, name="Support", address="support@company.example", team=team
    ).inbox
    at = customer.last_activity_at
    Conversation.objects.create(
        inbox=inbox, channel="email", customer=customer, team=team, created_at=at, last_activity_at=at
    )
    assert "first-steps" not in signed_in(owner).get("/inbox/mine").text


@pytest.mark.parametrize("path", ["/conversations/999999", "/nowhere"])
def test_what_is_not_there_keeps_the_frame(path: str, teammate: Agent, signed_in: SignedIn):
    answer = signed_in(teammate).get(path)
    assert answer.status_code == 404
    assert 'id="rail-links"' in answer.text
    assert "There is nothing here" in answer.text
    bare = signed_in(teammate).get(path, headers={"HX-Request": "true"})
    assert bare.status_code == 404
    assert 'id="rail-links"' not in bare.text
