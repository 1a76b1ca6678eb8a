"""Reads: what is kept about a person, what they agreed to, who looked."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import personal
from tamada.customers.erasing import subject_of
from tamada.customers.models import Customer

from .models import Consent, Erasure, Look, Purpose


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


# --- erasures ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """What an erasure does to one kind of things: how many go, how many stay without a name, and why those do."""

    title: str | Promise
    count: int
    kept: int
    why: str | Promise


def preview(agent: Agent, customer: Customer) -> list[Share]:
    """What erasing this person would do, kind by kind. Raises PermissionDenied."""
    require(agent, "privacy.erase")
    subject = subject_of(customer, timezone.now())
    counts = {name: eraser.count(subject) for name, eraser in personal.erasers.all().items()}
    kept = {name: eraser.kept(subject) if eraser.kept else 0 for name, eraser in personal.erasers.all().items()}
    return _shares(counts, kept)


def shares(row: Erasure) -> list[Share]:
    """The same of an erasure that was begun."""
    return _shares(row.counts, row.kept)


def _shares(counts: Mapping[str, int], kept: Mapping[str, int]) -> list[Share]:
    known = personal.erasers.all().items()
    found = [
        Share(e.title, counts.get(name, 0), kept.get(name, 0), e.why if kept.get(name) else "") for name, e in known
    ]
    return [share for share in found if share.count or share.kept]


def erasures(agent: Agent) -> QuerySet[Erasure]:
    """Every erasure, newest first. Raises PermissionDenied."""
    require(agent, "privacy.erase")
    return Erasure.objects.order_by("-id")
