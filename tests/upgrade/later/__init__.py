"""A version of Tamada that does not exist yet: this one and three more migrations, in a folder of its own."""

import os
import shutil
import signal
import sys
from pathlib import Path

from tests.helpers.data import ROOT
from tests.helpers.processes import clean_environment

MIDDLE = 20
"""The message at which the migrations that fill something stand still when they are told to."""

MIGRATE = [sys.executable, "-m", "tamada.config", "migrate", "--verbosity", "0"]


def later_version(folder: Path) -> dict[str, str]:
    """Make the version; returns the environment in which `tamada` and `python -m tamada.config` are it."""
    package = folder / "tamada"
    shutil.copytree(ROOT / "src" / "tamada", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "locale", package / "locale", dirs_exist_ok=True)
    for file in (Path(__file__).parent / "migrations").glob("[0-9]*.py"):
        shutil.copy(file, package / "conversations" / "migrations")
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """For a process on this data folder; the developer's own settings are left out."""
    return {**clean_environment(), "TAMADA_DATA_DIR": str(data_dir), **more}


def holding(point: str, mark: Path) -> dict[str, str]:
    """Lets the migration of that name stand still in its middle, once it has made the file `mark`."""
    return {"TAMADA_TEST_HOLD": point, "TAMADA_TEST_HELD": str(mark)}


def hold(point: str) -> None:
    """Wait to be killed, if a test says so."""
    if os.environ.get("TAMADA_TEST_HOLD") == point:
        Path(os.environ["TAMADA_TEST_HELD"]).touch()
        signal.pause()
