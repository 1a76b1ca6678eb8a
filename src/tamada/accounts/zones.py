"""Time zones: everybody sees moments in their own, and who has none in the company's."""

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from . import company
from .models import Agent


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """The names this machine knows (reading them takes a while)."""
    return frozenset(available_timezones())


def company_zone() -> ZoneInfo:
    """The company's zone, UTC until somebody sets one."""
    return _zone(company.time_zone()) or ZoneInfo("UTC")


def zone_of(agent: Agent) -> ZoneInfo:
    """The zone in which this person reads and writes times."""
    return _zone(agent.time_zone) or company_zone()


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
