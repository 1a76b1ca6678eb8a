"""How jobs that run would go on by the newest version of their service. Reads alone; `actions.versions` does it."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tamada.accounts import company
from tamada.calendars.queries import schedule
from tamada.kit.services.graph import Comparison, after_in, behind, compare
from tamada.kit.services.template import Service as Template

from .job_queries import GOING, give_templates
from .models import Commitment, Job, JobStep, Risk, Service, ServiceVersion, State, StepStatus
from .planning import Planner, due

LOOKED_AT: Final = 500
"""So many jobs are forecast for a preview."""
_BEGUN = (StepStatus.ACTIVE, StepStatus.DONE, StepStatus.SKIPPED)


@dataclass(frozen=True, slots=True)
class Fit:
    """`steps` are those of the new version in its order, the `added` ones not stored yet; `gone` are no more.

    `passed` are added ones that this job has gone past: what waits for them has begun. `keeps` are steps that the new
    version lacks and in which something was done: with any, the job stays as it is.
    """

    steps: tuple[JobStep, ...]
    added: tuple[JobStep, ...]
    gone: tuple[JobStep, ...]
    passed: tuple[JobStep, ...]
    keeps: tuple[str, ...]


def fit(job: Job, steps: Sequence[JobStep], new: Template, promised: Collection[str] = ()) -> Fit:
    """What would become of a job's steps. `promised` are steps of it that have an open promise."""
    rows = {step.key: step for step in steps}
    removed = [step for step in steps if step.key not in new.steps]
    keeps = tuple(step.key for step in removed if _is_worked_on(step) or step.key in promised)
    fitted = [rows.get(key) or JobStep(job=job, key=key, position=place) for place, key in enumerate(new.steps)]
    added = tuple(step for step in fitted if step.key not in rows)
    begun = {step.key for step in steps if step.status in _BEGUN}
    after = after_in(new)
    passed = tuple(step for step in added if begun & behind(after, step.key))
    return Fit(tuple(fitted), added, tuple(removed), passed, keeps)


def _is_worked_on(step: JobStep) -> bool:
    return step.status in _BEGUN or bool(step.answers or step.ticked or step.returns)


@dataclass(frozen=True, slots=True)
class Preview:
    """What moving would do: by each older version what changes and for how many jobs; `keeps` counts the jobs that stay
    for a step that was worked on and is no more, `passed` those that have gone past a new step. `at_risk` is how many
    of the first `looked_at` that would move are, now and then.
    """

    changes: list[tuple[ServiceVersion, int, Comparison]]
    moving: int
    staying: int
    keeps: dict[str, int]
    passed: dict[str, int]
    at_risk: tuple[int, int]
    looked_at: int


def older(service: Service) -> QuerySet[Job]:
    """Jobs under way by a version before the newest."""
    return Job.objects.filter(service=service, status__in=GOING).exclude(version__number=service.version)


def preview(service: Service) -> Preview:
    """Look at what moving all of them would do, the first few hundred closely. Reads alone."""
    version = service.versions.get(number=service.version)
    total = Counter(older(service).values_list("version", flat=True))
    versions = [one for one in service.versions.all() if one.pk in total]
    changes = [(one, total[one.pk], compare(one.template, version.template)) for one in versions]
    jobs = list(older(service).select_related("calendar").order_by("pk")[:LOOKED_AT])
    give_templates(jobs)
    steps, promised = _steps_of(jobs), promised_of(jobs)
    fits = [(job, fit(job, steps[job.pk], version.template, promised.get(job.pk, ()))) for job in jobs]
    moving = [(job, found) for job, found in fits if not found.keeps]
    share = len(moving) / len(jobs) if jobs else 1.0
    everyone = sum(total.values())
    expected = len(moving) if len(jobs) == everyone else round(share * everyone)
    before = sum(job.risk != Risk.ON_TRACK for job, _fit in moving)
    return Preview(
        changes=changes,
        moving=expected,
        staying=everyone - expected,
        keeps=dict(Counter(key for _job, found in fits for key in found.keeps)),
        passed=dict(Counter(step.key for _job, found in moving for step in found.passed)),
        at_risk=(before, _at_risk_then(moving, version)),
        looked_at=len(moving),
    )


def _at_risk_then(moving: Sequence[tuple[Job, Fit]], version: ServiceVersion) -> int:
    now = timezone.now()
    for job, found in moving:
        take_up(job, found, version, now)
    planner = Planner(now)
    planner.take([(job, found.steps) for job, found in moving])
    for job, found in moving:
        planner.plan(job, found.steps)
    return sum(job.risk != Risk.ON_TRACK for job, _found in moving)


def take_up(job: Job, found: Fit, version: ServiceVersion, now: datetime) -> None:
    """Bring a job and its steps into the new shape, in memory."""
    template, hours = version.template, schedule(job.calendar)
    old, job.version = job.template, version
    for step in found.passed:
        step.status, step.done_at, step.reason = StepStatus.SKIPPED, now, _why(version)
    closed = {step.key for step in found.steps if step.is_closed}
    for step in found.steps:
        said = template.steps[step.key]
        was = old.steps.get(step.key)
        if step.status == StepStatus.OPEN and not closed.issuperset(said.after):
            step.status, step.opened_at, step.due_at = StepStatus.BLOCKED, None, None
        if step.is_running and step.opened_at is not None:
            step.due_at = due(hours, max(step.opened_at, step.not_before or step.opened_at), said.takes)
        if was is not None and was.doer != said.doer and not step.is_closed and step.started_at is None:
            step.owner = None


def _why(version: ServiceVersion) -> str:
    with translation.override(company.language()):
        return _("New in version %(number)s; this job had gone past it.") % {"number": version.number}


def _steps_of(jobs: Sequence[Job]) -> dict[int, list[JobStep]]:
    found: dict[int, list[JobStep]] = {job.pk: [] for job in jobs}
    for step in JobStep.objects.filter(job__in=found).select_related("owner").order_by("job", "position"):
        found[step.job_id].append(step)
    return found


def promised_of(jobs: Sequence[Job]) -> dict[int, set[str]]:
    """Steps of jobs that have an open promise."""
    rows = Commitment.objects.filter(job__in=[job.pk for job in jobs], state=State.OPEN).exclude(step="")
    found: dict[int, set[str]] = {}
    for pk, step in rows.values_list("job", "step"):
        if pk is not None:
            found.setdefault(pk, set()).add(step)
    return found
