"""A clock that stands still until it is moved."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(slots=True)
class Frozen:
    """What time it is; whoever lets it stand still patches the real clocks with it."""

    at: datetime

    def now(self) -> datetime:
        """The present instant."""
        return self.at

    def timestamp(self) -> float:
        """The same in seconds since 1970."""
        return self.at.timestamp()

    def advance(self, **amount: float) -> datetime:
        """Move forward by ``timedelta(**amount)``."""
        self.at += timedelta(**amount)
        return self.at
