"""An endpoint that fails several times in a row is left alone for a while, by all processes; then one of them tries.

So a hanging server costs a few people a few seconds, and nobody after them anything.
"""

from datetime import timedelta
from typing import Final

from django.db.models import F
from django.utils import timezone

from .errors import Reason, Unavailable
from .models import THE_CIRCUIT, Circuit

FAILURES: Final = 3
"""So many in a row open it."""

FIRST_REST: Final = timedelta(seconds=30)
LONGEST_REST: Final = timedelta(minutes=10)
TRIAL: Final = timedelta(seconds=45)
"""Longer than any time limit: while one process tries, the others wait."""


def admit() -> None:
    """Let through, or raise `Unavailable`."""
    row = state()
    if row.failures < FAILURES or row.open_until is None:
        return
    if row.open_until > timezone.now():
        raise Unavailable(Reason.RESTING)
    mine = Circuit.objects.filter(pk=THE_CIRCUIT, open_until=row.open_until)
    if not mine.update(open_until=timezone.now() + TRIAL):
        raise Unavailable(Reason.RESTING)


def succeeded() -> None:
    """It answered: what was before is forgotten."""
    Circuit.objects.filter(pk=THE_CIRCUIT, failures__gt=0).update(
        failures=0, open_until=None, answered_at=timezone.now()
    )


def failed(reason: Reason, detail: str) -> None:
    """It did not, once more."""
    now = timezone.now()
    Circuit.objects.get_or_create(pk=THE_CIRCUIT)
    rows = Circuit.objects.filter(pk=THE_CIRCUIT)
    rows.update(failures=F("failures") + 1, reason=reason.value, detail=detail[:200], failed_at=now)
    failures = state().failures
    if failures >= FAILURES:
        # 2**5 half minutes are longer than the longest rest; a larger power would be no number.
        rest = min(FIRST_REST * 2 ** min(failures - FAILURES, 5), LONGEST_REST)
        rows.update(open_until=now + rest)


def close() -> None:
    """Somebody changed the settings, or wants it tried: as if nothing had been."""
    Circuit.objects.filter(pk=THE_CIRCUIT).update(failures=0, open_until=None)


def state() -> Circuit:
    """How it stands; an unsaved row while nothing ever failed."""
    return Circuit.objects.filter(pk=THE_CIRCUIT).first() or Circuit(pk=THE_CIRCUIT)
