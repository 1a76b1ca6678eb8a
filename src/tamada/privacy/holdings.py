"""What this room itself keeps about a person."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Holding, holdings

from .models import Consent, Look


def _consents(customer_id: int) -> Iterator[dict[str, Any]]:
    for line in Consent.objects.filter(customer=customer_id).select_related("purpose").order_by("pk"):
        yield {
            "purpose": line.purpose.name,
            "agreed": line.given,
            "words": line.text,
            "version": line.version,
            "how": str(line.get_source_display()),
            "note": line.note,
            "at": line.at,
        }


def _looks(customer_id: int) -> Iterator[dict[str, Any]]:
    for look in Look.objects.filter(customer=customer_id).select_related("agent").order_by("pk"):
        yield {"who": look.agent.name, "on": look.day}


holdings.register(
    "consents",
    Holding(
        _("Consent"),
        _("To prove what was agreed to, and when it was taken back."),
        _consents,
        lambda pk: Consent.objects.filter(customer=pk).count(),
    ),
)
holdings.register(
    "looks",
    Holding(
        _("Who looked"),
        _("So that nobody looks without a reason."),
        _looks,
        lambda pk: Look.objects.filter(customer=pk).count(),
    ),
)
