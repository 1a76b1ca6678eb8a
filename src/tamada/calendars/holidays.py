"""Public holidays, ready-made: the `holidays` library knows them, with the days that move."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COUNTRIES: Final[dict[str, str | Promise]] = {"AM": _("Armenia"), "GE": _("Georgia")}
"""The countries on offer, by the code that a special day's `source` holds."""

YEARS_AHEAD: Final = 2
OWN_LANGUAGE: Final = {"AM": "hy", "GE": "ka"}
_LONGEST_NAME: Final = 80


def years(today: date) -> range:
    """The years whose holidays a calendar holds: last year's still count for what began then."""
    return range(today.year - 1, today.year + YEARS_AHEAD + 1)


def public_holidays(country: str, wanted: Iterable[int], language: str) -> dict[date, str]:
    """The public holidays of a country in these years, named in its own language for who speaks it, else in English.

    Raises KeyError for a country that isn't on offer.
    """
    from holidays import country_holidays  # It knows all countries, and is read when somebody asks for one.

    own = OWN_LANGUAGE[country]
    found = country_holidays(country, years=list(wanted), language=own if language == own else "en_US")
    return {day: name[:_LONGEST_NAME] for day, name in sorted(found.items())}
