"""Reads. Every door to a customer's data is `visible_to(agent)`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from django.db.models import Q, QuerySet

from tamada.accounts.models import Agent
from tamada.kit import cursors
from tamada.kit.cursors import LAST_ID

from . import identities, points
from .errors import MergedAway
from .models import NUMBERS, AttributeDefinition, BlockedSender, Customer, Identity, IdentityType, Organisation, Tag
from .points import Entry

Order = Literal["newest", "created"]
T = TypeVar("T")

_EVERYBODY = frozenset({"all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFilter:
    """What a list of customers shows. `identity` is an address of any type, written as people write it."""

    identity: str | None = None
    tag: str | None = None
    organisation: int | None = None
    active_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, and the cursor of the next one or None."""

    items: list[T]
    next: str | None


# --- doors ------------------------------------------------------------------------------------------------------


def visible_to(agent: Agent) -> QuerySet[Customer]:
    """The customers an agent may see: all for an admin, else those no room hides from them (`points.visibility`)."""
    if not agent.is_active:
        return Customer.objects.none()
    found = Customer.objects.all()
    if not agent.is_admin:
        for narrow in points.visibility:
            found = narrow(found, agent)
    return found


def everybody_in(pk: int) -> dict[int, Customer]:
    """A customer and whoever was merged into them, by their numbers: messages keep whom they were written by."""
    people = Customer.everything.in_bulk([pk])
    wanted = list(people)
    while wanted:
        merged = Customer.everything.filter(merged_into__in=wanted).in_bulk()
        wanted = [found for found in merged if found not in people]
        people |= merged
    return people


def get_visible(agent: Agent, pk: int) -> Customer:
    """One customer the agent may see, with organisation, tags and identities; raises `Customer.DoesNotExist`.

    That is a `MergedAway` where they turned out to be somebody whom the agent sees.
    """
    try:
        return _with_all(visible_to(agent)).get(pk=pk)
    except Customer.DoesNotExist:
        if (into := merged_into(pk)) is None or not visible_to(agent).filter(pk=into).exists():
            raise
        raise MergedAway(into) from None


def get_now(agent: Agent, pk: int) -> Customer:
    """As `get_visible`; of who was merged, the one they are by now."""
    try:
        return get_visible(agent, pk)
    except MergedAway as merged:
        return get_visible(agent, merged.into)


def merged_into(pk: int) -> int | None:
    """Who a merged customer is by now; None for one who was not merged. Not a door."""
    found = None
    while (row := Customer.everything.filter(pk=pk, merged_into__isnull=False).first()) is not None:
        found = pk = row.merged_into_id or 0
    return found


def _with_all(found: QuerySet[Customer]) -> QuerySet[Customer]:
    return found.select_related("organisation").prefetch_related("tags", "identities")


