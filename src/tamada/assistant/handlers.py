"""A customer wrote, or one of us did."""

from tamada.conversations.events import MessageReceived, MessageSent
from tamada.core.events import EventMeta, handles

from . import actions, tasks
from .queries import is_in_use


@handles(MessageReceived, when=is_in_use)
def answer_customer(event: MessageReceived, meta: EventMeta) -> None:
    """The assistant looks at it in a task of its own: it may ask a program, for which nothing else waits. What a
    machine wrote is not answered.
    """
    if not event.automatic and meta.actor.kind in ("customer", "system"):
        key = f"assistant:{event.conversation}"
        tasks.respond.using(unique=key).enqueue(conversation_id=event.conversation, depth=meta.actor.depth)


@handles(MessageSent, when=is_in_use)
def follow_person(event: MessageSent, meta: EventMeta) -> None:
    """What a person writes after an answer says that it was not enough."""
    if meta.actor.kind in ("agent", "api"):
        actions.note_person(message_id=event.message)
