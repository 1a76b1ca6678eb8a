"""From rows to a forecast and back: what `kit.services.forecast` works out, written onto a job and its steps."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from tamada.calendars.queries import schedule
from tamada.kit.services.forecast import Forecast, Part, forecast, risk
from tamada.kit.services.template import Service as Template
from tamada.kit.working_time import NeverOpen, Schedule

from .models import Job, JobStatus, JobStep, Risk, StepStatus
from .paces import Paces, part_of
from .turns import Turns

PLANNED = ("forecast_at", "forecast_slow_at", "recheck_at", "risk", "cause")
STEP_PLANNED = ("starts_at", "ends_at")


class Planner:
    """Plans jobs as of one moment; held over a batch, it reads a service's paces once, and what owners have to do.

    The batch is told with `read` or `take`; else what owners have to do is read for each job.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._paces = Paces()
        self._turns: Turns | None = None

    def read(self, jobs: Collection[int]) -> None:
        """Jobs that will be planned, by their ids: what their owners have to do is read as it is stored."""
        self._turns = Turns.stored(self._paces, self.now, jobs)

    def take(self, jobs: Sequence[tuple[Job, Sequence[JobStep]]]) -> None:
        """Jobs that will be planned, as they stand in memory."""
        self._turns = Turns.of(self._paces, self.now, jobs)

    def plan(self, job: Job, steps: Sequence[JobStep]) -> bool:
        """Work out when a job is finished and what that means for its promise. Returns whether anything changed."""
        before = [getattr(job, name) for name in PLANNED]
        if job.is_over:
            job.forecast_at = job.forecast_slow_at = job.finished_at
            job.recheck_at, job.risk, job.cause = None, self._outcome(job), ""
            return before != [getattr(job, name) for name in PLANNED]
        hours = schedule(job.calendar)
        found = forecast(self._parts(job, steps, hours), max(self.now, job.starts_at))
        job.forecast_at, job.forecast_slow_at = found.finish, found.finish_slow
        job.recheck_at = self._recheck(job, found)
        job.risk = Risk(risk(job.promised_at, found, self.now))
        job.cause = (job.promised_at and found.cause(job.promised_at)) or ""
        for step in steps:
            span = found.spans[step.key]
            step.starts_at, step.ends_at = span.starts, span.ends
        return before != [getattr(job, name) for name in PLANNED]

    def _outcome(self, job: Job) -> Risk:
        done, promised = job.finished_at, job.promised_at
        is_late = job.status == JobStatus.DONE and done is not None and promised is not None and done > promised
        return Risk.LATE if is_late else Risk.ON_TRACK

    def _recheck(self, job: Job, found: Forecast) -> datetime | None:
        """When to look again: as the forecast would change by itself, or the promise passes."""
        moments = [at for at in (found.recheck_at, job.promised_at) if at is not None and at > self.now]
        return min(moments, default=None)

    def _parts(self, job: Job, steps: Sequence[JobStep], hours: Schedule) -> list[Part]:
        turns = self._turns or Turns.of(self._paces, self.now, [(job, steps)])
        paces = self._paces.of(job)
        return [part_of(job, step, hours, paces[step.key], free_at=turns.free_at(job, step)) for step in steps]


def settle_status(job: Job, steps: Sequence[JobStep], now: datetime) -> None:
    """Where a job stands by its steps: its stage, and whether it is done or waits for others than us."""
    left = [step for step in steps if not step.is_closed]
    template = job.template
    job.stage = template.stage_of[left[0].key].id if left else template.stages[-1].id
    if not left:
        job.status, job.finished_at = JobStatus.DONE, job.finished_at or now
        return
    job.finished_at = None
    if job.status == JobStatus.PLANNED and job.starts_at > now:
        return
    ours = [step for step in left if step.is_running and not is_theirs(template, step)]
    job.status = JobStatus.ACTIVE if ours else JobStatus.WAITING


def is_theirs(template: Template, step: JobStep) -> bool:
    """Whether a step is done by the customer or somebody else outside."""
    return not template.steps[step.key].doer.is_ours


def due(hours: Schedule, start: datetime, takes: timedelta) -> datetime | None:
    """So much working time after a moment; None where the calendar never opens."""
    try:
        return hours.add(start, takes)
    except NeverOpen:
        return None


def open_ready(template: Template, steps: Sequence[JobStep], hours: Schedule, now: datetime) -> list[JobStep]:
    """Open the steps that wait for nothing any more; those that came open."""
    closed = {step.key for step in steps if step.is_closed}
    opened = []
    for step in steps:
        said = template.steps[step.key]
        if step.status == StepStatus.BLOCKED and closed.issuperset(said.after):
            step.status, step.opened_at = StepStatus.OPEN, now
            step.due_at = due(hours, max(now, step.not_before or now), said.takes)
            opened.append(step)
    return opened
