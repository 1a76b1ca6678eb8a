"""Reading services and jobs: those an agent may see, what is to do, and what customers have answered before."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from tamada.accounts.models import Agent
from tamada.accounts.queries import team_ids
from tamada.customers import queries as customers
from tamada.kit import cursors

from .models import RUNNING, Job, JobStep, Service, ServiceVersion, StepStatus


def visible_to(agent: Agent) -> QuerySet[Job]:
    """Jobs for customers that the agent sees, those of their teams, and where they own the job or a step of it."""
    if not agent.is_active:
        return Job.objects.none()
    if agent.is_admin:
        return Job.objects.all()
    own = Q(owner=agent) | Q(team__in=team_ids(agent)) | Q(pk__in=JobStep.objects.filter(owner=agent).values("job"))
    return Job.objects.filter(own | Q(customer__in=customers.visible_to(agent)))


def with_everything(rows: QuerySet[Job]) -> QuerySet[Job]:
    """With what their lines and the API show: customer, owner, and steps with their owners."""
    steps = Prefetch("steps", JobStep.objects.select_related("owner").order_by("position"))
    return rows.select_related("customer", "owner", "service").prefetch_related(steps)


def services() -> QuerySet[Service]:
    """All services. They are no secret to any agent."""
    return Service.objects.order_by("key")


def service_page(cursor: str | None, limit: int) -> tuple[list[Service], str | None]:
    """Some services by their keys, and the cursor of the next ones or None. Raises `BadCursor`."""
    rows = services()
    if cursor:
        rows = rows.filter(key__gt=cursors.read(cursor, str)[0])
    found = list(rows[: limit + 1])
    return found[:limit], cursors.write(found[limit - 1].key) if len(found) > limit else None


def latest_versions(rows: Collection[Service]) -> dict[int, ServiceVersion]:
    """The newest version of each of these services, by the service's id."""
    numbers = {row.pk: row.version for row in rows}
    found = ServiceVersion.objects.filter(service__in=numbers).defer("text")
    return {one.service_id: one for one in found if one.number == numbers[one.service_id]}


def give_templates(jobs: Iterable[Job]) -> None:
    """Give jobs their versions, each read once: rows of many jobs share few templates."""
    listed = list(jobs)
    found = ServiceVersion.objects.defer("text").in_bulk({job.version_id for job in listed})
    for job in listed:
        job.version = found[job.version_id]


def running_of_customer(agent: Agent, customer: int) -> QuerySet[Job]:
    """What is under way for a customer, that the agent may see."""
    return with_everything(visible_to(agent).filter(customer=customer, status__in=RUNNING)).order_by(
        "promised_at", "pk"
    )


def work_of(agent: Agent) -> QuerySet[JobStep]:
    """What an agent has to do: their open steps, by when they are due."""
    mine = JobStep.objects.filter(owner=agent, status__in=(StepStatus.OPEN, StepStatus.ACTIVE))
    return mine.select_related("job__customer", "job__service").order_by("due_at", "pk")


def known_answers(customer_id: int, *, but: int, fields: Collection[str]) -> Mapping[str, Any]:
    """What a customer answered anywhere before under these words: nobody is asked twice. The latest counts."""
    rows = JobStep.objects.filter(job__customer=customer_id).exclude(answers={}).exclude(pk=but)
    known: dict[str, Any] = {}
    for answers in rows.order_by("done_at", "pk").values_list("answers", flat=True):
        known |= {name: value for name, value in answers.items() if name in fields and value not in ("", None)}
    return known
