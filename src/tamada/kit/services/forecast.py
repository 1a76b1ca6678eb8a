"""When a job will be finished, which of its parts decides that, and whether its promise is in danger.

Nothing here knows a database or what time it is: the same parts at the same instant always give the same forecast.

A part's clock runs from its opening to its end, in its own working time, so waiting for somebody to begin is part of
what is known of it. Where the work alone is known as well, a second clock takes over once somebody has begun, or is
known to be free for it (`free_at`). `Part.took` and `Part.worked` measure the same for `durations.known`. Three rules
make the forecast:

**What has begun** ends at its median. Once that has passed without an end, it ends at the median of what then remained,
and so on: the 50th, 75th, 87.5th percentile of a lognormal with this median and p90. So a step that runs over is never
due "any minute" for ever, and between two such instants nothing changes (`Forecast.recheck_at`).

**What has not begun** takes its mean. A chain of one median and means after it ends near the median of the whole; a
chain of medians would end too early, because work runs over by more than it runs under (the expected times of PERT:
Malcolm, Roseboom, Clark and Fazar, "Application of a technique for research and development program evaluation",
Operations Research 7, 1959). A part begins when the last it waits for ends, and dates that are known go before sums.

**The p90** adds to the chain the root of the sum of squares of what each part may take beyond that, shared out by these
squares (variances along a chain add up; the root square error of Newbold, "Project Management in the Fast Lane", 1998).
It takes parts to be independent and sees one chain at a time: where several ways of like length meet it is too early
(decision 0040 says by how much).
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from statistics import NormalDist
from typing import Final, Literal, NamedTuple

from tamada.kit.deadlines import HORIZON
from tamada.kit.services.durations import SHORTEST, Known
from tamada.kit.working_time import NeverOpen, Schedule

State = Literal["blocked", "open", "active", "done", "skipped"]
Risk = Literal["on_track", "at_risk", "late"]

_NORMAL: Final = NormalDist()
_P90: Final = _NORMAL.inv_cdf(0.9)
_LONG: Final = 40
# Where the median and the p90 of what remains lie once the first k expected ends have passed, in standard deviations.
_MEDIANS: Final = tuple(-_NORMAL.inv_cdf(0.5 ** (k + 1)) for k in range(_LONG))
_SLOW: Final = tuple(-_NORMAL.inv_cdf(0.1 * 0.5**k) for k in range(_LONG))
_LAST_STRIDE: Final = _MEDIANS[-1] - _MEDIANS[-2]
# What runs over was less certain than it seemed.
_LEAST_SPREAD: Final = 0.2
_SECOND: Final = timedelta(seconds=1)
_NOTHING: Final = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A step of a job as it stands, or anything else that has to be done for it.

    `known` is of the time from its opening until it is done, `work` of that from its start. `after` names the parts it
    waits for; what is not there is not waited for. `schedule` is of whoever does it. `planned` is what was meant for it
    when the promise was made (the template's duration).

    `not_before` is a date before which nobody works on it (an appointment, the day its owner is well again), `free_at`
    when the owner of what is open has done what comes before it, `expected_at` the end that somebody who knows has
    named (a supplier's date): until it has passed it goes before all sums.
    """

    id: str
    known: Known
    schedule: Schedule
    after: tuple[str, ...] = ()
    state: State = "blocked"
    work: Known | None = None
    planned: timedelta | None = None
    opened_at: datetime | None = None
    started_at: datetime | None = None
    done_at: datetime | None = None
    not_before: datetime | None = None
    free_at: datetime | None = None
    expected_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing is left of it."""
        return self.state in ("done", "skipped")

    @property
    def has_begun(self) -> bool:
        """Whether its clock runs."""
        return self.state in ("open", "active")

    @property
    def begun_at(self) -> datetime | None:
        """When its clock began to run: with its opening, or on the date before which it could not."""
        return _latest(self.opened_at or self.started_at, self.not_before)

    @property
    def took(self) -> timedelta | None:
        """The working time from its opening until it was done: what `known` is learned from."""
        return self._until_done(self.begun_at)

    @property
    def worked(self) -> timedelta | None:
        """The working time from its start until it was done: what `work` is learned from."""
        return self._until_done(self.started_at and _latest(self.started_at, self.not_before))

    def _until_done(self, begun: datetime | None) -> timedelta | None:
        if self.state != "done" or begun is None or self.done_at is None:
            return None
        return self.schedule.elapsed(begun, self.done_at)

    @property
    def clock(self) -> tuple[Known, datetime | None]:
        """What is known of what runs now, and since when: the whole step, or the work of whoever has begun or could."""
        if self.state == "active" and self.work and self.started_at:
            return self.work, _latest(self.started_at, self.not_before)
        if self.state == "open" and self.free_at:
            return self.work or self.known, _latest(self.begun_at, self.free_at)
        return self.known, self.begun_at


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)


class Span(NamedTuple):
    """When a part starts and ends; None where its calendar never lets it. `overruns`: its expected end has passed;
    `dated`: a date decides it."""

    starts: datetime | None
    ends: datetime | None
    overruns: bool = False
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected of a job.

    `finish` is as likely missed as met, `finish_slow` met nine times of ten; both are None where a calendar never opens
    or parts wait for one another. `chain` names the unfinished parts that decide the finish, each beginning with the
    end of the one before. Left alone, all of it stands until `recheck_at`; None is for ever.
    """

    finish: datetime | None
    finish_slow: datetime | None
    spans: Mapping[str, Span]
    chain: tuple[str, ...]
    recheck_at: datetime | None
    is_over: bool
    _parts: Mapping[str, Part] = field(repr=False, compare=False)
    _now: datetime = field(repr=False, compare=False)

    def endangers(self, promised_at: datetime) -> bool:
        """Whether the finish is expected past the promise, or never."""
        return self.finish is None or self.finish > promised_at

    def cause(self, promised_at: datetime) -> str | None:
        """The part to blame for the danger to a promise; None where there is none, or nothing is left to do.

        Of the chain it is the one that has lost most against what was planned, what a date holds up or what runs over
        first. Where nothing was lost, the promise was too short or the job began late, and the longest stands for it.
        """
        if not self.chain or not self.endangers(promised_at):
            return None
        if self.finish is None:
            return self.chain[-1]
        return max(self.chain, key=self._blame)

    def _blame(self, part_id: str) -> tuple[bool, timedelta, timedelta]:
        span, part = self.spans[part_id], self._parts[part_id]
        starts, ends = span.starts, span.ends
        if starts is None or ends is None:
            return True, timedelta.max, timedelta.max
        planned = _after(part.schedule, self._ready(part), part.planned or part.known.typical)
        lost = ends - (planned or ends)
        return (span.overruns or span.dated) and lost > _NOTHING, lost, ends - starts

    def _ready(self, part: Part) -> datetime:
        """When it could begin, were it not for dates."""
        if part.has_begun:
            return part.opened_at or part.started_at or self._now
        waited = (self.spans[one].ends for one in part.after if one in self.spans)
        return max((end for end in waited if end), default=self._now)


