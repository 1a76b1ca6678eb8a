"""`DATA/erasures.jsonl`: who was erased, as digests, where the restore of a database does not reach.

A database that is older than a line in it may know the person again; `actions.restored` looks for that.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from tamada.core.personal import Subject
from tamada.customers.erased import digest_of

from .models import Erasure

NAME: Final = "erasures.jsonl"


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure. `created_at` tells the customer from another one with the same number."""

    key: str
    customer: int
    created_at: datetime
    erased_at: datetime
    addresses: frozenset[str]


def path() -> Path:
    """Where it lies."""
    return Path(settings.TAMADA.shared_dir) / NAME


def write(row: Erasure, subject: Subject, *, created_at: datetime) -> None:
    """Add a line, on disk when this returns. Twice the same does no harm."""
    line = {
        "key": row.key,
        "customer": row.customer_id,
        "created_at": created_at.isoformat(),
        "erased_at": subject.at.isoformat(),
        "addresses": sorted({digest_of(*address) for address in subject.addresses}),
    }
    add(json.dumps(line).encode())


def add(lines: bytes) -> None:
    """Add lines as they are, behind whatever a crash cut off."""
    descriptor = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write((b"\n" if file.tell() else b"") + lines.strip() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read(file: Path) -> Iterator[Line]:
    """Every whole line; one that was cut by a crash is passed over."""
    if not file.exists():
        return
    for text in file.read_text().splitlines():
        try:
            given = json.loads(text)
            yield Line(
                str(given["key"]),
                int(given["customer"]),
                datetime.fromisoformat(given["created_at"]),
                datetime.fromisoformat(given["erased_at"]),
                frozenset(given["addresses"]),
            )
        except (ValueError, KeyError, TypeError):
            continue
