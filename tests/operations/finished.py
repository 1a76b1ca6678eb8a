"""Jobs that are done, made without doing them: how long each step took, what was promised, what was moved."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tamada.calendars.models import Calendar
from tamada.calendars.queries import schedule
from tamada.customers.models import Customer
from tamada.operations.models import Job, JobMove, JobStatus, JobStep, Risk, Service, StepStatus


def customer(name: str = "Ani", **more: Any) -> Customer:
    return Customer.objects.create(name=name, last_activity_at=datetime.fromisoformat("2026-01-01T00:00Z"), **more)


def finished(
    service: Service,
    starts: datetime,
    *,
    by: Customer | None = None,
    hours: Mapping[str, float] | None = None,
    promised: float | None = 40,
    moves: tuple[tuple[float, float, bool], ...] = (),
    returned: tuple[str, ...] = (),
    calendar: Calendar | None = None,
    **more: Any,
) -> Job:
    """A job that began at `starts`. `hours` are what its steps took, in working time; what is not named took as long as
    was planned. It was `promised` for so many hours after its start; each of `moves` was made so many hours after the
    start, to so many, and told or not. `returned` steps were opened again once."""
    version, open_ = service.versions.get(number=service.version), schedule(calendar)
    ended: dict[str, datetime] = {}
    for key, step in version.template.steps.items():
        takes = timedelta(hours=hours[key]) if hours and key in hours else step.takes
        ended[key] = open_.add(max((ended[one] for one in step.after), default=starts), takes)

    def after(hours: float) -> datetime:
        return starts + timedelta(hours=hours)

    dates = [] if promised is None else [after(promised), *(after(to) for _at, to, _told in moves)]
    first, last = (dates[0], dates[-1]) if dates else (None, None)
    done = max(ended.values())
    job = Job.objects.create(
        **{"service": service, "version": version, "customer": by or customer(), "calendar": calendar} | more,
        status=JobStatus.DONE,
        starts_at=starts,
        finished_at=done,
        changed_at=done,
        first_promised_at=first,
        promised_at=last,
        moves=len(moves),
        risk=Risk.LATE if last and done > last else Risk.ON_TRACK,
    )
    Job.objects.filter(pk=job.pk).update(created_at=starts)
    JobStep.objects.bulk_create(
        JobStep(
            job=job, key=key, position=place, status=StepStatus.DONE, done_at=at, opened_at=starts,
            returns=key in returned,
        )
        for place, (key, at) in enumerate(ended.items())
    )  # fmt: skip
    for (at, _to, told), was, to in zip(moves, dates, dates[1:], strict=False):
        move = JobMove.objects.create(job=job, was=was, to=to, told=told, reason="A part is missing")
        JobMove.objects.filter(pk=move.pk).update(at=after(at))
    return job
