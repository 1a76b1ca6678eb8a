"""A conversation by mail goes on in the chat: only with whoever is known there beyond doubt."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.channels.chat.actions import (
    describe_visitor,
    identify_visitor,
    mail_unseen_answers,
    receive_from_visitor,
    start_visitor,
)
from tamada.channels.chat.models import Line, Thread, Visitor
from tamada.channels.chat.queries import lines_of, threads_of
from tamada.channels.email.models import MailAccount
from tamada.conversations.actions import merge_conversations, send_reply
from tamada.conversations.errors import NoRecipient
from tamada.conversations.models import Conversation, DeliveryState, Inbox, Message
from tamada.conversations.ways import ways_of
from tamada.core.actors import SYSTEM, Actor
from tamada.customers.models import Customer, Identity
from tests.cast import SignedIn
from tests.channels.chat.conftest import Write, proof
from tests.channels.conftest import Deliver, mail

pytestmark = pytest.mark.django_db
ADDRESS = "karine@customer.example"


@pytest.fixture
def letter(deliver: Deliver, account: MailAccount) -> Conversation:
    """A mail of Karine's."""
    deliver(mail("My router is broken"))
    return Conversation.objects.select_related("customer", "inbox").get()


@pytest.fixture
def signed(visitor: Visitor, letter: Conversation) -> Visitor:
    """Karine, signed in on the site."""
    identify_visitor(visitor=visitor, user="karine", proof=proof(visitor.inbox, "karine"))
    visitor.refresh_from_db()
    value = f"chat-{visitor.inbox_id}:karine"
    Identity.objects.create(customer=letter.customer, type="external", value=value, verified_at=timezone.now())
    return visitor


def again(letter: Conversation) -> Conversation:
    """As the next request finds it."""
    return Conversation.objects.select_related("customer", "inbox").get(pk=letter.pk)


def answer(letter: Conversation, agent: Agent, via: Inbox, text: str = "Is it blinking?") -> Message:
    actor = Actor("agent", agent.pk, agent.name)
    return send_reply(agent=agent, actor=actor, conversation=again(letter), text=text, via=via)


def test_a_mail_is_answered_in_the_chat_and_the_answer_comes_back(
    letter: Conversation, signed: Visitor, chat: Inbox, teammate: Agent
) -> None:
    assert ways_of(teammate, again(letter)) == [chat]
    sent = answer(letter, teammate, chat)
    assert (sent.channel, sent.inbox, sent.delivery, sent.to) == ("chat", chat, DeliveryState.SENT, [])
    thread = threads_of(signed).get()
    signed.refresh_from_db()
    assert signed.customer == letter.customer  # whose address an unread answer goes to
    assert [line.message.text for line in lines_of(thread)] == ["Is it blinking?"]
    line = receive_from_visitor(visitor=signed, thread=thread, client_id="a", text="Yes, red").line
    assert (line.message.conversation, line.message.channel, line.message.inbox) == (letter, "chat", chat)
    assert line.message.customer == letter.customer
    answer(letter, teammate, chat, "Then restart it")
    assert Thread.objects.count() == 1
    assert again(letter).channel == "email"
    # What is unread goes out by mail, from where the conversation lives.
    Line.objects.update(created_at=timezone.now() - timedelta(minutes=4))
    assert mail_unseen_answers(thread_id=thread.pk)
    mailed = Message.objects.get(channel="email", kind="out")
    assert (mailed.inbox, [one["email"] for one in mailed.to]) == (letter.inbox, [ADDRESS])


def test_the_desk_offers_it_and_shows_the_visitor(
    letter: Conversation, signed: Visitor, chat: Inbox, teammate: Agent, signed_in: SignedIn
) -> None:
    client, page = signed_in(teammate), f"/conversations/{letter.pk}"
    assert "In the chat instead" in client.get(page).text
    assert "Reply in the chat" in client.get(f"{page}?via={chat.pk}").text
    given = {"kind": "out", "text_out": "Is it blinking?", "via": str(chat.pk)}
    assert client.post(f"{page}/messages", given, headers={"Accept": "application/json"}).status_code == 201
    assert signed.page in client.get(page).text.replace("<wbr>", "")


def test_who_typed_an_address_hears_nothing_that_is_written_to_its_owner(
    letter: Conversation, visitor: Visitor, write: Write, chat: Inbox, teammate: Agent
) -> None:
    """Somebody typed Karine's address before she wrote: both are one customer then, and it is not proven."""
    describe_visitor(visitor=visitor, email=ADDRESS)
    write("It is me")
    stranger = Identity.objects.get(type="chat")
    stranger.customer = letter.customer
    stranger.save()
    assert ways_of(teammate, again(letter)) == []
    with pytest.raises(NoRecipient):
        answer(letter, teammate, chat)
    stranger.verified_at = timezone.now()  # a colleague knows better
    stranger.save()
    assert ways_of(teammate, again(letter)) == [chat]
    Identity.objects.filter(pk=stranger.pk).update(paused_at=timezone.now())
    assert ways_of(teammate, again(letter)) == []


def test_a_chat_that_was_merged_into_a_mail_may_go_on_as_one(
    letter: Conversation, visitor: Visitor, write: Write, chat: Inbox, owner: Agent
) -> None:
    line = write("It is me again")
    Identity.objects.filter(type="chat").update(customer=letter.customer)
    merge_conversations(agent=owner, actor=SYSTEM, sources=[line.message.conversation], target=letter)
    assert ways_of(owner, again(letter)) == [chat]
    answer(letter, owner, chat)
    assert [one.message.text for one in lines_of(Thread.objects.get())] == ["It is me again", "Is it blinking?"]


def test_a_chat_of_another_team_is_no_way(
    letter: Conversation, signed: Visitor, chat: Inbox, teammate: Agent, other_team: object
) -> None:
    Inbox.objects.filter(pk=chat.pk).update(team=other_team)
    with pytest.raises(NoRecipient):
        answer(letter, teammate, chat)
    other = start_visitor(inbox=chat)[0]
    assert not threads_of(other).exists()
    assert Customer.objects.count() == 1
