"""Times people name: later today, tomorrow, next week, or one they picked."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime

MORNING = time(9, 0)


def moment(choice: str, custom: str = "") -> datetime | None:
    """The moment a choice means in the reader's time zone; None for `reply` (until they write); raises ValueError."""
    now = timezone.localtime()
    if choice == "reply":
        return None
    if choice in ("later", "later_today"):
        return now + timedelta(hours=3)
    if choice == "in_1_hour":
        return now + timedelta(hours=1)
    if choice in ("tomorrow", "tomorrow_9"):
        return _morning(now + timedelta(days=1))
    if choice == "next_week":
        return _morning(now + timedelta(days=7 - now.weekday()))
    return _picked(custom or choice)


def _morning(day: datetime) -> datetime:
    return datetime.combine(day.date(), MORNING, tzinfo=timezone.get_current_timezone())


def _picked(text: str) -> datetime:
    picked = parse_datetime(text)
    if picked is None:
        raise ValueError(text)
    return picked if timezone.is_aware(picked) else timezone.make_aware(picked)
