"""Deadlines: which clocks run over what happened in a conversation, and when each of them is due.

Nothing here knows a database or what time it is: the same facts always give the same clocks, so a clock is never
adjusted, only worked out again. `Schedule` (`kit.working_time`) says which time counts.

    first         from the customer's first message to our first answer
    next          from the first message after an answer of ours to the next answer
    resolution    from the customer's first message until the conversation is closed; opened again, it goes on
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from tamada.kit.working_time import NeverOpen, Schedule

KindName = Literal["first", "next", "resolution"]
FIRST: Final = "first"
NEXT: Final = "next"
RESOLUTION: Final = "resolution"

What = Literal["asked", "answered", "open", "waits", "closed"]
"""A customer wrote (which opens); one of us answered; it was opened, put off until somebody else acts, or closed."""

HORIZON: Final = timedelta(days=5 * 366)
"""What would be due later than this is not due at all: the calendar is as good as shut."""

Pause = tuple[datetime, datetime]
_NOTHING: Final = timedelta(0)


class Fact(NamedTuple):
    """One thing that happened, at an aware instant."""

    at: datetime
    what: What


@dataclass(slots=True)
class Clock:
    """One clock: when it started, when it stood still, and how it ended if it has.

    `met_at` is when it was answered or closed, `dropped_at` when a conversation was closed that owed an answer.
    """

    started_at: datetime
    pauses: list[Pause] = field(default_factory=list)
    paused_at: datetime | None = None
    met_at: datetime | None = None
    dropped_at: datetime | None = None

    @property
    def ended_at(self) -> datetime | None:
        """When it stopped for whatever reason; None while it runs or stands still."""
        return self.met_at or self.dropped_at

    def stop(self, at: datetime) -> None:
        """Stand still from now on."""
        if self.paused_at is None:
            self.paused_at = at

    def go_on(self, at: datetime) -> None:
        """Stand still no more."""
        if self.paused_at is not None:
            if at > self.paused_at:
                self.pauses.append((self.paused_at, at))
            self.paused_at = None


@dataclass(frozen=True, slots=True)
class Due:
    """When a clock is due; `left` is what remains of the target while it stands still.

    Both None: the schedule does not open enough for it ever to be due.
    """

    at: datetime | None
    left: timedelta | None = None


def due(
    schedule: Schedule,
    target: timedelta,
    *,
    started_at: datetime,
    pauses: Sequence[Pause] = (),
    paused_at: datetime | None = None,
) -> Due:
    """The first instant by which `target` of open time has passed since the start, pauses left out."""
    left, begun = target, started_at
    for pause_start, pause_end in pauses:
        worked = schedule.elapsed(begun, pause_start)
        if worked >= left:
            return _reached(schedule, begun, left)
        left, begun = left - worked, max(begun, pause_end)
    if paused_at is None:
        return _reached(schedule, begun, left)
    worked = schedule.elapsed(begun, paused_at)
    return _reached(schedule, begun, left) if worked >= left else Due(None, left - worked)


def _reached(schedule: Schedule, begun: datetime, left: timedelta) -> Due:
    try:
        return Due(schedule.add(begun, left, within=HORIZON))
    except NeverOpen:
        return Due(None)


def clocks(facts: Iterable[Fact], *, pausing: bool = True) -> dict[str, Clock]:
    """The latest clock of each kind after these facts, oldest first. `pausing`: they stand still while it waits."""
    history = _History(pausing)
    for fact in facts:
        history.take(fact)
    return history.clocks


class _History:
    """Walks through the facts once."""

    def __init__(self, pausing: bool) -> None:
        self.pausing = pausing
        self.clocks: dict[str, Clock] = {}
        self.answered = False

    def take(self, fact: Fact) -> None:
        if fact.what == "asked":
            self._open(fact.at)
            self._ask(fact.at)
        elif fact.what == "answered":
            self._answer(fact.at)
        elif fact.what == "open":
            self._open(fact.at)
        elif fact.what == "waits":
            self._open(fact.at, going_on=False)
            self._wait(fact.at)
        else:
            self._close(fact.at)

    def _running(self) -> list[Clock]:
        return [clock for clock in self.clocks.values() if clock.ended_at is None]

    def _ask(self, at: datetime) -> None:
        """A customer wrote: a clock begins, unless an answer is owed already."""
        if not any(self._owed(kind) for kind in (FIRST, NEXT)):
            self.clocks[NEXT if self.answered else FIRST] = Clock(at)
        self.clocks.setdefault(RESOLUTION, Clock(at))

    def _owed(self, kind: str) -> bool:
        return kind in self.clocks and self.clocks[kind].ended_at is None

    def _answer(self, at: datetime) -> None:
        self.answered = True
        for kind in (FIRST, NEXT):
            if self._owed(kind):
                self.clocks[kind].met_at = at

    def _open(self, at: datetime, *, going_on: bool = True) -> None:
        """It is open: what stood still goes on, and what was solved is not."""
        solved = self.clocks.get(RESOLUTION)
        if solved is not None and solved.met_at is not None:
            if at > solved.met_at:
                solved.pauses.append((solved.met_at, at))
            solved.met_at = None
        if going_on:
            for clock in self._running():
                clock.go_on(at)

    def _wait(self, at: datetime) -> None:
        if self.pausing:
            for clock in self._running():
                clock.stop(at)

    def _close(self, at: datetime) -> None:
        """Closed: that is the solution, and nobody owes an answer any more."""
        for kind, clock in self.clocks.items():
            if clock.ended_at is not None:
                continue
            clock.go_on(at)
            if kind == RESOLUTION:
                clock.met_at = at
            else:
                clock.dropped_at = at


def settled(facts: Sequence[Fact], status: What, at: datetime) -> list[Fact]:
    """The facts with one more if they don't lead to how the conversation stands: `status`, since `at`."""
    last = next((fact.what for fact in reversed(facts) if fact.what != "answered"), None)
    leads_to = "open" if last in ("asked", None) else last
    return list(facts) if leads_to == status else [*facts, Fact(max(at, facts[-1].at) if facts else at, status)]
