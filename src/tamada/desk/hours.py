"""Opening hours and holidays as people type them."""

import re
from collections.abc import Iterable
from datetime import date

from tamada.calendars.actions import DayHours
from tamada.calendars.models import SpecialDay, clock
from tamada.kit.working_time import Interval

_INTERVAL = re.compile(r"\s*(\d{1,2})(?:[:.](\d{2}))?\s*[-–—−]\s*(\d{1,2})(?:[:.](\d{2}))?\s*")
_DAY = re.compile(r"\s*(?:(\d{4})-)?(\d{1,2})-(\d{1,2})\b[\s:—–-]*(.*)")


def read_hours(text: str) -> list[tuple[int, int]]:
    """`9–13, 14:00–18:30` in minutes after midnight; empty is closed. Raises ValueError."""
    parts = [part for part in text.replace(";", ",").split(",") if part.strip()]
    return [_interval(part) for part in parts]


def _interval(text: str) -> tuple[int, int]:
    found = _INTERVAL.fullmatch(text)
    if not found:
        raise ValueError(text.strip())
    from_hour, from_minute, to_hour, to_minute = (int(number or 0) for number in found.groups())
    if from_minute > 59 or to_minute > 59 or from_hour > 23 or to_hour > 24:
        raise ValueError(text.strip())
    interval = Interval.between(f"{from_hour}:{from_minute:02}", f"{to_hour}:{to_minute:02}")
    return interval.start, interval.end


def write_hours(hours: Iterable[Interval]) -> str:
    """The same hours as text."""
    return ", ".join(f"{clock(h.start)}–{'24:00' if h.end == 24 * 60 else clock(h.end)}" for h in hours)


def read_days(text: str) -> list[DayHours]:
    """Days on which it is closed, one a line: `2026-03-08 Women's Day`, or `01-01 New Year` for every year."""
    return [_day(line) for line in text.splitlines() if line.strip()]


def _day(line: str) -> DayHours:
    found = _DAY.fullmatch(line)
    if not found:
        raise ValueError(line.strip())
    try:
        # A day of every year is kept under a leap year, which has all of them.
        on = date(int(found[1] or 2000), int(found[2]), int(found[3]))
    except ValueError:
        raise ValueError(line.strip()) from None
    return DayHours(date=on, name=found[4].strip(), yearly=not found[1])


def write_days(days: Iterable[SpecialDay]) -> str:
    """The same days as text."""
    return "\n".join(f"{d.date:{'%m-%d' if d.yearly else '%Y-%m-%d'}} {d.name}".rstrip() for d in days if not d.hours)
