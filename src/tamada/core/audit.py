"""The trail of who did what. Entries hold names of fields and short values, never message bodies or secrets."""

from typing import Any

from django.db import models

from tamada.core.actors import Actor
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
