"""Promises go along when conversations or customers become one, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

from tamada.conversations import points as conversations
from tamada.conversations.models import Merge
from tamada.customers import points as customers
from tamada.customers.models import CustomerMerge

from .models import Commitment


def _move(merge: Merge, sources: Sequence[int]) -> dict[str, list[int]]:
    """The ids of the promises made in each."""
    kept: dict[str, list[int]] = {str(pk): [] for pk in sources}
    rows = Commitment.objects.filter(conversation__in=sources)
    for pk, source in rows.order_by("pk").values_list("pk", "conversation"):
        kept[str(source)].append(pk)
    rows.update(conversation=merge.target_id)
    return kept


def _put_back(merge: Merge, kept: Mapping[str, list[int]]) -> None:
    for source, ids in kept.items():
        Commitment.objects.filter(pk__in=ids, conversation=merge.target_id).update(conversation=int(source))


def _move_of_customer(merge: CustomerMerge) -> list[int]:
    rows = Commitment.objects.filter(customer=merge.source_id)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(customer=merge.target_id)
    return ids


def _put_back_customer(merge: CustomerMerge, kept: Any) -> None:
    Commitment.objects.filter(pk__in=kept, customer=merge.target_id).update(customer=merge.source_id)


OF_CONVERSATIONS = conversations.Part(_move, _put_back)
OF_CUSTOMERS = customers.Part(_move_of_customer, _put_back_customer)
