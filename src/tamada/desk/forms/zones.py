"""Time zones to choose from: the places, without the abbreviations and old names."""

from functools import lru_cache

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
