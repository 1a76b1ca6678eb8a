import threading
from typing import TYPE_CHECKING

from django.apps import AppConfig

from tamada.core import loops

if TYPE_CHECKING:
    from tamada.conversations.models import Message


def _send(stop: threading.Event) -> None:
    from tamada.channels.chat.outbox import run_outbox

    run_outbox(stop)


def _deliver(message: "Message") -> None:
    from tamada.channels.chat.actions import deliver_in_step

    deliver_in_step(message)


class ChatConfig(AppConfig):
    """Wire the room; what it runs is imported only by the process that runs it."""

    name = "tamada.channels.chat"
    label = "chat"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The worker delivers answers; threads follow merges; what is kept of people is told and erased."""
        from tamada.conversations import points

        from . import erasing, merging, privacy, takeout  # noqa: F401  what is only imported registers itself

        points.merging.register("chats", merging.PART)
        points.instant.register("chat", _deliver)
        loops.register("chat", _send)
