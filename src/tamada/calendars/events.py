"""What happens to calendars."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event

EVERYBODY = frozenset({"all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChanged(Event):
    """A calendar was made, or its name, time zone, hours or days changed: deadlines that count by it are stale."""

    type: ClassVar[str] = "calendar.changed"
    calendar_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDeleted(Event):
    """A calendar is gone. Nothing pointed to it."""

    type: ClassVar[str] = "calendar.deleted"
    calendar_id: int
