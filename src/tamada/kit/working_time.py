"""Working time: when a company is open, and sums in hours that count.

A schedule says by the clock on the wall when each weekday is open: a moment is open when the wall shows a time within
one of the day's intervals. That rule alone decides what happens when the clock changes: an hour that is skipped is not
worked, an hour that comes twice is worked twice. An interval may pass midnight; it belongs to the day it starts on, so
a holiday takes the night shift that begins in its evening and leaves the one that ends in its morning.

All instants are aware; results are in UTC.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property

DAY = 24 * 60
_WEEK = timedelta(days=7)
_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
# Nobody waits longer for an opening; a schedule that stays shut this long counts as shut for good.
_HORIZON_WEEKS = 53 * 5

Instants = tuple[datetime, datetime]


class NeverOpen(Exception):
    """The schedule does not open in the next five years."""


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Open from ``start`` to ``end``, in minutes after midnight of its day; past 1440 the end lies on the next day.

    Raises:
        ValueError: the start is not within the day, or the interval is empty or longer than a day.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < DAY and self.start < self.end <= self.start + DAY):
            raise ValueError("An interval starts within its day, is not empty and lasts at most a day.")

    @classmethod
    def between(cls, start: str, end: str) -> "Interval":
        """From ``"09:00"`` to ``"18:00"``; an end at or before the start is on the next day.

        >>> Interval.between("22:00", "06:00")
        Interval(start=1320, end=1800)
        """
        opening, closing = _minutes(start), _minutes(end)
        return cls(opening, closing if closing > opening else closing + DAY)


def _minutes(time: str) -> int:
    hours, _, minutes = time.partition(":")
    return int(hours) * 60 + int(minutes)


ALL_DAY = Interval(0, DAY)
Day = tuple[Interval, ...]


@dataclass(frozen=True)
class Schedule:
    """When a company is open.

    ``weekdays`` has the intervals of Monday to Sunday. ``dates`` replaces those of single dates (a holiday is an empty
    tuple, a short day has intervals of its own); ``yearly`` does so for a month and day of every year, and yields to
    ``dates``.
    """

    weekdays: tuple[Day, Day, Day, Day, Day, Day, Day]
    tz: tzinfo
    dates: Mapping[date, Day] = field(default_factory=dict)
    yearly: Mapping[tuple[int, int], Day] = field(default_factory=dict)

    @classmethod
    def always(cls, tz: tzinfo = UTC) -> "Schedule":
        """Open day and night."""
        return cls(((ALL_DAY,),) * 7, tz)

    @cached_property
    def is_always_open(self) -> bool:
        """Whether it never closes."""
        days = [*self.weekdays, *self.dates.values(), *self.yearly.values()]
        return all(ALL_DAY in day for day in days)

    def intervals(self, day: date) -> Day:
        """The intervals that start on a day."""
        if day in self.dates:
            return self.dates[day]
        return self.yearly.get((day.month, day.day), self.weekdays[day.weekday()])

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at an instant (at the minute of closing it is not)."""
        at = _utc(at)
        return any(start <= at < end for start, end in self._window(_index(at)))

    def next_open(self, at: datetime) -> datetime | None:
        """The first open instant at or after ``at``; None when it does not open in the next five years."""
        at = _utc(at)
        return next((max(at, start) for start, _end in self._from(at)), None)

    def closes(self, at: datetime) -> datetime | None:
        """When it closes next, at or after ``at``; None when it never does (or never opens)."""
        at = _utc(at)
        if self.is_always_open:
            return None
        closing: datetime | None = None
        for start, end in self._from(at):
            if closing is not None and start > closing:
                return closing
            closing = end
        return closing

    def add(self, start: datetime, duration: timedelta, *, within: timedelta | None = None) -> datetime:
        """The first instant by which ``duration`` of open time has passed since ``start``.

        Raises:
            ValueError: the duration is negative.
            NeverOpen: there is not that much open time ahead, looking five years beyond any opening, and no further
                than ``within``.
        """
        start = _utc(start)
        if duration < timedelta(0):
            raise ValueError("A duration is not negative.")
        if not duration or self.is_always_open:
            return start + duration
        left = duration
        for opening, closing in self._from(start, within):
            begun = max(opening, start)
            if closing - begun >= left:
                return begun + left
            left -= closing - begun
        raise NeverOpen("The schedule is closed for good before that much time has passed.")

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """How much open time lies between two instants; nothing when ``end`` is not after ``start``."""
        start, end = _utc(start), _utc(end)
        if end <= start:
            return timedelta(0)
        if self.is_always_open:
            return end - start
        first, last = _index(start), _index(end)
        total = timedelta(0)
        for index in range(first, last + 1):
            if first < index < last:
                total += self._total(index)
            else:
                total += _overlap(self._window(index), start, end)
        return total

    # A window is a week of UTC; its open spans are worked out once. -------------------------------------------------

    @cached_property
    def _windows(self) -> dict[int, list[Instants]]:
        return {}

    def _window(self, index: int) -> list[Instants]:
        found = self._windows.get(index)
        if found is None:
            if len(self._windows) > 1_000:
                self._windows.clear()
            found = self._windows[index] = self._work_out(index)
        return found

    def _total(self, index: int) -> timedelta:
        return sum((end - start for start, end in self._window(index)), timedelta(0))

    def _work_out(self, index: int) -> list[Instants]:
        begin = _EPOCH + index * _WEEK
        finish = begin + _WEEK
        spans: list[Instants] = []
        # An interval reaches into the next day, and the wall may be a day off UTC.
        first = begin.date() - timedelta(days=3)
        for offset in range(13):
            day = first + timedelta(days=offset)
            midnight = datetime.combine(day, datetime.min.time())
            for interval in self.intervals(day):
                opening, closing = (
                    midnight + timedelta(minutes=interval.start),
                    midnight + timedelta(minutes=interval.end),
                )
                spans.extend(_instants(opening, closing, self.tz))
        return _merged([(max(a, begin), min(b, finish)) for a, b in spans if a < finish and b > begin])

    def _from(self, at: datetime, within: timedelta | None = None) -> Iterator[Instants]:
        """Open spans that end after ``at``, in order, cut at the edges of windows; until it stays shut for years."""
        index, idle = _index(at), 0
        last = index + within // _WEEK if within is not None else None
        while idle < _HORIZON_WEEKS and (last is None or index <= last):
            window = self._window(index)
            idle = 0 if window else idle + 1
            yield from (span for span in window if span[1] > at)
            index += 1


