import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.apps import AppConfig

from tamada.channels.journal import Entry
from tamada.channels.readers import READERS, type_read
from tamada.core import loops

if TYPE_CHECKING:
    from tamada.conversations.models import Message


def _read_mails(entries: Sequence[Entry]) -> list[type_read]:
    from tamada.channels.email.receive import read_mails

    return read_mails(entries)


def _bury(messages: Sequence["Message"]) -> None:
    from tamada.channels.email.burial import bury

    bury(messages)


def _listen(stop: threading.Event) -> None:
    from tamada.channels.email.listener import run_listener

    run_listener(stop)


def _send(stop: threading.Event) -> None:
    from tamada.channels.email.outbox import run_outbox

    run_outbox(stop)


def _fetch_alone(stop: threading.Event) -> None:
    from tamada.channels.email.imap import run_imap
    from tamada.core import leases

    leases.alone("imap", run_imap)(stop)


class EmailConfig(AppConfig):
    """Wire the room; what it runs is imported only by the process that runs it."""

    name = "tamada.channels.email"
    label = "email"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The worker reads and sends mail; the mail process listens for it and fetches it."""
        from tamada.channels.email import erasing
        from tamada.channels.email.declared import declare_settings
        from tamada.conversations import points

        declare_settings()
        erasing.register()
        points.burials.register("email", _bury)
        READERS.register("email", _read_mails)
        loops.register("outbox", _send)
        loops.register("smtp", _listen, process="mail")
        loops.register("imap", _fetch_alone, process="mail")
