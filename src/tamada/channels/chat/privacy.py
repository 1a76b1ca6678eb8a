"""What this room keeps about a person, for exports: the browsers they wrote from."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Holding, holdings
from tamada.customers.queries import everybody_in

from .models import Visitor


def _visitors(customer_id: int) -> QuerySet[Visitor]:
    return Visitor.objects.filter(customer__in=everybody_in(customer_id))


def _rows(customer_id: int) -> Iterator[dict[str, Any]]:
    for one in _visitors(customer_id).order_by("pk").iterator(500):
        yield {
            "name": one.name,
            "e-mail": one.email,
            "user of the site": one.user,
            "language": one.language,
            "page": one.page,
            "came from": one.referrer,
            "first seen": one.created_at,
            "last seen": one.seen_at,
        }


holdings.register(
    "chat_visitors",
    Holding(
        _("Browsers they chatted from"),
        _("So that a chat goes on where it was, and who answers sees the page in question."),
        _rows,
        lambda pk: _visitors(pk).count(),
    ),
)
