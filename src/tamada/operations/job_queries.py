"""Reading services and jobs: those an agent may see, what is to do, and what customers have answered before."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

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


_ON_A_CARD: Final = ("status", "risk", "cause", "promised_at", "version", "customer__name", "owner__name")
_COUNTED: Final = "SELECT {fields}, count(*), count(promised_at) FROM ({seen}) AS seen GROUP BY {fields}"
_FIRST: Final = (
    "SELECT * FROM (SELECT {number}, promised_at, pk FROM ({seen}) AS seen WHERE {which}"
    " ORDER BY promised_at, pk LIMIT %s) AS part{number}"
)
_DATED: Final = " AND promised_at IS NOT NULL"
_UNDATED: Final = " AND promised_at IS NULL"
_BY_URGENCY: Final = (Risk.LATE, Risk.AT_RISK, Risk.ON_TRACK)

_Cell = tuple[str, str]
"""Jobs that have two fields alike."""
_Tiers = Sequence[Sequence[_Cell]]
"""Cells of a column; those of the first tier stand above those of the next."""
_Given = tuple[str, Sequence[Any]]
"""A query's words and values."""
_Place = tuple[int, bool, Any, int]
"""Where a job stands in its column: its tier, whether it has no date, which one, its id."""


@dataclass(frozen=True, slots=True)
class _First:
    """The first of a cell are wanted, of those with a date or of those without."""

    column: str
    tier: int
    cell: _Cell
    most: int
    which: str


def board_by_stage(agent: Agent, version: ServiceVersion, *, most: int, only: str = "") -> list[Column]:
    """What runs of a service, by the stages of its latest version; what is late or a risk first, then by its date.

    `only` is the one stage that is wanted.
    """
    rows = Job.objects.filter(service=version.service_id, status__in=RUNNING, finished_at=None)
    stages: dict[str, _Tiers] = {
        stage.id: [[(stage.id, risk)] for risk in _BY_URGENCY] for stage in version.template.stages
    }
    return _columns(agent, rows, ("stage", "risk"), _wanted(stages, only), most)


def board_by_state(agent: Agent, *, most: int, only: str = "") -> list[Column]:
    """What runs of all services: late, at risk, waiting for somebody else, on track; and what is planned.

    `only` is the one of these that is wanted.
    """
    states: dict[str, _Tiers] = {
        "late": [[(Risk.LATE, status) for status in RUNNING]],
        "at_risk": [[(Risk.AT_RISK, status) for status in RUNNING]],
        "waiting": [[(Risk.ON_TRACK, JobStatus.WAITING)]],
        "on_track": [[(Risk.ON_TRACK, JobStatus.ACTIVE)]],
        "planned": [[(risk, JobStatus.PLANNED) for risk in _BY_URGENCY]],
    }
    return _columns(agent, Job.objects.filter(finished_at=None), ("risk", "status"), _wanted(states, only), most)


def _wanted(asked: dict[str, _Tiers], only: str) -> dict[str, _Tiers]:
    return {only: asked[only]} if only in asked else asked


def _columns(
    agent: Agent, rows: QuerySet[Job], fields: tuple[str, str], asked: Mapping[str, _Tiers], most: int
) -> list[Column]:
    """How many stand in each column, and the first of them: tier by tier, within one by what was promised.

    What is visible is dear to find out, so everything is counted in one pass; the first are read along an index, and
    only from cells that fill their column.
    """
    alike = {cell[0] for tiers in asked.values() for cells in tiers for cell in cells}
    found = rows.filter(_door(agent), **{f"{fields[0]}__in": sorted(alike)})
    seen = found.order_by().values_list(*fields, "promised_at", "pk")
    try:
        given: _Given = seen.query.sql_with_params()
    except EmptyResultSet:  # The door is shut.
        return [Column(key, [], 0) for key in asked]
    numbers, dated = _counted(given, fields)
    first: list[_First] = []
    for key, tiers in asked.items():
        room = most
        for tier, cells in enumerate(tiers):
            for cell in cells if room > 0 else ():
                if dated[cell]:
                    first.append(_First(key, tier, cell, room, _DATED))
                if room > dated[cell] < numbers[cell]:
                    first.append(_First(key, tier, cell, room, _UNDATED))
            room -= sum(numbers[cell] for cell in cells)
    places = _places(given, fields, first)
    ids = {key: [place[-1] for place in sorted(places[key])[:most]] for key in asked}
    told = Job.objects.select_related("customer", "owner").only(*_ON_A_CARD).order_by()
    jobs = told.in_bulk([pk for some in ids.values() for pk in some])
    give_templates(jobs.values())
    return [
        Column(key, [jobs[pk] for pk in some if pk in jobs], sum(numbers[cell] for cell in chain(*asked[key])))
        for key, some in ids.items()
    ]


def _counted(given: _Given, fields: tuple[str, str]) -> tuple[Counter[_Cell], Counter[_Cell]]:
    """How many are in each cell, and how many of them have a date."""
    numbers, dated = Counter[_Cell](), Counter[_Cell]()
    sql, values = given
    with connection.cursor() as db:
        db.execute(_COUNTED.format(seen=sql, fields=", ".join(fields)), values)
        for one, other, number, with_date in db.fetchall():
            numbers[one, other], dated[one, other] = number, with_date
    return numbers, dated


def _places(given: _Given, fields: tuple[str, str], first: Sequence[_First]) -> dict[str, list[_Place]]:
    """Where the first of some cells stand, by column; all are asked for at once."""
    found: dict[str, list[_Place]] = defaultdict(list)
    if not first:
        return found
    sql, values = given
    alike = " AND ".join(f"{field} = %s" for field in fields)
    parts = (_FIRST.format(number=number, seen=sql, which=alike + one.which) for number, one in enumerate(first))
    with connection.cursor() as db:
        db.execute(" UNION ALL ".join(parts), [*chain(*((*values, *one.cell, one.most) for one in first))])
        for number, promised, pk in db.fetchall():
            found[first[number].column].append((first[number].tier, promised is None, promised, pk))
    return found


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
