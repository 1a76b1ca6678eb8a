"""Whom the restore of a backup brought back is erased once more, by the ledger beside the database."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from tamada.core.actors import SYSTEM
from tamada.customers.erased import digest_of, keep_away
from tamada.customers.models import Customer, Identity

from .. import ledger
from ..ledger import Line
from ..models import Erasure, Reason
from .erasure import plan


def erase_again(file: Path | None = None) -> list[Erasure]:
    """Begin an erasure for everybody who was erased by a line of the ledger that this database knows nothing of.

    Their addresses are kept away again too, whether they are back or not. A line without anybody left is noted as done.
    """
    lines = {line.key: line for line in ledger.read(file or ledger.path())}
    for key in Erasure.objects.filter(key__in=list(lines)).values_list("key", flat=True):
        del lines[key]
    if not lines:
        return []
    back = _brought_back(list(lines.values()))
    return [row for line in lines.values() for row in _settle(line, back.get(line.key, []))]


@transaction.atomic
def _settle(line: Line, people: list[int]) -> list[Erasure]:
    keep_away(line.addresses, line.erased_at)
    found = list(Customer.objects.filter(pk__in=people).order_by("pk"))
    if not found:
        _note(line)
        return []
    keys = [line.key, *[""] * (len(found) - 1)]
    return [
        plan(customer=customer, actor=SYSTEM, reason=Reason.BACKUP, at=line.erased_at, key=key)
        for customer, key in zip(found, keys, strict=True)
    ]


def _note(line: Line) -> None:
    now = timezone.now()
    Erasure.objects.create(
        key=line.key, customer_id=line.customer, reason=Reason.BACKUP, began_at=line.erased_at, ended_at=now
    )


def _brought_back(lines: list[Line]) -> dict[str, list[int]]:
    """Customers by the key of their line: the same row again, or whoever had an address of theirs at that time."""
    found: dict[str, list[int]] = {line.key: _same(line) for line in lines}
    by_digest = {digest: line for line in lines for digest in line.addresses}
    for digest, customer, created_at in _digests():
        line = by_digest.get(digest)
        if line is not None and created_at <= line.erased_at and customer not in found[line.key]:
            found[line.key].append(customer)
    return found


def _same(line: Line) -> list[int]:
    return list(Customer.objects.filter(pk=line.customer, created_at=line.created_at).values_list("pk", flat=True))


def _digests() -> Iterator[tuple[str, int, datetime]]:
    rows = Identity.objects.values_list("type", "value", "customer_id", "created_at")
    for kind, value, customer, created_at in rows.iterator(2_000):
        yield digest_of(kind, value), customer, created_at
