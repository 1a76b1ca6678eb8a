"""Reactions to what happens elsewhere."""

from tamada.conversations.events import ConversationRead
from tamada.core.events import EventMeta, handles

from . import actions
from .models import Thread


def somebody_chats() -> bool:
    """Whether there is any chat: a desk that only does mail has no tasks for this."""
    return Thread.objects.exists()


@handles(ConversationRead, when=somebody_chats)
def show_it_was_read(event: ConversationRead, meta: EventMeta) -> None:
    """Visitors see that somebody has read what they wrote."""
    actions.mark_seen_by_us(conversation_id=event.conversation, seq=event.seq)
