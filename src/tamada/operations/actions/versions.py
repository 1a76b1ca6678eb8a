"""Jobs that run go on by the newest version of their service, where somebody wants that."""

from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, bulk
from tamada.core.actors import Actor

from ..models import JobStatus, JobStep, Service, ServiceVersion
from ..owners import Owners
from ..versions import GOING, fit, older, promised_of, take_up
from .jobs import held
from .keeping import Work

AT_ONCE: Final = 100


@transaction.atomic
def ask_to_move(*, agent: Agent, actor: Actor, service: Service) -> None:
    """Let all jobs that can go on by the newest version, some at a time. Raises `PermissionDenied`, `DoesNotExist`."""
    from ..tasks import move_jobs

    require(agent, "service.settings")
    row = Service.objects.get(pk=service.pk)
    audit.record(actor, "service.moved", row, key=row.key, version=row.version)
    link = move_jobs.using(unique=f"jobs:version:{row.pk}:{row.version}")
    link.enqueue(service_id=row.pk, number=row.version, after=0, by=actor.as_json())


def move_jobs(*, service: Service, after: int, actor: Actor) -> int | None:
    """Move the next jobs after id `after`; the last one's id, or None at the end. Each is moved or not by itself."""
    version = service.versions.get(number=service.version)
    ids = list(older(service).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    for pk in ids:
        _move(pk, version, actor)
    return ids[-1] if ids else None


@transaction.atomic
def _move(pk: int, version: ServiceVersion, actor: Actor) -> bool:
    job = held(Q(pk=pk, status__in=GOING))
    if job is None or job.version_id == version.pk:
        return False
    was, steps = job.version.number, list(job.steps.select_related("owner"))
    found = fit(job, steps, version.template, promised_of([job]).get(pk, ()))
    if found.keeps:
        return False
    now = timezone.now()
    take_up(job, found, version, now)
    JobStep.objects.filter(pk__in=[step.pk for step in found.gone]).delete()
    for place, step in enumerate(found.steps):
        step.position = place
    bulk.insert(JobStep, found.added)
    bulk.update(JobStep, found.steps, ("position",))
    work = Work(job, found.steps, actor, now)
    _give_owners(work)
    work.changed("version")
    if job.status != JobStatus.PLANNED:
        work.open_ready()
    work.finish("job.version", version=version.number, was=was)
    return True


def _give_owners(work: Work) -> None:
    """Who does a step now, where the new version says somebody else does."""
    owners = Owners()
    for step in work.steps:
        if step.is_running and step.owner is None:
            step.owner = owners.of_step(work.job, work.job.template.steps[step.key].doer)
            work.touched(step)
