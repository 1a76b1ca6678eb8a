"""The trail of who did what. Entries hold names of fields and short values, never message bodies or secrets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from tamada.core.actors import Actor
from tamada.core.audit_guard import FLOOR_DAYS
from tamada.core.models import AuditEntry


def record(actor: Actor, action: str, obj: models.Model | None, **changes: Any) -> None:
    """Add one entry in the caller's transaction, e.g. `record(actor, "conversation.assigned", row, assignee=5)`.

    `changes` must be JSON-able (dates and ids become strings).
    """
    AuditEntry.objects.create(
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name[:200],
        action=action,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=obj.pk if obj is not None and isinstance(obj.pk, int) else None,
        changes={key: _plain(value) for key, value in changes.items()},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


# Looking things up ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is asked of the trail; what is left empty asks nothing. `until` is the first moment that is too late."""

    actor: int | None = None
    action: str = ""
    object_type: str = ""
    object_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def find(asked: Search) -> models.QuerySet[AuditEntry]:
    """The entries, newest first."""
    rows = AuditEntry.objects.order_by("-id")
    if asked.actor is not None:
        rows = rows.filter(actor_kind__in=("agent", "api"), actor_id=asked.actor)
    if asked.action:
        rows = rows.filter(action=asked.action)
    if asked.object_type:
        rows = rows.filter(object_type=asked.object_type)
    if asked.object_id is not None:
        rows = rows.filter(object_id=asked.object_id)
    if asked.since is not None:
        rows = rows.filter(at__gte=asked.since)
    return rows.filter(at__lt=asked.until) if asked.until is not None else rows


def batches(asked: Search, size: int = 1000) -> Iterator[list[AuditEntry]]:
    """All of them, oldest first, each batch by a query of its own: an export may go on for minutes."""
    last = 0
    while rows := list(find(asked).order_by("id").filter(id__gt=last)[:size]):
        yield rows
        last = rows[-1].pk


def prune(days: int) -> int:
    """Drop entries older than so many days, never younger ones than the database lets go; returns how many."""
    until = timezone.now() - timedelta(days=max(days, FLOOR_DAYS + 1))
    total = 0
    while ids := list(AuditEntry.objects.filter(at__lt=until).order_by("id").values_list("id", flat=True)[:1000]):
        total += len(ids)
        AuditEntry.objects.filter(id__in=ids).delete()
    return total
