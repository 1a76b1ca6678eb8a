"""What differs between SQLite and PostgreSQL, in one place."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


@contextmanager
def durable_atomic() -> Iterator[None]:
    """A transaction that survives a power loss once it has committed.

    On SQLite this raises `synchronous` to FULL for this one transaction (NORMAL may roll back the last commits); inside
    an outer transaction nothing can be raised, and the outer one decides. PostgreSQL's commits are durable already.
    """
    raised = connection.vendor == "sqlite" and not connection.in_atomic_block
    if raised:
        _synchronous("FULL")
    try:
        with transaction.atomic():
            yield
    finally:
        if raised:
            _synchronous("NORMAL")


def _synchronous(level: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={level}")
