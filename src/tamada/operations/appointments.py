"""Which moments a customer may choose for what comes next, and which one they have chosen.

A moment is a full hour of the job's calendar, with room for the work or at least an hour of it. It holds what follows
the customer's step: `not_before` of the steps that wait for it. An hour is offered while of those who could come then
somebody is not due elsewhere, for as long as the work lasts here and there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from tamada.accounts.zones import company_zone
from tamada.calendars.queries import schedule
from tamada.kit.working_time import NeverOpen, Schedule

from .job_queries import give_templates
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


def lasts(job: Job, key: str, steps: Sequence[JobStep]) -> timedelta:
    """Working time of the longest step that an appointment holds up; an hour where it holds up nothing."""
    template = job.template.steps
    return max((template[step.key].takes for step in held_by(job, key, steps) if step.key != key), default=_HOUR)


def offered(job: Job, key: str, steps: Sequence[JobStep], now: datetime, *, since: date | None = None) -> list[Day]:
    """The next open days with free moments, from a day on."""
    days: list[Day] = []
    is_room = _Room(job, key, steps, now)
    for moment in _moments(job, key, steps, now):
        day = moment.astimezone(hours_of(job).tz).date()
        if (since and day < since) or not is_room.at(moment):
            continue
        if not days or days[-1].date != day:
            if len(days) == DAYS:
                break
            days.append(Day(day, []))
        days[-1].moments.append(moment)
    return days


def is_free(job: Job, key: str, steps: Sequence[JobStep], now: datetime, at: datetime) -> bool:
    """Whether a moment is one of those that are offered."""
    known = any(moment == at for moment in _moments(job, key, steps, now))
    return known and _Room(job, key, steps, now).at(at)


def _moments(job: Job, key: str, steps: Sequence[JobStep], now: datetime) -> Iterator[datetime]:
    hours = hours_of(job)
    needs = min(lasts(job, key, steps), _HOUR)
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


class _Room:
    """Whether somebody is free, of those who could come, while others are expected by whoever delivers this: the same
    team, or all without a team.
    """

    def __init__(self, job: Job, key: str, steps: Sequence[JobStep], now: datetime) -> None:
        template = job.template.steps
        doers = [template[step.key].doer for step in held_by(job, key, steps)]
        self._people = max(1, *(Owners().how_many(job, doer) for doer in doers))
        self._hours, self._lasts = hours_of(job), lasts(job, key, steps)
        self._busy = _busy(job, now)

    def at(self, moment: datetime) -> bool:
        """Whether at no time from then until the work is done all of them are elsewhere."""
        end = _end(self._hours, moment, self._lasts)
        looks = [moment, *(begins for begins, _ends in self._busy if moment < begins < end)]
        return all(sum(begins <= look < ends for begins, ends in self._busy) < self._people for look in looks)


def _busy(job: Job, now: datetime) -> list[tuple[datetime, datetime]]:
    """From when until when others are expected, each job once for an appointment."""
    steps = JobStep.objects.filter(job__team=job.team_id).exclude(job=job.pk).select_related("job__calendar")
    under_way = steps.filter(job__status__in=(*RUNNING, JobStatus.PLANNED), not_before__gt=now - _FURTHEST)
    chosen_ahead = steps.filter(status=StepStatus.DONE, not_before__gt=now - _HOUR, job__changed_at__gt=now - _FURTHEST)
    found_steps = [*under_way.exclude(status__in=CLOSED), *chosen_ahead.exclude(job__status=JobStatus.CANCELLED)]
    give_templates(step.job for step in found_steps)
    found: dict[tuple[int, datetime], datetime] = {}
    for step in found_steps:
        begins, template = step.not_before, step.job.template.steps
        said = template[step.key]
        is_itself = said.asks == "appointment" and step.status == StepStatus.DONE  # Nothing waits for it: a short call.
        is_held = not step.is_closed and any(template[key].asks == "appointment" for key in said.after)
        if begins is None or not (is_itself or is_held):
            continue  # It waits for something else: nobody is expected.
        ends = _end(hours_of(step.job), begins, said.takes if is_held else _HOUR)
        found[step.job_id, begins] = max(ends, found.get((step.job_id, begins), ends))
    return [(begins, ends) for (_job, begins), ends in found.items() if ends > now]


def _end(hours: Schedule, begins: datetime, lasts: timedelta) -> datetime:
    try:
        return hours.add(begins, lasts)
    except NeverOpen:
        return begins + lasts
