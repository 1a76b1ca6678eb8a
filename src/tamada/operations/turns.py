"""What people have to do before a step is its turn: they end what they have begun, then take what is due first."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from tamada.calendars.models import Calendar
from tamada.calendars.queries import schedule
from tamada.kit.services.forecast import Part, free_at

from .models import Job, JobStep, ServiceVersion, StepStatus
from .paces import Paces, Standing, part_of

_MOST: Final = 50
"""Of what somebody has to do, so much is counted: nobody's order holds further ahead."""
_READ: Final = (
    "pk", "key", "status", "owner_id", "due_at", "opened_at", "started_at", "done_at", "not_before", "expected_at",
    "job__version", "job__calendar",
)  # fmt: skip
_FAR: Final = datetime.max.replace(tzinfo=UTC)

_Place = tuple[bool, datetime, int]


class Turns:
    """When owners are free for the open steps of some jobs, by what they have to do of all jobs.

    Only work is counted whose length was seen (`StepPace.work`), and only for steps of which as much is known: without
    that, what a template says of a step has the waiting in it already.
    """

    def __init__(self, paces: Paces, now: datetime) -> None:
        self._paces, self._now = paces, now
        self._busy: dict[tuple[int, str], bool] = {}
        self._queues: dict[int | None, list[tuple[_Place, Job, Standing]]] = {}
        self._parts: dict[int, Part] = {}

    @classmethod
    def stored(cls, paces: Paces, now: datetime, jobs: Collection[int]) -> "Turns":
        """By what is stored of these jobs and all others."""
        turns = cls(paces, now)
        asked = JobStep.objects.filter(job__in=jobs, status=StepStatus.OPEN, owner__isnull=False)
        turns._line_up(set(asked.values_list("owner", flat=True)))
        return turns

    @classmethod
    def of(cls, paces: Paces, now: datetime, jobs: Sequence[tuple[Job, Sequence[JobStep]]]) -> "Turns":
        """By these jobs as they stand in memory, and what is stored of all others."""
        turns = cls(paces, now)
        mine = [(job, step) for job, steps in jobs for step in steps if step.is_running and turns._counts(job, step)]
        owners = {step.owner_id for _job, step in mine if step.status == StepStatus.OPEN}
        turns._line_up(owners, mine, [job.pk for job, _steps in jobs])
        return turns

    def _line_up(
        self, owners: set[int | None], mine: Sequence[tuple[Job, Standing]] = (), but: Collection[int] = ()
    ) -> None:
        self._queues = {owner: [] for owner in owners}
        for job, step in (*mine, *(_running(owners, but) if owners else ())):
            if step.owner_id in owners and self._counts(job, step):
                self._queues[step.owner_id].append((_place(step), job, step))
        for queue in self._queues.values():
            queue.sort(key=lambda one: one[0])

    def free_at(self, job: Job, step: JobStep) -> datetime | None:
        """When its owner has done what comes before a step; None where that is now or can't be told."""
        if step.status != StepStatus.OPEN or step.owner_id not in self._queues or not self._counts(job, step):
            return None
        queue = self._queues[step.owner_id]
        first = queue[: min(bisect_left(queue, _place(step), key=lambda one: one[0]), _MOST)]
        before = [self._part(job, other) for _at, job, other in first if other.pk is None or other.pk != step.pk]
        return free_at(before, self._now) if before else None

    def _counts(self, job: Job, step: Standing) -> bool:
        """Whether it keeps its owner busy, for a time that is known; what others do outside keeps nobody busy here."""
        kind = (job.version_id, step.key)
        if kind not in self._busy:
            ours = job.template.steps[step.key].doer.is_ours
            self._busy[kind] = ours and self._paces.of(job)[step.key].work is not None
        return self._busy[kind] and step.owner_id is not None

    def _part(self, job: Job, step: Standing) -> Part:
        """A step of a queue as the forecast sees it; many steps stand behind it."""
        if id(step) not in self._parts:
            self._parts[id(step)] = part_of(job, step, schedule(job.calendar), self._paces.of(job)[step.key])
        return self._parts[id(step)]


def _place(step: Standing) -> _Place:
    return (step.status != StepStatus.ACTIVE, step.due_at or _FAR, step.pk or 0)


def _running(owners: Collection[int | None], but: Collection[int]) -> Iterator[tuple[Job, Standing]]:
    """What these people have to do but for some jobs: the first so many of each, by when they are due.

    Each step comes with a job that stands for all of its version and calendar. These are thousands of rows, so no more
    of them is read than counts.
    """
    theirs = JobStep.objects.filter(owner__in=owners, status__in=(StepStatus.OPEN, StepStatus.ACTIVE))
    order = [F("due_at").asc(nulls_last=True), F("pk").asc()]
    ranked = (
        theirs.exclude(job__in=but)
        .annotate(place=Window(RowNumber(), partition_by=F("owner"), order_by=order))
        .filter(place__lte=_MOST)
        .order_by()
    )
    steps = JobStep.objects.filter(pk__in=list(ranked.values_list("pk", flat=True))).order_by()
    rows = steps.values_list(*_READ, named=True)
    kinds = {(row.job__version, row.job__calendar) for row in rows}
    versions = ServiceVersion.objects.defer("text").in_bulk({version for version, _calendar in kinds})
    calendars = Calendar.objects.in_bulk({calendar for _version, calendar in kinds if calendar})
    jobs = {}
    for number, calendar in kinds:
        version = versions[number]
        jobs[number, calendar] = Job(
            service_id=version.service_id, version=version, calendar=calendars.get(calendar or 0)
        )
    return ((jobs[row.job__version, row.job__calendar], row) for row in rows)
