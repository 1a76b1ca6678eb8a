"""Hand-offs as the API shows them."""

from collections.abc import Iterable
from typing import Any

from tamada.accounts.models import Agent
from tamada.operations.briefs import Briefs
from tamada.operations.handoff_queries import read_by
from tamada.operations.models import Handoff

from .answers import instant


def handoff_items(agent: Agent, rows: Iterable[Handoff]) -> list[dict[str, Any]]:
    """Hand-offs with their briefs, where the agent may read them. Give rows with what `with_everything` fetches."""
    listed = list(rows)
    readable, briefs = read_by(agent, listed), Briefs(listed)
    return [_item(row, briefs if row.pk in readable else None) for row in listed]


def _item(row: Handoff, briefs: Briefs | None) -> dict[str, Any]:
    parts = briefs.of(row) if briefs is not None else None
    return {
        "id": str(row.pk),
        "job": _id(row.job_id),
        "step": row.step or None,
        "conversation": _id(row.conversation_id),
        "takes_conversation": row.takes_conversation,
        "customer": str(row.customer_id),
        "status": row.status,
        "giver": _id(row.giver_id),
        "offered_by": _id(row.offered_by_id),
        "to": {"agent": _id(row.to_agent_id), "team": _id(row.to_team_id), "webhook": _id(row.to_endpoint_id)},
        "note": row.note if parts is not None else None,
        "brief": parts and [{"about": one.about, "title": one.title, "lines": list(one.lines)} for one in parts],
        "reason": row.reason,
        "cause": row.cause or None,
        "reference": row.reference,
        "offered_at": instant(row.offered_at),
        "due_at": instant(row.due_at),
        "answered_at": instant(row.answered_at) if row.answered_at else None,
        "answered_by": _id(row.answered_by_id),
        "limbo_minutes": row.limbo,
        "updated_at": instant(row.changed_at),
    }


def _id(pk: int | None) -> str | None:
    return str(pk) if pk else None
