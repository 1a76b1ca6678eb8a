"""Who may be one and the same: an address or number in another form, or the same name in the same company."""

from collections.abc import Iterable
from itertools import combinations
from typing import Final

from django.db.models import Q, QuerySet

from tamada.accounts.models import Agent

from .models import NUMBERS, Customer, CustomerMerge, Identity, IdentityType
from .queries import visible_to

MOST: Final = 5
_LOOKED_AT: Final = 200
_LONGEST: Final = 20
# One mailbox under two domains.
_SAME_HOUSE: Final = {"googlemail.com": "gmail.com", "ya.ru": "yandex.ru", "yandex.com": "yandex.ru"}
_BLIND_TO_DOTS: Final = frozenset({"gmail.com"})


def mailbox(address: str) -> str:
    """What is left of an e-mail address when nothing stands in it that its provider does not look at."""
    local, _at, domain = address.casefold().rpartition("@")
    domain = _SAME_HOUSE.get(domain, domain)
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if domain in _BLIND_TO_DOTS else local}@{domain}"


def duplicates(agent: Agent, customer: Customer) -> list[Customer]:
    """Customers that are perhaps this one, of those the agent may see: surest first."""
    ids = dict.fromkeys([*_same_number(customer), *_same_mailbox(customer), *_same_name(customer)])
    ids.pop(customer.pk, None)
    found = visible_to(agent).select_related("organisation").prefetch_related("identities").in_bulk(list(ids))
    return [found[pk] for pk in ids if pk in found][:MOST]


def _same_number(customer: Customer) -> Iterable[int]:
    numbers = [i.value for i in customer.identities.all() if i.type in NUMBERS]
    same = Identity.objects.filter(type__in=NUMBERS, value__in=numbers).exclude(customer=customer)
    return same.order_by("pk").values_list("customer", flat=True)[:MOST]


def _same_mailbox(customer: Customer) -> list[int]:
    mine = {mailbox(i.value) for i in customer.identities.all() if i.type == IdentityType.EMAIL}
    if not mine:
        return []
    alike = Q()
    for address in mine:
        alike |= _begins_alike(address)
    rows = Identity.objects.filter(alike, type=IdentityType.EMAIL).exclude(customer=customer).order_by("pk")
    return [pk for pk, value in rows.values_list("customer", "value")[:_LOOKED_AT] if mailbox(value) in mine]


def _begins_alike(address: str) -> Q:
    """Ranges and points of the index that hold the forms of a mailbox: with something after a plus, with dots."""
    local, _at, domain = address.rpartition("@")
    houses = {domain, *(name for name, house in _SAME_HOUSE.items() if house == domain)}
    forms = _dotted(local) if domain in _BLIND_TO_DOTS else [local]
    plain = Q(value__in=[f"{form}@{house}" for form in forms for house in houses])
    return plain | Q(value__gte=f"{local}+", value__lt=f"{local},")


def _dotted(local: str) -> list[str]:
    """The name with up to two dots in it, as people write it; of a long one not every place."""
    places = range(1, min(len(local), _LONGEST))
    one = [f"{local[:i]}.{local[i:]}" for i in places]
    two = [f"{local[:i]}.{local[i:j]}.{local[j:]}" for i, j in combinations(places, 2)]
    return [local, *one, *two]


def _same_name(customer: Customer) -> list[int]:
    """SQLite knows the letter case of ASCII alone, so the names are compared here."""
    name = " ".join(customer.name.split()).casefold()
    if not name or not customer.organisation_id:
        return []
    colleagues = Customer.objects.filter(organisation=customer.organisation_id).exclude(pk=customer.pk).order_by("pk")
    rows = colleagues.values_list("pk", "name")[:_LOOKED_AT]
    return [pk for pk, other in rows if " ".join(other.split()).casefold() == name]


def merges_of(customer: Customer) -> QuerySet[CustomerMerge]:
    """Who turned out to be this customer, the latest first: the first of these can be undone."""
    lasting = CustomerMerge.objects.filter(target=customer, undone_at__isnull=True)
    return lasting.select_related("source", "agent").order_by("-pk")
