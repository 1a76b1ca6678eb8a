"""Promises as the API shows them."""

from typing import Any

from tamada.operations.models import Commitment

from .answers import instant


def commitment_item(row: Commitment) -> dict[str, Any]:
    """One promise; those that a job made name it."""
    return {
        "id": str(row.pk),
        "text": row.text,
        "customer": str(row.customer_id),
        "conversation": str(row.conversation_id) if row.conversation_id else None,
        "job": str(row.job_id) if row.job_id else None,
        "owner": str(row.owner_id) if row.owner_id else None,
        "due_at": instant(row.due_at),
        "first_due_at": instant(row.first_due_at),
        "status": row.status,
        "reason": row.reason,
        "settled_at": instant(row.settled_at) if row.settled_at else None,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.changed_at),
    }
