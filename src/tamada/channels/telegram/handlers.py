"""Reactions to what happens elsewhere."""

from tamada.conversations.events import ConversationEvent, MessageReceived, MessageRevised
from tamada.core.asked import Asked
from tamada.core.events import EventMeta, handles

from . import actions
from .models import Bot

_bots = Asked(lambda: Bot.objects.order_by().values_list("pk")[:1])


def somebody_has_a_bot() -> bool:
    """Whether there is any bot: a desk without one has no tasks for this."""
    return _bots.any()


@handles(MessageReceived, MessageRevised, when=somebody_has_a_bot)
def follow_up(event: ConversationEvent, meta: EventMeta) -> None:
    """Files, names and links of what came over Telegram."""
    if isinstance(event, MessageReceived | MessageRevised):
        actions.after_receipt(message_id=event.message)
