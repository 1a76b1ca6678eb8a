"""What a customer agreed to, and who looked at them, goes along when they turn out to be another one, and back."""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, QuerySet

from tamada.customers.models import CustomerMerge
from tamada.customers.points import Part

from .models import Consent, Look

_AT_ONCE = 500


def _move(merge: CustomerMerge) -> dict[str, list[int]]:
    """The ids of what was the source's. A day on which somebody looked at both stays with each."""
    consents = Consent.objects.filter(customer=merge.source_id)
    same = Look.objects.filter(customer=merge.target_id, agent=OuterRef("agent"), day=OuterRef("day"))
    looks = Look.objects.filter(customer=merge.source_id).exclude(Exists(same))
    kept = {"consents": _ids(consents), "looks": _ids(looks)}
    consents.update(customer=merge.target_id)
    for page in _pages(kept["looks"]):
        Look.objects.filter(pk__in=page).update(customer=merge.target_id)
    return kept


def _put_back(merge: CustomerMerge, kept: Mapping[str, list[int]]) -> None:
    for model, name in ((Consent, "consents"), (Look, "looks")):
        for page in _pages(kept[name]):
            model.objects.filter(pk__in=page, customer=merge.target_id).update(customer=merge.source_id)


def _ids(rows: QuerySet[Consent] | QuerySet[Look]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _pages(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]


PART = Part(_move, _put_back)
