"""The lock that orders the writers of a SQLite file."""

import os
import stat
from pathlib import Path

import pytest

from tamada.core.sqlite.lock import lock_for


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files that belong to others")
def test_a_command_run_as_root_leaves_the_lock_to_the_owner_of_the_database(tmp_path: Path) -> None:
    database = tmp_path / "tamada.sqlite3"
    database.touch()
    os.chown(database, 65534, 65534)
    lock = lock_for(str(database))
    lock.acquire()
    lock.release()
    made = (tmp_path / "tamada.sqlite3-writer").stat()
    assert (made.st_uid, made.st_gid) == (65534, 65534)
    assert stat.S_IMODE(made.st_mode) == 0o600
