"""What time it is: one place to ask, so that tests can stop or move the clock, and clock jumps are noticed.

>>> from tamada.kit import clock
>>> with clock.frozen(datetime(2026, 3, 1, 9, tzinfo=UTC)) as frozen:
...     frozen.advance(minutes=5)
...     clock.now()
datetime.datetime(2026, 3, 1, 9, 5, tzinfo=datetime.timezone.utc)
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class Frozen:
    """A clock that stands still until it is moved."""

    at: datetime
    monotonic: float = 0.0

    def advance(self, **amount: float) -> datetime:
        """Move forward by ``timedelta(**amount)``: the wall clock and the monotonic one together."""
        step = timedelta(**amount)
        if step < timedelta(0):
            raise ValueError("Time goes forward; use `jump` for a clock that is set back.")
        self.at += step
        self.monotonic += step.total_seconds()
        return self.at

    def jump(self, **amount: float) -> datetime:
        """Set the wall clock by ``timedelta(**amount)``, back too, as an administrator or NTP would."""
        self.at += timedelta(**amount)
        return self.at


_frozen: ContextVar[Frozen | None] = ContextVar("frozen_clock", default=None)
# For tests whose server threads must see the frozen time too.
_frozen_everywhere: Frozen | None = None


def _held() -> Frozen | None:
    return _frozen.get() or _frozen_everywhere


def now() -> datetime:
    """The present instant, aware, in UTC."""
    held = _held()
    return held.at if held else datetime.now(UTC)


def monotonic() -> float:
    """Seconds that only grow, whatever happens to the wall clock; for measuring how long something takes."""
    held = _held()
    return held.monotonic if held else time.monotonic()


@contextmanager
def frozen(at: datetime | None = None, *, everywhere: bool = False) -> Iterator[Frozen]:
    """Stop the clock, for this context or (``everywhere``) for all threads of the process.

    Raises:
        ValueError: ``at`` has no time zone.
    """
    global _frozen_everywhere
    moment = at or datetime.now(UTC)
    if moment.tzinfo is None:
        raise ValueError("A frozen clock needs an aware datetime.")
    held = Frozen(moment.astimezone(UTC), time.monotonic())
    if everywhere:
        before, _frozen_everywhere = _frozen_everywhere, held
        try:
            yield held
        finally:
            _frozen_everywhere = before
        return
    token = _frozen.set(held)
    try:
        yield held
    finally:
        _frozen.reset(token)


@dataclass(slots=True)
class JumpGuard:
    """Notices when the wall clock was set, by comparing it with the monotonic clock.

    Timers that sleep until an instant ask it on each round: after a jump what they waited for must be looked up anew.
    """

    tolerance: timedelta = timedelta(seconds=5)
    _wall: datetime = field(default_factory=now)
    _steady: float = field(default_factory=monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def jumped(self) -> timedelta | None:
        """How far the wall clock was moved since the last call (negative: set back); None when it was not."""
        with self._lock:
            wall, steady = now(), monotonic()
            moved = (wall - self._wall) - timedelta(seconds=steady - self._steady)
            self._wall, self._steady = wall, steady
        return moved if abs(moved) > self.tolerance else None


@dataclass(slots=True)
class SteadyNow:
    """Instants that never go back: where two events must not swap places because the clock was set."""

    _last: datetime = field(default_factory=lambda: datetime.min.replace(tzinfo=UTC))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> datetime:
        """The present instant, or a microsecond after the last one given if the clock went back since."""
        with self._lock:
            self._last = max(now(), self._last + timedelta(microseconds=1))
            return self._last
