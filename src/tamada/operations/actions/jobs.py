"""Jobs: begun, promised for a date that is not moved silently, given to others, cancelled, and planned anew."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.calendars.queries import schedule, usual_calendar
from tamada.conversations import queries as conversations
from tamada.conversations.actions import send_reply
from tamada.conversations.models import Conversation, Inbox
from tamada.core import bulk
from tamada.core.actors import SYSTEM, Actor
from tamada.core.db import durable_atomic
from tamada.core.tasks import each
from tamada.customers import queries as customers
from tamada.customers.models import Customer

from ..appointments import hours_of
from ..errors import Invalid, Over, ReasonOwed
from ..events import JobPromiseMoved, JobStarted
from ..job_queries import GOING, give_templates, visible_to
from ..models import RUNNING, Job, JobMove, JobStatus, JobStep, Risk, Service, StepStatus
from ..owners import Owners, has_owner
from ..planning import PLANNED, STEP_PLANNED, Planner, due
from .commitments import _in_reach, _reason
from .keeping import Work, tell_planned, worsens
from .noting import drop_for, note_move
from .step_promises import give_up

AT_ONCE: Final = 200
AHEAD: Final = 1000


@transaction.atomic
def start_job(
    *,
    agent: Agent | None,
    actor: Actor,
    service: Service,
    customer: Customer,
    conversation: Conversation | None = None,
    promised_at: datetime | None = None,
    starts_at: datetime | None = None,
    owner: Agent | None = None,
) -> Job:
    """Begin a delivery now, or plan it for later; promised for a date, or for when the service says.

    `agent` is who acts, None where a rule or the job before it does. Raises `PermissionDenied`, `DoesNotExist` for what
    the agent may not see, `Invalid`.
    """
    if agent is not None:
        require(agent, "job.update")
        customer = customers.visible_to(agent).get(pk=customer.pk)
        if conversation is not None:
            conversation = conversations.rows_visible_to(agent).get(pk=conversation.pk)
    work = prepare(
        actor=actor,
        service=service,
        customer=customer,
        conversation=conversation,
        promised_at=promised_at,
        starts_at=starts_at,
        owner=_checked(owner) if owner else agent,
    )
    work.finish("job.started", JobStarted, service=service.pk)
    return work.job


def prepare(
    *,
    actor: Actor,
    service: Service,
    customer: Customer,
    conversation: Conversation | None = None,
    inbox: Inbox | None = None,
    language: str = "",
    promised_at: datetime | None = None,
    starts_at: datetime | None = None,
    owner: Agent | None = None,
) -> Work:
    """A job with its first steps open, in the caller's transaction: whoever finishes the work tells of it.

    `inbox` is where it will be talked about, for one that begins in no conversation; `language` what the customer
    reads, where that is known better than from the conversation. Raises `Invalid`.
    """
    if conversation is not None and conversation.customer_id != customer.pk:
        raise Invalid(_("This conversation is another customer's."), "conversation")
    if not service.is_active:
        raise Invalid(_("This service is offered no more."), "service")
    now, inbox = timezone.now(), conversation.inbox if conversation else inbox
    talked_about = conversation or inbox
    version = service.versions.get(number=service.version)
    job = Job(service=service, version=version, customer=customer, conversation=conversation, changed_at=now)
    job.team_id = service.team_id or (talked_about.team_id if talked_about else None)
    job.calendar = service.calendar or (inbox.calendar if inbox else None) or usual_calendar()
    job.language = language or (conversation.language if conversation else "") or customer.language or "en"
    job.starts_at = now if starts_at is None else _in_reach(max(now, starts_at))
    job.status = JobStatus.PLANNED if job.starts_at > now else JobStatus.ACTIVE
    job.owner = owner or Owners().of_job(job)
    template = version.template
    if promised_at is None and template.within is not None:
        promised_at = due(schedule(job.calendar), job.starts_at, template.within)
    job.promised_at = job.first_promised_at = None if promised_at is None else _in_reach(promised_at)
    job.save()
    steps = [JobStep(job=job, key=key, position=at) for at, key in enumerate(template.steps)]
    bulk.insert(JobStep, steps)
    work = Work(job, steps, actor, job.created_at)
    if job.status != JobStatus.PLANNED:
        work.open_ready()
    return work


@transaction.atomic
def change_job(*, agent: Agent, actor: Actor, job: Job, **changes: Any) -> Job:
    """Give it to another owner. Raises `PermissionDenied`, `Job.DoesNotExist`, `Invalid`, `Over`."""
    work = _open(agent, actor, job)
    owner = changes.get("owner")
    if owner is not None and owner != work.job.owner:
        work.job.owner = _checked(owner)
        work.changed("owner")
        work.finish("job.assigned", owner=owner.pk)
    return work.job


def move_promise(*, agent: Agent, actor: Actor, job: Job, to: datetime, reason: str = "", tell: str = "") -> Job:
    """Promise the customer another date; a later one owes a reason. `tell` is written to them along with it; without
    that a later date is told by itself, unless somebody stops it.

    Raises `PermissionDenied`, `Job.DoesNotExist`, `Invalid`, `ReasonOwed`, `Over`, and what `send_reply` raises.
    """
    with durable_atomic():
        work, why = _open(agent, actor, job), _reason(reason)
        row, to = work.job, _in_reach(to)
        if to == row.promised_at:
            return row
        is_later = row.promised_at is not None and to > row.promised_at
        if is_later and not why:
            raise ReasonOwed
        row.moves += is_later
        if tell:
            if row.conversation is None:
                raise Invalid(_("There is no conversation to write in."), "tell")
            send_reply(agent=agent, actor=actor, conversation=row.conversation, text=tell)
        move = JobMove.objects.create(job=row, was=row.promised_at, to=to, reason=why, by=agent, told=bool(tell))
        row.promised_at, row.first_promised_at, row.told_risk = to, row.first_promised_at or to, Risk.ON_TRACK
        work.changed("promised_at", "first_promised_at", "moves", "told_risk")
        work.finish("job.promise_moved", JobPromiseMoved, told=bool(tell))
        if is_later and not tell:
            note_move(move, work.now)
        return row


@transaction.atomic
def update_job(
    *,
    agent: Agent,
    actor: Actor,
    job: Job,
    owner: Agent | None = None,
    promised_at: datetime | None = None,
    cancel: bool = False,
    reason: str = "",
) -> None:
    """Several of these in one piece. Raises what `change_job`, `move_promise` and `cancel_job` raise."""
    by: dict[str, Any] = {"agent": agent, "actor": actor, "job": job}
    if owner is not None:
        change_job(**by, owner=owner)
    if promised_at is not None:
        move_promise(**by, to=promised_at, reason=reason)
    if cancel:
        cancel_job(**by, reason=reason)


@transaction.atomic
def cancel_job(*, agent: Agent, actor: Actor, job: Job, reason: str) -> Job:
    """It won't be delivered, with a reason. Once more changes nothing.

    Raises `PermissionDenied`, `Job.DoesNotExist`, `ReasonOwed`, `Over` for one that is done.
    """
    row, why = _locked(agent, job), _reason(reason)
    if row.status == JobStatus.CANCELLED:
        return row
    if row.is_over:
        raise Over
    if not why:
        raise ReasonOwed
    stop(row, actor, why)
    return row


def stop(row: Job, actor: Actor, reason: str) -> None:
    """Cancel a job that is held, in the caller's transaction."""
    work = Work(row, list(row.steps.select_related("owner")), actor, timezone.now())
    row.status, row.reason, row.finished_at = JobStatus.CANCELLED, reason, work.now
    work.changed("status", "reason", "finished_at")
    work.finish("job.cancelled")
    give_up(row, actor, now=work.now)
    drop_for(row, work.now)


