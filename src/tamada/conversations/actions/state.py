"""How a conversation stood before a change, kept as plain values so that the change can be undone."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from ..models import Conversation

# Fields that belong together: they are put back only when all of them are still as the change left them.
GROUPS: Final[tuple[tuple[str, ...], ...]] = (
    ("status", "snoozed_until", "closed_at"),
    ("assignee_id",),
    ("team_id",),
    ("priority",),
    ("is_spam",),
)
FIELDS: Final = tuple(name for group in GROUPS for name in group)


def snapshot(conversation: Conversation, names: Iterable[str] = FIELDS) -> dict[str, Any]:
    """These fields as JSON can hold them."""
    return {name: _plain(getattr(conversation, name)) for name in names}


def put_back(conversation: Conversation, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Set what the change altered and nobody altered since; returns the names. The caller saves, counts and tells."""
    now = snapshot(conversation)
    restored: list[str] = []
    for group in GROUPS:
        changed = [name for name in group if before[name] != after[name]]
        if changed and all(now[name] == after[name] for name in group):
            for name in changed:
                setattr(conversation, name, read(name, before[name]))
            restored += changed
    return restored


def read(name: str, value: Any) -> Any:
    """A field's value from its plain form."""
    return datetime.fromisoformat(value) if value is not None and name.endswith(("_until", "_at", "_since")) else value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
