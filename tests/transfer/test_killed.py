"""An import whose process is killed in the middle goes on where it ended."""

import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.helpers.polling import until
from tests.helpers.prepared import DATABASE, migrated
from tests.helpers.processes import clean_environment, spawn
from tests.helpers.tamada import PROGRAM

pytestmark = pytest.mark.sqlite

ROWS = 1500


def count(data: Path, what: str) -> int:
    with closing(sqlite3.connect(data / DATABASE, timeout=10)) as database:
        return int(database.execute(f"SELECT count({what}) FROM customers_identity").fetchone()[0])


def test_nobody_is_lost_and_nobody_comes_twice(tmp_path: Path) -> None:
    data, table = tmp_path / "data", tmp_path / "people.csv"
    shutil.copytree(migrated(), data)
    table.write_text("name,email\n" + "".join(f"Ani {n},ani{n}@mail.example\n" for n in range(ROWS)))
    command = [str(PROGRAM), "import", "--data", str(data), "csv", str(table)]
    killed = spawn(command, log=tmp_path / "import.log", env=clean_environment())
    until(lambda: count(data, "*"), seconds=60, what="The first batch")
    killed.send_signal(signal.SIGKILL)
    killed.wait(30)
    assert 0 < count(data, "*") < ROWS
    subprocess.run(command, env=clean_environment(), check=True, capture_output=True)
    assert count(data, "*") == count(data, "DISTINCT value") == ROWS
    assert count(data, "DISTINCT customer_id") == ROWS
