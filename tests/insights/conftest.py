"""Customers who write at times of our choosing, in a company of Yerevan."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations import actions
from tamada.conversations.models import Conversation, DeliveryState, Inbox, Message
from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tests.conversations.conftest import Receive, inbox, other_inbox, receive

__all__ = ["Receive", "inbox", "other_inbox", "receive"]

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
"""A Thursday, four in the afternoon in Yerevan."""

Ask = Callable[..., Message]


@pytest.fixture
def yerevan(db: None) -> None:
    settings_store.set("company.time_zone", "Asia/Yerevan", SYSTEM)


@pytest.fixture
def ask(receive: Receive, yerevan: None) -> Ask:
    """`ask("Where is it?", ago=timedelta(hours=3))` is a customer's first message, so long before NOW."""
    senders = iter(range(1, 10_000))

    def asks(text: str, ago: timedelta = timedelta(hours=3), **more: object) -> Message:
        more.setdefault("sender", f"somebody{next(senders)}@mail.am")
        more.setdefault("subject", text.split(".", maxsplit=1)[0][:60])
        return receive(text=text, received_at=NOW - ago, **more)

    return asks


def answer(message: Message, agent: Agent, text: str, at: datetime | None = None, *, closes: bool = True) -> Message:
    """One of us answers, it leaves, and the conversation is closed."""
    conversation = Conversation.objects.get(pk=message.conversation_id)
    said = actions.send_reply(agent=agent, actor=actor_of(agent), conversation=conversation, text=text)
    when = at or message.created_at + timedelta(minutes=5)
    Message.objects.filter(pk=said.pk).update(created_at=when, delivery=DeliveryState.SENT)
    if closes:
        conversation.refresh_from_db()
        actions.update_conversation(agent=agent, actor=actor_of(agent), conversation=conversation, status="closed")
    return said


def spam(message: Message, agent: Agent) -> None:
    """Marked as spam."""
    conversation = Conversation.objects.get(pk=message.conversation_id)
    actions.mark_spam(agent=agent, actor=actor_of(agent), conversation=conversation, spam=True)


def move(message: Message, inbox: Inbox) -> None:
    """It was in another inbox all along."""
    Conversation.objects.filter(pk=message.conversation_id).update(inbox=inbox, team=inbox.team)
    Message.objects.filter(pk=message.pk).update(inbox=inbox)
