"""Busy weeks of a small company, made up: jobs of six services, twenty people who fall ill, a holiday, late suppliers.

Nothing waits for a clock: what happens is kept in a heap and done in order. People work on one step at a time, oldest
first; who opens a step gives it to whoever of the team has least to do. The company knows what a company knows: what is
done, who is ill and until when, which holiday was announced, which day a supplier has named. Each job is forecast anew
when one of these changes, and when its forecast says so.
"""

import heapq
import itertools
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from tamada.demo.weeks import lateness
from tamada.demo.weeks.lateness import WORKING_DAY, Outcome, a_working_day_before
from tamada.kit.services.durations import Known, known
from tamada.kit.services.forecast import Forecast, Part, forecast, free_at, risk
from tamada.kit.working_time import Interval, Schedule

YEREVAN: Final = ZoneInfo("Asia/Yerevan")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICE: Final = Schedule(
    ((Interval.between("09:00", "13:00"), Interval.between("14:00", "18:00")),) * 5 + ((), ()), YEREVAN
)
AWAKE: Final = Schedule(((Interval.between("09:00", "21:00"),),) * 7, YEREVAN)
START: Final = datetime(2026, 3, 2, 9, tzinfo=YEREVAN)
TEAMS: Final = {"support": 6, "technicians": 8, "accounts": 6}


class Step(NamedTuple):
    """`by` is a team, `customer`, `supplier` (who names a day), or `visit` (technicians, on a day that was chosen)."""

    id: str
    by: str
    hours: float
    after: tuple[str, ...]


def _steps(*rows: tuple[str, str, float, str]) -> tuple[Step, ...]:
    return tuple(Step(name, by, hours, tuple(after.split())) for name, by, hours, after in rows)


SERVICES: Final[dict[str, tuple[float, tuple[Step, ...]]]] = {
    "installation": (56, _steps(
        ("check", "support", 1, ""), ("order", "supplier", 24, "check"), ("choose", "customer", 10, "check"),
        ("visit", "visit", 3, "order choose"), ("test", "technicians", 1, "visit"), ("confirm", "customer", 6, "test"),
    )),
    "repair": (52, _steps(
        ("take", "support", 0.5, ""), ("diagnose", "technicians", 2, "take"), ("agree", "customer", 6, "diagnose"),
        ("parts", "supplier", 20, "agree"), ("mend", "technicians", 3, "parts"), ("hand_back", "support", 0.5, "mend"),
    )),
    "onboarding": (42, _steps(
        ("welcome", "support", 1, ""), ("papers", "customer", 16, "welcome"), ("contract", "accounts", 2, "papers"),
        ("set_up", "technicians", 4, "papers"), ("train", "support", 2, "contract set_up"),
        ("review", "support", 1, "train"),
    )),
    "complaint": (20, _steps(
        ("hear", "support", 1, ""), ("look_into", "support", 3, "hear"), ("decide", "accounts", 1, "look_into"),
        ("answer", "support", 1, "decide"),
    )),
    "refund": (16, _steps(
        ("check", "support", 0.5, ""), ("approve", "accounts", 1, "check"), ("pay", "accounts", 1, "approve"),
        ("tell", "support", 0.5, "pay"),
    )),
    "bookkeeping": (40, _steps(
        ("ask", "accounts", 0.5, ""), ("send", "customer", 14, "ask"), ("enter", "accounts", 4, "send"),
        ("check", "accounts", 2, "enter"), ("declare", "accounts", 1, "check"), ("report", "support", 1, "check"),
    )),
}  # fmt: skip


@dataclass(eq=False)
class Work:
    """One step of one job: how long it really takes, and what has happened to it."""

    job: "Job"
    step: Step
    lasts: timedelta
    part: Part
    owner: "Person | None" = None
    begun: datetime | None = None
    ticket: int = 0
    lost: list[tuple[datetime, timedelta]] = field(default_factory=list)
    """What it lost, in working time, and since when that could be known."""