def risk(promised_at: datetime | None, forecast: Forecast, now: datetime) -> Risk:
    """How a promise stands: late past it, at risk with a forecast past it. What is over is late if it ended past it."""
    if promised_at is None:
        return "on_track"
    if forecast.is_over:
        return "late" if forecast.finish and forecast.finish > promised_at else "on_track"
    if now > promised_at:
        return "late"
    return "at_risk" if forecast.endangers(promised_at) else "on_track"


def forecast(parts: Iterable[Part], now: datetime) -> Forecast:
    """What is to be expected of a job of these parts, in whatever order they come."""
    return _Job(parts, now.astimezone(UTC)).forecast()


def free_at(before: Iterable[Part], now: datetime) -> datetime | None:
    """When somebody will have done these parts, one after the other and what they have begun first; None where a
    calendar never lets them."""
    free: datetime | None = now.astimezone(UTC)
    for part in sorted(before, key=lambda one: one.state != "active"):
        if free is not None and part.state == "active":
            free = _latest(free, finish) if (finish := forecast([part], now).finish) else None
        elif free is not None:
            free = _after(part.schedule, free, (part.work or part.known).typical)
    return free


# --- one part --------------------------------------------------------------------------------------------------------


class _Curve(NamedTuple):
    """The lognormal through a median and a p90, in seconds."""

    typical: float
    spread: float
    slow: float
    mean: timedelta
    beyond: float
    """By how much what is slow exceeds the mean."""

    def end(self, passed: int) -> int:
        """The whole seconds by which it ends once so many expected ends have passed."""
        return self._at(passed, _MEDIANS)

    def slow_end(self, passed: int) -> int:
        """The seconds by which nine of ten end that have lasted so long."""
        return self._at(passed, _SLOW)

    def passed(self, lasted: float) -> int:
        """How many expected ends have passed."""
        if lasted < self.typical:
            return 0
        place = math.log(lasted / self.typical) / max(self.spread, _LEAST_SPREAD)
        count = bisect_right(_MEDIANS, place)
        if count == _LONG:
            count += int((place - _MEDIANS[-1]) / _LAST_STRIDE)
        while self.end(count) <= lasted:
            count += 1
        return count

    def _at(self, passed: int, places: tuple[float, ...]) -> int:
        spread = self.spread if passed == 0 else max(self.spread, _LEAST_SPREAD)
        place = places[min(passed, _LONG - 1)] + max(passed - _LONG + 1, 0) * _LAST_STRIDE
        return math.ceil(round(self.typical * math.exp(spread * place), 3))


