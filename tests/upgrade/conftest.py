"""Databases of their own for upgrades: kept ones brought to this version, and empty ones."""

import itertools
import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from tamada.channels import journal
from tamada.cli import restore
from tamada.config import startup
from tamada.core import settings_store
from tests.upgrade.kept import KEPT, Kept

_numbers = itertools.count(1)
DATABASE, BACKUP = "database", "backup"

Blocker = Any  # pytest-django's, which it does not export


@contextmanager
def another_database(file: Path) -> Iterator[str]:
    """Meanwhile this thread's connection leads to a new, empty database: `file`, or one of the suite's PostgreSQL.

    Yields its address as TAMADA_DATABASE_URL takes it.
    """
    name = str(file) if connection.vendor == "sqlite" else f"upgrade_{os.getpid()}_{next(_numbers)}"
    usual = connection.settings_dict["NAME"]
    connection.close()
    _create(name)
    connection.settings_dict["NAME"] = name
    try:
        yield _address(name)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
        _drop(name)


def _create(name: str) -> None:
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')


def _drop(name: str) -> None:
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _address(name: str) -> str:
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{settings.TAMADA.database_url.rpartition('/')[0]}/{name}"


@contextmanager
def another_installation(data_dir: Path) -> Iterator[str]:
    """As `another_database`, with a data folder and its own key besides."""
    key = data_dir / "secret.key"
    changes: dict[str, Any] = {"TAMADA": replace(settings.TAMADA, data_dir=data_dir)}
    if key.exists():
        changes["SECRET_KEY"] = key.read_text().strip()
    # The suite's passwords are hashed cheaply; those of a kept database are real.
    changes["PASSWORD_HASHERS"] = ["tamada.accounts.passwords.Argon2Hasher"]
    journal._journal_at.cache_clear()
    with override_settings(**changes), another_database(data_dir / "tamada.sqlite3") as url:
        _forget()
        yield url
    _forget()


def _forget() -> None:
    """What this process believes of its database."""
    settings_store.forget()
    startup._known_applied = False


@dataclass(frozen=True)
class Upgraded:
    """A kept database that this version has taken over, and how it came here."""

    kept: Kept
    way: str
    data_dir: Path


WAYS = [
    *(pytest.param((kept, DATABASE), marks=pytest.mark.sqlite, id=f"{kept.version}-database") for kept in KEPT),
    *(pytest.param((kept, BACKUP), id=f"{kept.version}-backup") for kept in KEPT),
]


@pytest.fixture(scope="module", params=WAYS)
def upgraded(
    request: pytest.FixtureRequest, django_db_blocker: Blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Upgraded]:
    """The kept database itself (SQLite), or its backup restored; then migrated. Tests leave it as it is."""
    kept, way = request.param
    data_dir = kept.put_files(tmp_path_factory.mktemp("upgraded"))
    if way == DATABASE:
        kept.put_database(data_dir / "tamada.sqlite3")
    with django_db_blocker.unblock(), another_installation(data_dir):
        if way == DATABASE:
            call_command("migrate", verbosity=0, interactive=False)
        else:
            restore.run(Namespace(file=kept.backup, erasures=None))
        yield Upgraded(kept, way, data_dir)


@pytest.fixture
def empty_database(django_db_blocker: Blocker, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, which the test's own connection leads to as well."""
    with django_db_blocker.unblock(), another_database(tmp_path / "empty.sqlite3") as url:
        yield url
