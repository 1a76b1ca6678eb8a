"""Changing a conversation: status, owner, team, priority, tags, snooze."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from tamada.accounts.models import Agent, Team
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor
from tamada.customers.actions import tags_for

from .. import access, counts
from ..errors import PastTime, WrongOwner
from ..events import ConversationAssigned, ConversationUpdated
from ..models import Conversation, Priority, Status
from .door import locked
from .system import add_system_line


class Unset(Enum):
    """Marks a field that isn't to be changed, since None means something."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


def update_conversation(
    *,
    agent: Agent,
    actor: Actor,
    conversation: Conversation,
    status: str | Unset = UNSET,
    assignee: Agent | Unset | None = UNSET,
    team: Team | Unset = UNSET,
    priority: str | Unset = UNSET,
    tags: Sequence[str] | Unset = UNSET,
    snoozed_until: datetime | Unset | None = UNSET,
) -> Conversation:
    """Change what is given and leave the rest; raises `WrongOwner`, `ValueError` for an unknown status or priority.

    `snoozed_until` snoozes by itself, and raises `PastTime` for a time that has passed; status `snoozed` without a time
    sleeps until the customer writes.
    """
    require(agent, "conversation.update")
    given = {
        "status": status,
        "assignee": assignee,
        "team": team,
        "priority": priority,
        "tags": tags,
        "snoozed_until": snoozed_until,
    }
    changes = {name: value for name, value in given.items() if value is not UNSET}
    with transaction.atomic():
        conversation = locked(agent, conversation)
        change(conversation=conversation, actor=actor, by=agent, changes=changes)
    return conversation


def change(*, conversation: Conversation, actor: Actor, by: Agent | None, changes: dict[str, Any]) -> None:
    """Apply changes to a locked conversation, save it whole, count, tell and write it down. Call in a transaction."""
    stored = Conversation.objects.get(pk=conversation.pk)
    before, keys_before = counts.key_of(stored), access.audience(stored)
    done = [name for name, value in _in_order(changes) if _APPLY[name](conversation, value)]
    conversation.save()
    counts.move(before, counts.key_of(conversation))
    if not done:
        return
    for name in done:
        if name == "status" and "snoozed_until" in done:
            continue  # the line of the snooze says both
        add_system_line(conversation=conversation, actor=actor, data=_line(conversation, name))
    _tell(conversation, actor, by, done, keys_before)
    after = {name: [_plain(stored, name), _plain(conversation, name)] for name in done if name != "tags"}
    audit.record(actor, "conversation.updated", conversation, **after)


def check_changes(changes: Mapping[str, Any]) -> None:
    """Raise what applying these would raise, for whatever conversation: `ValueError`, `WrongOwner`, `PastTime`."""
    if changes.get("status", Status.OPEN) not in Status.values:
        raise ValueError(changes["status"])
    if changes.get("priority", Priority.NORMAL) not in Priority.values:
        raise ValueError(changes["priority"])
    _check_owner(changes.get("assignee"))
    _check_time(changes.get("snoozed_until"))


def _tell(
    conversation: Conversation,
    actor: Actor,
    by: Agent | None,
    done: list[str],
    keys_before: frozenset[str],
) -> None:
    pk, keys = conversation.pk, access.audience(conversation)
    facts: list[events.Event] = [
        ConversationUpdated(audience=keys, before=keys_before, conversation=pk, fields=tuple(done))
    ]
    owner = conversation.assignee_id
    if "assignee" in done and owner and (by is None or owner != by.pk):
        facts.append(ConversationAssigned(audience=keys, conversation=pk, agent=owner))
    events.record(*facts, actor=actor)


def _in_order(changes: dict[str, Any]) -> list[tuple[str, Any]]:
    """Status before the snooze that belongs to it; the team before the owner whom it must fit."""
    names = ("team", "assignee", "status", "snoozed_until", "priority", "tags")
    return [(name, changes[name]) for name in names if name in changes]


def _set_status(conversation: Conversation, status: str) -> bool:
    if status not in Status.values:
        raise ValueError(status)
    if conversation.status == status:
        return False
    conversation.status = status
    conversation.closed_at = timezone.now() if status == Status.CLOSED else None
    if status != Status.SNOOZED:
        conversation.snoozed_until = None
    if status == Status.CLOSED:
        conversation.waiting_since = None
    return True


def _set_snooze(conversation: Conversation, until: datetime | None) -> bool:
    _check_time(until)
    if conversation.snoozed_until == until:
        return False
    conversation.snoozed_until = until
    if until is not None:
        conversation.status, conversation.closed_at = Status.SNOOZED, None
    return True


def _check_time(until: datetime | None) -> None:
    if until is not None and until <= timezone.now():
        raise PastTime


def _set_assignee(conversation: Conversation, owner: Agent | None) -> bool:
    if conversation.assignee_id == (owner.pk if owner else None):
        return False
    _check_owner(owner)
    conversation.assignee = owner
    return True


def _check_owner(owner: Agent | None) -> None:
    if owner is not None and not owner.may_write:
        raise WrongOwner(owner.name)


def _set_team(conversation: Conversation, team: Team) -> bool:
    if conversation.team_id == team.pk:
        return False
    conversation.team = team
    return True


def _set_priority(conversation: Conversation, priority: str) -> bool:
    if priority not in Priority.values:
        raise ValueError(priority)
    changed, conversation.priority = conversation.priority != priority, priority
    return changed


def _set_tags(conversation: Conversation, names: Sequence[str]) -> bool:
    wanted = tags_for(names)
    if {t.pk for t in wanted} == set(conversation.tags.values_list("pk", flat=True)):
        return False
    conversation.tags.set(wanted)
    return True


_APPLY: Final[dict[str, Callable[[Conversation, Any], bool]]] = {
    "status": _set_status,
    "snoozed_until": _set_snooze,
    "assignee": _set_assignee,
    "team": _set_team,
    "priority": _set_priority,
    "tags": _set_tags,
}


def _line(conversation: Conversation, name: str) -> dict[str, Any]:
    """A system line's parameters: its sentence is made where it is shown, in the reader's language."""
    return {"event": name, "to": _plain(conversation, name)}


def _plain(conversation: Conversation, name: str) -> Any:
    if name == "tags":
        return [t.name for t in conversation.tags.all()]
    value = getattr(conversation, name)
    if value is None or isinstance(value, str):  # a choice of an enumeration is text too
        return None if value is None else str(value)
    return value.isoformat() if isinstance(value, datetime) else getattr(value, "name", value)


def wake_snoozed() -> None:
    """Open what was put off until now."""
    due = Conversation.objects.filter(status=Status.SNOOZED, snoozed_until__lte=timezone.now())
    for pk in due.values_list("pk", flat=True)[:500]:
        with transaction.atomic():
            # Somebody may have put it off further since the list was made.
            conversation = due.select_for_update().filter(pk=pk).first()
            if conversation:
                change(conversation=conversation, actor=SYSTEM, by=None, changes={"status": Status.OPEN})
