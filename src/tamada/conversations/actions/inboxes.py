"""Inboxes: making one and changing its settings."""

from typing import Any

from django.db import transaction

from tamada.accounts.models import Agent, Team
from tamada.accounts.permissions import require
from tamada.accounts.queries import default_team
from tamada.core import audit, events
from tamada.core.actors import Actor

from ..events import InboxChanged
from ..models import Inbox

_CHANGEABLE = frozenset({"name", "team", "calendar", "language", "signature", "is_active", "settings"})


@transaction.atomic
def create_inbox(
    *, agent: Agent | None, actor: Actor, name: str, channel: str, address: str = "", team: Team | None = None
) -> Inbox:
    """Open an inbox, with the default team unless told otherwise. `agent` None is the command line, which may."""
    if agent is not None:
        require(agent, "inbox.create")
    inbox = Inbox.objects.create(name=name, channel=channel, address=address, team=team or default_team())
    _tell(inbox, actor, "inbox.created")
    return inbox


@transaction.atomic
def update_inbox(*, agent: Agent | None, actor: Actor, inbox: Inbox, **changes: Any) -> Inbox:
    """Change an inbox's name, team, calendar, language, signature, settings, or whether it is in use."""
    if agent is not None:
        require(agent, "inbox.settings")
    if unknown := changes.keys() - _CHANGEABLE:
        raise TypeError(f"no such field: {', '.join(sorted(unknown))}")
    for name, value in changes.items():
        setattr(inbox, name, value)
    inbox.save(update_fields=list(changes))
    _tell(inbox, actor, "inbox.updated", fields=sorted(changes))
    return inbox


def _tell(inbox: Inbox, actor: Actor, action: str, **details: Any) -> None:
    events.record(InboxChanged(audience=frozenset({"all"}), inbox=inbox.pk), actor=actor)
    audit.record(actor, action, inbox, **details)
