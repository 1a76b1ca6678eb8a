"""Writes: calendars, their weekly hours and their special days. Only admins settle them: every team counts by them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor
from tamada.kit.working_time import DAY, Interval

from .errors import InUse, Invalid
from .events import EVERYBODY, CalendarChanged, CalendarDeleted
from .holidays import COUNTRIES, OWN_LANGUAGE, public_holidays, years
from .models import Calendar, OpenHours, SpecialDay

MOST_INTERVALS = 12
MOST_SPECIAL_DAYS = 1_000
Hours = Sequence[tuple[int, int]]


class Settler(Protocol):
    """Who asks for a change: an agent, as far as this room needs to know one."""

    role: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class DayHours:
    """A special day as it is to be: `hours` like those of a weekday, empty on a holiday."""

    date: dt.date
    name: str = ""
    yearly: bool = False
    hours: Hours = ()
    source: str = ""


def _require(agent: Settler | None) -> None:
    if agent is not None and not (agent.is_active and agent.role == "admin"):
        raise PermissionDenied("calendar.settings")


def create_calendar(
    *, agent: Settler | None, actor: Actor, name: str, time_zone: str, week: Mapping[int, Hours]
) -> Calendar:
    """Make a calendar open at these hours: weekday (0 is Monday) to intervals in minutes after midnight.

    An interval's end past 1440 is on the next day. Raises `PermissionDenied`, or `Invalid` for a name that is taken, a
    time zone that does not exist, or hours that overlap or make no sense. `agent` None: the system or the command line.
    """
    _require(agent)
    calendar = Calendar(name=_name(name), time_zone=_zone(time_zone))
    rows = _week(week)
    with transaction.atomic():
        _save(calendar)
        _write_week(calendar, rows)
        audit.record(actor, "calendar.added", calendar, name=calendar.name, time_zone=calendar.time_zone)
        _tell(calendar, actor)
    return calendar


def update_calendar(*, agent: Settler | None, actor: Actor, calendar: Calendar, name: str, time_zone: str) -> Calendar:
    """Give a calendar another name or time zone. Raises as `create_calendar`."""
    _require(agent)
    before = [calendar.name, calendar.time_zone]
    calendar.name, calendar.time_zone = _name(name), _zone(time_zone)
    with transaction.atomic():
        _save(calendar)
        _bump(calendar)
        audit.record(actor, "calendar.updated", calendar, before=before, after=[calendar.name, calendar.time_zone])
        _tell(calendar, actor)
    return calendar


def set_week(*, agent: Settler | None, actor: Actor, calendar: Calendar, week: Mapping[int, Hours]) -> None:
    """Replace the hours of all weekdays; a weekday that is not named is closed. Raises as `create_calendar`."""
    _require(agent)
    rows = _week(week)
    with transaction.atomic():
        calendar.hours.all().delete()
        _write_week(calendar, rows)
        _bump(calendar)
        audit.record(actor, "calendar.hours_set", calendar, hours={day: list(hours) for day, hours in rows.items()})
        _tell(calendar, actor)


def set_special_days(
    *, agent: Settler | None, actor: Actor, calendar: Calendar, days: Iterable[DayHours], source: str | None = None
) -> None:
    """Replace a calendar's special days: all of them, or those of one `source` while the others stay.

    Where a day of a source meets one that somebody entered (source ""), the entered one stands. Raises
    `PermissionDenied` or `Invalid`.
    """
    _require(agent)
    wanted = _days(days)
    with transaction.atomic():
        replaced = calendar.special_days.all() if source is None else calendar.special_days.filter(source=source)
        replaced.delete()
        if source == "":
            single = [day.date for day in wanted if not day.yearly]
            calendar.special_days.exclude(source="").filter(date__in=single, yearly=False).delete()
        kept = set(calendar.special_days.values_list("date", "yearly"))
        fresh = [day for day in wanted if (day.date, day.yearly) not in kept]
        if len(kept) + len(fresh) > MOST_SPECIAL_DAYS:
            raise Invalid(_("A calendar holds at most %(most)d special days.") % {"most": MOST_SPECIAL_DAYS}, "days")
        SpecialDay.objects.bulk_create(
            SpecialDay(
                calendar=calendar,
                date=day.date,
                name=day.name,
                yearly=day.yearly,
                hours=[list(interval) for interval in day.hours],
                source=day.source if source is None else source,
            )
            for day in fresh
        )
        _bump(calendar)
        audit.record(actor, "calendar.days_set", calendar, days=len(fresh), source=source or "")
        _tell(calendar, actor)


def set_public_holidays(
    *, agent: Settler | None, actor: Actor, calendar: Calendar, country: str, language: str = ""
) -> bool:
    """Close on the public holidays of a country (`holidays.COUNTRIES`), or with "" of none; whether that changed days.

    Days that somebody entered stay. Raises `PermissionDenied`, or `Invalid` for a country that isn't on offer.
    """
    _require(agent)
    if country and country not in COUNTRIES:
        raise Invalid(_("There are no ready-made holidays for this country."), "holidays")
    wanted = public_holidays(country, years(timezone.localdate()), language) if country else {}
    entered = set(calendar.special_days.filter(source="", yearly=False).values_list("date", flat=True))
    days = {day: name for day, name in wanted.items() if day not in entered}
    public = calendar.special_days.exclude(source="")
    if {(day.date, day.source) for day in public} == {(day, country) for day in days}:
        return False
    with transaction.atomic():
        public.exclude(source=country).delete()
        if country:
            fresh = [DayHours(day, name) for day, name in days.items()]
            set_special_days(agent=agent, actor=actor, calendar=calendar, days=fresh, source=country)
        else:
            _bump(calendar)
            audit.record(actor, "calendar.days_set", calendar, days=0, source="")
            _tell(calendar, actor)
    return True


def renew_public_holidays() -> None:
    """Let every calendar that has the holidays of a country have those of the coming years."""
    followed = SpecialDay.objects.filter(source__in=COUNTRIES).values_list("calendar", "source").distinct()
    for calendar_id, country in followed.order_by("calendar"):
        calendar = Calendar.objects.get(pk=calendar_id)
        named = calendar.special_days.filter(source=country).values_list("name", flat=True).first()
        language = "" if named is None or named.isascii() else OWN_LANGUAGE[country]
        set_public_holidays(agent=None, actor=SYSTEM, calendar=calendar, country=country, language=language)


def delete_calendar(*, agent: Settler | None, actor: Actor, calendar: Calendar) -> None:
    """Remove a calendar that nothing uses. Raises `PermissionDenied`, or `InUse`."""
    _require(agent)
    calendar_id = calendar.pk
    try:
        with transaction.atomic():
            audit.record(actor, "calendar.deleted", calendar, name=calendar.name)
            calendar.delete()
            events.record(CalendarDeleted(audience=EVERYBODY, calendar_id=calendar_id), actor=actor)
    except (ProtectedError, RestrictedError) as error:
        raise InUse(_("Something still opens and closes by this calendar.")) from error


# What is taken -------------------------------------------------------------------------------------------------------


def _name(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise Invalid(_("Enter a name."), "name")
    if len(name) > 80:
        raise Invalid(_("This name is too long."), "name")
    return name


def _zone(time_zone: str) -> str:
    if time_zone not in available_timezones():
        raise Invalid(_("There is no time zone called %(name)s.") % {"name": time_zone[:50]}, "time_zone")
    return ZoneInfo(time_zone).key


def _week(week: Mapping[int, Hours]) -> dict[int, list[tuple[int, int]]]:
    if not set(week) <= set(range(7)):
        raise Invalid(_("A week has seven days."), "week")
    rows = {weekday: _hours(hours) for weekday, hours in sorted(week.items())}
    for weekday, hours in rows.items():
        following = rows.get((weekday + 1) % 7, [])
        if hours and following and hours[-1][1] - DAY > following[0][0]:
            raise Invalid(_("The hours after midnight overlap with those of the next day."), "week")
    return rows


def _hours(hours: Hours) -> list[tuple[int, int]]:
    if len(hours) > MOST_INTERVALS:
        raise Invalid(_("A day has at most %(most)d intervals.") % {"most": MOST_INTERVALS}, "hours")
    try:
        intervals = sorted(Interval(start, end) for start, end in hours)
    except (TypeError, ValueError) as error:
        message = _("Opening hours start within their day, end after they start, and last at most a day.")
        raise Invalid(message, "hours") from error
    for earlier, later in pairwise(intervals):
        if later.start < earlier.end:
            raise Invalid(_("Two intervals of a day overlap."), "hours")
    return [(interval.start, interval.end) for interval in intervals]


def _days(days: Iterable[DayHours]) -> list[DayHours]:
    wanted: dict[tuple[object, ...], DayHours] = {}
    for day in days:
        key = (day.date.month, day.date.day) if day.yearly else (day.date,)
        if key in wanted:
            raise Invalid(_("%(date)s is named twice.") % {"date": day.date.isoformat()}, "days")
        name = " ".join(day.name.replace("\0", "").split())[:80]
        wanted[key] = DayHours(day.date, name, day.yearly, _hours(day.hours), day.source)
    return list(wanted.values())


# Writing -------------------------------------------------------------------------------------------------------------


def _save(calendar: Calendar) -> None:
    taken = Invalid(_("There is a calendar called %(name)s already.") % {"name": calendar.name}, "name")
    # SQLite's LOWER knows ASCII only, so other letters are compared here; the constraint decides a race.
    others = Calendar.objects.exclude(pk=calendar.pk).values_list("name", flat=True)
    if calendar.name.casefold() in {name.casefold() for name in others}:
        raise taken
    try:
        with transaction.atomic():
            calendar.save()
    except IntegrityError:
        raise taken from None


def _write_week(calendar: Calendar, week: Mapping[int, Hours]) -> None:
    OpenHours.objects.bulk_create(
        OpenHours(calendar=calendar, weekday=weekday, start=start, end=end)
        for weekday, hours in week.items()
        for start, end in hours
    )


def _bump(calendar: Calendar) -> None:
    Calendar.objects.filter(pk=calendar.pk).update(version=F("version") + 1)
    calendar.refresh_from_db(fields=["version"])


def _tell(calendar: Calendar, actor: Actor) -> None:
    events.record(CalendarChanged(audience=EVERYBODY, calendar_id=calendar.pk), actor=actor)
