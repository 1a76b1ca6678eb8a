"""kill -9 in the middle of `migrate`: the next start goes on, and ends where an undisturbed one does."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from scripts.keep_version import dump
from tests.helpers.polling import until
from tests.helpers.processes import spawn
from tests.helpers.proof import full_only
from tests.helpers.tamada import running_tamada
from tests.upgrade.kept import KEPT
from tests.upgrade.later import MIDDLE, MIGRATE, environment, holding, later_version

pytestmark = [pytest.mark.sqlite, pytest.mark.servers]


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return later_version(tmp_path_factory.mktemp("later"))


@pytest.fixture(scope="module")
def present(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newest kept database, migrated to this version."""
    data_dir = tmp_path_factory.mktemp("present")
    KEPT[-1].put_database(data_dir / "tamada.sqlite3")
    subprocess.run(MIGRATE, env=environment(data_dir), check=True)
    return data_dir


@pytest.fixture(scope="module")
def undisturbed(later: dict[str, str], present: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The same, migrated to the later version in one go."""
    data_dir = tmp_path_factory.mktemp("undisturbed")
    shutil.copytree(present, data_dir, dirs_exist_ok=True)
    subprocess.run(MIGRATE, env=environment(data_dir, **later), check=True)
    return content(data_dir)


@pytest.mark.parametrize(
    ("point", "done"),
    [pytest.param("9001_mood", 0, marks=[pytest.mark.proof, full_only]), ("9003_echoes", MIDDLE)],
)
def test_an_upgrade_that_is_killed_goes_on(
    point: str, done: int, later: dict[str, str], present: Path, undisturbed: list[str], tmp_path: Path
) -> None:
    shutil.copytree(present, tmp_path, dirs_exist_ok=True)
    before = content(tmp_path)
    variables = environment(tmp_path, **later, **holding(point, tmp_path / "held"))
    process = spawn([str(part) for part in MIGRATE], log=tmp_path / "log", env=variables)
    until((tmp_path / "held").exists, seconds=60, what=f"the middle of {point}")
    os.kill(process.pid, signal.SIGKILL)
    process.wait(30)
    # What was in one transaction is as if it had never begun; row by row, what is done is done.
    assert (content(tmp_path) == before) is (done == 0)
    assert rows(tmp_path, "conversations_echo") == done
    subprocess.run(MIGRATE, env=environment(tmp_path, **later), check=True)
    assert content(tmp_path) == undisturbed


@pytest.mark.proof
@full_only
@pytest.mark.timeout(300)
def test_a_first_start_that_is_killed_again_and_again_succeeds(tmp_path: Path) -> None:
    with running_tamada(start=False, faults=True) as server:
        server.data_dir.mkdir(mode=0o700)
        interrupted = 0
        for wanted in (1, 12):
            command = [str(part) for part in server._up()]
            server.process = spawn(command, log=server.log_file, env=server.environment)
            until(partial(has_run, server.data_dir, wanted), seconds=60, what=f"migration number {wanted}")
            server.kill()
            interrupted += rows(server.data_dir, "django_migrations") < migrations_in(tmp_path)
        assert interrupted
        server.start()
        assert schema(server.data_dir) == schema(tmp_path)
        assert rows(server.data_dir, "django_migrations") == migrations_in(tmp_path)
        assert rows(server.data_dir, "accounts_team") == 1


def migrations_in(folder: Path) -> int:
    """How many there are, by an undisturbed run in this folder."""
    if not (folder / "tamada.sqlite3").exists():
        subprocess.run(MIGRATE, env=environment(folder), check=True)
    return rows(folder, "django_migrations")


def has_run(data_dir: Path, count: int) -> bool:
    return rows(data_dir, "django_migrations") >= count


def rows(data_dir: Path, table: str) -> int:
    """0 while there is no such table."""
    if not (data_dir / "tamada.sqlite3").exists():
        return 0
    with closing(sqlite3.connect(data_dir / "tamada.sqlite3", timeout=30)) as database:
        made = database.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", [table]).fetchone()[0]
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) if made else 0


def schema(data_dir: Path) -> list[str]:
    with closing(sqlite3.connect(data_dir / "tamada.sqlite3")) as database:
        return [sql for (sql,) in database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")]


def content(data_dir: Path) -> list[str]:
    """The whole database but for the moments at which migrations were run."""
    lines = "\n".join(dump(data_dir / "tamada.sqlite3"))
    return re.sub(r"(\(\d+,'\w+','\d{4}_\w+'),'[^']+'\)", r"\1)", lines).splitlines()
