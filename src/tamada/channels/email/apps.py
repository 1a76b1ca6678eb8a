import threading
from collections.abc import Sequence

from django.apps import AppConfig

from tamada.channels.journal import Entry
from tamada.channels.readers import READERS, type_read
from tamada.core import loops


def _read_mails(entries: Sequence[Entry]) -> list[type_read]:
    from tamada.channels.email.receive import read_mails

    return read_mails(entries)


def _listen(stop: threading.Event) -> None:
    from tamada.channels.email.listener import run_listener

    run_listener(stop)


class EmailConfig(AppConfig):
    """Wire the room; what it runs is imported only by the process that runs it."""

    name = "tamada.channels.email"
    label = "email"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Mail is read by the worker, and listened for in the mail process."""
        READERS.register("email", _read_mails)
        loops.register("smtp", _listen, process="mail")