@dataclass(eq=False)
class Job:
    """What a customer was promised."""

    service: str
    promised_at: datetime
    works: dict[str, Work] = field(default_factory=dict)
    measured: bool = False
    done_at: datetime | None = None
    forecast: Forecast | None = None
    alarms: list[datetime] = field(default_factory=list)
    """When it came to be at risk, before the promise passed."""
    at_risk: bool = False
    at_risk_a_day_before: bool = False
    ticket: int = 0
    cause: str | None = None


@dataclass(eq=False)
class Person:
    team: str
    schedule: Schedule = OFFICE
    queue: list[Work] = field(default_factory=list)
    doing: Work | None = None


class Weeks:
    """Run with `run`; then `jobs` has what came of it. The same seed makes the same weeks."""

    def __init__(self, seed: int, *, jobs: int = 200, learned_from: int = 120, roomy: float = 1.0) -> None:
        self.roomy = roomy
        self.chance = random.Random(seed)
        self.now = START
        self.heap: list[tuple[datetime, int, Callable[[], None]]] = []
        self.count = itertools.count()
        self.people = [Person(team) for team, number in TEAMS.items() for _ in range(number)]
        self.office, self.awake = OFFICE, AWAKE
        self.seen: dict[tuple[str, str, bool], list[timedelta]] = defaultdict(list)
        self.known: dict[tuple[str, str, bool, int], Known] = {}
        self.truth = {  # A template is never quite right.
            (name, step.id): self.chance.uniform(0.8, 1.3) for name, (_, steps) in SERVICES.items() for step in steps
        }
        self.jobs: list[Job] = []
        self._plan(jobs, learned_from)

    def run(self) -> "Weeks":
        while self.heap:
            self.now, _, act = heapq.heappop(self.heap)
            act()
        return self

    # --- what will happen ---------------------------------------------------------------------------------------------

    def _plan(self, jobs: int, learned_from: int) -> None:
        before = 10 * WORKING_DAY
        starts = [(self.chance.random() * before, False) for _ in range(learned_from)]
        starts += [(before + self.chance.random() * 15 * WORKING_DAY, True) for _ in range(jobs)]
        for offset, measured in starts:
            self._at(OFFICE.add(START, offset), partial(self._start, measured))
        for day in range(40):
            morning = START + day * DAY - HOUR / 2
            if OFFICE.intervals(morning.date()):
                self._at(morning, self._some_fall_ill)
        holiday = START + self.chance.choice([16, 17, 18, 22, 23]) * DAY
        self._at(holiday - 4 * DAY, lambda: self._holiday(holiday))

    def _at(self, when: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self.heap, (when, next(self.count), act))

    def _start(self, measured: bool) -> None:
        service = self.chance.choice(list(SERVICES))
        within, steps = SERVICES[service]
        job = Job(service, self.office.add(self.now, within * self.roomy * HOUR), measured=measured)
        for step in steps:
            lasts = step.hours * self.truth[service, step.id] * self.chance.lognormvariate(0, 0.4) * HOUR
            part = Part(
                id=step.id, after=step.after, planned=step.hours * HOUR,
                known=self._known(service, step), work=self._known(service, step, work=True),
                schedule=self._usual(step),
            )  # fmt: skip
            job.works[step.id] = Work(job, step, lasts, part)
        self.jobs.append(job)
        if measured:
            self._at(a_working_day_before(job.promised_at, self.office), lambda: self._note(job))
        self._open(job)

    def _note(self, job: Job) -> None:
        if job.done_at is None:
            self._look(job)
            job.at_risk_a_day_before = job.at_risk
            job.cause = job.forecast.cause(job.promised_at) if job.forecast else None

    def _usual(self, step: Step) -> Schedule:
        return self.awake if step.by == "customer" else self.office

    def _known(self, service: str, step: Step, *, work: bool = False) -> Known:
        key = (service, step.id, work, (self.now - START).days)
        if key not in self.known:
            self.known[key] = known(self.seen[key[:3]][-100:], step.hours * HOUR)
        return self.known[key]

    # --- work ---------------------------------------------------------------------------------------------------------

    def _open(self, job: Job) -> None:
        over = {name for name, work in job.works.items() if work.part.is_over}
        if len(over) == len(job.works):
            job.done_at = self.now
            self._look(job)
            return
        for work in job.works.values():
            if work.part.state == "blocked" and over.issuperset(work.step.after):
                work.part = replace(work.part, state="open", opened_at=self.now)
                self._hand_out(work)
        self._look(job)

    def _hand_out(self, work: Work) -> None:
        by = work.step.by
        if by == "supplier":
            self._ordered(work)
        elif by == "customer":
            self._at(self.awake.add(self.now, work.lasts), lambda: self._done(work))
        else:
            if by == "visit":
                day = self.office.add(self.now, self.chance.choice([4, 8, 12]) * HOUR)
                work.part = replace(work.part, not_before=day)
            self._give(work)

    def _give(self, work: Work) -> None:
        """To whoever of the team is there and has least to do."""
        team = "technicians" if work.step.by == "visit" else work.step.by
        people = [one for one in self.people if one.team == team and self._is_there(one)]
        people = people or [one for one in self.people if one.team == team]
        owner = min(people, key=lambda one: len(one.queue) + (one.doing is not None))
        work.owner = owner
        work.part = replace(work.part, schedule=owner.schedule)
        owner.queue.append(work)
        if work.part.not_before and work.part.not_before > self.now:
            self._at(work.part.not_before, lambda: self._next(owner))
        self._next(owner)

    def _is_there(self, person: Person) -> bool:
        opens = person.schedule.next_open(self.now)
        return opens is not None and opens <= (self.office.next_open(self.now) or opens)

    def _next(self, person: Person) -> None:
        """Who has nothing in hand takes the first that may be begun; what has an appointment goes first."""
        ready = [one for one in person.queue if not (one.part.not_before and one.part.not_before > self.now)]
        if person.doing or not ready:
            return
        work = min(ready, key=lambda one: (one.part.not_before is None, one.part.opened_at))
        person.queue.remove(work)
        person.doing, work.begun = work, self.now
        work.part = replace(work.part, state="active", started_at=self.now)
        self._go_on(work, work.lasts)
        self._look(work.job)

    def _go_on(self, work: Work, left: timedelta) -> None:
        assert work.owner
        work.ticket += 1
        ticket, ends = work.ticket, work.owner.schedule.add(self.now, left)
        self._at(ends, lambda: self._done(work) if work.ticket == ticket else None)

    def _done(self, work: Work) -> None:
        work.part = replace(work.part, state="done", done_at=self.now)
        took = work.part.took
        assert took is not None
        self.seen[work.job.service, work.step.id, False].append(took)
        if work.part.worked is not None:
            self.seen[work.job.service, work.step.id, True].append(work.part.worked)
        if work.owner:
            work.owner.doing = None
            self._next(work.owner)
        self._open(work.job)

    # --- what goes wrong ----------------------------------------------------------------------------------------------

    def _ordered(self, work: Work) -> None:
        """Most come on the day that was named; some suppliers tell of a delay, a day or two before it."""
        named = self.office.add(self.now, work.lasts)
        work.part = replace(work.part, expected_at=named)
        if self.chance.random() < 0.2:
            delay = self.chance.choice([16, 24, 32, 40]) * HOUR
            told = max(self.now, named - self.chance.choice([1, 2]) * DAY)
            self._at(told, lambda: self._told(work, delay))
        else:
            self._at(named - self.chance.random() * 4 * HOUR, lambda: self._arrives(work))

    def _arrives(self, work: Work) -> None:
        opens = self.office.next_open(max(self.now, work.part.opened_at or self.now))
        self._at(opens or self.now, lambda: self._done(work))

    def _told(self, work: Work, delay: timedelta) -> None:
        assert work.part.expected_at
        named = self.office.add(work.part.expected_at, delay)
        work.part = replace(work.part, expected_at=named)
        work.lost.append((self.now, delay))
        self._look(work.job)
        self._at(named - self.chance.random() * 2 * HOUR, lambda: self._arrives(work))

    def _some_fall_ill(self) -> None:
        for person in self.people:
            if self._is_there(person) and self.chance.random() < 0.04:
                days = [self.now.date() + number * DAY for number in range(self.chance.choice([1, 2, 2, 3, 5]))]
                self._away(person, days)

    def _holiday(self, holiday: datetime) -> None:
        day = {holiday.date(): ()}
        self.office = replace(self.office, dates={**self.office.dates, **day})
        for person in self.people:
            self._away(person, [holiday.date()], lasting=True)
        for job in self.jobs:
            for work in job.works.values():
                if not work.part.is_over and work.owner is None and work.step.by != "customer":
                    work.part = replace(work.part, schedule=self.office)
                    work.lost.append((self.now, WORKING_DAY))
            if job.done_at is None:
                self._look(job)

    def _away(self, person: Person, days: list[Any], *, lasting: bool = False) -> None:
        """Their calendar is shut on these days; when they are ill, what they have not begun goes to others."""
        before = person.schedule
        person.schedule = replace(before, dates={**before.dates, **dict.fromkeys(days, ())})
        lost = sum((before.elapsed(_midnight(day), _midnight(day) + DAY) for day in days), timedelta(0))
        doing, waiting = person.doing, person.queue
        if doing:
            assert doing.begun
            doing.lost.append((self.now, lost))
            doing.part = replace(doing.part, schedule=person.schedule)
            self._go_on(doing, doing.lasts - before.elapsed(doing.begun, self.now))
            self._look(doing.job)
        if lasting:
            for work in waiting:
                work.part = replace(work.part, schedule=person.schedule)
                work.lost.append((self.now, lost))
        else:
            person.queue = []
            for work in waiting:
                self._give(work)
                self._look(work.job)

    # --- what is known of it ------------------------------------------------------------------------------------------

    def _as_it_stands(self, work: Work) -> Part:
        """With what its owner has to do before it."""
        part, owner = work.part, work.owner
        if part.state == "open" and owner:
            before = [one.part for one in owner.queue[: owner.queue.index(work)]]
            before += [owner.doing.part] if owner.doing else []
            work.part = part = replace(part, free_at=free_at(before, self.now))
        return part

    def _look(self, job: Job) -> None:
        """Forecast it, note when it came to be at risk, and look again when the forecast says so."""
        if not job.measured:
            return
        job.ticket += 1
        ticket = job.ticket
        job.forecast = forecast([self._as_it_stands(work) for work in job.works.values()], self.now)
        at_risk = risk(job.promised_at, job.forecast, self.now) == "at_risk"
        if at_risk and not job.at_risk:
            job.alarms.append(self.now)
        job.at_risk = at_risk
        again = job.forecast.recheck_at
        if again and job.done_at is None and again < job.promised_at:
            self._at(again, lambda: self._look(job) if job.ticket == ticket else None)


def _midnight(day: Any) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=YEREVAN)


def figures(weeks: Weeks) -> lateness.Figures:
    """What came of the jobs that were measured."""
    return lateness.figures([_outcome(job) for job in weeks.jobs if job.measured], weeks.office)


def _outcome(job: Job) -> Outcome:
    assert job.done_at
    return Outcome(
        job.promised_at, job.done_at, {key: lateness.Work(work.part, work.lost) for key, work in job.works.items()},
        alarmed=bool(job.alarms), at_risk_by_then=job.at_risk_a_day_before, cause=job.cause,
    )  # fmt: skip
