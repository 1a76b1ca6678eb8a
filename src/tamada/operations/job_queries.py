"""Reading services and jobs: those an agent may see, what is to do, and what customers have answered before."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When

from tamada.accounts.models import Agent
from tamada.accounts.queries import team_ids
from tamada.core.models import QueuedTask
from tamada.customers import queries as customers
from tamada.kit import cursors
from tamada.kit.services.template import in_language

from .models import RUNNING, Job, JobStatus, JobStep, Risk, Service, ServiceVersion, StepStatus

GOING: Final = (*RUNNING, JobStatus.PLANNED)
"""Jobs that are not over."""


def visible_to(agent: Agent) -> QuerySet[Job]:
    """Jobs for customers that the agent sees, those of their teams, and where they own the job or a step of it."""
    return Job.objects.filter(_door(agent))


def _door(agent: Agent) -> Q:
    """What makes a job visible to an agent; asked after everything else, for it is the dearest of all questions."""
    if not agent.is_active:
        return Q(pk__in=())
    if agent.is_admin:
        return Q()
    theirs = JobStep.objects.filter(owner=agent).order_by().values("job")
    known = Exists(customers.visible_to(agent).filter(pk=OuterRef("customer")))
    return Q(owner=agent) | Q(team__in=team_ids(agent)) | Q(pk__in=theirs) | Q(known)


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


def by_name(rows: Collection[Service], language: str) -> list[tuple[str, Service, ServiceVersion]]:
    """Services as people of a language list them: name, service, newest version."""
    latest = latest_versions(rows)
    named = [(in_language(latest[row.pk].template.name, language), row, latest[row.pk]) for row in rows]
    return sorted(named, key=lambda one: one[0])


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


_URGENCY: Final = Case(When(risk=Risk.LATE, then=0), When(risk=Risk.AT_RISK, then=1), default=2)
_ALIKE: Final = Value(0)
_ON_A_CARD: Final = ("status", "risk", "cause", "promised_at", "version", "customer__name", "owner__name")
_COUNTED: Final = (
    "WITH seen (place, urgency, promised, id) AS MATERIALIZED ({seen})"
    " SELECT place, count(*), NULL, NULL FROM seen GROUP BY place"
)
_FIRST: Final = (
    "SELECT * FROM (SELECT place, urgency, promised, id FROM seen WHERE place = %s"
    " ORDER BY urgency, promised NULLS LAST, id LIMIT %s) AS part{number}"
)


def board_by_stage(agent: Agent, version: ServiceVersion, *, most: int, only: str = "") -> list[Column]:
    """What runs of a service, by the stages of its latest version; what is late or a risk first, then by its date.

    `only` is the one stage that is wanted.
    """
    rows = Job.objects.filter(service=version.service_id, status__in=RUNNING)
    stages = {stage.id: Q(stage=stage.id) for stage in version.template.stages}
    return _columns(agent, rows, _wanted(stages, only), most, _URGENCY)


def board_by_state(agent: Agent, *, most: int, only: str = "") -> list[Column]:
    """What runs of all services: late, at risk, waiting for somebody else, on track; and what is planned.

    `only` is the one of these that is wanted.
    """
    ours, calm = Q(status=JobStatus.ACTIVE), Q(risk=Risk.ON_TRACK)
    states = {
        "late": Q(risk=Risk.LATE, status__in=RUNNING),
        "at_risk": Q(risk=Risk.AT_RISK, status__in=RUNNING),
        "waiting": calm & Q(status=JobStatus.WAITING),
        "on_track": calm & ours,
        "planned": Q(status=JobStatus.PLANNED),
    }
    rows = Job.objects.filter(status__in=GOING)
    return _columns(agent, rows, _wanted(states, only), most)


def _wanted(asked: dict[str, Q], only: str) -> dict[str, Q]:
    return {only: asked[only]} if only in asked else asked


def _columns(
    agent: Agent, rows: QuerySet[Job], asked: dict[str, Q], most: int, urgency: Case | Value = _ALIKE
) -> list[Column]:
    """How many stand in each column and the first of them, in one pass: what is visible is dear to find out, so each
    job is asked about once, and only the few that are shown come out of the database."""
    column = Case(*(When(which, then=Value(key)) for key, which in asked.items()))
    found = rows.filter(_door(agent)).annotate(column=column, urgency=urgency).exclude(column=None).order_by()
    try:
        seen, given = found.values_list("column", "urgency", "promised_at", "pk").query.sql_with_params()
    except EmptyResultSet:  # The door is shut.
        return [Column(key, [], 0) for key in asked]
    parts = [_COUNTED.format(seen=seen), *(_FIRST.format(number=number) for number in range(len(asked)))]
    totals: dict[str, int] = {}
    places: dict[str, list[tuple[int, bool, Any, int]]] = {key: [] for key in asked}
    with connection.cursor() as db:
        db.execute(" UNION ALL ".join(parts), [*given, *(one for key in asked for one in (key, most))])
        for key, number, promised, pk in db.fetchall():
            if pk is None:
                totals[key] = number
            else:
                places[key].append((number, promised is None, promised, pk))
    ids = {key: [place[-1] for place in sorted(some)] for key, some in places.items()}
    told = Job.objects.select_related("customer", "owner").only(*_ON_A_CARD)
    jobs = told.in_bulk([pk for some in ids.values() for pk in some])
    give_templates(jobs.values())
    return [Column(key, [jobs[pk] for pk in some if pk in jobs], totals.get(key, 0)) for key, some in ids.items()]


_BESIDE: Final = 20


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


@dataclass(frozen=True, slots=True)
class Replanning:
    """Jobs of a calendar that are planned anew, by other hours: how many of how many are."""

    calendar: str
    done: int
    total: int


def replanning() -> list[Replanning]:
    """What `tasks.replan_all` has still to do; nothing when no hours have changed lately."""
    links = QueuedTask.objects.filter(name="tamada.operations.tasks.replan_all").exclude(state=QueuedTask.State.DEAD)
    reached = {
        kwargs["calendar_id"]: kwargs["after"] for kwargs in links.order_by("pk").values_list("kwargs", flat=True)
    }
    if not reached:
        return []
    running = Job.objects.filter(calendar__in=reached, status__in=GOING)
    counted = running.order_by().values_list("calendar", "calendar__name").annotate(total=Count("pk"))
    return [
        Replanning(name, running.filter(calendar=pk, pk__lte=reached[pk]).count(), total) for pk, name, total in counted
    ]
