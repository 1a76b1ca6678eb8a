"""Time zones to choose from: the places, without the abbreviations and old names."""

from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tamada.accounts.zones import known_zones

_CONTINENTS: tuple[str, ...] = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@lru_cache(maxsize=1)
def zones() -> list[tuple[str, str]]:
    """Each zone's name, and the name as people read it."""
    names = sorted(name for name in known_zones() if name.startswith(_CONTINENTS))
    return [(name, name.replace("_", " ")) for name in names]


class ZoneField(forms.CharField):
    """A time zone by its name, found by typing a part of it; empty for the company's."""

    def to_python(self, value: Any) -> str:
        """The name as zoneinfo knows it, whatever the letter case, with spaces or underscores."""
        typed = str(super().to_python(value) or "").strip().replace(" ", "_").casefold()
        if not typed:
            return ""
        # A city alone will do; and what browsers say of themselves, such as UTC, though it is not offered.
        cities = {name.rpartition("/")[2].casefold(): name for name, _label in zones()}
        known = {name.casefold(): name for name in known_zones()}
        name = known.get(typed) or cities.get(typed)
        if name is None:
            raise forms.ValidationError(_("This time zone does not exist."))
        return name
