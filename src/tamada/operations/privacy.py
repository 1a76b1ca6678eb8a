"""What this room keeps about a person, for exports: what was promised to them."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Holding, holdings
from tamada.customers.queries import everybody_in

from .models import Commitment


def _promises(customer_id: int) -> QuerySet[Commitment]:
    return Commitment.objects.filter(customer__in=everybody_in(customer_id))


def _rows(customer_id: int) -> Iterator[dict[str, Any]]:
    for one in _promises(customer_id).order_by("pk").iterator(500):
        yield {
            "conversation": one.conversation_id,
            "promise": one.text,
            "by": one.due_at,
            "promised at first for": one.first_due_at,
            "what became of it": one.get_state_display(),
            "reason": one.reason,
            "at": one.created_at,
            "settled": one.settled_at,
        }


holdings.register(
    "commitments",
    Holding(
        _("What was promised to them"),
        _("So that promises are kept, and not forgotten."),
        _rows,
        lambda pk: _promises(pk).count(),
    ),
)
