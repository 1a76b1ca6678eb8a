"""Inboxes: making one and changing its settings."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from tamada.accounts.events import access_changed
from tamada.accounts.models import Agent, Team
from tamada.accounts.permissions import require
from tamada.accounts.queries import default_team, member_ids, teams_led_by
from tamada.core import audit, events
from tamada.core.actors import Actor

from ..errors import BadSignature
from ..events import InboxChanged
from ..models import Inbox
from ..signatures import unknown_in
from .door import check_settles

_CHANGEABLE = frozenset({"name", "team", "calendar", "language", "signature", "signatures", "is_active", "settings"})


@transaction.atomic
def create_inbox(
    *, agent: Agent | None, actor: Actor, name: str, channel: str, address: str = "", team: Team | None = None
) -> Inbox:
    """Open an inbox, with the default team unless told otherwise. `agent` None is the command line, which may."""
    if agent is not None:
        require(agent, "inbox.create")
    inbox = Inbox.objects.create(name=name, channel=channel, address=address, team=team or default_team())
    inbox_changed(inbox, actor, "inbox.created")
    _authorise_anew(actor, inbox.team_id)
    return inbox


@transaction.atomic
def update_inbox(*, agent: Agent | None, actor: Actor, inbox: Inbox, **changes: Any) -> Inbox:
    """Change an inbox's name, team, calendar, language, signatures, settings, or whether it is in use.

    A lead changes the inboxes of their teams, and gives them to their teams only. Raises PermissionDenied, and
    `BadSignature` for a placeholder that signatures don't have.
    """
    check_settles(agent, inbox)
    if unknown := changes.keys() - _CHANGEABLE:
        raise TypeError(f"no such field: {', '.join(sorted(unknown))}")
    for language, text in {"": changes.get("signature", ""), **changes.get("signatures", {})}.items():
        if strange := unknown_in(text):
            raise BadSignature(strange, language)
    before, after = inbox.team_id, changes["team"].pk if "team" in changes else inbox.team_id
    if agent is not None and before != after and not teams_led_by(agent).filter(pk=after).exists():
        raise PermissionDenied("inbox.settings")
    for name, value in changes.items():
        setattr(inbox, name, value)
    inbox.save(update_fields=list(changes))
    moved = {"team": [before, after]} if before != after else {}
    inbox_changed(inbox, actor, "inbox.updated", fields=sorted(changes), **moved)
    if moved:
        _authorise_anew(actor, before, after)
    return inbox


def inbox_changed(inbox: Inbox, actor: Actor, action: str, **details: Any) -> None:
    """Write a change down and tell every desk. Call in the transaction that makes it."""
    events.record(InboxChanged(audience=frozenset({"all"}), inbox=inbox.pk), actor=actor)
    audit.record(actor, action, inbox, **details)


def _authorise_anew(actor: Actor, *teams: int) -> None:
    """Streams hear what they were let in for: who loses or gains the inbox is let in anew."""
    events.record(*map(access_changed, sorted(member_ids(*teams))), actor=actor)
