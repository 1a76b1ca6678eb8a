"""A job held in a transaction: what changes of it and its steps, written down, audited and told at the end."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects

from tamada.calendars.queries import schedule
from tamada.conversations.access import audiences
from tamada.core import audit, bulk, events
from tamada.core.actors import SYSTEM, Actor
from tamada.customers import queries as customers

from ..events import JobChanged, JobEndangered, JobEvent, JobStepChanged
from ..models import Job, JobStep, Moment, Risk
from ..owners import Owners
from ..planning import STEP_PLANNED, Planner, open_ready, settle_status
from .answering import end_with
from .noting import note
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
        self.reached: list[tuple[JobStep, str]] = []

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
            self.reached.append((step, Moment.OPENED))

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
        worse = worsens(job)
        job.save()
        bulk.update(JobStep, list(self.steps), _STEP_FIELDS)
        audit.record(self.actor, action, job, customer=job.customer_id, conversation=job.conversation_id, **more)
        self._tell(event, more, worse=worse)
        promise(job, self.opened, self.actor)
        note(job, self.reached, self.now)

    def _tell(self, event: type[JobEvent], more: dict[str, Any], *, worse: bool) -> None:
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
        if worse:
            events.record(_endangered(job, heard), actor=SYSTEM)
        end_with(job, [step for step in self.touched_steps.values() if step.is_closed], heard, self.now)


def worsens(job: Job) -> bool:
    """Whether its owner is to be asked to act: the first time that a job is a risk, and when it is late. Notes that."""
    if _WORSE[Risk(job.risk)] <= _WORSE[Risk(job.told_risk)] or job.is_over:
        return False
    job.told_risk = job.risk
    return True


def tell_planned(planned: Iterable[tuple[Job, Sequence[JobStep], bool, bool]]) -> None:
    """After jobs were planned anew: those who look hear of what `changed` its risk, and the owner of what `worsens`."""
    those = [(job, steps, changed, worse) for job, steps, changed, worse in planned if changed or worse]
    prefetch_related_objects([job for job, *_rest in those], "conversation")
    heard = audiences_of([(job, steps) for job, steps, *_rest in those])
    facts: list[Any] = []
    for job, _steps, changed, worse in those:
        if changed:
            fields = ("risk",)
            facts.append(
                JobChanged(audience=heard[job.pk], **about_of(job), status=job.status, risk=job.risk, fields=fields)
            )
        if worse:
            facts.append(_endangered(job, heard[job.pk]))
    events.record(*facts, actor=SYSTEM)


def _endangered(job: Job, heard: frozenset[str]) -> JobEndangered:
    return JobEndangered(audience=heard, **about_of(job), risk=job.risk, step=job.cause, owner=job.owner_id)


def about_of(job: Job) -> dict[str, Any]:
    """What every event of a job names."""
    return {"job": job.pk, "customer": job.customer_id, "conversation": job.conversation_id}


def audience_of(job: Job, steps: Sequence[JobStep]) -> frozenset[str]:
    """Who may hear of a job: who sees its conversation or customer, its team, and whoever owns it or a step."""
    return audiences_of([(job, steps)])[job.pk]


def audiences_of(jobs: Sequence[tuple[Job, Sequence[JobStep]]]) -> dict[int, frozenset[str]]:
    """The same for several jobs by id, in a few queries for all."""
    talks = audiences({job.conversation_id: job.conversation for job, _steps in jobs if job.conversation}.values())
    theirs = customers.audience_of({job.customer_id for job, _steps in jobs})
    found: dict[int, frozenset[str]] = {}
    for job, steps in jobs:
        people = {pk for pk in (job.owner_id, *(step.owner_id for step in steps)) if pk}
        keys = {f"agent:{pk}" for pk in people} | {"role:admin"}
        if job.team_id:
            keys.add(f"team:{job.team_id}")
        talk = talks.get(job.conversation_id, frozenset()) if job.conversation_id else frozenset()
        found[job.pk] = frozenset(keys) | talk | theirs[job.customer_id]
    return found
