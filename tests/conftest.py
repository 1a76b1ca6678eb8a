"""What every test may ask for: the fixed cast of people, servers, a browser, Tamada itself."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.helpers.memory import forget_everything
from tests.helpers.prepared import DATABASE, migrated

pytest_plugins = ["tests.cast", "tests.fixtures_servers"]


@pytest.fixture(autouse=True)
def fresh_process_memory() -> None:
    """What a process remembers outside the database must not pass from one test to the next."""
    forget_everything()


@pytest.fixture(autouse=True)
def same_umask() -> Iterator[None]:
    """`tamada` hides what it writes from others; in the tests' process, later ones start servers that run as others."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """On SQLite a worker's database begins as a copy of one that was migrated; `migrate` then finds nothing to do.

    On PostgreSQL the run's template does the same: see `tests/settings.py`.
    """
    from django.db import connection
    from django.db.backends.signals import connection_created

    if connection.vendor != "sqlite":
        return

    def fill(connection: Any, **_others: Any) -> None:
        if connection.is_in_memory_db():
            connection_created.disconnect(fill)
            with closing(sqlite3.connect(migrated() / DATABASE)) as source:
                source.backup(connection.connection)

    connection_created.connect(fill, weak=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """A database that somebody is connected to can't be dropped at the end."""
    from tamada.core import gather

    yield
    gather.close(wait=True)


@pytest.fixture(scope="session", autouse=True)
def flush_despite_the_guard() -> Iterator[None]:
    """A test with real transactions empties every table afterwards, the audit trail too, which nothing else may."""
    from django.db import connection

    from tamada.core import audit_guard

    operations, vendor = type(connection.ops), connection.vendor
    flush = operations.sql_flush

    def lifted(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        statements = flush(self, style, tables, **options)
        if not statements or "core_audit" not in tables:
            return statements
        return [*audit_guard.take_sql(vendor), *statements, *audit_guard.put_sql(vendor)]

    operations.sql_flush = lifted  # type: ignore[method-assign]
    yield
    operations.sql_flush = flush  # type: ignore[method-assign]
