"""What many tests begin with is made once for a run, and copied: databases that were migrated, the demo company."""

import atexit
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

from tests.helpers.processes import clean_environment

DATABASE = "tamada.sqlite3"
LOAD_DEMO = "import django; django.setup(); from tamada.demo import load; load()"


@cache
def migrated() -> Path:
    """A data folder with what migrations make, and nothing else."""
    return once("migrated", _migrate)


@cache
def with_demo() -> Path:
    """A data folder with the demo company."""
    return once("demo", _load_demo)


def program(data_dir: Path, *arguments: str, **variables: str) -> None:
    """Run Python on a data folder with the program's own settings, untouched by the developer's."""
    environment = clean_environment()
    environment |= {"DJANGO_SETTINGS_MODULE": "tamada.config.settings", "TAMADA_DATA_DIR": str(data_dir)}
    subprocess.run([sys.executable, *arguments], env=environment | variables, check=True, capture_output=True)


def _migrate(folder: Path) -> None:
    program(folder, "-m", "tamada.config", "migrate", "--verbosity", "0")
    _in_one_file(folder)


def _load_demo(folder: Path) -> None:
    shutil.copytree(migrated(), folder, dirs_exist_ok=True)
    program(folder, "-c", LOAD_DEMO)
    _in_one_file(folder)


def _in_one_file(folder: Path) -> None:
    """The database, with nothing beside it that has to come along."""
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.execute("PRAGMA journal_mode=DELETE")


def once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name, made by whichever process of the run comes first; the others wait for it."""
    whole = _folder_of_the_run()
    made, half = whole / name, whole / f"{name}.half"
    with (whole / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir(mode=0o700)
            make(half)
            half.rename(made)
    return made


@cache
def _folder_of_the_run() -> Path:
    """`scripts/suite.py` names one for all its parts and processes; a pytest of its own has its own."""
    if given := os.environ.get("TAMADA_TEST_PREPARED"):
        return Path(given)
    own = tempfile.mkdtemp(prefix="tamada-prepared-")
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return Path(own)
