"""What happens to webhooks: heard by admins alone."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event

ADMINS = frozenset({"role:admin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChanged(Event):
    """An endpoint was made, changed or removed."""

    type: ClassVar[str] = "webhook.changed"
    endpoint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDisabled(Event):
    """An endpoint was switched off by us: its receiver is gone, or failed for days. Its owner is to be told."""

    type: ClassVar[str] = "webhook.disabled"
    endpoint: int
