"""The budget: reserved before anything is asked, set right once it is known what it took.

A process that dies in between has spent what it reserved: the budget is never passed, at worst not used to its end.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from .errors import Reason, Unavailable
from .models import Spending
from .settings import Configured


@dataclass(frozen=True, slots=True)
class Used:
    """What a day or a month has taken."""

    tokens: int
    micro: int
    calls: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Reserved:
    """What one question may take, on the day it was asked."""

    day: date
    tokens_in: int
    tokens_out: int
    micro: int


def reserve(configured: Configured, *, tokens_in: int, tokens_out: int) -> Reserved:
    """Set aside what a question may take at most. Raises `Unavailable` when that would pass a limit.

    Raises RuntimeError inside a transaction: what follows talks to a network.
    """
    micro = configured.micro(tokens_in, tokens_out)
    with transaction.atomic(durable=True):
        row, _made = Spending.objects.select_for_update().get_or_create(day=_today())
        month = _sum(row.day)
        day = Used(row.tokens_in + row.tokens_out, row.micro)
        for used, (tokens, money) in ((day, configured.day), (month, configured.month)):
            if used.tokens + tokens_in + tokens_out > tokens or (money and used.micro + micro > money * 1_000_000):
                raise Unavailable(Reason.BUDGET)
        _add(row.day, tokens_in=tokens_in, tokens_out=tokens_out, micro=micro, calls=1)
    return Reserved(row.day, tokens_in, tokens_out, micro)


def settle(configured: Configured, reserved: Reserved, *, tokens_in: int, tokens_out: int, failed: bool) -> None:
    """It took this much, and not what was set aside."""
    _add(
        reserved.day,
        tokens_in=tokens_in - reserved.tokens_in,
        tokens_out=tokens_out - reserved.tokens_out,
        micro=configured.micro(tokens_in, tokens_out) - reserved.micro,
        failures=int(failed),
    )


def _add(day: date, **amounts: int) -> None:
    Spending.objects.filter(day=day).update(**{name: F(name) + amount for name, amount in amounts.items()})


def used() -> tuple[Used, Used]:
    """Today, and this month."""
    today = _today()
    row = Spending.objects.filter(day=today).first() or Spending(day=today)
    return Used(row.tokens_in + row.tokens_out, row.micro, row.calls, row.failures), _sum(today)


def _sum(day: date) -> Used:
    rows = Spending.objects.filter(day__gte=day.replace(day=1), day__lte=day)
    found = rows.aggregate(
        tokens=Sum(F("tokens_in") + F("tokens_out")), micro=Sum("micro"), calls=Sum("calls"), failures=Sum("failures")
    )
    return Used(**{name: value or 0 for name, value in found.items()})


def _today() -> date:
    now: datetime = timezone.now()
    return now.astimezone(UTC).date()
