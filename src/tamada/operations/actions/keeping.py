"""A job held in a transaction: what changes of it and its steps, written down, audited and told at the end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tamada.calendars.queries import schedule
from tamada.conversations.access import audience
from tamada.core import audit, bulk, events
from tamada.core.actors import SYSTEM, Actor
from tamada.customers import queries as customers

from ..events import JobChanged, JobEndangered, JobEvent, JobStepChanged
from ..models import Job, JobStep, Risk
from ..owners import Owners
from ..planning import STEP_PLANNED, Planner, open_ready, settle_status
from .answering import end_with
from .step_promises import promise

_WORSE = {Risk.ON_TRACK: 0, Risk.AT_RISK: 1, Risk.LATE: 2}
_STEP_FIELDS = (
    *("status", "owner", "due_at", "opened_at", "started_at", "done_at", "done_by", "not_before", "expected_at"),
    *("took", "returns", "reason", "answers", "ticked"),
    *STEP_PLANNED,
)


class Work:
    """One job with its steps, locked by the caller, as of one moment."""

    def __init__(self, job: Job, steps: Sequence[JobStep], actor: Actor, now: datetime) -> None:
        self.job = job
        self.steps = steps
        self.actor = actor
        self.now = now
        self.fields: set[str] = set()
        self.touched_steps: dict[str, JobStep] = {}
        self.opened: list[JobStep] = []

    def changed(self, *fields: str) -> None:
        """Fields of the job that were set."""
        self.fields.update(fields)

    def touched(self, step: JobStep) -> None:
        """A step whose change others are to hear of."""
        self.touched_steps[step.key] = step

    def open_ready(self) -> None:
        """Open what waits for nothing any more, each with an owner."""
        template, owners = self.job.template, Owners()
        for step in open_ready(template, self.steps, schedule(self.job.calendar), self.now):
            if step.owner is None or not step.owner.may_write or step.owner.is_away:
                step.owner = owners.of_step(self.job, template.steps[step.key].doer)
            self.touched(step)
            self.opened.append(step)

    def finish(self, action: str, event: type[JobEvent] = JobChanged, **more: Any) -> None:
        """Work out where the job stands, save, audit and tell. `more` goes into the audit and the event."""
        job = self.job
        before = (job.status, job.stage)
        if not job.is_over or "status" not in self.fields:
            settle_status(job, self.steps, self.now)
        if (job.status, job.stage) != before:
            self.changed("status", "stage", "finished_at")
        Planner(self.now).plan(job, self.steps)
        job.changed_at = self.now
        job.save()
        bulk.update(JobStep, list(self.steps), _STEP_FIELDS)
        audit.record(self.actor, action, job, customer=job.customer_id, conversation=job.conversation_id, **more)
        self._tell(event, more)
        promise(job, self.opened, self.actor)

    def _tell(self, event: type[JobEvent], more: dict[str, Any]) -> None:
        job, heard = self.job, audience_of(self.job, self.steps)
        about = about_of(job)
        facts: list[Any] = []
        if event is not JobChanged:
            facts.append(event(audience=heard, **about, **more))
        fields = tuple(sorted(self.fields))
        facts.append(JobChanged(audience=heard, **about, status=job.status, risk=job.risk, fields=fields))
        for step in self.touched_steps.values():
            fact = JobStepChanged(audience=heard, **about, step=step.key, status=step.status, owner=step.owner_id)
            facts.append(fact)
        events.record(*facts, actor=self.actor)
        endangered(job, self.steps)
        end_with(job, [step for step in self.touched_steps.values() if step.is_closed], heard, self.now)


def told(job: Job, steps: Sequence[JobStep], *, was: Risk) -> None:
    """Where a plan made anew changed the risk: those who look hear of it, and its owner is asked, once a degree."""
    if job.risk != was:
        heard = audience_of(job, steps)
        fact = JobChanged(audience=heard, **about_of(job), status=job.status, risk=job.risk, fields=("risk",))
        events.record(fact, actor=SYSTEM)
    endangered(job, steps)


def endangered(job: Job, steps: Sequence[JobStep]) -> None:
    """Ask the owner to act, the first time that a job is a risk, and when it is late."""
    if _WORSE[Risk(job.risk)] <= _WORSE[Risk(job.told_risk)] or job.is_over:
        return
    job.told_risk = job.risk
    fact = JobEndangered(
        audience=audience_of(job, steps), **about_of(job), risk=job.risk, step=job.cause, owner=job.owner_id
    )
    Job.objects.filter(pk=job.pk).update(told_risk=job.told_risk)
    events.record(fact, actor=SYSTEM)


def about_of(job: Job) -> dict[str, Any]:
    """What every event of a job names."""
    return {"job": job.pk, "customer": job.customer_id, "conversation": job.conversation_id}


def audience_of(job: Job, steps: Sequence[JobStep]) -> frozenset[str]:
    """Who may hear of a job: who sees its conversation or customer, its team, and whoever owns it or a step."""
    people = {pk for pk in (job.owner_id, *(step.owner_id for step in steps)) if pk}
    keys = {f"agent:{pk}" for pk in people} | {"role:admin"}
    if job.team_id:
        keys.add(f"team:{job.team_id}")
    if job.conversation is not None:
        keys |= audience(job.conversation)
    return frozenset(keys) | customers.audience_of([job.customer_id])[job.customer_id]
