import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.apps import AppConfig

from tamada.channels.journal import Entry
from tamada.channels.readers import type_read

if TYPE_CHECKING:
    from tamada.channels.base import Troubles
    from tamada.conversations.models import Conversation, Inbox, Message
    from tamada.customers.models import Identity


def _read(entries: Sequence[Entry]) -> list[type_read]:
    from tamada.channels.telegram.receive import read_updates

    return read_updates(entries)


def _send(stop: threading.Event) -> None:
    from tamada.channels.telegram.sending import run_outbox

    run_outbox(stop)


def _poll_alone(stop: threading.Event) -> None:
    from tamada.channels.telegram.polling import run_poller
    from tamada.core import leases

    leases.alone("telegram", run_poller)(stop)


def _bury(messages: Sequence["Message"]) -> None:
    """An update never comes again, and one whose bytes are known is not taken in: no tombstone is needed."""
    from tamada.channels.originals import remove_originals

    remove_originals([message for message in messages if message.channel == "telegram"])


def _troubles(inbox: "Inbox") -> "Troubles":
    from tamada.channels.telegram.queries import troubles_of

    return troubles_of(inbox)


def _ways(conversation: "Conversation", known: Sequence["Identity"]) -> Sequence["Inbox"]:
    from tamada.channels.telegram.queries import spoken_with

    del conversation
    accounts = [one.value for one in known if one.type == "telegram"]
    return list(spoken_with(accounts)) if accounts else []


class TelegramConfig(AppConfig):
    """Wire the room; what it runs is imported only by the process that runs it."""

    name = "tamada.channels.telegram"
    label = "telegram"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The worker reads updates and sends; the mail process asks Telegram."""
        from tamada.channels import base
        from tamada.conversations.capabilities import Capabilities
        from tamada.customers import points

        from . import erasing, privacy, reasons, takeout  # noqa: F401  what is only imported registers itself
        from .models import StartLink

        points.merging.register("telegram_links", points.rows_of(StartLink.objects))
        base.register(
            base.Channel(
                name="telegram",
                can=Capabilities(
                    icon="telegram",
                    formatted=True,
                    longest=4096,
                    splits=True,
                    largest_file=50 * 1024 * 1024,
                ),
                read=_read,
                send=_send,
                listen={"telegram": _poll_alone},
                bury=_bury,
                ways=_ways,
                troubles=_troubles,
            )
        )
