"""Which moments a customer may choose for what comes next, and which one they have chosen.

A moment is a full hour of the job's calendar, with room for the work or at least an hour of it. It holds what follows
the customer's step: `not_before` of the steps that wait for it. An hour is offered while of those who could come then
somebody is not due elsewhere.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from tamada.accounts.zones import company_zone
from tamada.calendars.queries import schedule
from tamada.kit.working_time import Schedule

from .models import CLOSED, RUNNING, Job, JobStatus, JobStep, StepStatus
from .owners import Owners

DAYS: Final = 6
"""So many open days are offered at once."""
_FURTHEST: Final = timedelta(days=60)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Day:
    """An open day, in the calendar's own zone, and the moments that are free."""

    date: date
    moments: list[datetime]


def hours_of(job: Job) -> Schedule:
    """The hours in which something may be done; without a calendar day and night, by the company's clock."""
    return schedule(job.calendar) if job.calendar else Schedule.always(company_zone())


def held_by(job: Job, key: str, steps: Sequence[JobStep]) -> list[JobStep]:
    """The steps that an appointment holds up: those that wait for it; where none does, it itself."""
    template = job.template.steps
    waiting = [step for step in steps if key in template[step.key].after]
    return waiting or [step for step in steps if step.key == key]


def chosen(job: Job, key: str, steps: Sequence[JobStep]) -> datetime | None:
    """The moment that holds by now, whoever set it."""
    own = next((step for step in steps if step.key == key), None)
    if own is None or own.status != StepStatus.DONE:
        return None
    return min((step.not_before for step in held_by(job, key, steps) if step.not_before), default=None)


def may_move(job: Job, key: str, steps: Sequence[JobStep], now: datetime) -> bool:
    """Whether another moment may be chosen: nothing that it holds has begun, and it lies ahead."""
    at = chosen(job, key, steps)
    held = [step for step in held_by(job, key, steps) if step.key != key]
    begun = any(step.status in (StepStatus.ACTIVE, *CLOSED) for step in held)
    return not job.is_over and bool(held) and not begun and at is not None and at > now


def offered(job: Job, key: str, steps: Sequence[JobStep], now: datetime, *, since: date | None = None) -> list[Day]:
    """The next open days with free moments, from a day on."""
    days: list[Day] = []
    taken, room = _taken(job, now), _room(job, key, steps)
    for moment in _moments(job, key, steps, now):
        if taken[moment] >= room or (since and moment.astimezone(hours_of(job).tz).date() < since):
            continue
        day = moment.astimezone(hours_of(job).tz).date()
        if not days or days[-1].date != day:
            if len(days) == DAYS:
                break
            days.append(Day(day, []))
        days[-1].moments.append(moment)
    return days


def is_free(job: Job, key: str, steps: Sequence[JobStep], now: datetime, at: datetime) -> bool:
    """Whether a moment is one of those that are offered."""
    known = any(moment == at for moment in _moments(job, key, steps, now))
    return known and _taken(job, now)[at] < _room(job, key, steps)


def _moments(job: Job, key: str, steps: Sequence[JobStep], now: datetime) -> Iterator[datetime]:
    hours, template = hours_of(job), job.template.steps
    held = held_by(job, key, steps)
    needs = min(max((template[step.key].takes for step in held if step.key != key), default=_HOUR), _HOUR)
    earliest, end = _earliest(job, key, steps, now), now + _FURTHEST
    at = earliest
    while (moment := hours.next_open(at)) is not None and moment < end:
        local = moment.astimezone(hours.tz)
        if local.minute or local.second or local.microsecond:
            at = (local + _HOUR).replace(minute=0, second=0, microsecond=0)
            continue
        if hours.elapsed(moment, moment + needs) == needs:
            yield moment
        at = moment + _HOUR


def _earliest(job: Job, key: str, steps: Sequence[JobStep], now: datetime) -> datetime:
    """Nobody comes within the hour, nor before the rest is ready that has to be."""
    template = job.template.steps
    names = {name for step in held_by(job, key, steps) for name in template[step.key].after} - {key}
    ready = [step.ends_at for step in steps if step.key in names and not step.is_closed and step.ends_at]
    return max([now + _HOUR, *ready])


def _taken(job: Job, now: datetime) -> Mapping[datetime, int]:
    """How many others are expected at each moment by whoever delivers this: the same team, or all without a team."""
    rows = JobStep.objects.filter(
        job__team=job.team_id, job__status__in=(*RUNNING, JobStatus.PLANNED), not_before__gt=now
    )
    open_ = rows.exclude(status__in=CLOSED).exclude(job=job.pk)
    return Counter(at for at in open_.values_list("not_before", flat=True) if at is not None)


def _room(job: Job, key: str, steps: Sequence[JobStep]) -> int:
    """How many may be expected at once: as many as could come."""
    template = job.template.steps
    doers = [template[step.key].doer for step in held_by(job, key, steps)]
    return max(1, *(Owners().how_many(job, doer) for doer in doers))
