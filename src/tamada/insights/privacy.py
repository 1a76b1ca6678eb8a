"""What this room keeps about a person, for exports: what troubled them, and what was done about it."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Holding, holdings
from tamada.customers.queries import everybody_in

from .models import Problem


def _problems(customer_id: int) -> QuerySet[Problem]:
    return Problem.objects.filter(conversation__customer__in=everybody_in(customer_id))


def _rows(customer_id: int) -> Iterator[dict[str, Any]]:
    for one in _problems(customer_id).order_by("pk").iterator(500):
        yield {
            "conversation": one.conversation_id,
            "state": one.get_state_display(),
            "what was done": one.outcome,
            "at": one.created_at,
            "solved": one.solved_at,
        }


holdings.register(
    "problems",
    Holding(
        _("What troubled them, and what was done about it"),
        _("So that nothing that went wrong for them is forgotten."),
        _rows,
        lambda pk: _problems(pk).count(),
    ),
)
