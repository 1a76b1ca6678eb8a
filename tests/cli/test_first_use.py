"""The real command on a folder where nothing is yet, or where something is wrong: it works, or says why in one line."""

import json
import os
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


def test_the_first_command_may_come_before_the_first_start(tmp_path: Path) -> None:
    added = tamada("user", "add", "ani@desk.example", "--name", "Ani", "--role", "admin", data=tmp_path / "data")
    assert added.returncode == 0, added.stderr
    assert json.loads(added.stdout)["role"] == "admin"
    assert tamada("token", "add", "ani@desk.example", data=tmp_path / "data").stdout.startswith("tmd_")


def test_a_database_of_an_earlier_version_is_left_to_the_start(tmp_path: Path) -> None:
    assert tamada("user", "list", data=tmp_path).returncode == 0
    with closing(sqlite3.connect(tmp_path / "tamada.sqlite3")) as db:
        db.execute("DELETE FROM django_migrations WHERE app = 'core'")
        db.commit()
    for command in (("user", "list"), ("inbox", "add", "Support", "--email", "a@desk.example"), ("reindex",)):
        assert is_refused_in_one_line(tamada(*command, data=tmp_path), "tamada up")


def test_a_database_that_does_not_answer_is_said_in_one_line(tmp_path: Path) -> None:
    nowhere = f"postgres://tamada@127.0.0.1:{free_port()}/tamada"
    for command in (("user", "list"), ("token", "add", "a@desk.example"), ("up", "--port", str(free_port()))):
        done = tamada(*command, data=tmp_path, TAMADA_DATABASE_URL=nowhere)
        assert is_refused_in_one_line(done, "The database can't be used")


def test_a_database_that_is_none_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "tamada.sqlite3").write_bytes(b"no database at all" * 100)
    assert is_refused_in_one_line(tamada("user", "list", data=tmp_path), "The database can't be used")


@pytest.mark.parametrize("command", [("user", "list"), ("up",), ("check",)])
def test_a_folder_that_cannot_be_used_is_said_in_one_line(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert is_refused_in_one_line(tamada(*command, data=tmp_path / "file" / "data"), "file")
