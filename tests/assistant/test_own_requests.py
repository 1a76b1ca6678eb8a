"""A proven customer hears of their own requests; whoever is not proven, and whatever is not theirs, is not told."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.assistant import own, wording
from tamada.assistant.models import Dialogue
from tamada.channels.chat.actions import identify_visitor, start_visitor
from tamada.channels.chat.outbox import deliver_due
from tamada.conversations.actions import add_note, forward_message, send_reply, update_conversation
from tamada.conversations.models import Conversation, Inbox, Kind
from tamada.customers.models import Identity
from tests.automation.scene import settle
from tests.channels.chat.conftest import Write, proof
from tests.conversations.conftest import Receive, inbox, receive

__all__ = ["inbox", "receive"]

pytestmark = pytest.mark.django_db

WHERE = "What is the status of my request?"


def told(conversation: Conversation) -> str:
    return "\n".join(
        conversation.messages.filter(kind=Kind.OUT, author_kind="assistant").values_list("text", flat=True)
    )


def proven(inbox: Inbox, user: str) -> Any:
    visitor, _token = start_visitor(inbox=inbox, language="en")
    return identify_visitor(visitor=visitor, user=user, proof=proof(inbox, user))[0]


def request(write: Write, visitor: Any, text: str, agent: Agent | None = None) -> Conversation:
    line = write(text, by=visitor)
    conversation = Conversation.objects.get(pk=line.message.conversation_id)
    if agent:
        send_reply(agent=agent, actor=actor_of(agent), conversation=conversation, text="We ordered the part.")
        deliver_due()
    return conversation


def test_a_proven_customer_hears_of_their_own(answering: Inbox, write: Write, teammate: Agent) -> None:
    ani = proven(answering, "ani")
    request(write, ani, "My phone is broken, the screen is black", teammate)
    settle()
    conversation = request(write, ani, WHERE)
    settle()
    text = told(conversation)
    assert "My phone is broken" in text
    assert "We ordered the part." in text


def test_nobody_elses_are_told(answering: Inbox, write: Write, teammate: Agent) -> None:
    request(write, proven(answering, "ani"), "My phone is broken, the screen is black", teammate)
    settle()
    conversation = request(write, proven(answering, "bella"), WHERE)
    settle()
    assert told(conversation) == "You have no other open request with us."


def test_who_is_not_proven_gets_a_person(answering: Inbox, write: Write, visitor: Any) -> None:
    request(write, visitor, "My phone is broken, the screen is black")
    settle()
    conversation = request(write, visitor, WHERE)
    settle()
    assert "broken" not in told(conversation)
    assert Dialogue.objects.get(conversation=conversation).reason == "stranger"


def test_who_types_somebodys_address_is_not_proven(answering: Inbox, write: Write, customer: Any) -> None:
    visitor, _token = start_visitor(inbox=answering, language="en")
    visitor.email = "karine@customer.example"
    visitor.save()
    conversation = request(write, visitor, WHERE)
    settle()
    assert Dialogue.objects.get(conversation=conversation).reason == "stranger"


@pytest.mark.parametrize(
    ("verdicts", "verified", "expected"),
    [
        ({"dmarc": "pass", "trusted": True}, True, True),
        ({"dmarc": "pass", "trusted": False}, True, False),
        ({"dmarc": "fail", "trusted": True}, True, False),
        ({}, True, False),
        ({"dmarc": "pass", "trusted": True}, False, False),
    ],
)
def test_a_mail_proves_by_address_and_verdict_together(
    receive: Receive, verdicts: dict[str, Any], verified: bool, expected: bool
) -> None:
    message = receive(sender="ani@mail.am", data={"verdicts": verdicts})
    Identity.objects.filter(value="ani@mail.am").update(verified_at=timezone.now() if verified else None)
    assert own.is_proven(message) is expected


def test_an_address_proves_however_it_is_spelt(receive: Receive) -> None:
    message = receive(sender="Ani@փոստ.հայ", data={"verdicts": {"dmarc": "pass", "trusted": True}})
    assert not own.is_proven(message)
    Identity.objects.filter(value="ani@xn--mbbkgn.xn--y9a3aq").update(verified_at=timezone.now())
    assert own.is_proven(message)


def test_who_joined_anothers_thread_is_not_its_customer(receive: Receive) -> None:
    first = receive(sender="ani@mail.am")
    second = receive(
        sender="boris@mail.am", answers=(first.external_id,), data={"verdicts": {"dmarc": "pass", "trusted": True}}
    )
    Identity.objects.update(verified_at=timezone.now())
    assert second.conversation_id == first.conversation_id
    assert not own.is_proven(second)


def test_a_note_is_never_told(answering: Inbox, write: Write, teammate: Agent) -> None:
    ani = proven(answering, "ani")
    noted = request(write, ani, "My phone is broken, the screen is black")
    settle()
    Conversation.objects.filter(pk=noted.pk).update(subject="")
    add_note(agent=teammate, actor=actor_of(teammate), conversation=noted, text="SECRET: a nuisance")
    conversation = request(write, ani, WHERE)
    settle()
    assert "SECRET" not in told(conversation)
    assert f"#{noted.number} “My phone is broken, the screen is black”" in told(conversation)


def test_a_request_without_words_is_told_by_its_number(receive: Receive, teammate: Agent) -> None:
    wordless = receive(sender="ani@mail.am", subject="", text="").conversation
    add_note(agent=teammate, actor=actor_of(teammate), conversation=wordless, text="SECRET: a nuisance")
    assert f"#{wordless.number}, since" in own.told(Conversation(customer=wordless.customer))


def test_what_we_forwarded_is_no_answer(receive: Receive, teammate: Agent) -> None:
    message = receive(sender="ani@mail.am")
    forwarded = forward_message(
        agent=teammate, actor=actor_of(teammate), message=message, to=["shop@supplier.am"], text="SECRET: our margin"
    )
    forwarded.delivery = "sent"
    forwarded.save()
    assert "SECRET" not in own.told(Conversation(customer=message.conversation.customer))


def test_a_reply_that_has_not_left_is_no_answer(receive: Receive, teammate: Agent) -> None:
    conversation = receive(sender="ani@mail.am").conversation
    reply = send_reply(agent=teammate, actor=actor_of(teammate), conversation=conversation, text="Never mind.")
    asking = Conversation(customer=conversation.customer)
    assert "Never mind." not in own.told(asking)
    reply.delivery = "sent"
    reply.save()
    assert "Never mind." in own.told(asking)


def test_what_was_closed_of_late_is_told_with_its_day(answering: Inbox, write: Write, teammate: Agent) -> None:
    ani = proven(answering, "ani")
    repaired = request(write, ani, "My phone is broken, the screen is black", teammate)
    settle()
    update_conversation(agent=teammate, actor=actor_of(teammate), conversation=repaired, status="closed")
    text = own.told(Conversation(customer=repaired.customer))
    assert "You have no other open request with us." in text
    assert "My phone is broken" in text
    assert f"Closed on {wording.day(timezone.now())}." in text
    assert "We ordered the part." in text
    Conversation.objects.filter(pk=repaired.pk).update(closed_at=timezone.now() - timedelta(days=91))
    assert "broken" not in own.told(Conversation(customer=repaired.customer))
