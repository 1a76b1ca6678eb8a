import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from tamada.conversations.models import Conversation, Inbox, Message
    from tamada.customers.models import Identity


def _send(stop: threading.Event) -> None:
    from tamada.channels.chat.outbox import run_outbox

    run_outbox(stop)


def _deliver(message: "Message") -> None:
    from tamada.channels.chat.actions import deliver_in_step

    deliver_in_step(message)


def _ways(conversation: "Conversation", known: Sequence["Identity"]) -> Sequence["Inbox"]:
    from tamada.channels.chat.queries import chats_into

    return chats_into(conversation, known)


class ChatConfig(AppConfig):
    """Wire the room; what it runs is imported only by the process that runs it."""

    name = "tamada.channels.chat"
    label = "chat"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The worker delivers answers; threads follow merges; what is kept of people is told and erased."""
        from tamada.channels import base
        from tamada.conversations import points
        from tamada.conversations.capabilities import Capabilities

        from . import erasing, merging, privacy, takeout  # noqa: F401  what is only imported registers itself

        points.merging.register("chats", merging.PART)
        can = Capabilities(icon="chat", undo=False)
        base.register(base.Channel(name="chat", can=can, send=_send, instant=_deliver, ways=_ways))
