"""Making and changing customers."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict, Unpack
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor

from .. import attributes, indexing
from ..errors import Invalid
from ..events import CustomerCreated, CustomerUpdated
from ..models import AttributeDefinition, Customer, Organisation
from ..queries import audience_of
from .door import check_writes
from .identity import attach, replace, type_given
from .tags import tags_for


class CustomerFields(TypedDict, total=False):
    """What may be set of a customer; what is absent stays. `attributes` are merged, `tags` replaced."""

    name: str
    organisation: Organisation | None
    language: str
    time_zone: str
    city: str
    note: str
    attributes: Mapping[str, Any]
    tags: Sequence[str]


def create_customer(
    *,
    agent: Agent | None,
    actor: Actor,
    identities: Iterable[type_given] = (),
    **fields: Unpack[CustomerFields],
) -> Customer:
    """Make a customer with addresses. Raises Invalid, InvalidIdentity, IdentityTaken, PermissionDenied."""
    if agent is not None:
        require(agent, "customer.write")
    indexing.read_ahead(fields.get("name", ""))
    with transaction.atomic():
        customer = Customer(last_activity_at=timezone.now())
        _apply(customer, fields)
        customer.save()
        if "tags" in fields:
            customer.tags.set(tags_for(fields["tags"]))
        for given in identities:
            attach(customer, given)
        if not customer.name and not customer.identities.exists():
            raise Invalid(_("A customer needs a name or an address."), "name")
        indexing.index(customer)
        audit.record(actor, "customer.created", customer)
        events.record(CustomerCreated(audience=frozenset({"all"}), customer=customer.pk), actor=actor)
    return customer


def update_customer(
    *,
    agent: Agent | None,
    actor: Actor,
    customer: Customer,
    identities: Iterable[type_given] | None = None,
    **fields: Unpack[CustomerFields],
) -> Customer:
    """Change what is given; `identities` replace those there are. Nothing is written or told when nothing changes.

    Raises Invalid, InvalidIdentity, IdentityTaken, PermissionDenied, DoesNotExist.
    """
    check_writes(agent, customer)
    indexing.read_ahead(fields.get("name", ""))
    with transaction.atomic():
        customer = Customer.objects.select_for_update().get(pk=customer.pk)
        before = {name: getattr(customer, name) for name in _PLAIN}
        _apply(customer, fields)
        changed = [name for name in _PLAIN if getattr(customer, name) != before[name]]
        if changed:
            customer.save(update_fields=changed)
        if "tags" in fields and _set_tags(customer, fields["tags"]):
            changed.append("tags")
        if identities is not None and replace(customer, identities):
            changed.append("identities")
        if changed:
            _finish(customer, actor, changed)
    return customer


_PLAIN = ("name", "organisation_id", "language", "time_zone", "city", "note", "attributes")
_WORDS = frozenset({"name", "organisation_id", "language", "city", "identities"})
_LENGTHS = {"name": 160, "city": 80, "note": 10_000}


def _finish(customer: Customer, actor: Actor, changed: list[str]) -> None:
    if _WORDS & set(changed):
        indexing.index(customer)
    names = [name.removesuffix("_id") for name in changed]
    # Names and notes are people's data: the trail says that they changed, not to what.
    audit.record(actor, "customer.updated", customer, fields=names)
    audience = audience_of([customer.pk])[customer.pk]
    events.record(CustomerUpdated(audience=audience, customer=customer.pk, fields=tuple(names)), actor=actor)


def _set_tags(customer: Customer, names: Sequence[str]) -> bool:
    wanted = tags_for(names)
    if {tag.pk for tag in wanted} == set(customer.tags.values_list("pk", flat=True)):
        return False
    customer.tags.set(wanted)
    return True


def _apply(customer: Customer, fields: CustomerFields) -> None:
    for name in ("name", "city", "note"):
        if name in fields:
            setattr(customer, name, _text(fields[name], name))
    if "organisation" in fields:
        customer.organisation = fields["organisation"]
    if "language" in fields:
        customer.language = _language(fields["language"])
    if "time_zone" in fields:
        customer.time_zone = _time_zone(fields["time_zone"])
    if "attributes" in fields:
        definitions = AttributeDefinition.objects.all()
        customer.attributes = attributes.merged(customer.attributes, fields["attributes"], definitions)


def _text(value: str, name: str) -> str:
    keep = "\n" if name == "note" else ""
    text = "".join(c for c in value.replace("\r\n", "\n") if c in keep or unicodedata.category(c) != "Cc")
    text = text.strip() if name == "note" else " ".join(text.split())
    if len(text) > _LENGTHS[name]:
        raise Invalid(_("At most %(most)s characters fit here.") % {"most": _LENGTHS[name]}, name)
    return text


def _language(value: str) -> str:
    if value and value not in dict(settings.LANGUAGES):
        raise Invalid(_("This language is not one of ours."), "language")
    return value


def _time_zone(value: str) -> str:
    if value and value not in available_timezones():
        raise Invalid(_("This time zone does not exist."), "time_zone")
    return value
