"""Promises that steps make: recorded as a step opens, kept as it is done, broken with a reason where it is not."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tamada.accounts.models import Agent
from tamada.core.actors import Actor
from tamada.kit.services.template import in_language

from .. import lines
from ..models import Commitment, Job, JobStep, State, StepStatus
from .commitments import LONGEST, _changed, _made


def promise(job: Job, opened: Iterable[JobStep], actor: Actor) -> None:
    """Record what the template promises of these steps, each due when its step is; once while it is open."""
    for step in opened:
        said = job.template.steps[step.key].promise
        if not said or step.is_closed or step.due_at is None or _open(job, step.key).exists():
            continue
        row = Commitment(customer=job.customer, conversation=job.conversation, job=job, step=step.key, owner=step.owner)
        row.text, row.due_at, row.first_due_at = in_language(said, job.language)[:LONGEST], step.due_at, step.due_at
        _made(row, actor)


def settle(job: Job, step: JobStep, actor: Actor, *, by: Agent | None, now: datetime) -> None:
    """A step is closed: what it promised is kept, or broken with the reason for which it was skipped."""
    for row in _open(job, step.key).select_related("conversation", "customer", "owner"):
        state = State.KEPT if step.status == StepStatus.DONE else State.BROKEN
        fields: dict[str, Any] = {"state": state, "settled_at": now, "settled_by": by, "reason": step.reason}
        changed = _changed(row, actor, f"commitment.{state}", fields)
        lines.tell(changed, actor, lines.SETTLED[state], step.reason)


def give_up(job: Job, actor: Actor, *, now: datetime) -> None:
    """A job ends without delivery: what its steps promised and have not kept is broken, for the same reason."""
    for row in _open(job).select_related("conversation", "customer", "owner"):
        fields: dict[str, Any] = {"state": State.BROKEN, "settled_at": now, "reason": job.reason}
        lines.tell(_changed(row, actor, "commitment.broken", fields), actor, lines.SETTLED[State.BROKEN], job.reason)


def _open(job: Job, *steps: str) -> Any:
    rows = Commitment.objects.filter(job=job, state=State.OPEN).exclude(step="")
    return rows.filter(step__in=steps) if steps else rows
