"""Services, and the jobs that deliver them: begun, promised, done step by step."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from tamada.conversations import queries as conversations
from tamada.customers import queries as customers
from tamada.operations import actions, job_queries
from tamada.operations.job_lists import JobFilter, job_page
from tamada.operations.models import Job, Service

from .. import cursors, schemas
from ..answers import answer, page
from ..caller import Caller, caller_of
from ..idempotency import once
from ..ids import pk_of
from ..job_shapes import job_item, service_item, step_item
from .commitments import agent_named

router = Router(tags=["Jobs"])


def _service(named: str) -> Service:
    """By its id or its key. Raises `Service.DoesNotExist`."""
    rows = job_queries.services().select_related("team", "calendar")
    return rows.get(pk=pk_of(named)) if named.isdigit() else rows.get(key=named)


def _service_answer(row: Service, status: int = 200) -> HttpResponse:
    return answer(service_item(row, job_queries.latest_versions([row])[row.pk]), status)


@router.get("/services", response=schemas.Page[schemas.Service], summary="List services")
def list_services(request: HttpRequest, query: Query[schemas.ListQuery]) -> HttpResponse:
    """By their keys."""
    caller_of(request)
    found, following = job_queries.service_page(cursors.unwrap(query.cursor, "services"), query.size)
    latest = job_queries.latest_versions(found)
    return page([service_item(row, latest[row.pk]) for row in found], cursors.wrap(following, "services"))


@router.post("/services", response={201: schemas.Service}, summary="Take a service from YAML")
def save_service(request: HttpRequest, body: schemas.ServiceIn) -> HttpResponse:
    """A new service, or the next version of the one that the template names; jobs that run keep theirs."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        row, _is_new = actions.save_service(agent=caller.agent, actor=caller.actor, text=body.yaml)
        return _service_answer(row, 201)

    return once(request, work)


@router.get("/services/{id}", response=schemas.Service, summary="Get a service")
def get_service(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """One service, by its id or its key."""
    caller_of(request)
    return _service_answer(_service(id))


@router.patch("/services/{id}", response=schemas.Service, summary="Change a service")
def change_service(request: HttpRequest, id: str, body: schemas.ServiceChange) -> HttpResponse:  # noqa: A002
    """Whether it is offered."""
    caller = caller_of(request)
    changes = {} if body.active is None else {"is_active": body.active}
    row = actions.settle_service(agent=caller.agent, actor=caller.actor, service=_service(id), **changes)
    return _service_answer(row)


# --- jobs -------------------------------------------------------------------------------------------------------------


def _job(caller: Caller, pk: str) -> Job:
    """Raises `Job.DoesNotExist` for one that the caller may not see."""
    found: Job = job_queries.with_everything(job_queries.visible_to(caller.agent)).get(pk=pk_of(pk))
    return found


def _after(row: Job) -> Job:
    """The job as it stands now, also when the change took it out of the caller's sight."""
    found: Job = job_queries.with_everything(Job.objects.all()).get(pk=row.pk)
    return found


@router.get("/jobs", response=schemas.Page[schemas.Job], summary="List jobs")
def list_jobs(request: HttpRequest, query: Query[schemas.JobQuery]) -> HttpResponse:
    """Those for customers that the caller sees, of their teams, and where they do something."""
    purpose = f"jobs {query.order or ''}"
    found = job_page(
        caller_of(request).agent,
        JobFilter(
            status=query.status,
            risk=query.risk,
            service=None if query.service is None else _service(query.service).pk,
            customer=None if query.customer is None else pk_of(query.customer),
            conversation=None if query.conversation is None else pk_of(query.conversation),
            owner=None if query.owner is None else pk_of(query.owner),
            changed_since=query.updated_since,
        ),
        order="created" if query.order else "changed",
        cursor=cursors.unwrap(query.cursor, purpose),
        limit=query.size,
    )
    return page([job_item(row) for row in found.items], cursors.wrap(found.next, purpose))


@router.post("/jobs", response={201: schemas.Job}, summary="Begin a job")
def start_job(request: HttpRequest, body: schemas.JobIn) -> HttpResponse:
    """Its first steps open at once, each with an owner; with `starts_at` in the future it is planned."""
    caller = caller_of(request)

    def work() -> HttpResponse:
        customer = customers.visible_to(caller.agent).get(pk=pk_of(body.customer))
        seen = conversations.rows_visible_to(caller.agent)
        made = actions.start_job(
            agent=caller.agent,
            actor=caller.actor,
            service=_service(body.service),
            customer=customer,
            conversation=None if body.conversation is None else seen.get(pk=pk_of(body.conversation)),
            promised_at=body.promised_at,
            starts_at=body.starts_at,
            owner=agent_named(body.owner),
        )
        return answer(job_item(_job(caller, str(made.pk))), 201, location=f"/api/v1/jobs/{made.pk}")

    return once(request, work)


@router.get("/jobs/{id}", response=schemas.Job, summary="Get a job")
def get_job(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """One job with its steps."""
    return answer(job_item(_job(caller_of(request), id)))


@router.patch("/jobs/{id}", response=schemas.Job, summary="Change a job")
def change_job(request: HttpRequest, id: str, body: schemas.JobChange) -> HttpResponse:  # noqa: A002
    """Its owner, its promised date, or that it is cancelled, in this order and in one piece."""
    caller = caller_of(request)
    row = _job(caller, id)
    actions.update_job(
        agent=caller.agent,
        actor=caller.actor,
        job=row,
        owner=agent_named(body.owner),
        promised_at=body.promised_at,
        cancel=body.status == "cancelled",
        reason=body.reason,
    )
    return answer(job_item(_after(row)))


@router.get("/jobs/{id}/steps", response=schemas.Page[schemas.JobStep], summary="List the steps of a job")
def list_steps(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """In the order of the template; all on one page."""
    row = _job(caller_of(request), id)
    return page([step_item(step, row.template, row.language) for step in row.steps.all()], None)


@router.patch("/jobs/{id}/steps/{step}", response=schemas.JobStep, summary="Change a step")
def change_step(request: HttpRequest, id: str, step: str, body: schemas.JobStepChange) -> HttpResponse:  # noqa: A002
    """Answer it, give it to somebody, begin it, finish it, skip it or open it again.

    An admin's `done` with a `reason` passes over questions without answers, and is audited.
    """
    caller = caller_of(request)
    given = body.model_dump(exclude_unset=True, include={"not_before", "expected_at"})
    row = _job(caller, id)
    actions.change_step(
        agent=caller.agent,
        actor=caller.actor,
        job=row,
        step=step,
        status=body.status,
        reason=body.reason,
        answers=body.answers,
        ticked=body.ticked,
        owner=agent_named(body.owner),
        **given,
    )
    row = _after(row)
    return answer(step_item(row.steps.get(key=step), row.template, row.language))
