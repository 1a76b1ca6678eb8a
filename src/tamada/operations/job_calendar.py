"""Jobs by the day: what is promised, who comes when, and what begins."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from django.db.models import Q
from django.utils import timezone

from tamada.accounts.models import Agent

from .job_queries import GOING, give_templates, visible_to
from .models import RUNNING, Job, JobStatus, JobStep, StepStatus

MOST: Final = 3_000
"""So many entries of each kind are read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a day. `step` is that of an appointment."""

    at: datetime
    what: Literal["promised", "appointment", "begins"]
    job: Job
    step: str = ""


def days(agent: Agent, first: date, last: date, *, service: str = "") -> Mapping[date, Sequence[Entry]]:
    """What falls on these days by the reader's clocks, each day in the order of its hours; three questions."""
    start, end = (timezone.make_aware(datetime.combine(day, time())) for day in (first, last + timedelta(days=1)))
    kind = Q(service__key=service) if service else Q()
    rows = visible_to(agent).filter(kind).select_related("customer", "owner")
    promised = rows.filter(status__in=GOING, promised_at__gte=start, promised_at__lt=end)
    begins = rows.filter(status=JobStatus.PLANNED, starts_at__gte=start, starts_at__lt=end)
    steps = JobStep.objects.filter(not_before__gte=start, not_before__lt=end, job__in=rows.filter(status__in=RUNNING))
    meet = steps.exclude(status__in=(StepStatus.DONE, StepStatus.SKIPPED)).select_related("job__customer", "owner")
    found = [
        Entry(job.promised_at, "promised", job) for job in promised.order_by("promised_at")[:MOST] if job.promised_at
    ]
    found += [Entry(job.starts_at, "begins", job) for job in begins.order_by("starts_at")[:MOST]]
    found += [
        Entry(step.not_before, "appointment", step.job, step.key)
        for step in meet.order_by("not_before")[:MOST]
        if step.not_before
    ]
    give_templates(entry.job for entry in found)
    listed: dict[date, list[Entry]] = defaultdict(list)
    for entry in sorted(found, key=lambda one: one.at):
        listed[timezone.localdate(entry.at)].append(entry)
    return listed
