"""Weeks of work through the product's own actions: jobs begin, people do one step at a time, fall ill, suppliers tell
late, a holiday is announced, and owners put off what they can't keep.

Nobody in here decides what the product decides: it opens steps and gives them to people, forecasts, warns and tells
customers. What is made up is how long everything really takes, and what people do about it. A promise is judged by its
first date, whatever it was put off to.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Min
from django.utils import timezone

from tamada.accounts.actions import show_away
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.calendars.actions import DayHours, set_special_days
from tamada.calendars.models import Calendar
from tamada.calendars.queries import schedule
from tamada.core.actors import SYSTEM
from tamada.core.tasks import run_pending
from tamada.kit.services.template import Field
from tamada.kit.working_time import Interval, Schedule
from tamada.operations import actions, appointments, tasks
from tamada.operations.job_queries import work_of
from tamada.operations.models import (
    RUNNING,
    Job,
    JobMove,
    JobStatus,
    JobStep,
    Notice,
    NoticeState,
    Risk,
    Service,
    StepStatus,
)
from tamada.operations.paces import Paces, part_of

from .clock import FastClock
from .company import ZONE, Company, found
from .lateness import WORKING_DAY, Figures, Outcome, Work, a_working_day_before, figures

_ZONE: Final = ZoneInfo(ZONE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOONEST: Final = timedelta(minutes=1)
LATEST: Final = timedelta(hours=1)
"""Workers look each minute; between these nothing happens but what the clock brings."""
LEARNING: Final = timedelta(weeks=3)
"""Before the weeks that count there are these, in which the product sees how long things take."""
_AGO: Final = timedelta(weeks=12)
"""So long ago the weeks that count begin, that all of them has passed by now."""
_LEARNED_FROM: Final = 0.9
"""In the weeks of learning so many jobs begin for each one that counts."""
_OURS: Final = 0.28
"""Of what a template gives a step of ours so much is work; the rest is for waiting."""
_THEIRS: Final = 0.65
_ILL: Final = 0.04
_SUPPLIER_LATE: Final = 0.2
_PUTS_OFF: Final = 0.5
"""So many owners give their customer another date by themselves; the others leave it to the product."""
_AWAKE: Final = ((Interval.between("09:00", "21:00"),),) * 7
_WHY: Final = "Կատարողը ուշացնում է"
_TOLD: Final = "Ներեցեք, խոստացված օրը չենք հասցնի։ Նոր ժամկետն այն է, որ տեսնում եք Ձեր հայտում։"
_PAPERS: Final = {
    "number": "7", "date": "2026-03-02", "yes_no": "yes", "phone": "+374 10 123456", "email": "ani@post.example"
}  # fmt: skip

_Step = tuple[int, str]


@dataclass(eq=False)
class _Person:
    agent: Agent
    doing: _Step | None = None
    since: datetime | None = None
    ticket: int = 0
    away: bool = False


@dataclass(eq=False)
class _Story:
    """A job that counts, as it was seen from tick to tick: from when on it stood at risk, and by what cause."""

    seen: list[tuple[datetime, bool, str]] = field(default_factory=list)
    owner_knows: bool = False

    def note(self, at: datetime, is_at_risk: bool, cause: str) -> None:
        if not self.seen or self.seen[-1][1:] != (is_at_risk, cause):
            self.seen.append((at, is_at_risk, cause))

    def as_of(self, at: datetime) -> tuple[bool, str]:
        before = [(is_so, cause) for when, is_so, cause in self.seen if when <= at]
        return before[-1] if before else (False, "")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the weeks. `ownerless` counts running jobs and steps without an owner, over all looks; `untold` the
    late jobs whose customer had not heard of it when the first promise passed."""

    figures: Figures
    steps: int
    untold: list[int]
    ownerless: int
    looks: int
    put_off: int
    notices: int
    ill: int
    suppliers_late: int
    services: int
    took: timedelta


