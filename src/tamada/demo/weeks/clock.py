"""A clock that stands still until the next thing happens, for everything that asks what time it is."""

import heapq
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest import mock


class FastClock:
    """What will happen, in order. `now` moves from one to the next; nobody waits."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._heap: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = itertools.count()

    def at(self, when: datetime, act: Callable[[], None]) -> None:
        """Let something happen then; what is past happens next."""
        heapq.heappush(self._heap, (max(when, self.now), next(self._count), act))

    def run(self, until: Callable[[], bool]) -> None:
        """Let everything happen until it is enough, or nothing is left to."""
        while self._heap and not until():
            self.now, _number, act = heapq.heappop(self._heap)
            act()

    def _told(self) -> datetime:
        return self.now.astimezone(UTC)

    @contextmanager
    def everywhere(self) -> Iterator[None]:
        """Let the whole program take this for the time, in this process."""
        with mock.patch("django.utils.timezone.now", self._told):
            yield