# --- by the clock -----------------------------------------------------------------------------------------------------


def begin_planned() -> int:
    """Begin what was planned for now. Returns how many."""
    due_now = Job.objects.filter(status=JobStatus.PLANNED, starts_at__lte=timezone.now())
    return each(list(due_now.order_by("starts_at").values_list("pk", flat=True)[:AT_ONCE]), _begin)


@transaction.atomic
def _begin(pk: int) -> int:
    job = held(Q(pk=pk, status=JobStatus.PLANNED))
    if job is None:
        return 0
    work = Work(job, list(job.steps.all()), SYSTEM, timezone.now())
    job.status = JobStatus.ACTIVE
    work.changed("status")
    work.open_ready()
    work.finish("job.begun")
    return 1


def recheck_jobs(*, now: datetime | None = None) -> int:
    """Look again at jobs whose forecast changes with nothing happening, or whose promise has passed. How many."""
    at, done = now or timezone.now(), 0
    found = Job.objects.filter(status__in=RUNNING, recheck_at__lte=at).order_by("recheck_at")
    while ids := list(found.values_list("pk", flat=True)[:AHEAD]):
        _replan_all(ids, at)
        done += len(ids)
    return done


def replan_jobs(*, after: int, calendar: int | None = None) -> int | None:
    """Plan the next jobs after id `after` that run, of a calendar or all; the last one's id, or None at the end."""
    found = Job.objects.filter(status__in=GOING, pk__gt=after)
    if calendar is not None:
        found = found.filter(calendar=calendar)
    ids = list(found.order_by("pk").values_list("pk", flat=True)[:AHEAD])
    if not ids:
        return None
    _replan_all(ids, timezone.now())
    return ids[-1]


