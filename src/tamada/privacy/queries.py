"""Reads: what is kept about a person, what they agreed to, who looked."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise

from tamada.core import personal
from tamada.customers.models import Customer

from .models import Consent, Look, Purpose


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of thing that is kept about a person, why, and how many there are."""

    title: str | Promise
    purpose: str | Promise
    count: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands on a purpose: their last line in the ledger, and None when they were never asked."""

    purpose: Purpose
    latest: Consent | None

    @property
    def is_given(self) -> bool:
        """Whether they agree now."""
        return self.latest is not None and self.latest.given

    @property
    def is_outdated(self) -> bool:
        """Whether what they agreed to has been worded anew since."""
        return self.is_given and self.latest is not None and self.latest.version < self.purpose.version


def kept_about(customer: Customer) -> list[Kept]:
    """Everything that any room keeps about a customer, counted; what there is none of is left out."""
    found = [Kept(h.title, h.purpose, h.count(customer.pk)) for h in personal.holdings]
    return [kept for kept in found if kept.count]


def standings(customer: Customer) -> list[Standing]:
    """Each purpose in use or ever answered, with where the customer stands."""
    latest: dict[int, Consent] = {}
    for line in Consent.objects.filter(customer=customer).order_by("id"):
        latest[line.purpose_id] = line
    return [Standing(p, latest.get(p.pk)) for p in Purpose.objects.all() if p.is_active or p.pk in latest]


def ledger(customer: Customer) -> QuerySet[Consent]:
    """Every line about a customer, newest first."""
    return Consent.objects.filter(customer=customer).select_related("purpose")


def looks(customer: Customer) -> QuerySet[Look]:
    """Who looked, newest first."""
    return Look.objects.filter(customer=customer).select_related("agent")
