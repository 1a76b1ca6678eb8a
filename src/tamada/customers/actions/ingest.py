"""Senders become customers: the ingest path, a whole batch in a few queries."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from tamada.core import bulk, events
from tamada.core.actors import SYSTEM
from tamada.core.db import is_postgres
from tamada.search.index import index_customers

from .. import identities, indexing
from ..events import CustomerCreated
from ..models import Customer, Identity

# Who may see a conversation learns of its customer by the conversation's own events.
_ADMINS = frozenset({"role:admin"})

type_party = tuple[str, str, str]
"""The address as it was written, the name they gave, and the language they wrote in; the last two may be empty."""

CHUNK = 400


def customers_for(*, type: str, parties: Sequence[type_party], at: datetime) -> dict[str, Customer]:  # noqa: A002
    """The customer behind each address, made where new. Keys are the values given and their normalised forms.

    Call it inside the transaction that stores what they wrote. An address that no rule understands still gets its
    customer: nothing that came in is refused here. Known customers learn a missing name or language,
    and `last_activity_at`.
    """
    wanted: dict[str, type_party] = {}
    for party in parties:
        key = identities.loose(type, party[0])
        if key not in wanted or not wanted[key][1]:
            wanted[key] = party
    with transaction.atomic():
        found = _known(type, wanted)
        _refresh(found, wanted, at)
        missing = sorted(key for key in wanted if key not in found)  # In one order everywhere: no deadlock.
        if missing:
            found |= _create(type, {key: wanted[key] for key in missing}, at)
    given = {party[0]: found[identities.loose(type, party[0])] for party in parties}
    return found | given


def _known(type_: str, values: Iterable[str]) -> dict[str, Customer]:
    """Whose addresses these are. PostgreSQL holds them: nobody is merged away before what they wrote is stored."""
    keys = list(values)
    rows: dict[str, Customer] = {}
    for start in range(0, len(keys), CHUNK):
        query = Identity.objects.filter(type=type_, value__in=keys[start : start + CHUNK]).select_related("customer")
        held = query.select_for_update(of=("customer",), no_key=True).order_by("customer_id")  # One order: no deadlock.
        rows.update({identity.value: identity.customer for identity in held})
    # Who was merged while we waited for them is met as they were found; their address is the other's by now.
    if moved := [key for key, customer in rows.items() if customer.merged_into_id]:
        rows |= _known(type_, moved)
    return rows


def _refresh(found: dict[str, Customer], wanted: dict[str, type_party], at: datetime) -> None:
    """What a message teaches us about people we know: when they last wrote, and what we didn't know yet."""
    learned: list[Customer] = []
    for key, customer in found.items():
        _address, name, language = wanted[key]
        if (name and not customer.name) or (language and not customer.language):
            customer.name = customer.name or _clean(name)
            customer.language = customer.language or language
            learned.append(customer)
    if learned:
        Customer.objects.bulk_update(learned, ["name", "language"])
        fresh = Customer.objects.filter(pk__in=[customer.pk for customer in learned])
        for customer in fresh.select_related("organisation").prefetch_related("identities"):
            indexing.index(customer)
    late = [customer.pk for customer in found.values() if customer.last_activity_at < at]
    if late:
        Customer.objects.filter(pk__in=late, last_activity_at__lt=at).update(last_activity_at=at)


def _create(type_: str, new: dict[str, type_party], at: datetime) -> dict[str, Customer]:
    people = [
        Customer(name=_clean(name), language=language, last_activity_at=at) for _value, name, language in new.values()
    ]
    bulk.insert(Customer, people)
    made = dict(zip(new, people, strict=True))
    rows = [
        Identity(customer=made[key], type=type_, value=key, display=_written(party[0])) for key, party in new.items()
    ]
    bulk.insert(Identity, rows, ignore_conflicts=is_postgres())
    lost = _lost_races(type_, made) if is_postgres() else {}
    created = [customer for key, customer in made.items() if key not in lost]
    index_customers([indexing.document(row.customer, [row]) for row in rows if row.value not in lost])
    events.record(*(CustomerCreated(audience=_ADMINS, customer=customer.pk) for customer in created), actor=SYSTEM)
    return made | lost


def _lost_races(type_: str, made: dict[str, Customer]) -> dict[str, Customer]:
    """On PostgreSQL another worker may have met the same person meanwhile: theirs holds, ours goes."""
    lost = {key: winner for key, winner in _known(type_, made).items() if winner.pk != made[key].pk}
    if lost:
        Customer.objects.filter(pk__in=[made[key].pk for key in lost]).delete()
    return lost


def _written(address: str) -> str:
    return address.replace("\x00", "").strip()[: identities.MAX_LENGTH]


def _clean(name: str) -> str:
    return " ".join(name.replace("\x00", "").split())[:160]