def _replan_all(ids: Sequence[int], now: datetime) -> None:
    """Plan jobs anew; what their owners have to do is most of the reading, so it is read once and outside of all
    transactions."""
    planner = Planner(now)
    planner.read(ids)
    for first in range(0, len(ids), AT_ONCE):
        _replan(ids[first : first + AT_ONCE], planner)


_UNREAD: Final = (*STEP_PLANNED, "took", "returns", "reason", "answers", "ticked")
"""What planning anew writes, or has no use for: thousands of moments and JSON cost more to read than to plan."""


@transaction.atomic
def _replan(ids: Sequence[int], planner: Planner) -> None:
    """Plan some jobs anew in one transaction; what is due of their open steps is worked out again as well."""
    rows = Job.objects.select_for_update(of=("self",)).filter(pk__in=ids)
    jobs = list(rows.select_related("calendar").order_by("pk"))
    steps: dict[int, list[JobStep]] = {job.pk: [] for job in jobs}
    for step in JobStep.objects.filter(job__in=steps).defer(*_UNREAD).order_by("job", "position"):
        steps[step.job_id].append(step)
    give_templates(jobs)
    for job in jobs:
        _due_anew(job, steps[job.pk])
    planned = []
    for job in jobs:
        was = job.risk
        planner.plan(job, steps[job.pk])
        planned.append((job, steps[job.pk], job.risk != was, worsens(job)))
    bulk.update(Job, jobs, (*PLANNED, "told_risk"))
    left = [step for job in jobs for step in steps[job.pk] if not step.is_closed]
    bulk.update(JobStep, left, ("due_at", *STEP_PLANNED))
    tell_planned(planned)


def _due_anew(job: Job, steps: Sequence[JobStep]) -> None:
    """When the open steps of a job are due by today's hours."""
    hours = schedule(job.calendar)
    for step in steps:
        if step.is_running and step.opened_at is not None:
            begun = max(step.opened_at, step.not_before or step.opened_at)
            step.due_at = due(hours, begun, job.template.steps[step.key].takes)


# --- somebody is gone -------------------------------------------------------------------------------------------------


