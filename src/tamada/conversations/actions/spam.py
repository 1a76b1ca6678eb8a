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
    for subject, text in conversation.messages.filter(kind=Kind.IN).values_list("subject", "text")[:5]:
        learn(f"{subject}\n{text}", is_spam=spam)
    add_system_line(conversation=conversation, actor=actor, data={"event": "spam" if spam else "not_spam"})
    keys = access.audience(conversation)
    fact = ConversationUpdated(audience=keys, before=keys, conversation=conversation.pk, fields=("spam",))
    events.record(fact, actor=actor)
    audit.record(actor, "conversation.spam" if spam else "conversation.not_spam", conversation)
    return conversation


def _block(agent: Agent, actor: Actor, conversation: Conversation) -> None:
    last = conversation.messages.filter(kind=Kind.IN).order_by("-seq").first()
    if last and last.sender:
        block_sender(agent=agent, actor=actor, value=last.sender)