class Weeks:
    """Run once, in an empty installation. The same seed makes the same weeks; the holiday is in the second one that
    counts. `tell` hears how many of the jobs are done; without `learn` nothing is known of them but their templates."""

    def __init__(
        self, *, days: int, jobs: int, seed: int = 1991, learn: bool = True, tell: Callable[[int], None] | None = None
    ) -> None:
        self._random = Random(seed)  # noqa: S311  a story, not a secret
        self._days, self._jobs, self._tell = days, jobs, tell
        monday = timezone.now().astimezone(_ZONE).replace(hour=9, minute=0, second=0, microsecond=0)
        monday -= monday.weekday() * DAY
        self._learned_from = round(jobs * _LEARNED_FROM) if learn else 0
        self._counts_from = monday - _AGO
        self._begins = self._counts_from - LEARNING if learn else self._counts_from
        self._clock = FastClock(self._begins)
        self._lasts: dict[_Step, timedelta] = {}
        self._handed: set[_Step] = set()
        self._known: dict[_Step, Any] = {}
        self._lost: dict[_Step, list[tuple[datetime, timedelta]]] = {}
        self._stories: dict[int, _Story] = {}
        self._running: set[int] = set()
        self._to_begin = 0
        self._ownerless = self._looks = self._ill = self._suppliers_late = 0

    def run(self) -> Result:
        with self._clock.everywhere():
            self._company: Company = found(self._random, customers=self._jobs + self._learned_from)
            self._people = {agent.pk: _Person(agent) for agent in self._company.agents}
            self._services = list(Service.objects.order_by("key"))
            self._truth = {  # A template is never quite right.
                (service.pk, key): self._random.uniform(0.8, 1.3)
                for service in self._services
                for key in service.versions.get(number=service.version).template.steps
            }
            self._office = self._hours()
            self._awake = Schedule(_AWAKE, _ZONE)
            self._plan()
            self._clock.run(lambda: not self._to_begin and not self._running)
            return self._result()

    def _hours(self) -> Schedule:
        """As they are by now: a holiday changes them."""
        return schedule(Calendar.objects.get(pk=self._company.calendar.pk))

    # --- what will happen ---------------------------------------------------------------------------------------------

    def _plan(self) -> None:
        office = self._office
        for counts, number in ((False, self._learned_from), (True, self._jobs)):
            since = self._counts_from if counts else self._begins
            span = office.elapsed(since, since + (self._days * DAY if counts else LEARNING))
            for _one in range(number):
                self._to_begin += 1
                self._clock.at(office.add(since, self._random.random() * span), partial(self._begin, counts=counts))
        self._clock.at(self._begins, self._tick)
        self._clock.at(self._begins - HOUR / 2 + DAY, self._morning)
        self._holiday = (self._counts_from + self._random.choice([7, 8, 9]) * DAY).date()
        self._announced_at = self._counts_from + 3 * DAY
        self._clock.at(self._announced_at, self._announce)

    def _tick(self) -> None:
        """What workers do by the clock, as soon as any of it is due."""
        for one in (tasks.look_after_jobs, tasks.tell_due, tasks.tell_customers, tasks.look_after_handoffs):
            one()
        run_pending()
        self._look()
        now = self._clock.now
        due = (
            Job.objects.filter(status__in=RUNNING).aggregate(at=Min("recheck_at"))["at"],
            Job.objects.filter(status=JobStatus.PLANNED).aggregate(at=Min("starts_at"))["at"],
            Notice.objects.filter(state=NoticeState.WAITING).aggregate(at=Min("due_at"))["at"],
        )
        soon = min((at for at in due if at), default=now + LATEST)
        self._clock.at(min(max(soon, now + SOONEST), now + LATEST), self._tick)

    def _look(self) -> None:
        """Note how every promise stands, and whether anything is nobody's."""
        self._looks += 1
        now = self._clock.now
        nobody = JobStep.objects.filter(owner=None, status__in=(StepStatus.OPEN, StepStatus.ACTIVE))
        self._ownerless += nobody.count() + Job.objects.filter(status__in=RUNNING, owner=None).count()
        rows = Job.objects.filter(pk__in=self._running & self._stories.keys())
        for pk, risk, moves, cause, first in rows.values_list("pk", "risk", "moves", "cause", "first_promised_at"):
            story = self._stories[pk]
            if story.seen and story.seen[-1][1] and moves:
                continue  # what was put off stays so, whatever its new date
            if first and now <= first:
                story.note(now, risk != Risk.ON_TRACK, cause)
            if risk != Risk.ON_TRACK and not story.owner_knows:
                story.owner_knows = True
                if self._random.random() < _PUTS_OFF:
                    soon = self._office.add(now, self._random.uniform(0.5, 4) * HOUR)
                    self._clock.at(soon, partial(self._put_off, pk))

    def _begin(self, *, counts: bool) -> None:
        self._to_begin -= 1
        service, customer = self._random.choice(self._services), next(self._company.customers)
        job = actions.start_job(agent=None, actor=SYSTEM, service=service, customer=customer)
        for key, said in job.template.steps.items():
            share = _THEIRS if said.doer.by == "customer" else 1 if said.doer.by == "outside" else _OURS
            real = share * self._truth[service.pk, key] * self._random.lognormvariate(0, 0.4)
            self._lasts[job.pk, key] = said.takes * real
        self._running.add(job.pk)
        if counts:
            self._stories[job.pk] = _Story()
        self._follow(job.pk)

    # --- work ---------------------------------------------------------------------------------------------------------

    def _follow(self, pk: int) -> None:
        """Whatever the product has opened is with somebody; a job that is over is let go."""
        run_pending()
        job = Job.objects.select_related("version", "calendar", "owner", "customer").get(pk=pk)
        if job.is_over:
            self._running.discard(pk)
            if self._tell:
                self._tell(len(self._stories.keys() - self._running))
            return
        paces = Paces().of(job)
        for step in job.steps.select_related("owner").order_by("position"):
            if step.is_running and (pk, step.key) not in self._handed:
                self._handed.add((pk, step.key))
                self._known[pk, step.key] = paces[step.key]
                self._hand_out(job, step)

    def _hand_out(self, job: Job, step: JobStep) -> None:
        by, lasts = job.template.steps[step.key].doer.by, self._lasts[job.pk, step.key]
        if by == "customer":
            ready = self._awake.add(self._office.add(self._clock.now, lasts), self._random.random() * 2 * HOUR)
            self._clock.at(ready, partial(self._customer_does, job.pk, step.key))
        elif by == "outside":
            self._ordered(job.pk, step.key, lasts)
        elif step.owner_id:
            self._go_on(self._people[step.owner_id])

    def _go_on(self, person: _Person) -> None:
        """Who has nothing in hand takes up what was begun, else what is due first and may be begun."""
        if person.doing or person.away:
            return
        rows = [row for row in work_of(person.agent) if self._is_ours(row)]
        ready = [row for row in rows if row.not_before is None or row.not_before <= self._clock.now]
        for row in rows:
            if row not in ready and row.not_before:
                self._clock.at(row.not_before, partial(self._go_on, person))
        if not ready:
            return
        row = min(ready, key=lambda one: one.status != StepStatus.ACTIVE)
        person.doing, person.since = (row.job_id, row.key), self._clock.now
        if row.status == StepStatus.OPEN:
            self._change(row.job_id, row.key, person.agent, status=StepStatus.ACTIVE)
        person.ticket += 1
        ends = self._office.add(self._clock.now, self._lasts[person.doing])
        self._clock.at(ends, partial(self._ends, person, person.ticket))

    def _is_ours(self, row: JobStep) -> bool:
        """Of a job that this story began; those that recur begin by themselves."""
        return (row.job_id, row.key) in self._lasts and row.job.template.steps[row.key].doer.is_ours

    def _ends(self, person: _Person, ticket: int) -> None:
        if person.ticket == ticket and person.doing:
            (pk, key), person.doing = person.doing, None
            self._finish(pk, key, person.agent)
            self._go_on(person)

    def _finish(self, pk: int, key: str, agent: Agent) -> None:
        said = Job.objects.get(pk=pk).template.steps[key]
        answers = {one.id: _answer(one) for one in said.form}
        self._change(pk, key, agent, status=StepStatus.DONE, answers=answers)
        self._follow(pk)

    def _change(self, pk: int, key: str, agent: Agent, **more: Any) -> None:
        actions.change_step(agent=agent, actor=actor_of(agent), job=Job.objects.get(pk=pk), step=key, **more)

    def _owner(self, pk: int) -> Agent:
        owner = Job.objects.select_related("owner").get(pk=pk).owner
        assert owner is not None
        return owner

    def _customer_does(self, pk: int, key: str) -> None:
        """They choose an hour themselves; for the rest they say so, and the owner of their job notes it."""
        job = Job.objects.select_related("version", "calendar", "customer").get(pk=pk)
        steps = list(job.steps.order_by("position"))
        days = appointments.offered(job, key, steps, self._clock.now)
        if job.template.steps[key].asks != "appointment" or not days:
            self._finish(pk, key, self._owner(pk))
            return
        at = self._random.choice(days[self._random.randrange(min(2, len(days)))].moments)
        sending = actions.Sending(customer=job.customer, job=pk, key=f"week-{pk:012d}-{key}"[:64], step=key)
        actions.choose_time(sending=sending, at=at)
        self._follow(pk)

    # --- what goes wrong ----------------------------------------------------------------------------------------------

    def _ordered(self, pk: int, key: str, lasts: timedelta) -> None:
        """Most come on the day that was named; some suppliers tell of a delay, a day or two before it."""
        named = self._office.add(self._clock.now, lasts)
        self._change(pk, key, self._owner(pk), expected_at=named)
        if self._random.random() < _SUPPLIER_LATE:
            delay = self._random.choice([16, 24, 32, 40]) * HOUR
            told = max(self._clock.now, named - self._random.choice([1, 2]) * DAY)
            self._suppliers_late += 1
            self._clock.at(told, partial(self._is_told, pk, key, named, delay))
        else:
            self._clock.at(named - self._random.random() * 4 * HOUR, partial(self._arrives, pk, key))

    def _is_told(self, pk: int, key: str, named: datetime, delay: timedelta) -> None:
        later = self._office.add(named, delay)
        self._lost.setdefault((pk, key), []).append((self._clock.now, delay))
        self._change(pk, key, self._owner(pk), expected_at=later)
        run_pending()
        self._clock.at(later - self._random.random() * 2 * HOUR, partial(self._arrives, pk, key))

    def _arrives(self, pk: int, key: str) -> None:
        opens = self._office.next_open(self._clock.now) or self._clock.now
        if opens > self._clock.now:
            self._clock.at(opens, partial(self._arrives, pk, key))
        else:
            self._finish(pk, key, self._owner(pk))

    def _morning(self) -> None:
        """Some fall ill: what they had in hand the product gives to others, who go on with it."""
        self._clock.at(self._clock.now + DAY, self._morning)
        if not self._office.intervals(self._clock.now.astimezone(_ZONE).date()):
            return
        for person in self._people.values():
            if not person.away and not person.agent.is_admin and self._random.random() < _ILL:
                self._falls_ill(person, self._random.choice([1, 2, 2, 3, 5]))
        for person in self._people.values():
            self._go_on(person)

    def _falls_ill(self, person: _Person, days: int) -> None:
        self._ill += 1
        person.away, person.ticket = True, person.ticket + 1
        if person.doing:
            self._lasts[person.doing] -= self._office.elapsed(person.since or self._clock.now, self._clock.now)
            person.doing = None
        back = self._clock.now + days * DAY
        show_away(member=person.agent, actor=SYSTEM, until=back)
        run_pending()
        self._clock.at(back, partial(self._comes_back, person))

    def _comes_back(self, person: _Person) -> None:
        person.away = False
        show_away(member=person.agent, actor=SYSTEM, until=None)
        run_pending()
        self._go_on(person)

    def _announce(self) -> None:
        """A holiday, some days ahead. Who has something in hand will be as much later."""
        before = self._office
        day = DayHours(self._holiday, "Տոն")
        set_special_days(agent=None, actor=SYSTEM, calendar=self._company.calendar, days=[day])
        self._office = self._hours()
        run_pending()
        for person in self._people.values():
            if person.doing and person.since:
                person.ticket += 1
                self._lasts[person.doing] -= before.elapsed(person.since, self._clock.now)
                person.since = self._clock.now
                ends = self._office.add(self._clock.now, self._lasts[person.doing])
                self._clock.at(ends, partial(self._ends, person, person.ticket))

    def _put_off(self, pk: int) -> None:
        """An owner who was warned gives another date, and tells it in the conversation where there is one."""
        job = Job.objects.get(pk=pk)
        if job.is_over or job.risk == Risk.ON_TRACK or job.forecast_slow_at is None or not job.promised_at:
            return
        if (to := job.forecast_slow_at) > job.promised_at:
            owner, tell = self._owner(pk), _TOLD if job.conversation_id else ""
            actions.move_promise(agent=owner, actor=actor_of(owner), job=job, to=to, reason=_WHY, tell=tell)
            run_pending()

    # --- what came of it ----------------------------------------------------------------------------------------------

    def _result(self) -> Result:
        office = self._office
        jobs = {job.pk: job for job in Job.objects.filter(pk__in=self._stories).select_related("version", "calendar")}
        outcomes = {pk: self._outcome(job, office) for pk, job in jobs.items()}
        late = [pk for pk, outcome in outcomes.items() if outcome.is_late]
        return Result(
            figures(outcomes.values(), office),
            steps=JobStep.objects.filter(job__in=jobs).count(),
            untold=[pk for pk in late if not _was_told(jobs[pk])],
            ownerless=self._ownerless,
            looks=self._looks,
            put_off=JobMove.objects.filter(job__in=jobs).count(),
            notices=Notice.objects.filter(job__in=jobs, state=NoticeState.SENT).count(),
            ill=self._ill,
            suppliers_late=self._suppliers_late,
            services=len(self._services),
            took=self._clock.now - self._begins,
        )

    def _outcome(self, job: Job, office: Schedule) -> Outcome:
        assert job.first_promised_at
        assert job.finished_at
        story, until = self._stories[job.pk], a_working_day_before(job.first_promised_at, office)
        is_so, cause = story.as_of(until)
        return Outcome(
            job.first_promised_at,
            job.finished_at,
            {step.key: self._work(job, step, office) for step in job.steps.all()},
            alarmed=any(is_at_risk for _at, is_at_risk, _cause in story.seen),
            at_risk_by_then=is_so,
            cause=cause or None,
        )

    def _work(self, job: Job, step: JobStep, office: Schedule) -> Work:
        part = part_of(job, step, office, self._known[job.pk, step.key])
        lost = list(self._lost.get((job.pk, step.key), ()))
        if job.template.steps[step.key].doer.by != "customer" and _spans(part.begun_at, step.done_at, self._holiday):
            lost.append((self._announced_at, WORKING_DAY))
        return Work(replace(part, schedule=office), lost)


def _spans(begun: datetime | None, done: datetime | None, day: date) -> bool:
    return bool(begun and done) and begun.astimezone(_ZONE).date() <= day < done.astimezone(_ZONE).date()  # type: ignore[union-attr]


def _answer(asked: Field) -> str:
    return asked.choices[0].id if asked.choices else _PAPERS.get(asked.kind, "Այո")


def _was_told(job: Job) -> bool:
    """Whether the customer had heard of another date, or that this one can't be kept, before it passed."""
    told: Iterable[Any] = (
        *job.moved.filter(told=True).values_list("at", flat=True),
        *job.notices.filter(moment="delayed", state=NoticeState.SENT).values_list("settled_at", flat=True),
    )
    return any(at <= job.first_promised_at for at in told)
