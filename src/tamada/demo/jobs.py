"""Jobs of the demo company: some done in part, one late, one that a supplier holds up, one planned, one
that is handed over."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.models import Channel, Conversation, Status
from tamada.operations import actions, dose
from tamada.operations.models import Handoff, Job, JobStatus, JobStep, Notice, Pace, Service, StepStatus

# service, how many steps are done, days since it began, days until its promise (None: as the service says)
_PLAN: Final = (
    ("installation", 3, 2, 3),
    ("installation", 1, 1, None),
    ("installation", 5, 4, 1),
    ("repair", 2, 3, 2),
    ("repair", 4, 6, -1),
    ("complaint", 2, 1, 4),
    ("complaint", 1, 1, None),
    ("refund", 3, 2, 2),
    ("refund", 1, 0, None),
    ("onboarding", 2, 2, 5),
    ("bookkeeping", 1, 1, None),
)
_HELD_UP: Final = 3
"""The one of these whose open step waits for a date past its promise."""
_HOW: Final = "Պարզվել է հեռախոսով"
_NOTE: Final = "Վաղվանից արձակուրդում եմ։ Զանգեք ժամը 18-ից հետո, բանալին հարևանի մոտ է։"
_PLANNED: Final = "bookkeeping"


def make_jobs(agents: list[Agent]) -> None:
    """Begin them in open conversations by mail, each of another customer."""
    admin, now = agents[0], timezone.now()
    writers = [agent for agent in agents if agent.may_write]
    open_ = Conversation.objects.filter(status=Status.OPEN, channel=Channel.EMAIL, is_spam=False)
    talks: dict[int, Conversation] = {}
    for talk in open_.select_related("customer", "inbox__calendar").order_by("-last_activity_at")[:200]:
        talks.setdefault(talk.customer_id, talk)
    for place, ((key, done, since, until), talk) in enumerate(zip(_PLAN, talks.values(), strict=False)):
        promised = None if until is None else now + timedelta(days=until)
        job = _begin(admin, key, talk, promised, owner=writers[place % len(writers)])
        for _ in range(done):
            _finish_one(admin, job)
        if place == _HELD_UP:
            step = job.steps.filter(status=StepStatus.OPEN).order_by("position")[0]
            expected = now + timedelta(days=5)
            actions.change_step(agent=admin, actor=actor_of(admin), job=job, step=step.key, expected_at=expected)
        _move_back(job, timedelta(days=since))
    if spare := list(talks.values())[len(_PLAN) : len(_PLAN) + 1]:
        _begin(admin, _PLANNED, spare[0], None, owner=writers[-1], starts_at=now + timedelta(days=6))
    Pace.objects.all().delete()  # nothing took as long as it takes to make a demo
    _tell_tomorrow(now)
    actions.replan_jobs(after=0)
    _hand_over(admin)


def _hand_over(admin: Agent) -> None:
    """A colleague asks the admin to take over a job, an hour ago."""
    job = Job.objects.filter(status=JobStatus.ACTIVE).exclude(owner=admin).order_by("pk").first()
    if job is not None and job.owner is not None:
        giver = job.owner
        row = actions.offer_handoff(agent=giver, actor=actor_of(giver), job=job, to=admin, note=_NOTE)
        Handoff.objects.filter(pk=row.pk).update(offered_at=F("offered_at") - timedelta(hours=1))


def _tell_tomorrow(now: datetime) -> None:
    """Nobody is written to as the demo begins; what one customer hears tomorrow is there to be seen, and stopped."""
    last = Notice.objects.order_by("job").values_list("job", flat=True).last()
    Notice.objects.exclude(job=last).delete()
    Notice.objects.update(due_at=dose.chosen().quiet.ends(now + timedelta(days=1)))


def _begin(
    admin: Agent,
    key: str,
    talk: Conversation,
    promised: datetime | None,
    *,
    owner: Agent,
    starts_at: datetime | None = None,
) -> Job:
    return actions.start_job(
        agent=admin,
        actor=actor_of(admin),
        service=Service.objects.get(key=key),
        customer=talk.customer,
        conversation=talk,
        promised_at=promised,
        starts_at=starts_at,
        owner=owner,
    )


def _finish_one(admin: Agent, job: Job) -> None:
    step = job.steps.filter(status=StepStatus.OPEN).order_by("position").first()
    if step is not None:
        by: dict[str, Any] = {"agent": admin, "actor": actor_of(admin)}
        actions.change_step(**by, job=job, step=step.key, status=StepStatus.DONE, reason=_HOW)


def _move_back(job: Job, span: timedelta) -> None:
    """As if it had begun earlier."""
    Job.objects.filter(pk=job.pk).update(starts_at=F("starts_at") - span, created_at=F("created_at") - span)
    moments = ("opened_at", "started_at", "done_at", "due_at")
    JobStep.objects.filter(job=job).update(**{name: F(name) - span for name in moments}, took=None)