@lru_cache(maxsize=4096)
def _curve(known: Known) -> _Curve:
    typical = max(known.typical, SHORTEST) / _SECOND
    slow = max(known.slow / _SECOND, typical)
    spread = math.log(slow / typical) / _P90
    mean = min(typical * math.exp(spread**2 / 2), slow)
    return _Curve(typical, spread, slow, _seconds(mean), slow - mean)


class _Left(NamedTuple):
    """What is left of a part: from when on, how long, how much longer it may take, and whether a date says so."""

    earliest: datetime
    likely: timedelta
    beyond: float
    overruns: bool = False
    dated: bool = False
    ends_at: datetime | None = None


def _left(part: Part, now: datetime) -> _Left:
    known, begun = part.clock
    curve = _curve(known)
    dates = (part.not_before, part.free_at if part.state == "open" else None)
    earliest = max((date.astimezone(UTC) for date in dates if date and date > now), default=now)
    dated = earliest > now
    named = part.expected_at.astimezone(UTC) if part.expected_at and part.expected_at > now else None
    if not part.has_begun:
        return _Left(earliest, curve.mean, curve.beyond, dated=dated or bool(named), ends_at=named)
    if named:
        return _Left(named, _NOTHING, curve.slow - curve.typical, dated=True)
    lasted = part.schedule.elapsed(begun or now, now) / _SECOND
    passed = curve.passed(lasted) if lasted else 0
    end = curve.end(passed)
    return _Left(earliest, timedelta(seconds=end - lasted), curve.slow_end(passed) - end, passed > 0, dated)


def _seconds(seconds: float) -> timedelta:
    return timedelta(seconds=math.ceil(round(seconds, 3)))


def _after(schedule: Schedule, start: datetime, duration: timedelta) -> datetime | None:
    try:
        return schedule.add(start, duration, within=HORIZON)
    except NeverOpen:
        return None


# --- all of them -----------------------------------------------------------------------------------------------------


