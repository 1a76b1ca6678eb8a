"""What people have to do before a step is its turn: they end what they have begun, then take what is due first."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from tamada.calendars.models import Calendar
from tamada.calendars.queries import schedule
from tamada.kit.services.forecast import Part, in_turn

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
    """When owners are free for the open steps of some jobs, by what they have to do of these and of all others.

    Only work is counted whose length was seen (`StepPace.work`), and only for steps of which as much is known: without
    that, what a template says of a step has the waiting in it already.
    """

    def __init__(self, paces: Paces, jobs: Sequence[tuple[Job, Sequence[JobStep]]], now: datetime) -> None:
        self._paces, self._now = paces, now
        mine = [(job, step) for job, steps in jobs for step in steps if step.is_running and step.owner_id]
        mine = [(job, step) for job, step in mine if self._counts(job, step.key)]
        asked = [step for _job, step in mine if step.status == StepStatus.OPEN]
        self._asked = {id(step) for step in asked}
        others = _others({step.owner_id for step in asked}, [job.pk for job, _steps in jobs]) if asked else []
        waiting: dict[int, list[tuple[_Place, Part]]] = {}
        for job, step in (*mine, *((job, step) for job, step in others if self._counts(job, step.key))):
            part = part_of(job, step, schedule(job.calendar), paces.of(job)[step.key])
            waiting.setdefault(step.owner_id or 0, []).append((_place(step), part))
        self._queues = {owner: self._in_turn(queue) for owner, queue in waiting.items()}

    def free_at(self, step: JobStep) -> datetime | None:
        """When its owner has done what comes before a step of these jobs; None where that is now or can't be told."""
        if id(step) not in self._asked:
            return None
        places, ends = self._queues[step.owner_id or 0]
        before = bisect_left(places, _place(step))
        return ends[min(before, _MOST) - 1] if before else None

    def _counts(self, job: Job, key: str) -> bool:
        """Whether a step keeps its owner busy, for a time that is known; what others do outside keeps nobody busy."""
        return job.template.steps[key].doer.is_ours and self._paces.of(job)[key].work is not None

    def _in_turn(self, queue: list[tuple[_Place, Part]]) -> tuple[list[_Place], list[datetime | None]]:
        queue.sort(key=lambda one: one[0])
        return [place for place, _part in queue], in_turn([part for _place, part in queue[:_MOST]], self._now)


def _place(step: Standing) -> _Place:
    return (step.status != StepStatus.ACTIVE, step.due_at or _FAR, step.pk or 0)


def _others(owners: Collection[int | None], but: Collection[int]) -> Iterator[tuple[Job, Standing]]:
    """What these people have to do of other jobs: the first so many of each, by when they are due.

    Each step comes with a job that stands for all of its version and calendar. These are thousands of rows for one
    batch, so no more of them is read than counts.
    """
    running = JobStep.objects.filter(owner__in=owners, status__in=(StepStatus.OPEN, StepStatus.ACTIVE))
    order = [F("due_at").asc(nulls_last=True), F("pk").asc()]
    ranked = (
        running.exclude(job__in=but)
        .annotate(place=Window(RowNumber(), partition_by=F("owner"), order_by=order))
        .filter(place__lte=_MOST)
        .order_by()
    )
    steps = JobStep.objects.filter(pk__in=list(ranked.values_list("pk", flat=True))).order_by()
    rows = steps.values_list(*_READ, named=True)
    kinds = {(row.job__version, row.job__calendar) for row in rows}
    versions = ServiceVersion.objects.defer("text").in_bulk({version for version, _calendar in kinds})
    calendars = Calendar.objects.in_bulk({calendar for _version, calendar in kinds if calendar})
    jobs = {
        (version, calendar): Job(version=versions[version], calendar=calendars.get(calendar or 0))
        for version, calendar in kinds
    }
    return ((jobs[row.job__version, row.job__calendar], row) for row in rows)
