"""People of an archive become customers: a batch in one transaction, without waking anybody."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tamada.core import events
from tamada.core.actors import Actor

from .. import identities, indexing
from ..errors import Invalid
from ..events import CustomersImported
from ..imported import ImportedCustomer, ImportedPerson
from ..models import Customer, Identity, IdentityType, Organisation, Tag
from ..settings import phone_regions
from .organisations import organisation_named
from .tags import tags_for, usable

_ADMINS = frozenset({"role:admin"})
_MOST_ADDRESSES = 50

type_address = tuple[str, str]


def import_customers(
    *, actor: Actor, people: Sequence[ImportedPerson], known: Sequence[int | None]
) -> list[ImportedCustomer]:
    """Each person's customer: the one of `known` (ids, by place), the one with an address of theirs, or a new one.

    One of `known` counts unless what is told of them says somebody else: other systems number people as they like.
    What is there stays; only what is missing is learned. Addresses that no rule understands, or that are somebody
    else's, are left out. One event for all of them: an import wakes no rule and tells nobody of each.
    """
    if not people:
        return []
    with transaction.atomic():
        found = [_Person(person, known[place]) for place, person in enumerate(people)]
        owners = _owners({address for person in found for address in person.addresses})
        batch = _Batch(actor, owners, _types({pk for pk in known if pk}))
        results = [person.save(batch) for person in found]
        indexing.index_all(batch.touched)
        fact = CustomersImported(audience=_ADMINS, total=sum(result.is_new for result in results))
        events.record(fact, actor=actor)
    return results


def _owners(addresses: set[type_address]) -> dict[type_address, int]:
    """Whose each address is."""
    owners: dict[type_address, int] = {}
    by_type: dict[str, list[str]] = {}
    for kind, value in addresses:
        by_type.setdefault(kind, []).append(value)
    for kind, values in by_type.items():
        for start in range(0, len(values), 400):
            rows = Identity.objects.filter(Q(type=kind, value__in=values[start : start + 400]))
            owners |= {(kind, value): pk for value, pk in rows.values_list("value", "customer_id")}
    return owners


def _types(customers: set[int]) -> dict[int, set[str]]:
    """Which types of addresses each of them has."""
    types: dict[int, set[str]] = {}
    for pk, kind in Identity.objects.filter(customer__in=customers).values_list("customer_id", "type"):
        types.setdefault(pk, set()).add(kind)
    return types


@dataclass(slots=True)
class _Batch:
    """What the people of a batch share: whose addresses are, companies and tags by name, and who is to be indexed."""

    actor: Actor
    owners: dict[type_address, int]
    types: dict[int, set[str]]
    organisations: dict[str, Organisation | None] = field(default_factory=dict)
    tags: dict[tuple[str, ...], list[Tag]] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)

    def organisation(self, name: str) -> Organisation | None:
        if name not in self.organisations:
            self.organisations[name] = _organisation(name, self.actor)
        return self.organisations[name]

    def tags_of(self, names: Sequence[str]) -> list[Tag]:
        key = tuple(names)
        if key not in self.tags:
            self.tags[key] = tags_for(usable(key))
        return self.tags[key]


class _Person:
    """One person on the way in."""

    def __init__(self, given: ImportedPerson, known: int | None) -> None:
        self.given, self.known = given, known
        self.addresses: dict[type_address, str] = {}
        for kind, written in given.addresses[:_MOST_ADDRESSES]:
            if kind in IdentityType.values and (value := _normal(kind, written)):
                self.addresses.setdefault((kind, value), written.strip()[: identities.MAX_LENGTH])

    def save(self, batch: _Batch) -> ImportedCustomer:
        owners = batch.owners
        known = next((owners[address] for address in self.addresses if address in owners), None)
        customer = self._believed(batch) or _locked(known)
        is_new = customer is None
        at = self.given.created_at or timezone.now()
        customer = customer or Customer(last_activity_at=at)
        changed = self._learn(customer, batch)
        if is_new:
            customer.save(force_insert=True)
            if self.given.created_at:
                Customer.objects.filter(pk=customer.pk).update(created_at=at)
        elif changed:
            customer.save(update_fields=changed)
        if tags := batch.tags_of(self.given.tags):
            customer.tags.add(*tags)
        added = self._add_addresses(customer, batch)
        if is_new or changed or added:
            batch.touched.add(customer.pk)
        return ImportedCustomer(customer.pk, is_new)

    def _believed(self, batch: _Batch) -> Customer | None:
        """Who is known by the other system's name for them, if an address or the name agrees, or nothing was told."""
        customer = _locked(self.known)
        if customer is None or not (self.addresses or self.given.name.strip()):
            return customer
        if any(batch.owners.get(address) == customer.pk for address in self.addresses):
            return customer
        types = batch.types.get(customer.pk, set())
        if not types.isdisjoint(kind for kind, _value in self.addresses):
            return None
        is_unnamed = not types and customer.name in ("", self.given.stand_in)
        return customer if is_unnamed or _same_name(customer.name, self.given.name) else None

    def _learn(self, customer: Customer, batch: _Batch) -> list[str]:
        """Fill in what is empty; the names of the fields that changed."""
        given = self.given
        learned: dict[str, object] = {
            "name": _line(given.name, 160),
            "language": given.language if given.language in dict(settings.LANGUAGES) else "",
            "city": _line(given.city, 80),
            "note": given.note.replace("\0", "").strip()[:10_000],
        }
        if learned["name"] and customer.name == given.stand_in:
            customer.name = ""
        changed = [name for name, value in learned.items() if value and not getattr(customer, name)]
        for name in changed:
            setattr(customer, name, learned[name])
        if not customer.name and not customer.pk and not self.addresses:
            customer.name = given.stand_in[:160]
        if given.organisation and customer.organisation_id is None:
            customer.organisation = batch.organisation(given.organisation)
            changed += ["organisation"] if customer.organisation else []
        if given.attributes.keys() - customer.attributes.keys():
            customer.attributes = {**given.attributes, **customer.attributes}
            changed.append("attributes")
        return changed

    def _add_addresses(self, customer: Customer, batch: _Batch) -> bool:
        new = {address: written for address, written in self.addresses.items() if address not in batch.owners}
        Identity.objects.bulk_create(
            [Identity(customer=customer, type=kind, value=value, display=new[kind, value]) for kind, value in new],
            ignore_conflicts=True,
        )
        batch.owners.update(dict.fromkeys(new, customer.pk))
        batch.types.setdefault(customer.pk, set()).update(kind for kind, _value in new)
        return bool(new)


def _locked(pk: int | None) -> Customer | None:
    return Customer.objects.select_for_update().filter(pk=pk).first() if pk else None


def _same_name(one: str, other: str) -> bool:
    return bool(one.strip()) and _line(one, 160).casefold() == _line(other, 160).casefold()


def _normal(kind: str, written: str) -> str:
    try:
        return identities.normalise(kind, written, regions=phone_regions())
    except identities.InvalidIdentity:
        return ""


def _organisation(name: str, actor: Actor) -> Organisation | None:
    try:
        return organisation_named(agent=None, actor=actor, name=name[:160])
    except Invalid:
        return None


def _line(text: str, most: int) -> str:
    return " ".join(text.replace("\0", "").split())[:most]
