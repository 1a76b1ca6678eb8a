"""Moments and durations in the words of the reader's language and time zone.

Dates come from CLDR through Babel, because browsers have no Armenian or Georgian of their own and Django has only part.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime, parse_pattern
from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.core.language import readers_language

WARM_MINUTES = 30
HOT_MINUTES = 120


# What Babel says is kept: a page names the same days many times, and a live list its moments at every change.
_KEPT = 4096
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@lru_cache(maxsize=_KEPT)
def _skeleton(value: date, skeleton: str, language: str) -> str:
    locale = _locale(language)
    return str(parse_pattern(locale.datetime_skeletons[skeleton].pattern).apply(value, locale))


def clock(moment: datetime) -> str:
    """Return hours and minutes in the reader's zone: 14:05 in every language of the desk."""
    return _clock(timezone.localtime(moment))


def _clock(local: datetime) -> str:
    return f"{local.hour:02}:{local.minute:02}"


def short(moment: datetime, now: datetime | None = None) -> str:
    """Return the shortest sure name of a moment: 14:05, yesterday, 3 Oct, 3 Oct 2021."""
    local = timezone.localtime(moment)
    return _past_day(local, now) or _clock(local)


def _past_day(local: datetime, now: datetime | None) -> str:
    """The name of the day, nothing for today."""
    value, today = local.date(), timezone.localdate(now)
    if value == today:
        return ""
    return _("yesterday") if value == today - timedelta(days=1) else day(value, today)


def day(value: date, today: date | None = None) -> str:
    """Return a day with its month, and its year when that is another one."""
    today = today or timezone.localdate()
    return _skeleton(value, "MMMd" if value.year == today.year else "yMMMd", readers_language())


def decimal(number: float) -> str:
    """Return a number with at most one decimal, as the reader's language writes it: 2.4, 2,4."""
    return str(format_decimal(number, "#,##0.#", locale=_locale(readers_language())))


def day_heading(value: date, today: date | None = None) -> str:
    """Return a day as a heading: Today, Yesterday, or weekday and date."""
    today = today or timezone.localdate()
    if value == today:
        return _("Today")
    if value == today - timedelta(days=1):
        return _("Yesterday")
    return _skeleton(value, "MMMEd" if value.year == today.year else "yMMMEd", readers_language())


def full(moment: datetime) -> str:
    """Return the whole moment in words, for titles and print."""
    return _full(moment, timezone.get_current_timezone(), readers_language())


@lru_cache(maxsize=_KEPT)
def _full(moment: datetime, zone: tzinfo, language: str) -> str:
    return str(format_datetime(moment.astimezone(zone), "long", locale=_locale(language)))


def with_clock(moment: datetime, now: datetime | None = None) -> str:
    """Return the short name and the clock: 14:05, yesterday 14:05, 3 Oct, 14:05."""
    local = timezone.localtime(moment)
    name, time = _past_day(local, now), _clock(local)
    return _("%(day)s, %(time)s") % {"day": name, "time": time} if name else time


def with_day(moment: datetime) -> str:
    """Return day and clock, today's too: 3 Oct, 14:05."""
    local = timezone.localtime(moment)
    return _("%(day)s, %(time)s") % {"day": day(local.date()), "time": _clock(local)}


def upcoming(moment: datetime, now: datetime | None = None) -> str:
    """Return a moment to come with its clock: 14:05, Fri 09:00 within a week, else 3 Oct, 14:05."""
    local, today = timezone.localtime(moment), timezone.localdate(now)
    if local.date() == today:
        return _clock(local)
    if local.date() - today < timedelta(days=7):
        return f"{_weekday(local.date(), readers_language())} {_clock(local)}"
    return _("%(day)s, %(time)s") % {"day": day(local.date(), today), "time": _clock(local)}


@lru_cache(maxsize=_KEPT)
def _weekday(value: date, language: str) -> str:
    return str(format_date(value, "ccc", locale=_locale(language)))


def span(length: timedelta) -> str:
    """Return a length in at most two units: 18 min, 2 h 10 min, 3 d 4 h. Less than a minute counts as one."""
    minutes = max(1, int(length.total_seconds() // 60))
    days, hours = minutes // 1440, minutes // 60 % 24
    minutes %= 60
    if days:
        pattern = _("%(days)s d %(hours)s h") if hours and days < 7 else _("%(days)s d")
    elif hours:
        pattern = _("%(hours)s h %(minutes)s min") if minutes else _("%(hours)s h")
    else:
        pattern = _("%(minutes)s min")
    return pattern % {"days": days, "hours": hours, "minutes": minutes}


def brief_span(length: timedelta) -> str:
    """Return a length in its largest unit alone, cut and not rounded: 18 min, 2 h, 3 d."""
    unit = next((unit for unit in (_DAY, _HOUR) if length >= unit), None)
    return span(length // unit * unit if unit else length)


def brief_hours(length: timedelta) -> str:
    """Return working time in hours alone, or in minutes where it is less than one."""
    return hours_span(length // _HOUR * _HOUR if length >= _HOUR else length)


def hours_span(length: timedelta) -> str:
    """Return a length in hours and minutes alone, as working time is promised: 16 h, 2 h 10 min."""
    hours, minutes = divmod(int(length.total_seconds() // 60), 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": minutes}
    pattern = _("%(hours)s h %(minutes)s min") if minutes else _("%(hours)s h")
    return pattern % {"hours": hours, "minutes": minutes}


@dataclass(frozen=True, slots=True)
class Wait:
    """How long someone has waited, and how warm that is."""

    since: datetime
    text: str
    heat: str


def wait(since: datetime, now: datetime | None = None) -> Wait:
    """Return the wait since a moment: cool, warm from half an hour, hot from two hours."""
    length = (now or timezone.now()) - since
    minutes = length.total_seconds() / 60
    heat = "hot" if minutes >= HOT_MINUTES else "warm" if minutes >= WARM_MINUTES else "cool"
    return Wait(since, span(length), heat)
