"""Reading calendars: above all as schedules, which do the arithmetic."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from tamada.kit.working_time import Day, Interval, Schedule

from .models import Calendar, SpecialDay

ALWAYS = Schedule.always()


def calendars() -> QuerySet[Calendar]:
    """All calendars, by name, with their hours and days read along. They are no secret to any agent."""
    return Calendar.objects.prefetch_related("hours", "special_days").order_by("name", "id")


def usual_calendar() -> Calendar | None:
    """The company's first calendar: what work counts by where nothing nearer says another. None while there is none."""
    return Calendar.objects.order_by("pk").first()


def schedule(calendar: Calendar | None) -> Schedule:
    """The schedule of a calendar; without one, open day and night.

    Reads the database once for each version of a calendar. Hold the result over a batch: it remembers what it counted.
    """
    return ALWAYS if calendar is None else _schedule(calendar.pk, calendar.version, calendar.created_at)


@lru_cache(maxsize=256)
def _schedule(calendar_id: int, _version: int, _created_at: datetime) -> Schedule:
    calendar = Calendar.objects.prefetch_related("hours", "special_days").get(pk=calendar_id)
    week: list[list[Interval]] = [[] for _ in range(7)]
    for hours in calendar.hours.all():
        week[hours.weekday].append(hours.interval)
    days = list(calendar.special_days.all())
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (tuple(day) for day in week)
    return Schedule(
        (monday, tuesday, wednesday, thursday, friday, saturday, sunday),
        ZoneInfo(calendar.time_zone),
        dates={day.date: day.intervals for day in days if not day.yearly},
        yearly=_yearly(days),
    )


def _yearly(days: list[SpecialDay]) -> dict[tuple[int, int], Day]:
    return {(day.date.month, day.date.day): day.intervals for day in days if day.yearly}
