"""Spam leaves every list and count but its own; a block refuses a sender by name."""

from django.db import transaction

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.customers.actions import block_sender

from .. import access, counts
from ..events import ConversationUpdated
from ..models import Conversation, Kind
from ..spam_filter import learn
from .door import locked
from .system import add_system_line


@transaction.atomic
def mark_spam(
    *, agent: Agent, actor: Actor, conversation: Conversation, spam: bool = True, block: bool = False
) -> Conversation:
    """Say that a conversation is spam, or that it isn't; teaches the filter, and with `block` refuses its sender."""
    require(agent, "conversation.spam")
    conversation = locked(agent, conversation)
    if block:
        _block(agent, actor, conversation)
    if conversation.is_spam == spam:
        return conversation
    before = counts.key_of(conversation)
    conversation.is_spam = spam
    conversation.save(update_fields=["is_spam", "updated_at"])
    counts.move(before, counts.key_of(conversation))
    for text in words_to_learn(conversation):
        learn(text, is_spam=spam)
    add_system_line(conversation=conversation, actor=actor, data={"event": "spam" if spam else "not_spam"})
    keys = access.audience(conversation)
    fact = ConversationUpdated(audience=keys, before=keys, conversation=conversation.pk, fields=("spam",))
    events.record(fact, actor=actor)
    audit.record(actor, "conversation.spam" if spam else "conversation.not_spam", conversation)
    return conversation


def words_to_learn(conversation: Conversation) -> list[str]:
    """What the filter learns from a conversation: its first messages that came in."""
    rows = conversation.messages.filter(kind=Kind.IN).order_by("seq").values_list("subject", "text")[:5]
    return [f"{subject}\n{text}" for subject, text in rows]


def sender_of(conversation: Conversation) -> str:
    """Who wrote last: whom a block is about; "" when nobody has."""
    last = conversation.messages.filter(kind=Kind.IN).order_by("-seq").first()
    return last.sender if last else ""


def _block(agent: Agent, actor: Actor, conversation: Conversation) -> None:
    if sender := sender_of(conversation):
        block_sender(agent=agent, actor=actor, value=sender)
