"""Figures of jobs that are done: what each is like, what a group of them was like, and how two groups differ.

What each figure means stands in docs/decisions/0043.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from statistics import median, quantiles
from typing import Final, NamedTuple

from django.utils import timezone

from tamada.accounts.zones import company_zone
from tamada.kit import differences
from tamada.kit.control_charts import FEW
from tamada.kit.services.template import Step

PERIODS: Final = ("days", "month", "last")
DAYS: Final = 90
SURE: Final = 0.99
"""How sure a change is that is told. A page compares some twenty figures: of 19 in 20 one would be wrong each time."""
REPEATED: Final = 3
"""A step that cost so many jobs the most is named."""
_SHORTEST: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until `end`, beside the one before it, which began at `before`."""

    key: str
    before: datetime
    start: datetime
    end: datetime

    @classmethod
    def of(cls, key: str, now: datetime | None = None) -> "Period":
        """`days` are the last ninety, `month` this one so far, `last` the one before. Raises KeyError."""
        now = now or timezone.now()
        today = now.astimezone(company_zone()).date()
        this, last, earlier = (_month(today, back) for back in range(3))
        spans = {
            "days": (today - timedelta(days=2 * DAYS - 1), today - timedelta(days=DAYS - 1), now),
            "month": (last, this, now),
            "last": (earlier, last, start_of(this)),
        }
        before, start, end = spans[key]
        return cls(key, start_of(before), start_of(start), end)


def _month(day: date, back: int) -> date:
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def start_of(day: date) -> datetime:
    """When a day of the company begins."""
    return datetime.combine(day, time(), tzinfo=company_zone()).astimezone(UTC)


class Done(NamedTuple):
    """A job that is done. `took` is working time; `returned` says that a step was opened again, `complained` that its
    customer complained meanwhile or soon after, `known` that they had had a job before."""

    pk: int
    service: int
    version: int
    calendar: int | None
    customer: int
    started: datetime
    finished: datetime
    first: datetime | None
    last: datetime | None
    moves: int
    returned: bool
    known: bool
    took: timedelta = timedelta(0)
    complained: bool = False

    @property
    def is_late(self) -> bool:
        """Whether it was done after the date that was promised at first."""
        return self.first is not None and self.finished > self.first

    @property
    def is_missed(self) -> bool:
        """Whether it was done after the date that was promised last."""
        return self.last is not None and self.finished > self.last

    @property
    def is_right(self) -> bool:
        """Whether it was right the first time."""
        return not self.returned and not self.complained


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    hits: int
    count: int

    @property
    def percent(self) -> int:
        """The share, rounded."""
        return round(100 * self.hits / self.count) if self.count else 0

    @property
    def is_few(self) -> bool:
        """Whether there are too few to say it as a share."""
        return self.count < FEW


def share(rows: Iterable[bool]) -> Share:
    """Of these, how many are so."""
    listed = list(rows)
    return Share(sum(listed), len(listed))


@dataclass(frozen=True)
class Figures:
    """What a group of jobs was like."""

    rows: Sequence[Done]

    @property
    def count(self) -> int:
        """How many."""
        return len(self.rows)

    @property
    def is_few(self) -> bool:
        """Whether they are too few to say how long they take."""
        return self.count < FEW

    @cached_property
    def on_time(self) -> Share:
        """By the date that was promised at first, of those with one."""
        return share(not one.is_late for one in self.rows if one.first is not None)

    @cached_property
    def on_last(self) -> Share:
        """By the date that was promised last."""
        return share(not one.is_missed for one in self.rows if one.last is not None)

    @cached_property
    def right(self) -> Share:
        """Right the first time."""
        return share(one.is_right for one in self.rows)

    @cached_property
    def moved(self) -> Share:
        """Whose date was put off at least once."""
        return share(one.moves > 0 for one in self.rows if one.first is not None)

    @cached_property
    def moves(self) -> float:
        """How often a job's date was put off."""
        return sum(one.moves for one in self.rows) / len(self.rows) if self.rows else 0.0

    @cached_property
    def minutes(self) -> list[float]:
        """How long each took, in working time; nothing takes less than a minute."""
        return [max(one.took, _SHORTEST) / timedelta(minutes=1) for one in self.rows]

    @cached_property
    def median(self) -> timedelta | None:
        """Half take no longer; None for too few."""
        return None if self.is_few else timedelta(minutes=median(self.minutes))

    @cached_property
    def slow(self) -> timedelta | None:
        """Nine of ten take no longer."""
        return None if self.is_few else timedelta(minutes=quantiles(self.minutes, n=10, method="inclusive")[-1])

    @cached_property
    def spread(self) -> int | None:
        """The middle half, from its shortest to its longest, as percent of the median."""
        if self.is_few:
            return None
        low, middle, high = quantiles(self.minutes, n=4, method="inclusive")
        return round(100 * (high - low) / middle)


@dataclass(frozen=True, slots=True)
class Change:
    """One group against another: how much larger shares are, how many times as long the median; None for too few."""

    on_time: differences.Interval | None
    right: differences.Interval | None
    took: differences.Interval | None

    @property
    def is_known(self) -> bool:
        """Whether anything can be said."""
        return any((self.on_time, self.right, self.took))

    def sure(self, name: str) -> float:
        """By how much a figure differs where that is more than chance, else 0; of `took` by what part of it."""
        found: differences.Interval | None = getattr(self, name)
        same = 1.0 if name == "took" else 0.0
        return 0.0 if found is None or not found.excludes(same) else found.seen - same


def change(now: Figures, before: Figures) -> Change:
    """How the first group differs from the second."""
    took = None if now.is_few or before.is_few else differences.median_ratio(now.minutes, before.minutes, SURE)
    return Change(_grown(now.on_time, before.on_time), _grown(now.right, before.right), took)


def _grown(now: Share, before: Share) -> differences.Interval | None:
    if now.is_few or before.is_few:
        return None
    return differences.rate_difference((now.hits, now.count), (before.hits, before.count), SURE)


@dataclass(frozen=True, slots=True)
class Blame:
    """A step that cost late jobs the most: how many of how many, and by how much it ran over its plan, as a median."""

    step: Step
    jobs: tuple[int, ...]
    late: int
    over: timedelta

    @property
    def is_repeated(self) -> bool:
        """Whether it is more than an accident."""
        return len(self.jobs) >= REPEATED