def hand_over_from(*, agent_id: int) -> int:
    """Find another owner for what somebody has to do who left or is absent. Returns how many jobs changed."""
    mine = Q(owner=agent_id) | Q(steps__owner=agent_id, steps__status__in=(StepStatus.OPEN, StepStatus.ACTIVE))
    running = Job.objects.filter(mine, status__in=GOING).order_by("pk").distinct()
    return each(list(running.values_list("pk", flat=True)), _hand_over)


@transaction.atomic
def _hand_over(pk: int) -> int:
    job = held(Q(pk=pk))
    if job is None or job.is_over:
        return 0
    work = Work(job, list(job.steps.select_related("owner")), SYSTEM, timezone.now())
    owners = Owners()
    if job.owner is None or not job.owner.may_write:
        job.owner = owners.of_job(job)
        work.changed("owner")
    for step in work.steps:
        if step.is_running and not has_owner(step):
            step.owner = owners.of_step(job, job.template.steps[step.key].doer)
            work.touched(step)
    if work.fields or work.touched_steps:
        work.finish("job.handed_over")
        return 1
    return 0


# --- what all of them share -------------------------------------------------------------------------------------------


def _checked(owner: Agent) -> Agent:
    if not owner.may_write:
        raise Invalid(_("Choose somebody who works here and may write."), "owner")
    return owner


def held(asked: Q) -> Job | None:
    """A job of these, locked, with what planning reads. Its conversation is held before it, as by whoever merges
    conversations: nobody waits in a circle."""
    Conversation.everything.select_for_update(of=("self",)).filter(jobs__in=Job.objects.filter(asked)).first()
    pk = Job.objects.select_for_update(of=("self",)).filter(asked).values_list("pk", flat=True).first()
    if pk is None:
        return None
    related = ("version", "calendar", "customer", "conversation", "owner", "service")
    return Job.objects.select_related(*related).get(pk=pk)


def _locked(agent: Agent, job: Job) -> Job:
    require(agent, "job.update")
    visible_to(agent).get(pk=job.pk)
    row = held(Q(pk=job.pk))
    if row is None:
        raise Job.DoesNotExist
    return row


def _open(agent: Agent, actor: Actor, job: Job) -> Work:
    row = _locked(agent, job)
    if row.is_over:
        raise Over
    return Work(row, list(row.steps.select_related("owner")), actor, timezone.now())


def start_next(job: Job, actor: Actor) -> Job | None:
    """Plan the job after one that is done, where its service recurs: once, however often it is asked for."""
    every = job.template.every
    if every is None or not job.service.is_active or Job.objects.filter(follows=job).exists():
        return None
    begins = _months_later(job, every)
    following = start_job(
        agent=None,
        actor=actor,
        service=job.service,
        customer=job.customer,
        conversation=job.conversation,
        starts_at=max(begins, timezone.now() + timedelta(minutes=1)),
        owner=job.owner if job.owner and job.owner.may_write else None,
    )
    Job.objects.filter(pk=following.pk).update(follows=job)
    following.follows = job
    return following


_LOOKED_BACK: Final = 13
"""So many jobs of a series that began on the last day of their month are asked for a later day in a longer month."""


def _months_later(job: Job, months: int) -> datetime:
    """The same day and hour of the company's so many months later; the month's last day where it has no such day."""
    zone = hours_of(job).tz
    began = job.starts_at.astimezone(zone)
    years, month = divmod(began.month - 1 + months, 12)
    year = began.year + years
    day = min(_day_of_series(job, zone), monthrange(year, month + 1)[1])
    return began.replace(year=year, month=month + 1, day=day)


def _day_of_series(job: Job, zone: tzinfo) -> int:
    """On which day of the month its series goes on: the 31st also after a February."""
    day, one = 0, job
    for _back in range(_LOOKED_BACK):
        began = one.starts_at.astimezone(zone)
        day = max(day, began.day)
        if began.day < monthrange(began.year, began.month)[1] or one.follows is None:
            break
        one = one.follows
    return day
