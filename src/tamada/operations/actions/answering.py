"""A hand-off is answered: written down, audited and told; or ends by itself with what it was about."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from tamada.accounts.models import Agent
from tamada.calendars.models import Calendar
from tamada.calendars.queries import schedule, usual_calendar
from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor

from ..events import HandoffAccepted, HandoffEvent, HandoffReturned, HandoffWithdrawn
from ..models import ByItself, Handoff, HandoffStatus, Job, JobStep

_EVENTS: dict[HandoffStatus, type[HandoffEvent]] = {
    HandoffStatus.ACCEPTED: HandoffAccepted,
    HandoffStatus.RETURNED: HandoffReturned,
    HandoffStatus.WITHDRAWN: HandoffWithdrawn,
}
_FIELDS = ("status", "cause", "reason", "reference", "answered_at", "answered_by", "limbo", "changed_at")


def answer(
    row: Handoff,
    status: HandoffStatus,
    *,
    actor: Actor,
    heard: frozenset[str],
    now: datetime,
    by: Agent | None = None,
    reason: str = "",
    reference: str = "",
    cause: str = "",
) -> None:
    """Settle one that waits and is held, in the caller's transaction. `heard` is who hears of the work it is about."""
    row.status, row.cause, row.reason, row.reference = status, cause, reason, reference
    row.answered_at, row.answered_by, row.changed_at = now, by, now
    row.limbo = schedule(calendar_of(row)).elapsed(row.offered_at, now) // timedelta(minutes=1)
    row.save(update_fields=_FIELDS)
    facts: dict[str, Any] = {"customer": row.customer_id, "conversation": row.conversation_id, "job": row.job_id}
    audit.record(actor, f"handoff.{status}", row, **facts, cause=cause, limbo=row.limbo)
    more = {} if status == HandoffStatus.ACCEPTED else {"cause": cause}
    tell(row, _EVENTS[status], actor, heard, **more)


def tell(row: Handoff, event: type[HandoffEvent], actor: Actor, heard: frozenset[str], **more: Any) -> None:
    """Let those hear of it who hear of the work, who gave it, and for whom it is."""
    people = {pk for pk in (row.giver_id, row.offered_by_id, row.to_agent_id) if pk}
    keys = heard | {"role:admin"} | {f"agent:{pk}" for pk in people}
    fact = event(
        audience=frozenset(keys | ({f"team:{row.to_team_id}"} if row.to_team_id else set())),
        handoff=row.pk,
        job=row.job_id,
        step=row.step,
        customer=row.customer_id,
        conversation=row.conversation_id,
        giver=row.giver_id,
        offered_by=row.offered_by_id,
        owner=_owner_id(row),
        to_agent=row.to_agent_id,
        to_team=row.to_team_id,
        endpoint=row.to_endpoint_id,
        **more,
    )
    events.record(fact, actor=actor)


def _owner_id(row: Handoff) -> int | None:
    if row.job is None:
        return row.conversation.assignee_id if row.conversation is not None else None
    own = row.job.steps.filter(key=row.step).values_list("owner", flat=True).first() if row.step else None
    return own or row.job.owner_id


def calendar_of(row: Handoff) -> Calendar | None:
    """By what hours it waits."""
    if row.job is not None:
        return row.job.calendar
    return (row.conversation and row.conversation.inbox.calendar) or usual_calendar()


def end_with(job: Job, closed: Collection[JobStep], heard: frozenset[str], now: datetime) -> None:
    """What is over can't be taken over: hand-offs of a job that ended, or of these steps, are withdrawn."""
    if not job.is_over and not closed:
        return
    rows = Handoff.objects.select_for_update().filter(job=job, status=HandoffStatus.WAITING)
    if not job.is_over:
        rows = rows.filter(step__in=[step.key for step in closed])
    for row in rows.order_by("pk"):
        row.job = job
        answer(row, HandoffStatus.WITHDRAWN, actor=SYSTEM, heard=heard, now=now, cause=ByItself.ENDED)
