"""What happens to notifications: heard only by the agent they are for."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationCreated(Event):
    """An agent has something new to know."""

    type: ClassVar[str] = "notification.created"
    notification_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationsSeen(Event):
    """An agent saw notifications: the badges of their other screens follow."""

    type: ClassVar[str] = "notification.seen"
    agent_id: int
