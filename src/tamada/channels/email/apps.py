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


def _troubles(inbox: "Inbox") -> "Troubles":
    from tamada.channels.email.accounts import troubles_of

    return troubles_of(inbox)


def _refuses(message: "Message") -> str:
    from tamada.channels.email.automatic import refuses

    return refuses(message)


def _note(message: "Message") -> None:
    from tamada.channels.email.automatic import note

    note(message)


def _ways(conversation: "Conversation", known: Sequence["Identity"]) -> list["Inbox"]:
    """One address is as good as another: the mail inbox that forwards and unseen answers go from as well."""
    from tamada.conversations.queries import mail_inbox_for

    if all(one.type != "email" for one in known):
        return []
    found = mail_inbox_for(conversation.inbox)
    return [found] if found else []


class EmailConfig(AppConfig):
    """Wire the room; what it runs is imported only by the process that runs it."""

    name = "tamada.channels.email"
    label = "email"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The worker reads and sends mail; the mail process listens for it and fetches it."""
        from tamada.channels import base
        from tamada.channels.email import erasing, reasons  # noqa: F401  what is only imported registers itself
        from tamada.channels.email.declared import declare_settings
        from tamada.conversations import points
        from tamada.conversations.capabilities import Capabilities

        points.loop_guards.register("email", points.LoopGuard(_refuses, _note))
        declare_settings()
        erasing.register()
        mail = base.Channel(
            name="email",
            can=Capabilities(icon="mail", addressed=True, formatted=True, begins=True, signed=True),
            read=_read_mails,
            send=_send,
            listen={"smtp": _listen, "imap": _fetch_alone},
            bury=_bury,
            ways=_ways,
            troubles=_troubles,
        )
        base.register(mail, loop="outbox")
