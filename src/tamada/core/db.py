"""What differs between SQLite and PostgreSQL, in one place."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, InternalError, OperationalError, connection, transaction

P = ParamSpec("P")
T = TypeVar("T")

AWAY = (OperationalError, InterfaceError, InternalError)
"""What is raised while the database is down, locked or read-only: never the fault of the row that is written."""


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


class Pool(ThreadPoolExecutor):
    """Threads whose database connections are closed with them."""

    def close(self) -> None:
        """Let running work end, close each thread's connection, end the threads. Returns at once."""
        together = threading.Barrier(self._max_workers)
        try:
            for _ in range(self._max_workers):
                self.submit(_close_connection, together)
        except RuntimeError:
            return  # It was closed before.
        self.shutdown(wait=False)


def _close_connection(together: threading.Barrier) -> None:
    """Every thread takes exactly one of these, because each waits until all have theirs."""
    with suppress(
        threading.BrokenBarrierError
    ):  # One is busy with something long; its connection ends with the process.
        together.wait(5)
    connection.close()


def with_fresh_connection(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call it in a thread that serves no requests, whose connection nobody else looks after."""
    connection.close_if_unusable_or_obsolete()
    return function(*args, **kwargs)


def flush_log() -> bool:
    """On SQLite, write everything into the database file and empty its log, where old pages stay otherwise.

    False when somebody is reading an older state: try again later. Call it outside of any transaction.
    """
    if is_postgres() or connection.in_atomic_block:
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, *_pages = cursor.fetchone()
    return not busy


def refresh_statistics() -> None:
    """On SQLite, count anew how well each index tells rows apart: statements are planned by that. PostgreSQL does so
    by itself.

    Looks at a thousand entries of each index, some 20 ms. The table of these counts is made anew, for only a change of
    the schema makes other connections read it; SQLite plans by fixed guesses where there is none (lang_analyze.html).
    """
    if is_postgres():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("PRAGMA analysis_limit=1000")
        cursor.execute("DROP TABLE IF EXISTS sqlite_stat1")
        cursor.execute("ANALYZE")
