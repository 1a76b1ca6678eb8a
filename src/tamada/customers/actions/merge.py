"""Making one customer of two, and two of one again: every row is as before, save what was changed since."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.search.index import forget_customers

from .. import indexing, points
from ..errors import Invalid, MergeStays
from ..events import CustomerMerged, CustomerParted, CustomerUpdated
from ..models import Customer, CustomerMerge, Identity
from ..queries import audience_of, merged_into, visible_to

# What the target doesn't know yet it learns.
_LEARNED: Final = ("name", "organisation_id", "language", "time_zone", "city", "blocked_at")
_BETWEEN: Final = "\n\n"
_LONGEST_NOTE: Final = 10_000


@transaction.atomic
def merge_customers(*, agent: Agent | None, actor: Actor, source: Customer, target: Customer) -> CustomerMerge:
    """Make `source` part of `target`, who takes their addresses, conversations, tags, and what was not known of them.

    The agent must see both; None is the system, to which somebody has proven who they are. Raises Invalid for one and
    the same.
    """
    if agent is not None:
        require(agent, "customer.write")
    if source.pk == target.pk:
        raise Invalid(_("Choose two different customers."), "into")
    rows = _held({source.pk, target.pk})
    if agent is not None and visible_to(agent).filter(pk__in=rows).count() < len(rows):
        raise Customer.DoesNotExist
    source, target = rows[source.pk], rows[target.pk]
    before = audience_of([source.pk, target.pk])
    merge = CustomerMerge(target=target, source=source, agent=agent, created_at=timezone.now())
    merge.save()
    merge.data = {
        "identities": _move_identities(source, target),
        "tags": _add_tags(source, target),
        "learned": _learn(source, target),
    }
    source.merged_into = target
    source.save(update_fields=["merged_into"])
    merge.data["parts"] = {name: part.move(merge) for name, part in points.merging.all().items()}
    merge.save(update_fields=["data"])
    forget_customers([source.pk])
    indexing.index(target)
    _tell(CustomerMerged, merge, actor, before)
    audit.record(actor, "customer.merged", source, into=target.pk, merge=merge.pk)
    return merge


def _held(ids: set[int]) -> dict[int, Customer]:
    """Both as they stand, held in one order until the transaction ends."""
    return {c.pk: c for c in Customer.everything.select_for_update().filter(pk__in=ids).order_by("pk")}


def _move_identities(source: Customer, target: Customer) -> list[int]:
    ids = list(source.identities.values_list("pk", flat=True))
    source.identities.update(customer=target)
    return ids


def _add_tags(source: Customer, target: Customer) -> list[int]:
    model = Customer.tags.through
    has = set(model.objects.filter(customer=target).values_list("tag_id", flat=True))
    theirs = set(model.objects.filter(customer=source).values_list("tag_id", flat=True))
    rows = model.objects.bulk_create(model(customer=target, tag_id=pk) for pk in sorted(theirs - has))
    return [row.pk for row in rows]


def _learn(source: Customer, target: Customer) -> dict[str, Any]:
    """Fill in what is empty; which fields and attributes, and the times before and after."""
    fields = [name for name in _LEARNED if not getattr(target, name) and getattr(source, name)]
    for name in fields:
        setattr(target, name, getattr(source, name))
    attributes = sorted(source.attributes.keys() - target.attributes.keys())
    target.attributes = {**target.attributes, **{key: source.attributes[key] for key in attributes}}
    joined = _BETWEEN.join(part for part in (target.note, source.note) if part)
    fits = bool(source.note) and len(joined) <= _LONGEST_NOTE
    target.note = joined if fits else target.note
    times = [target.last_activity_at, max(target.last_activity_at, source.last_activity_at)]
    target.last_activity_at = times[1]
    target.save()
    return {"fields": fields, "attributes": attributes, "note": fits, "times": [at.isoformat() for at in times]}


def _tell(
    event: type[CustomerMerged] | type[CustomerParted],
    merge: CustomerMerge,
    actor: Actor,
    before: dict[int, frozenset[str]],
) -> None:
    source, target = merge.source_id, merge.target_id
    now = audience_of([source, target])
    known = now[target] if event is CustomerMerged else now[source]
    facts: list[events.Event] = [
        event(audience=known, before=before[source], customer=source, into=target, merge=merge.pk),
        CustomerUpdated(audience=now[target], before=before[target], customer=target, fields=("merged",)),
    ]
    events.record(*facts, actor=actor)


# --- two again --------------------------------------------------------------------------------------------------------


@transaction.atomic
def undo_customer_merge(*, agent: Agent, actor: Actor, merge: CustomerMerge) -> CustomerMerge:
    """Make two of them again. What came in and what was changed since stays with the target.

    The agent must see the customer that they are. Raises `MergeStays`, as long as a later merge of the target stands.
    """
    require(agent, "customer.write")
    ids = {merge.source_id, merge.target_id}
    if not visible_to(agent).filter(pk=merged_into(merge.target_id) or merge.target_id).exists():
        raise Customer.DoesNotExist
    rows = _held(ids)
    merge = CustomerMerge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None:
        raise MergeStays
    if (later := later_merge(merge)) is not None:
        raise MergeStays(later)
    before = audience_of(list(ids))
    merge.source, merge.target = rows[merge.source_id], rows[merge.target_id]
    _part(merge)
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])
    for customer in (merge.source, merge.target):
        indexing.index(customer)
    _tell(CustomerParted, merge, actor, before)
    audit.record(actor, "customer.parted", merge.source, into=merge.target_id, merge=merge.pk)
    return merge


def later_merge(merge: CustomerMerge) -> int | None:
    """The merge that must be undone before this one: a later one into the same target, or of the target."""
    lasting = CustomerMerge.objects.filter(undone_at__isnull=True, pk__gt=merge.pk)
    others = lasting.filter(Q(target=merge.target_id) | Q(source=merge.target_id))
    return others.order_by("-pk").values_list("pk", flat=True).first()


def _part(merge: CustomerMerge) -> None:
    for name, part in points.merging.all().items():
        if name in merge.data["parts"]:
            part.put_back(merge, merge.data["parts"][name])
    Identity.objects.filter(pk__in=merge.data["identities"], customer=merge.target).update(customer=merge.source)
    Customer.tags.through.objects.filter(pk__in=merge.data["tags"], customer=merge.target).delete()
    _unlearn(merge.source, merge.target, merge.data["learned"])
    merge.source.merged_into = None
    merge.source.save(update_fields=["merged_into"])


def _unlearn(source: Customer, target: Customer, learned: dict[str, Any]) -> None:
    """Empty again what was filled in, where it still says the same."""
    for name in learned["fields"]:
        if getattr(target, name) == getattr(source, name):
            setattr(target, name, getattr(Customer(), name))
    for key in learned["attributes"]:
        if target.attributes.get(key) == source.attributes.get(key):
            target.attributes = {k: v for k, v in target.attributes.items() if k != key}
    if learned["note"] and target.note.endswith(source.note):
        target.note = target.note.removesuffix(source.note).removesuffix(_BETWEEN)
    before, after = map(datetime.fromisoformat, learned["times"])
    if target.last_activity_at == after:
        target.last_activity_at = before
    target.save()
