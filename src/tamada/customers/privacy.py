"""What this room keeps about a person, for exports."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Holding, holdings

from .models import AttributeDefinition, Customer, Identity, IdentityType


def _profile(customer_id: int) -> Iterator[dict[str, Any]]:
    labels = dict(AttributeDefinition.objects.values_list("key", "label"))
    for one in Customer.objects.filter(pk=customer_id).select_related("organisation").prefetch_related("tags"):
        yield {
            "name": one.name,
            "company": one.organisation.name if one.organisation else "",
            "language": one.language,
            "time zone": one.time_zone,
            "city": one.city,
            "note": one.note,
            "tags": [tag.name for tag in one.tags.all()],
            **{labels.get(key, key): value for key, value in one.attributes.items()},
            "blocked since": one.blocked_at,
            "first seen": one.created_at,
            "last active": one.last_activity_at,
        }


def _identities(customer_id: int) -> Iterator[dict[str, Any]]:
    for one in Identity.objects.filter(customer=customer_id):
        yield {
            "type": IdentityType(one.type),
            "address": one.display or one.value,
            "verified": one.verified_at,
            "paused": one.paused_at,
            "added": one.created_at,
        }


holdings.register(
    "profile",
    Holding(
        _("Profile"),
        _("So that whoever answers knows whom they speak with."),
        _profile,
        lambda pk: Customer.objects.filter(pk=pk).count(),
    ),
)
holdings.register(
    "addresses",
    Holding(
        _("Addresses and numbers"),
        _("So that we recognise who writes, and can answer."),
        _identities,
        lambda pk: Identity.objects.filter(customer=pk).count(),
    ),
)
