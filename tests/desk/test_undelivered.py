"""What an agent sees when an answer did not leave, and how the lines of a thread read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from tamada.accounts.models import Agent, Team
from tamada.channels.email import reasons
from tamada.channels.email.accounts import open_mail_inbox
from tamada.channels.reasons import in_words, is_mended_in_settings
from tamada.conversations.models import Access, Conversation, Delivery, DeliveryState, Inbox, Kind, Message
from tamada.core.actors import SYSTEM
from tamada.customers.models import Customer
from tests.cast import SignedIn

NO_SERVER = "No server for outgoing mail is set up for this inbox."


@pytest.fixture
def inbox(team: Team) -> Inbox:
    return open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@company.example", team=team).inbox


@pytest.fixture
def conversation(inbox: Inbox, customer: Customer, teammate: Agent) -> Conversation:
    now = timezone.now()
    return Conversation.objects.create(
        inbox=inbox,
        channel="email",
        customer=customer,
        team=inbox.team,
        assignee=teammate,
        created_at=now,
        last_activity_at=now,
    )


def answer(conversation: Conversation, seq: int, delivery: DeliveryState, error: str = "", **more: object) -> Message:
    values = {"kind": Kind.OUT, "channel": "email", "author_kind": "agent", "text": f"Answer {seq}"} | more
    now = timezone.now()
    message = Message.objects.create(
        conversation=conversation, inbox=conversation.inbox, seq=seq, delivery=delivery, created_at=now, **values
    )
    Delivery.objects.create(message=message, channel="email", not_before=now, settled_at=now, last_error=error)
    return message


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.BOUNCED, DeliveryState.UNCERTAIN])
def test_a_reply_that_failed_marks_its_row_until_another_goes(
    state: DeliveryState, conversation: Conversation, teammate: Agent, signed_in: SignedIn
):
    client = signed_in(teammate)
    answer(conversation, 1, DeliveryState.SENT)
    assert 'class="trouble"' not in client.get("/inbox/mine").text
    answer(conversation, 2, state)
    assert 'class="trouble"' in client.get("/inbox/mine").text
    answer(conversation, 3, DeliveryState.SENT)
    assert 'class="trouble"' not in client.get("/inbox/mine").text


def test_the_customers_timeline_says_so_too(conversation: Conversation, teammate: Agent, signed_in: SignedIn):
    client, address = signed_in(teammate), f"/customers/{conversation.customer_id}"
    answer(conversation, 1, DeliveryState.SENT)
    assert "Not sent</span>" not in client.get(address).text
    answer(conversation, 2, DeliveryState.FAILED, NO_SERVER)
    page = client.get(address).text
    assert page.count("Not sent</span>") == 1


def test_the_reason_stands_in_the_thread_in_the_readers_words(
    conversation: Conversation, teammate: Agent, signed_in: SignedIn
):
    answer(conversation, 1, DeliveryState.FAILED, NO_SERVER)
    teammate.language = "ru"
    teammate.save()
    page = signed_in(teammate).get(f"/conversations/{conversation.pk}").text
    assert NO_SERVER not in page
    with translation.override("ru"):
        assert f"<span>{reasons.in_words(NO_SERVER)} " in page


@pytest.mark.parametrize("reason", [NO_SERVER, "The server refused our password: 535 5.7.8 Bad credentials"])
def test_what_the_settings_mend_leads_there_or_says_whom_to_ask(
    reason: str, conversation: Conversation, teammate: Agent, lead: Agent, outsider: Agent, signed_in: SignedIn
):
    answer(conversation, 1, DeliveryState.FAILED, reason)
    here = f"/conversations/{conversation.pk}"
    link = f'<a href="/settings/inboxes/{conversation.inbox_id}#outgoing">Settings of this inbox</a>'
    page = signed_in(lead).get(here).text
    assert link in page
    assert "Ask an admin" not in page
    page = signed_in(teammate).get(here).text
    assert link not in page
    assert f"{reason} Ask an admin" in page.replace("&#x27;", "'")
    # A lead of other teams who was called in sees the conversation, not the inbox.
    Agent.objects.filter(pk=outsider.pk).update(role="lead")
    Access.objects.create(agent=outsider, conversation=conversation, is_open=True)
    page = signed_in(outsider).get(here).text
    assert link not in page
    assert "Ask an admin" in page


def test_a_bots_settings_are_another_part(conversation: Conversation, lead: Agent, signed_in: SignedIn):
    answer(conversation, 1, DeliveryState.FAILED, "No bot is connected to this inbox.", channel="telegram")
    page = signed_in(lead).get(f"/conversations/{conversation.pk}").text
    assert f'href="/settings/inboxes/{conversation.inbox_id}#telegram"' in page


@pytest.mark.parametrize("reason", ["550 5.1.1 No such user", "The server did not answer in time.", ""])
def test_what_no_settings_mend_leads_nowhere(
    reason: str, conversation: Conversation, lead: Agent, teammate: Agent, signed_in: SignedIn
):
    answer(conversation, 1, DeliveryState.FAILED, reason)
    for agent in (lead, teammate):
        page = signed_in(agent).get(f"/conversations/{conversation.pk}").text
        assert "Settings of this inbox" not in page
        assert "Ask an admin" not in page
    # Beside one that they do mend it still doesn't.
    answer(conversation, 2, DeliveryState.FAILED, NO_SERVER)
    page = signed_in(lead).get(f"/conversations/{conversation.pk}").text
    assert f"{NO_SERVER} <a " in page
    assert page.count("Settings of this inbox") == 1
    page = signed_in(teammate).get(f"/conversations/{conversation.pk}").text
    assert f"{NO_SERVER} Ask an admin" in page
    assert page.count("Ask an admin") == 1


def test_what_was_missed_leads_there_as_the_thread_does(
    conversation: Conversation, lead: Agent, teammate: Agent, owner: Agent, signed_in: SignedIn
):
    answer(conversation, 1, DeliveryState.FAILED, NO_SERVER, agent=owner)
    reply = {"kind": "out", "text": "We come.", "last_seen": "0", "to": "karine@customer.example"}
    for agent, leads in ((lead, True), (teammate, False)):
        refused = signed_in(agent).post(reverse("desk:send", args=[conversation.pk]), reply)
        assert refused.status_code == 409
        dialog = refused.json()["html"]
        assert ("Settings of this inbox" in dialog) is leads
        assert ("Ask an admin" in dialog) is not leads


def test_many_messages_that_wait_for_the_settings_ask_once(
    conversation: Conversation, lead: Agent, signed_in: SignedIn
):
    client, here = signed_in(lead), f"/conversations/{conversation.pk}"
    answer(conversation, 1, DeliveryState.FAILED, NO_SERVER)
    client.get(here)
    with CaptureQueriesContext(connection) as one:
        client.get(here)
    for seq in range(2, 6):
        answer(conversation, seq, DeliveryState.FAILED, NO_SERVER)
    client.get(here)
    with CaptureQueriesContext(connection) as five:
        assert client.get(here).text.count("Settings of this inbox") == 5
    assert len(five) == len(one)


def test_nothing_is_looked_up_where_nothing_is_wrong(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tamada.channels.reasons._patterns", lambda: pytest.fail("looked up"))
    assert in_words("") == ""
    assert not is_mended_in_settings("")


def test_a_servers_own_words_stay_and_ours_keep_their_details():
    with translation.override("ru"):
        assert reasons.in_words("550 5.1.1 No such user") == "550 5.1.1 No such user"
        said = reasons.in_words("The server's certificate is not trusted: self-signed certificate.")
    assert said.endswith("self-signed certificate.")
    assert not said.startswith("The server")


def test_to_and_cc_are_told_apart(conversation: Conversation, teammate: Agent, signed_in: SignedIn):
    to = [{"name": "Support", "email": "support@company.example"}]
    cc = [{"name": "", "email": "gayane@mail.example"}]
    answer(conversation, 1, DeliveryState.SENT, to=to, cc=cc)
    page = signed_in(teammate).get(f"/conversations/{conversation.pk}").text
    assert "To: Support · Cc: gayane@mail.example" in page


def test_snoozing_is_one_line_in_words(conversation: Conversation, teammate: Agent, signed_in: SignedIn):
    client, url = signed_in(teammate), f"/conversations/{conversation.pk}"
    client.post(f"{url}/update", {"snooze": "tomorrow"})
    assert Message.objects.filter(conversation=conversation, kind=Kind.SYSTEM).count() == 1
    client.post(f"{url}/update", {"status": "open"})
    client.post(f"{url}/update", {"snooze": "reply"})
    client.post(f"{url}/update", {"status": "closed"})
    page = client.get(url).text
    assert "snoozed the conversation until the customer writes" in page
    assert "opened the conversation again" in page
    assert "closed the conversation" in page
    assert "SNOOZED" not in page
