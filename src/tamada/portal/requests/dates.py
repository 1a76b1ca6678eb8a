"""Dates as a customer reads them: with the day of the week, for that is how people plan. In the zone that is active."""

from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_date, get_timezone_location
from babel.units import format_unit
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.core.language import readers_language


def day(value: date, today: date | None = None) -> str:
    """Wednesday, 2 December; with its year where that is another one."""
    language = readers_language()
    locale = Locale.parse(language)
    weekday = format_date(value, "EEEE", locale=locale)
    pattern = locale.datetime_skeletons["MMMMd"].pattern
    if value.year != (today or timezone.localdate()).year:
        pattern += " y" if language != "en" else ", y"
    named = format_date(value, "d MMMM" if pattern == "MMMM d" else pattern, locale=locale)
    return f"{named}, {weekday}" if language == "hy" else f"{weekday}, {named}"


def day_of(moment: datetime) -> str:
    """The day of a moment."""
    return day(timezone.localtime(moment).date())


def clock(moment: datetime) -> str:
    """09:00."""
    return timezone.localtime(moment).strftime("%H:%M")


def whole(moment: datetime) -> str:
    """Day and clock."""
    return _("%(day)s, %(time)s") % {"day": day_of(moment), "time": clock(moment)}


def working_time(length: timedelta) -> str:
    """40 hours, 1 hour 30 minutes."""
    hours, minutes = divmod(length // timedelta(minutes=1), 60)
    parts = [(hours, "duration-hour"), (minutes, "duration-minute")]
    return " ".join(str(format_unit(n, unit, locale=readers_language())) for n, unit in parts if n)


def zone() -> str:
    """Where the clock stands that is read here, by the name of its city."""
    found = get_timezone_location(timezone.get_current_timezone(), locale=readers_language(), return_city=True)
    return str(found)