class _Job:
    """Walks through the parts in the order of the work, whatever order they came in."""

    def __init__(self, parts: Iterable[Part], now: datetime) -> None:
        self.now = now
        self.parts = {part.id: part for part in parts}
        self.todo = {key: part for key, part in self.parts.items() if not part.is_over}
        self.left = {key: _left(part, now) for key, part in self.todo.items()}
        # What has begun waits for nobody any more, even if a part before it was opened again.
        self.waits = {
            key: () if part.has_begun else tuple(one for one in part.after if one in self.todo)
            for key, part in self.todo.items()
        }
        self.order = self._in_order()

    def forecast(self) -> Forecast:
        over = {key: _past(part) for key, part in self.parts.items() if part.is_over}
        if not self.todo:
            finish = max((span.ends for span in over.values() if span.ends), default=self.now)
            return Forecast(finish, finish, over, (), None, True, self.parts, self.now)
        ends, starts = self._walk({})
        likely, slow = self._last(ends), None
        if likely is not None:
            slow = self._last(self._walk(self._shares())[0])
        spans = over | {key: self._span(key, starts.get(key), ends.get(key)) for key in self.todo}
        return Forecast(likely, slow, spans, self._chain(ends), self._recheck(ends), False, self.parts, self.now)

    def _in_order(self) -> list[str]:
        """Each after all it waits for; what waits for itself by a circle is left out."""
        missing = {key: len(set(waits)) for key, waits in self.waits.items()}
        followers: dict[str, list[str]] = {key: [] for key in self.todo}
        for key, waits in self.waits.items():
            for one in set(waits):
                followers[one].append(key)
        order = [key for key, count in missing.items() if not count]
        for key in order:
            for follower in followers[key]:
                missing[follower] -= 1
                if not missing[follower]:
                    order.append(follower)
        self.followers = followers
        return order

    def _walk(self, more: Mapping[str, timedelta]) -> tuple[dict[str, datetime | None], dict[str, datetime | None]]:
        """When each ends and starts, if each takes so much more than is likely."""
        ends: dict[str, datetime | None] = {}
        starts: dict[str, datetime | None] = {}
        for key in self.order:
            left, schedule = self.left[key], self.todo[key].schedule
            waited = [ends[one] for one in self.waits[key]]
            ends[key] = starts[key] = None
            if None in waited:
                continue
            start = max(left.earliest, *(end for end in waited if end)) if waited else left.earliest
            duration = left.likely + more[key] if more else left.likely
            if (end := _after(schedule, start, duration)) is None:
                continue
            starts[key] = start
            ends[key] = max(end, left.ends_at) if left.ends_at else end
        return ends, starts

    def _last(self, ends: Mapping[str, datetime | None]) -> datetime | None:
        if len(ends) < len(self.todo):
            return None
        known = [end for end in ends.values() if end]
        return max(known) if len(known) == len(ends) else None

    def _shares(self) -> dict[str, timedelta]:
        """What each takes longer where the way through it that varies most is as slow as one of ten."""
        square = {key: left.beyond**2 for key, left in self.left.items()}
        before, behind = dict(square), dict(square)
        for key in self.order:
            if not self.left[key].dated:
                before[key] += max((before[one] for one in self.waits[key]), default=0.0)
        for key in reversed(self.order):
            free = [behind[one] for one in self.followers[key] if not self.left[one].dated]
            behind[key] += max(free, default=0.0)
        return {
            key: _seconds(square[key] / math.sqrt(before[key] + behind[key] - square[key])) if square[key] else _NOTHING
            for key in self.order
        }

    def _span(self, key: str, starts: datetime | None, ends: datetime | None) -> Span:
        part, left = self.todo[key], self.left[key]
        if part.has_begun and starts:
            starts = part.clock[1] or starts
        return Span(starts, ends, left.overruns, left.dated)

    def _recheck(self, ends: Mapping[str, datetime | None]) -> datetime | None:
        """When the first of what has begun should have ended, or a date of what has not passes."""
        moments = [end for key, end in ends.items() if end and self.todo[key].has_begun]
        for part in self.todo.values():
            if not part.has_begun:
                moments += [date for date in (part.not_before, part.expected_at) if date and date > self.now]
        return min(moments, default=None)

    def _chain(self, ends: Mapping[str, datetime | None]) -> tuple[str, ...]:
        """From the part that nothing but its clock or a date decides to the last; to the one that never ends."""
        never = [key for key in self.todo if ends.get(key) is None and all(ends.get(one) for one in self.waits[key])]
        if stuck := sorted(never) or sorted(key for key in self.todo if key not in ends):
            return (stuck[0],)
        by_end = {key: (end, key) for key, end in ends.items() if end}
        chain = [max(by_end, key=by_end.__getitem__)]
        while waits := self.waits[chain[-1]]:
            before = max(waits, key=by_end.__getitem__)
            if by_end[before][0] < self.left[chain[-1]].earliest:
                break
            chain.append(before)
        return tuple(reversed(chain))


def _past(part: Part) -> Span:
    return Span(part.started_at or part.opened_at, part.done_at)
