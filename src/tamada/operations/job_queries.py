"""Reading services and jobs: those an agent may see, what is to do, and what customers have answered before."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, F, Prefetch, Q, QuerySet, When

from tamada.accounts.models import Agent
from tamada.accounts.queries import team_ids
from tamada.customers import queries as customers
from tamada.kit import cursors

from .models import RUNNING, Job, JobStatus, JobStep, Risk, Service, ServiceVersion, StepStatus


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
    if not listed:
        return
    found = ServiceVersion.objects.defer("text").in_bulk({job.version_id for job in listed})
    for job in listed:
        job.version = found[job.version_id]


@dataclass(frozen=True, slots=True)
class Column:
    """Jobs of a board that stand alike: how many, and the first of them."""

    key: str
    jobs: list[Job]
    total: int


def board_by_stage(agent: Agent, version: ServiceVersion, *, most: int) -> list[Column]:
    """What runs of a service, by the stages of its latest version; what is late or a risk first, then by its date."""
    rows = visible_to(agent).filter(service=version.service_id, status__in=RUNNING)
    stages = [(stage.id, Q(stage=stage.id)) for stage in version.template.stages]
    return _columns(rows, stages, most)


def board_by_state(agent: Agent, *, most: int) -> list[Column]:
    """What runs of all services: late, at risk, waiting for somebody else, on track; and what is planned."""
    ours, calm = Q(status=JobStatus.ACTIVE), Q(risk=Risk.ON_TRACK)
    states = [
        ("late", Q(risk=Risk.LATE, status__in=RUNNING)),
        ("at_risk", Q(risk=Risk.AT_RISK, status__in=RUNNING)),
        ("waiting", calm & Q(status=JobStatus.WAITING)),
        ("on_track", calm & ours),
        ("planned", Q(status=JobStatus.PLANNED)),
    ]
    return _columns(visible_to(agent), states, most)


def _columns(rows: QuerySet[Job], asked: Sequence[tuple[str, Q]], most: int) -> list[Column]:
    found: list[Column] = []
    for key, which in asked:
        these = rows.filter(which)
        first = these.order_by(_URGENCY, F("promised_at").asc(nulls_last=True), "pk")
        jobs = list(first.select_related("customer", "owner", "service")[:most])
        total = len(jobs) if len(jobs) < most else these.count()
        found.append(Column(key, jobs, total))
    give_templates(job for column in found for job in column.jobs)
    return found


_BESIDE: Final = 20
_URGENCY: Final = Case(When(risk=Risk.LATE, then=0), When(risk=Risk.AT_RISK, then=1), default=2)


def of_seen_conversation(pk: int) -> list[Job]:
    """Jobs that began in a conversation that is known to be seen, what runs first."""
    return _first_of(Job.objects.filter(conversation=pk))


def of_customer(agent: Agent, pk: int) -> list[Job]:
    """Jobs for a customer, what runs first."""
    return _first_of(visible_to(agent).filter(customer=pk))


def _first_of(rows: QuerySet[Job]) -> list[Job]:
    found = list(rows.order_by(F("finished_at").asc(nulls_first=True), "promised_at", "pk")[:_BESIDE])
    give_templates(found)
    return found


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
