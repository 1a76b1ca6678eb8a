"""Reactions to what happens elsewhere."""

from tamada.conversations.events import ConversationRead
from tamada.core.asked import Asked
from tamada.core.events import EventMeta, handles

from . import actions
from .models import Thread

_threads = Asked(lambda: Thread.objects.order_by().values_list("pk")[:1])


def somebody_chats() -> bool:
    """Whether there is any chat: a desk that only does mail has no tasks for this."""
    return _threads.any()


@handles(ConversationRead, when=somebody_chats)
def show_it_was_read(event: ConversationRead, meta: EventMeta) -> None:
    """Visitors see that somebody has read what they wrote."""
    actions.mark_seen_by_us(conversation_id=event.conversation, seq=event.seq)
