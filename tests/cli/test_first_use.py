"""The real command on a folder where nothing is yet, or where something is wrong: it works, or says why in one line."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.helpers.ports import free_port

PROGRAM = Path(sys.executable).with_name("tamada")


def tamada(*arguments: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TAMADA_", "DJANGO_", "LC_"))}
    return subprocess.run(
        [PROGRAM, *arguments, "--data", data],
        env={**clean, "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def is_refused_in_one_line(done: subprocess.CompletedProcess[str], words: str) -> bool:
    assert done.returncode == 1, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("tamada: ")
    return words in done.stderr


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was made open to everybody, after the first command in it."""
    data = tmp_path_factory.mktemp("first")
    data.chmod(0o755)
    added = tamada("user", "add", "ani@desk.example", "--name", "Ani", "--role", "admin", data=data)
    assert added.returncode == 0, added.stderr
    assert json.loads(added.stdout)["role"] == "admin"
    return data


@pytest.fixture
def data(first: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(first, tmp_path / "data"))


def test_the_first_command_may_come_before_the_first_start(first: Path) -> None:
    assert tamada("token", "add", "ani@desk.example", data=first).stdout.startswith("tmd_")


def test_nobody_else_can_read_what_is_written_though_the_folder_was_made_open(first: Path, tmp_path: Path) -> None:
    assert tamada("backup", str(tmp_path / "all.tar"), data=first).returncode == 0
    written = [tmp_path / "all.tar", *first.rglob("*")]
    assert {file.name for file in written} >= {"all.tar", "secret.key", "tamada.sqlite3"}
    assert not [file for file in written if file.stat().st_mode & 0o077]


def test_check_names_what_others_may_read_and_how_to_close_it(data: Path) -> None:
    database = data / "tamada.sqlite3"
    database.chmod(0o644)
    found = tamada("check", data=data)
    assert found.returncode == 1
    assert f"can look into {data}: chmod 700" in found.stderr
    assert f"can read {database}: chmod 600" in found.stderr
    assert "secret.key" not in found.stderr
    data.chmod(0o700)
    closed = tamada("check", data=data)
    assert "chmod" not in closed.stderr
    assert closed.returncode == 0, closed.stderr


def test_a_database_of_an_earlier_version_is_left_to_the_start(data: Path) -> None:
    with closing(sqlite3.connect(data / "tamada.sqlite3")) as db:
        db.execute("DELETE FROM django_migrations WHERE app = 'core'")
        db.commit()
    for command in (("user", "list"), ("reindex",)):
        assert is_refused_in_one_line(tamada(*command, data=data), "tamada up")


def test_a_database_that_does_not_answer_is_said_in_one_line(tmp_path: Path) -> None:
    nowhere = f"postgres://tamada@127.0.0.1:{free_port()}/tamada"
    for command in (("user", "list"), ("token", "add", "a@desk.example"), ("up", "--port", "0", "--smtp-port", "0")):
        done = tamada(*command, data=tmp_path, TAMADA_DATABASE_URL=nowhere)
        assert is_refused_in_one_line(done, "The database can't be used")


def test_a_database_that_is_none_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "tamada.sqlite3").write_bytes(b"no database at all" * 100)
    assert is_refused_in_one_line(tamada("user", "list", data=tmp_path), "The database can't be used")


@pytest.mark.parametrize("command", [("user", "list"), ("up",), ("check",)])
def test_a_folder_that_cannot_be_used_is_said_in_one_line(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert is_refused_in_one_line(tamada(*command, data=tmp_path / "file" / "data"), "file")
