"""What one of us writes to a customer is read for promises, away from who waits for it to leave."""

from tamada.conversations.events import MessageSent, MessageWithdrawn
from tamada.core.events import EventMeta, handles

from . import actions


@handles(MessageSent)
def look_for_promises(event: MessageSent, meta: EventMeta) -> None:
    """A machine promises nothing: its words are passed over (`actions.propose`)."""
    if meta.actor.kind == "agent":
        actions.propose(message_id=event.message)


@handles(MessageWithdrawn)
def forget_what_was_taken_back(event: MessageWithdrawn, meta: EventMeta) -> None:
    """What has not left promises nothing."""
    del meta
    actions.forget_withdrawn(conversation_id=event.conversation)
