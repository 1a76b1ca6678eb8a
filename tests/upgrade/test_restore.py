"""A backup of an earlier version comes into a later one; one of a later version is refused, and so is its database."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.helpers.proof import full_only
from tests.helpers.tamada import PROGRAM
from tests.upgrade.kept import KEPT, Kept
from tests.upgrade.later import MIGRATE, environment, later_version

pytestmark = pytest.mark.servers

Later = dict[str, str]


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Later:
    return later_version(tmp_path_factory.mktemp("later"))


@pytest.fixture
def installation(empty_database: str, tmp_path: Path) -> Iterator[Later]:
    """An empty data folder on the empty database that this process is connected to."""
    (tmp_path / "data").mkdir(mode=0o700)
    yield environment(tmp_path / "data", TAMADA_DATABASE_URL=empty_database)
    connection.close()


def tamada(variables: Later, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [PROGRAM, *arguments], env=variables, capture_output=True, text=True, timeout=300, check=False
    )


def one(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def check_taken_over(kept: Kept) -> None:
    """The rows are there, and the later version's migrations have gone over each."""
    messages = len(kept.rows["conversations.Message"])
    assert one("SELECT count(*) FROM conversations_message") == messages
    assert one("SELECT count(*) FROM conversations_message WHERE mood LIKE 'calm %'") == messages
    assert one("SELECT count(*) FROM conversations_echo") == messages
    assert one("SELECT count(*) FROM accounts_team") == len(kept.rows["accounts.Team"])


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.version)
def test_an_earlier_backup_is_migrated_on_its_way_in(kept: Kept, later: Later, installation: Later) -> None:
    done = tamada(installation | later, "restore", kept.backup)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["rows"] == sum(map(len, kept.rows.values()))
    check_taken_over(kept)


@pytest.mark.proof
@full_only
def test_it_comes_into_tables_that_are_newer_but_empty(later: Later, installation: Later) -> None:
    subprocess.run(MIGRATE, env=installation | later, check=True)
    done = tamada(installation | later, "restore", KEPT[0].backup)
    assert done.returncode == 0, done.stderr
    check_taken_over(KEPT[0])


def test_a_later_backup_and_a_later_database_are_refused(later: Later, installation: Later, tmp_path: Path) -> None:
    assert tamada(installation | later, "restore", KEPT[0].backup).returncode == 0
    assert tamada(installation | later, "backup", tmp_path / "later.tgz").returncode == 0
    for refused in (
        tamada(installation, "up", "--port", "0", "--smtp-port", "0"),
        tamada(installation, "check"),
        tamada(installation, "restore", tmp_path / "later.tgz"),
    ):
        assert refused.returncode == 1
        assert "newer version of Tamada" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert one("SELECT count(*) FROM conversations_echo") > 0


@pytest.mark.proof
@full_only
def test_a_later_backup_leaves_an_empty_installation_empty(later: Later, installation: Later, tmp_path: Path) -> None:
    other = environment(tmp_path / "other", **later)
    assert tamada(other, "restore", KEPT[0].backup).returncode == 0
    assert tamada(other, "backup", tmp_path / "later.tgz").returncode == 0
    refused = tamada(installation, "restore", tmp_path / "later.tgz")
    assert refused.returncode == 1
    assert refused.stderr.startswith("tamada: This backup is of a newer version of Tamada")
    assert connection.introspection.table_names() == []
