"""Links follow their customer when two become one, and back."""

from typing import Any

from tamada.customers.models import CustomerMerge
from tamada.customers.points import Part

from .models import StartLink


def _move(merge: CustomerMerge) -> list[int]:
    rows = StartLink.objects.filter(customer=merge.source_id)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(customer=merge.target_id)
    return ids


def _put_back(merge: CustomerMerge, kept: Any) -> None:
    StartLink.objects.filter(pk__in=kept, customer=merge.target_id).update(customer=merge.source_id)


PART = Part(_move, _put_back)