def audience_of(customer_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Who may hear of each customer: the audience keys that rooms above name, or everybody."""
    keys: dict[int, frozenset[str]] = {}
    for source in points.audience:
        for pk, more in source(customer_ids).items():
            keys[pk] = keys.get(pk, frozenset()) | more
    return {pk: keys.get(pk) or _EVERYBODY for pk in customer_ids}


# --- lists ------------------------------------------------------------------------------------------------------


def list_page(
    agent: Agent, filters: CustomerFilter, *, order: Order = "newest", cursor: str | None = None, limit: int = 50
) -> Page[Customer]:
    """One page of the customers an agent may see; raises `BadCursor`.

    `newest` is by last activity, `created` oldest first.
    """
    key, newest_first = ("last_activity_at", True) if order == "newest" else ("created_at", False)
    found = _narrow(visible_to(agent), filters)
    if cursor:
        at, pk = cursors.read(cursor, str, int)
        found = found.filter(_beyond(key, cursors.instant(at), pk, newest_first=newest_first))
    sign = "-" if newest_first else ""
    rows = list(_with_all(found).order_by(f"{sign}{key}", f"{sign}pk")[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], cursors.write(getattr(last, key).isoformat(), last.pk) if last else None)


def _beyond(key: str, at: datetime, pk: int, *, newest_first: bool) -> Q:
    op = "lt" if newest_first else "gt"
    return Q(**{f"{key}__{op}e": at}) & (Q(**{f"{key}__{op}": at}) | Q(**{f"pk__{op}": pk}))


def _narrow(found: QuerySet[Customer], f: CustomerFilter) -> QuerySet[Customer]:
    if f.identity is not None:
        found = found.filter(pk__in=Identity.objects.filter(value__in=spellings(f.identity)).values("customer"))
    if f.tag is not None:
        found = found.filter(tags__key=identities.tag_key(f.tag))
    if f.organisation is not None:
        found = found.filter(organisation=f.organisation)
    if f.active_since is not None:
        found = found.filter(last_activity_at__gte=f.active_since)
    return found


def spellings(address: str) -> set[str]:
    """What an address of unknown type may be stored as."""
    return {identities.loose(kind, address) for kind in ("email", "phone", "telegram")} | {address.strip()}


# --- the timeline -----------------------------------------------------------------------------------------------


def timeline(
    customer: Customer, agent: Agent, *, cursor: str | None = None, limit: int = 50, newest_first: bool = True
) -> Page[Entry]:
    """Everything about one customer that the agent may see, from all rooms, in one order; raises `BadCursor`.

    Ties are broken by kind and id, so a page never repeats or skips an entry.
    """
    after = cursors.read(cursor, str, int, str) if cursor else None
    found: list[Entry] = []
    for kind, source in points.timeline.all().items():
        edge = _edge(kind, after, newest_first=newest_first)
        found += source(customer, agent, edge=edge, newest_first=newest_first, limit=limit + 1)
    found.sort(key=lambda entry: (entry.at, entry.kind, entry.id), reverse=newest_first)
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], cursors.write(last.at.isoformat(), last.id, last.kind) if last else None)


def _edge(kind: str, after: list[Any] | None, *, newest_first: bool) -> tuple[datetime, int] | None:
    """Where one source goes on, in its own order (at, id), after an entry of any source."""
    if after is None:
        return None
    at, pk, last_kind = cursors.instant(after[0]), *after[1:]
    if kind == last_kind:
        return at, pk
    still_to_come = (kind < str(last_kind)) == newest_first
    return at, (LAST_ID if newest_first else -1) if still_to_come else (-1 if newest_first else LAST_ID)


# --- small things -----------------------------------------------------------------------------------------------


def addresses_of(customer_ids: Collection[int]) -> dict[int, str]:
    """The first address of each customer as it was written: what to call people who gave no name.

    No network's id, such as that of a chat's visitor: nobody is called so.
    """
    if not customer_ids:
        return {}
    rows = Identity.objects.filter(customer__in=customer_ids, type__in=(IdentityType.EMAIL, *NUMBERS)).order_by("-pk")
    return {identity.customer_id: identity.display or identity.value for identity in rows}


def is_blocked(addresses: Iterable[str]) -> bool:
    """True if any of the addresses, or the domain of one, is refused by name."""
    keys = {key for address in addresses for key in sender_keys(address)}
    return BlockedSender.objects.filter(value__in=keys).exists()


def sender_keys(address: str) -> tuple[str, str]:
    """How `BlockedSender.value` may name this sender: the address, and its domain as `@domain`."""
    value = identities.loose("email", address)
    return value, f"@{value.rpartition('@')[2]}"


def organisations() -> QuerySet[Organisation]:
    """All organisations by name."""
    return Organisation.objects.all()


def tags() -> QuerySet[Tag]:
    """All tags in alphabetical order."""
    return Tag.objects.all()


def attribute_definitions() -> QuerySet[AttributeDefinition]:
    """The custom fields of customers in the order they are shown."""
    return AttributeDefinition.objects.all()


def blocked_senders() -> QuerySet[BlockedSender]:
    """Who is refused by name, the latest first."""
    return BlockedSender.objects.all()
