"""Addresses of customers: added, removed, proven."""

from collections.abc import Iterable
from typing import NotRequired, TypedDict

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor

from .. import identities, indexing
from ..errors import IdentityTaken, Invalid
from ..events import CustomerUpdated
from ..models import NUMBERS, Customer, Identity, IdentityType
from ..queries import audience_of
from ..settings import phone_regions
from .door import check_writes

MOST = 50
MOST_BOUNCES = 3


class type_given(TypedDict):  # noqa: N801  a type of plain dicts
    """An address as somebody wrote it."""

    type: str
    value: str
    verified: NotRequired[bool]


def attach(customer: Customer, given: type_given) -> Identity:
    """Store an address of a customer, or find it there; no permission, audit or event of its own.

    Raises Invalid for an unknown type, InvalidIdentity, IdentityTaken.
    """
    if given["type"] not in IdentityType.values:
        raise Invalid(_("There is no such type of identity."), "identities.type")
    value = identities.normalise(given["type"], given["value"], regions=phone_regions())
    verified = timezone.now() if given.get("verified") else None
    row = Identity(
        customer=customer, type=given["type"], value=value, display=given["value"].strip(), verified_at=verified
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        row = Identity.objects.get(type=row.type, value=row.value)
        if row.customer_id != customer.pk:
            raise IdentityTaken(row) from None
    if customer.identities.count() > MOST:
        raise Invalid(_("A customer has at most %(most)s identities.") % {"most": MOST}, "identities")
    return row


def add_identity(
    *,
    agent: Agent | None,
    actor: Actor,
    customer: Customer,
    type: str,  # noqa: A002
    value: str,
    verified: bool = False,
) -> Identity:
    """Give a customer one more address. Raises Invalid, InvalidIdentity, IdentityTaken, PermissionDenied."""
    check_writes(agent, customer)
    with transaction.atomic():
        row = attach(customer, {"type": type, "value": value, "verified": verified})
        _changed(customer, actor, "customer.identity_added", type=row.type)
    return row


def add_given_number(*, actor: Actor, customer: Customer, value: str) -> bool:
    """Put a phone number beside the customer who gave it, unproven. False where it is somebody else's, on whichever
    network: it stays theirs, and nothing changes. Raises Invalid, InvalidIdentity.
    """
    number = identities.normalise(IdentityType.PHONE, value, regions=phone_regions())
    if Identity.objects.filter(type__in=NUMBERS, value=number).exclude(customer=customer).exists():
        return False
    if not customer.identities.filter(type=IdentityType.PHONE, value=number).exists():
        try:
            add_identity(agent=None, actor=actor, customer=customer, type=IdentityType.PHONE, value=number)
        except IdentityTaken:
            return False
    return True


def remove_identity(*, agent: Agent | None, actor: Actor, identity: Identity) -> None:
    """Take an address from its customer: who writes from it next is somebody new."""
    check_writes(agent, identity.customer)
    with transaction.atomic():
        customer = identity.customer
        identity.delete()
        _changed(customer, actor, "customer.identity_removed", type=identity.type)


def verify_identity(*, agent: Agent | None, actor: Actor, identity: Identity, verified: bool = True) -> Identity:
    """Note that the person proved the address is theirs, or take that back."""
    check_writes(agent, identity.customer)
    if identity.verified != verified:
        with transaction.atomic():
            identity.verified_at = timezone.now() if verified else None
            identity.save(update_fields=["verified_at"])
            _changed(identity.customer, actor, "customer.identity_verified", type=identity.type, verified=verified)
    return identity


def count_bounce(*, type: str, value: str) -> None:  # noqa: A002
    """Mail to this address came back for good; after MOST_BOUNCES in a row nothing is sent there until `resume`.

    Call it in the transaction that stores the report.
    """
    found = Identity.objects.filter(type=type, value=identities.loose(type, value))
    row = found.select_related("customer").first()
    if row is None:
        return
    row.bounces += 1
    paused = row.bounces >= MOST_BOUNCES and row.paused_at is None
    if paused:
        row.paused_at = timezone.now()
    row.save(update_fields=["bounces", "paused_at"])
    if paused:
        _changed(row.customer, SYSTEM, "customer.identity_paused", type=row.type)


def heard_from(*, type: str, values: Iterable[str]) -> None:  # noqa: A002
    """They wrote from these addresses: whatever came back from there before is over."""
    found = Identity.objects.filter(type=type, value__in={identities.loose(type, v) for v in values}, bounces__gt=0)
    found.update(bounces=0, paused_at=None)


def pause_identity(*, type: str, value: str) -> None:  # noqa: A002
    """Whoever has this address lets us write nothing any more, until they write. Call it in a transaction."""
    found = Identity.objects.filter(type=type, value=identities.loose(type, value), paused_at=None)
    row = found.select_related("customer").first()
    if row is not None:
        row.bounces, row.paused_at = MOST_BOUNCES, timezone.now()
        row.save(update_fields=["bounces", "paused_at"])
        _changed(row.customer, SYSTEM, "customer.identity_paused", type=row.type)


def note_display(*, type: str, value: str, display: str) -> None:  # noqa: A002
    """What an address is called on its network by now, as a handle that its owner may change at any time."""
    with transaction.atomic():
        found = Identity.objects.filter(type=type, value=value.casefold()).exclude(display=display)
        if found.update(display=display.replace("\x00", "")[: identities.MAX_LENGTH]):
            customer = Customer.objects.filter(identities__type=type, identities__value=value.casefold()).first()
            if customer is not None:
                indexing.index(customer)


def resume_identity(*, agent: Agent | None, actor: Actor, identity: Identity) -> None:
    """Write to a paused address again: the mistake was the other side's, or is mended."""
    check_writes(agent, identity.customer)
    if identity.paused_at is None:
        return
    with transaction.atomic():
        identity.bounces, identity.paused_at = 0, None
        identity.save(update_fields=["bounces", "paused_at"])
        _changed(identity.customer, actor, "customer.identity_resumed", type=identity.type)


def replace(customer: Customer, given: Iterable[type_given]) -> bool:
    """Make these the customer's addresses, no more and no fewer; True if that changed any.

    A known one keeps its proof unless told otherwise. No permission, audit or event of its own. Raises as `attach`.
    """
    before = list(customer.identities.values_list("pk", "verified_at"))
    kept = set()
    for item in given:
        row = attach(customer, item)
        kept.add(row.pk)
        if item.get("verified", row.verified) != row.verified:
            row.verified_at = timezone.now() if item.get("verified") else None
            row.save(update_fields=["verified_at"])
    customer.identities.exclude(pk__in=kept).delete()
    return list(customer.identities.values_list("pk", "verified_at")) != before


def _changed(customer: Customer, actor: Actor, action: str, **facts: str | int) -> None:
    fresh = Customer.objects.select_related("organisation").get(pk=customer.pk)
    indexing.index(fresh)
    audit.record(actor, action, customer, **facts)
    audience = audience_of([customer.pk])[customer.pk]
    events.record(CustomerUpdated(audience=audience, customer=customer.pk, fields=("identities",)), actor=actor)
