"""How long steps take: what was seen of each, beside what its template says."""

from datetime import datetime, timedelta
from statistics import median
from typing import Final, NamedTuple, Protocol, cast

from tamada.calendars.queries import schedule
from tamada.kit.services.durations import Known, known
from tamada.kit.services.forecast import Part, State
from tamada.kit.working_time import Schedule

from .models import Job, JobStep, Pace

_KEPT: Final = 100
"""So many of the newest durations of a step are kept."""
_ENOUGH: Final = 5
"""Before so many were seen, nothing is known of the work alone: a template says how long a step takes with its waiting.
"""
_MINUTE: Final = timedelta(minutes=1)


class Standing(Protocol):
    """How a step stands: a `JobStep`, or what was read of one."""

    @property
    def pk(self) -> int | None: ...
    @property
    def key(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def owner_id(self) -> int | None: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def opened_at(self) -> datetime | None: ...
    @property
    def started_at(self) -> datetime | None: ...
    @property
    def done_at(self) -> datetime | None: ...
    @property
    def not_before(self) -> datetime | None: ...
    @property
    def expected_at(self) -> datetime | None: ...


class StepPace(NamedTuple):
    """What is known of a step from its opening until it is done, and from when somebody begins it."""

    whole: Known
    work: Known | None = None


class Paces:
    """What is known of the steps of services, each version read once."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, StepPace]] = {}

    def of(self, job: Job) -> dict[str, StepPace]:
        """By the step's id, for all steps of a job."""
        if job.version_id not in self._known:
            seen = {pace.step: pace for pace in Pace.objects.filter(service=job.service_id)}
            self._known[job.version_id] = {
                key: _known(seen.get(key), step.takes) for key, step in job.template.steps.items()
            }
        return self._known[job.version_id]


def _known(seen: Pace | None, takes: timedelta) -> StepPace:
    if seen is None:
        return StepPace(known([], takes))
    worked = [n * _MINUTE for n in seen.worked or ()]
    work = known(worked, median(worked)) if len(worked) >= _ENOUGH else None
    return StepPace(known([n * _MINUTE for n in seen.minutes], takes), work)


def part_of(job: Job, step: Standing, hours: Schedule, pace: StepPace, *, free_at: datetime | None = None) -> Part:
    """A step as the forecast sees it."""
    said = job.template.steps[step.key]
    return Part(
        id=step.key,
        after=said.after,
        state=cast(State, step.status),
        known=pace.whole,
        work=pace.work,
        planned=said.takes,
        opened_at=step.opened_at,
        started_at=step.started_at,
        done_at=step.done_at,
        not_before=step.not_before,
        free_at=free_at,
        expected_at=step.expected_at,
        schedule=hours,
    )


def note_pace(job: Job, step: JobStep) -> None:
    """Remember how long a step took, in the transaction that finishes it: from when it could be begun, and from when
    somebody began it, unless it was begun and done in one."""
    takes = job.template.steps[step.key].takes
    part = part_of(job, step, schedule(job.calendar), StepPace(Known(takes, takes)))
    if part.took is None:
        return
    step.took = round(part.took / _MINUTE)
    row, _made = Pace.objects.select_for_update().get_or_create(service_id=job.service_id, step=step.key)
    row.minutes = [*row.minutes, step.took][-_KEPT:]
    if part.worked is not None and step.started_at != step.done_at:
        row.worked = [*(row.worked or ()), round(part.worked / _MINUTE)][-_KEPT:]
    row.save(update_fields=["minutes", "worked"])
