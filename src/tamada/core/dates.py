"""Dates as customers read them, in the language and the zone that are active.

From CLDR through Babel: Django knows no dates of Armenian and only some of Georgian.
"""

from datetime import date, datetime, timedelta, tzinfo

from babel.dates import format_date, get_timezone_location
from babel.units import format_unit
from django.utils import timezone
from django.utils.translation import gettext as _

from .language import readers_language


def day(value: date, today: date | None = None) -> str:
    """Wednesday, 2 December, for that is how people plan; with its year where that is another one."""
    language = readers_language()
    weekday = format_date(value, "EEEE", locale=language)
    named = in_text(value, today)
    return f"{named}, {weekday}" if language == "hy" else f"{weekday}, {named}"


def in_text(value: date, today: date | None = None) -> str:
    """2 December, as it stands within a sentence; with its year where that is another one."""
    if value.year != (today or timezone.localdate()).year:
        return written(value)
    return str(format_date(value, "d MMMM", locale=readers_language()))


def written(value: date) -> str:
    """2 December 2026, whatever year it is now: for what is kept."""
    language = readers_language()
    return str(format_date(value, "d MMMM y" if language == "en" else "long", locale=language))


def local_day(moment: datetime) -> date:
    """The reader's day of a moment."""
    return timezone.localtime(moment).date()


def day_of(moment: datetime) -> str:
    """The day of a moment."""
    return day(local_day(moment))


def clock(moment: datetime) -> str:
    """09:00."""
    return timezone.localtime(moment).strftime("%H:%M")


def whole(moment: datetime) -> str:
    """Day and clock."""
    return _with_clock(day_of(moment), moment)


def whole_in_text(moment: datetime) -> str:
    """Day and clock within a sentence."""
    return _with_clock(in_text(local_day(moment)), moment)


def whole_written(moment: datetime) -> str:
    """Day with its year, and clock."""
    return _with_clock(written(local_day(moment)), moment)


def _with_clock(named: str, moment: datetime) -> str:
    return _("%(day)s, %(time)s") % {"day": named, "time": clock(moment)}


def working_time(length: timedelta) -> str:
    """40 hours, 1 hour 30 minutes."""
    hours, minutes = divmod(length // timedelta(minutes=1), 60)
    parts = [(hours, "duration-hour"), (minutes, "duration-minute")]
    return " ".join(str(format_unit(n, unit, locale=readers_language())) for n, unit in parts if n)


def zone() -> str:
    """Where the clock stands that is read here, by the name of its city."""
    return city(timezone.get_current_timezone())


def city(time_zone: str | tzinfo) -> str:
    """The city by which a zone is known."""
    return str(get_timezone_location(time_zone, locale=readers_language(), return_city=True))
