"""What this room keeps about a person beside their messages, for exports: the links that were made for them."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Holding, holdings
from tamada.customers.queries import everybody_in

from .models import StartLink


def _links(customer_id: int) -> QuerySet[StartLink]:
    return StartLink.objects.filter(customer__in=everybody_in(customer_id))


def _rows(customer_id: int) -> Iterator[dict[str, Any]]:
    for one in _links(customer_id).select_related("bot").order_by("pk").iterator(500):
        yield {
            "bot": one.bot.username,
            "made": one.created_at,
            "expires": one.expires_at,
            "used": one.used_at,
        }


holdings.register(
    "telegram_links",
    Holding(
        _("Links to our Telegram bot"),
        _("So that we know who writes when they come by the link that we gave them."),
        _rows,
        lambda pk: _links(pk).count(),
    ),
)