def _index(at: datetime) -> int:
    return (at - _EPOCH) // _WEEK


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("Working time needs aware datetimes.")
    return at.astimezone(UTC)


def _instants(opening: datetime, closing: datetime, tz: tzinfo) -> list[Instants]:
    """When the wall shows a time from ``opening`` to ``closing`` (naive): two spans where the clock changes."""
    earliest = opening.replace(tzinfo=UTC) - timedelta(days=1)
    latest = closing.replace(tzinfo=UTC) + timedelta(days=1)
    before, after = _offset(earliest, tz), _offset(latest, tz)
    one = (opening.replace(tzinfo=UTC) - before, closing.replace(tzinfo=UTC) - before)
    if before == after:
        return [one]
    change = _change(earliest, latest, before, tz)
    other = (opening.replace(tzinfo=UTC) - after, closing.replace(tzinfo=UTC) - after)
    spans = [(one[0], min(one[1], change)), (max(other[0], change), other[1])]
    return [(start, end) for start, end in spans if start < end]


def _offset(at: datetime, tz: tzinfo) -> timedelta:
    return at.astimezone(tz).utcoffset() or timedelta(0)


def _change(low: datetime, high: datetime, before: timedelta, tz: tzinfo) -> datetime:
    """The instant between two at which the offset changes, by halving; clocks change on whole seconds."""
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if _offset(middle, tz) == before:
            low = middle
        else:
            high = middle
    return high


def _merged(spans: Sequence[Instants]) -> list[Instants]:
    merged: list[Instants] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _overlap(spans: list[Instants], start: datetime, end: datetime) -> timedelta:
    total = timedelta(0)
    for opening, closing in spans:
        total += max(timedelta(0), min(closing, end) - max(opening, start))
    return total
