"""Replies, notes, new conversations, undo; and who may not."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tamada.accounts.models import Agent, Role, Team
from tamada.conversations.actions import (
    add_note,
    attach,
    discard_draft,
    save_draft,
    send_again,
    send_reply,
    set_delivery,
    start_conversation,
    undo_send,
)
from tamada.conversations.errors import BadRecipient, EmptyMessage, NoRecipient, StaleReply, TooLate
from tamada.conversations.models import (
    Access,
    Attachment,
    Conversation,
    Delivery,
    DeliveryState,
    Draft,
    Inbox,
    Mention,
    Message,
)
from tamada.conversations.queries import visible_to
from tamada.core.actors import Actor
from tamada.core.models import StoredEvent
from tests.cast import make_agent

from .conftest import Receive

pytestmark = pytest.mark.django_db


def actor(agent: Agent) -> Actor:
    return Actor("agent", agent.pk, agent.name)


def test_a_reply_is_queued_with_its_outbox_row_and_ends_the_waiting(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    message = send_reply(
        agent=teammate, actor=actor(teammate), conversation=asked.conversation, text="We are on our way."
    )
    conversation = Conversation.objects.get()
    assert (message.delivery, message.outbox.settled_at) == (DeliveryState.QUEUED, None)
    assert message.to == [{"name": "Ani", "email": "ani@mail.am"}]
    assert message.subject == "Re: A question"
    assert message.external_id.endswith("@help.example>")
    assert conversation.waiting_since is None
    assert conversation.first_replied_at == message.created_at
    assert conversation.message_count == 2


@pytest.mark.parametrize("who", ["observer", "outsider", "gone"])
def test_who_may_not_reply(receive: Receive, request: pytest.FixtureRequest, who: str) -> None:
    agent = request.getfixturevalue(who)
    conversation = receive().conversation
    with pytest.raises((PermissionDenied, Conversation.DoesNotExist)):
        send_reply(agent=agent, actor=actor(agent), conversation=conversation, text="Hello")
    assert not Delivery.objects.exists()


def test_a_reply_goes_to_everybody_but_ourselves(receive: Receive, teammate: Agent, inbox: Inbox) -> None:
    Inbox.objects.create(name="Sales", channel="email", team=inbox.team, settings={"aliases": ["Shop@help.example"]})
    copy = [{"name": "", "email": email} for email in ("boss@mail.am", inbox.address.upper(), "shop@help.example")]
    asked = receive(cc=copy, data={"reply_to": [{"name": "", "email": "ani.home@mail.am"}]})
    message = send_reply(agent=teammate, actor=actor(teammate), conversation=asked.conversation, text="Hello")
    assert [a["email"] for a in message.to] == ["ani.home@mail.am"]
    assert [a["email"] for a in message.cc] == ["boss@mail.am"]


def test_bad_recipients_and_empty_messages_are_refused(receive: Receive, teammate: Agent) -> None:
    conversation = receive().conversation
    common: dict[str, Any] = {"agent": teammate, "actor": actor(teammate), "conversation": conversation}
    with pytest.raises(BadRecipient):
        send_reply(**common, text="Hello", to=["not an address"])
    with pytest.raises(BadRecipient):
        send_reply(**common, text="Hello", to=["a@b.example\nBcc: all@b.example"])
    with pytest.raises(NoRecipient):
        send_reply(**common, text="Hello", to=[])
    with pytest.raises(EmptyMessage):
        send_reply(**common, text="  \n ")
    assert not Delivery.objects.exists()


def test_a_stale_reply_is_refused_with_what_was_missed(receive: Receive, teammate: Agent, lead: Agent) -> None:
    first = receive()
    newer = receive(answers=[first.external_id])
    theirs = add_note(agent=lead, actor=actor(lead), conversation=first.conversation, text="I call them.")
    common: dict[str, Any] = {
        "agent": teammate,
        "actor": actor(teammate),
        "conversation": first.conversation,
        "text": "Hello",
    }
    with pytest.raises(StaleReply) as refused:
        send_reply(**common, last_seen_message=first.pk)
    assert [m.pk for m in refused.value.unseen] == [newer.pk, theirs.pk]
    assert not Delivery.objects.exists()
    assert send_reply(**common, last_seen_message=theirs.pk).pk


def test_a_machine_makes_nothing_stale(receive: Receive, teammate: Agent) -> None:
    first = receive()
    common: dict[str, Any] = {"agent": teammate, "actor": actor(teammate), "conversation": first.conversation}
    receive(answers=[first.external_id], text="I am away.", is_automatic=True, quiet=True)
    assert send_reply(**common, text="One", last_seen_message=first.pk).pk
    receive(answers=[first.external_id], text="But now I write.")
    receive(answers=[first.external_id], text="I am away.", is_automatic=True, quiet=True)
    with pytest.raises(StaleReply) as refused:
        send_reply(**common, text="Two", last_seen_message=first.pk)
    assert [m.text for m in refused.value.unseen] == ["I am away.", "But now I write.", "I am away."]


def test_ones_own_messages_and_system_lines_make_nothing_stale(receive: Receive, teammate: Agent) -> None:
    first = receive()
    common: dict[str, Any] = {"agent": teammate, "actor": actor(teammate), "conversation": first.conversation}
    send_reply(**common, text="One", status_after="pending")
    assert send_reply(**common, text="Two", last_seen_message=first.pk).pk


def test_a_note_opens_the_door_for_whom_it_names_and_for_nobody_else(
    receive: Receive, teammate: Agent, outsider: Agent
) -> None:
    conversation = receive().conversation
    assert not visible_to(outsider).exists()
    note = add_note(
        agent=teammate, actor=actor(teammate), conversation=conversation, text=f"@{outsider.name} do you know them?"
    )
    assert Mention.objects.get().agent == outsider
    assert visible_to(outsider).get() == conversation
    assert not Delivery.objects.exists()
    event = StoredEvent.objects.get(type="agent.mentioned")
    assert event.data == {"conversation": conversation.pk, "message": note.pk, "agent": outsider.pk}
    assert f"agent:{outsider.pk}" in event.audience.split()


CAST = ("Lead", "Agent", "Ani", "Anita", "Ani Petrosyan", "Անի", "Նարե", "Gone")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ask info@leadership.example and @Agentura", []),
        ("mail lead@lead.example, or x.@lead", ["Lead"]),
        ("@Anita knows", ["Anita"]),
        ("@ani knows, (@LEAD) too", ["Ani", "Lead"]),
        ("@Ani Petrosyan knows", ["Ani Petrosyan"]),
        ("@Ani Petros knows", ["Ani"]),
        ("@Անի, @նարե՛ նայեք", ["Անի", "Նարե"]),
        ("@Անիին ասա", []),
        ("@Gone is not here", []),
        ("a@Ani", []),
        ("@Lead\n@Lead", ["Lead"]),
    ],
)
def test_a_name_is_a_whole_name(receive: Receive, teammate: Agent, text: str, named: list[str]) -> None:
    for number, name in enumerate(CAST):
        made = make_agent(f"N{number}", Role.AGENT, Team.objects.get_or_create(name="Far away")[0])
        Agent.objects.filter(pk=made.pk).update(name=name, is_active=name != "Gone")
    add_note(agent=teammate, actor=actor(teammate), conversation=receive().conversation, text=text)
    found = Mention.objects.order_by("agent__name").values_list("agent__name", flat=True)
    assert sorted(found) == sorted(named)
    assert Access.objects.filter(agent__name__in=CAST).count() == len(named)


def test_who_was_chosen_from_the_list_is_meant(receive: Receive, teammate: Agent, other_team: Team) -> None:
    one, two = make_agent("Ani1", Role.AGENT, other_team), make_agent("Ani2", Role.AGENT, other_team)
    Agent.objects.filter(pk__in=[one.pk, two.pk]).update(name="Անի")
    common: dict[str, Any] = {"agent": teammate, "actor": actor(teammate), "conversation": receive().conversation}
    add_note(**common, text="@Անի նայիր", mentions=[two.pk])
    assert [m.agent for m in Mention.objects.all()] == [two]
    add_note(**common, text="@Անիին ասա", mentions=[one.pk])
    assert [m.agent for m in Mention.objects.order_by("pk")] == [two, one]
    add_note(**common, text="Taken out again", mentions=[one.pk])
    assert Mention.objects.count() == 2
    add_note(**common, text="@Անի նայիր")
    assert Mention.objects.count() == 4


def test_markup_of_a_reply_is_cleaned(receive: Receive, teammate: Agent) -> None:
    conversation = receive().conversation
    html = '<div>Hello <b>you</b><script>alert(1)</script><img src=x onerror="alert(1)"></div>'
    message = send_reply(agent=teammate, actor=actor(teammate), conversation=conversation, html=html)
    assert "<b>you</b>" in message.html
    assert "script" not in message.html
    assert "onerror" not in message.html
    assert message.text.startswith("Hello you")


def test_a_conversation_begun_by_us_belongs_to_its_writer(inbox: Inbox, teammate: Agent) -> None:
    conversation, message = start_conversation(
        agent=teammate,
        actor=actor(teammate),
        inbox=inbox,
        to=[{"name": "New Person", "email": "new@mail.am"}],
        subject="Your contract",
        text="It ends in May.",
    )
    assert conversation.customer.name == "New Person"
    assert (conversation.assignee, conversation.waiting_since) == (teammate, None)
    assert message.subject == "Your contract"


def test_an_observer_starts_nothing(inbox: Inbox, observer: Agent) -> None:
    with pytest.raises(PermissionDenied):
        start_conversation(
            agent=observer, actor=actor(observer), inbox=inbox, to=["a@b.example"], subject="Hello", text="Hello"
        )


def test_undo_gives_the_draft_back_and_leaves_no_trace_in_the_thread(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    file = attach(agent=teammate, draft=None, name="plan.pdf", content=b"%PDF-1.4 plan")
    message = send_reply(
        agent=teammate,
        actor=actor(teammate),
        conversation=asked.conversation,
        html="<p>Too <b>early</b></p>",
        attachments=[file],
        not_before=timezone.now() + timedelta(seconds=10),
    )
    draft = undo_send(agent=teammate, actor=actor(teammate), message=message)
    conversation = Conversation.objects.get()
    assert "early" in draft.html
    assert Attachment.objects.get().draft == draft
    assert (conversation.message_count, conversation.waiting_since) == (1, asked.created_at)
    assert not Message.objects.filter(kind="out").exists()


def test_nobody_undoes_what_has_left_or_what_another_wrote(receive: Receive, teammate: Agent, lead: Agent) -> None:
    conversation = receive().conversation
    message = send_reply(agent=teammate, actor=actor(teammate), conversation=conversation, text="Hello")
    with pytest.raises(TooLate):
        undo_send(agent=lead, actor=actor(lead), message=message)
    Delivery.objects.update(claimed_at=timezone.now())
    with pytest.raises(TooLate):
        undo_send(agent=teammate, actor=actor(teammate), message=message)
    assert Message.objects.filter(pk=message.pk).exists()


def test_delivery_never_goes_backwards(receive: Receive, teammate: Agent) -> None:
    conversation = receive().conversation
    message = send_reply(agent=teammate, actor=actor(teammate), conversation=conversation, text="Hello")
    assert set_delivery(message=message, state=DeliveryState.READ)
    assert not set_delivery(message=message, state=DeliveryState.SENT)
    assert set_delivery(message=message, state=DeliveryState.BOUNCED)
    assert Message.objects.get(pk=message.pk).delivery == "bounced"


def test_a_failed_message_is_sent_again_with_the_same_id(receive: Receive, teammate: Agent, observer: Agent) -> None:
    conversation = receive().conversation
    message = send_reply(agent=teammate, actor=actor(teammate), conversation=conversation, text="Hello")
    set_delivery(message=message, state=DeliveryState.FAILED, detail="550")
    with pytest.raises(PermissionDenied):
        send_again(agent=observer, actor=actor(observer), message=message)
    send_again(agent=teammate, actor=actor(teammate), message=message)
    again = Message.objects.get(pk=message.pk)
    assert (again.delivery, again.external_id) == ("queued", message.external_id)
    assert again.outbox.settled_at is None


def test_drafts_are_the_writers_own(receive: Receive, teammate: Agent, lead: Agent) -> None:
    conversation = receive().conversation
    common: dict[str, Any] = {"agent": teammate, "actor": actor(teammate), "conversation": conversation}
    draft = save_draft(**common, text="Begun", to=[])
    assert save_draft(**common, text="Begun and going on").pk == draft.pk
    discard_draft(agent=lead, actor=actor(lead), draft=draft)
    assert Draft.objects.get().text == "Begun and going on"
    discard_draft(agent=teammate, actor=actor(teammate), draft=draft)
    assert not Draft.objects.exists()


def test_taking_a_conversation_by_answering(receive: Receive, teammate: Agent, lead: Agent, other_team: Team) -> None:
    conversation = receive().conversation
    send_reply(agent=teammate, actor=actor(teammate), conversation=conversation, text="Mine", take=True)
    send_reply(agent=lead, actor=actor(lead), conversation=conversation, text="I help", take=True)
    assert Conversation.objects.get().assignee == teammate
    Inbox.objects.update(team=other_team)
    Conversation.objects.update(team=other_team)
    assert visible_to(teammate).filter(pk=conversation.pk).exists()
    assert not visible_to(lead).filter(pk=conversation.pk).exists()
