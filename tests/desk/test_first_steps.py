"""The list that stands in an empty installation, and the page that isn't there."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from tamada.accounts.models import Agent, Team
from tamada.channels.email.accounts import open_mail_inbox
from tamada.channels.email.models import MailAccount
from tamada.conversations.models import Conversation, Inbox
from tamada.core import health
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
    assert f'class="button small" href="/settings/inboxes/{inbox.pk}#outgoing"' in page
    assert 'class="button small" href="/conversations/new"' in page


def test_agents_see_the_steps_but_only_their_own_buttons(teammate: Agent, signed_in: SignedIn):
    page = signed_in(teammate).get("/inbox/mine").text
    assert "Add an inbox" in page
    assert 'class="button small" href="/settings' not in page


def first_conversation(inbox: Inbox, customer: Customer) -> None:
    at = customer.last_activity_at
    Conversation.objects.create(
        inbox=inbox, channel="email", customer=customer, team=inbox.team, created_at=at, last_activity_at=at
    )


def test_after_the_first_mail_they_stay_with_an_admin_and_leave_the_others(
    owner: Agent, teammate: Agent, team: Team, customer: Customer, signed_in: SignedIn
):
    inbox = open_inbox(team)
    first_conversation(inbox, customer)
    client = signed_in(owner)
    page = client.get("/inbox/mine").text
    assert page.count('<li class="done">') == 3  # all but the server
    assert f'href="/settings/inboxes/{inbox.pk}#outgoing"' in page
    assert "first-steps" in client.get("/inbox/mine?fragment=list").text
    assert "first-steps" not in client.get("/inbox/open").text
    assert "first-steps" not in signed_in(teammate).get("/inbox/mine").text
    MailAccount.objects.update(smtp_url="set")
    assert "first-steps" not in client.get("/inbox/mine").text


def test_an_admin_puts_them_away_for_good(
    owner: Agent, teammate: Agent, team: Team, customer: Customer, signed_in: SignedIn
):
    refused = signed_in(teammate)
    assert "first-steps/dismiss" not in refused.get("/inbox/mine").text
    assert refused.post("/first-steps/dismiss").status_code == 403
    client = signed_in(owner)
    assert "first-steps/dismiss" in client.get("/inbox/mine").text
    assert client.post("/first-steps/dismiss").status_code == 302
    for path in ("/inbox/mine", "/inbox/open"):
        assert "first-steps" not in client.get(path).text
        assert "Nothing here" in client.get(path).text
    first_conversation(open_inbox(team), customer)
    assert "first-steps" not in client.get("/inbox/mine").text


def test_the_test_mail_says_where_it_goes(
    owner: Agent, team: Team, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, data_dir=tmp_path))
    open_inbox(team)
    client = signed_in(owner)
    assert "Its server for outgoing mail" not in client.get("/inbox/mine").text
    health.announce("mail", host="0.0.0.0", ports=[2599, 2600])
    page = client.get("/inbox/mine").text
    assert "to support@company.example" in page
    assert "127.0.0.1, port 2599" in page
    assert "three ways" in page


@pytest.mark.parametrize("path", ["/conversations/999999", "/nowhere"])
def test_what_is_not_there_keeps_the_frame(path: str, teammate: Agent, signed_in: SignedIn):
    answer = signed_in(teammate).get(path)
    assert answer.status_code == 404
    assert 'id="rail-links"' in answer.text
    assert "There is nothing here" in answer.text
    bare = signed_in(teammate).get(path, headers={"HX-Request": "true"})
    assert bare.status_code == 404
    assert 'id="rail-links"' not in bare.text
