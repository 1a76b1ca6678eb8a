"""A mail inbox, conversations that arrive, and everything that follows from them carried out."""

from datetime import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from tamada.accounts.models import Agent, Team
from tamada.conversations.actions import receive_messages
from tamada.conversations.envelopes import Envelope, Party
from tamada.conversations.models import Channel, Conversation, Inbox
from tamada.core.tasks import run_pending
from tests.cast import first_team

_numbers = count(1)


def make_inbox(team: Team | None = None, **more: Any) -> Inbox:
    """A mail inbox of a team, the default one when none is named."""
    number = next(_numbers)
    named = {"name": f"Support {number}", "address": f"support{number}@help.example", "channel": Channel.EMAIL}
    return Inbox.objects.create(team=team or first_team(), **named, **more)


def envelope(inbox: Inbox, **more: Any) -> Envelope:
    """One mail of a new customer; what is named is otherwise."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "inbox_id": inbox.pk,
        "channel": "email",
        "sender": Party(type="email", value=f"ani{number}@mail.example", name="Ani Petrosyan"),
        "external_id": f"<{number}@mail.example>",
        "digest": f"{number:064d}",
        "subject": "Modem",
        "text": "The modem blinks red.",
        "received_at": timezone.now(),
        "to": [{"name": "", "email": inbox.address}],
    }
    return Envelope(**{**usual, **more})


def arrive(inbox: Inbox, *, handled: bool = True, **more: Any) -> Conversation:
    """A new conversation; with `handled`, after rules, routing and all that."""
    (received,) = receive_messages(envelopes=[envelope(inbox, **more)])
    if handled:
        settle()
    return Conversation.objects.get(pk=received.conversation_id or 0)


def settle() -> None:
    """Carry out what is due, and what follows from that."""
    while run_pending():
        pass


def here(*agents: Agent, now: datetime | None = None) -> None:
    """These people are at their desks."""
    Agent.objects.filter(pk__in=[agent.pk for agent in agents]).update(last_seen_at=now or timezone.now())
