"""Keeps what this version writes, for the tests of upgrades: a release runs `.venv/bin/python scripts/keep_version.py`.

Into `tests/upgrade/VERSION` go

    database.sql        the whole SQLite database as text, with its full-text index
    backup.tgz          what `tamada backup` makes of it
    migrations.sha256   the migrations that made its tables; from now on they are not changed any more
    about.toml          what tests may rely on: how to sign in, what a search finds

The same code writes the same files: the clock stands where the story puts it, and what is random is drawn from a seed.
"""

import hashlib
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import tamada.config  # noqa: E402, F401  puts the sound SQLite in place
from tests.helpers.clock import Frozen  # noqa: E402

import sqlite3  # noqa: E402  isort: skip

KEPT = ROOT / "tests" / "upgrade"
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
SECRET_KEY = "No secret: the key of a database that everybody may read."
SHADOWS = ("data", "idx", "content", "docsize", "config")
WIDTH = 120


def main(arguments: list[str]) -> None:
    """Write the folder of this version; refuses to write over one that is there."""
    target = Path(arguments[0]) if arguments else KEPT / version("tamada")
    if target.exists():
        sys.exit(f"{target} is there already: what a version wrote stays as it was.")
    with tempfile.TemporaryDirectory() as folder, standing_still() as frozen:
        data = Path(folder) / "data"
        data.mkdir(mode=0o700)
        kept = Path(folder) / "kept"
        kept.mkdir()
        write(data, kept, frozen)
        shutil.copytree(kept, target)
    print(f"{target}: {sum(file.stat().st_size for file in target.iterdir()) // 1024} KB")


@contextmanager
def standing_still() -> Iterator[Frozen]:
    """A clock that only the story moves, and randomness that repeats itself. Begin it before Django is loaded."""
    seeded = random.Random(0)
    random.seed(0)
    frozen = Frozen(START)
    with ExitStack() as stack:
        for name, fake in (
            ("django.utils.timezone.now", frozen.now),
            ("time.time", frozen.timestamp),
            ("time.time_ns", lambda: round(frozen.timestamp()) * 10**9),
            ("os.urandom", seeded.randbytes),
            ("random._urandom", seeded.randbytes),
        ):
            stack.enter_context(patch(name, fake))
        yield frozen


def write(data: Path, kept: Path, frozen: Frozen) -> None:
    """Live through the story in a new data folder, and keep what that leaves."""
    from tests.helpers.smtp import FakeSMTP

    (data / "secret.key").write_text(SECRET_KEY + "\n")
    (data / "secret.key").chmod(0o600)
    for name in [name for name in os.environ if name.startswith("TAMADA_")]:
        del os.environ[name]
    with FakeSMTP() as server:
        os.environ |= {
            "TAMADA_DATA_DIR": str(data),
            "TAMADA_SMTP_URL": server.url,
            "DJANGO_SETTINGS_MODULE": "tamada.config.settings",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        from tamada.cli import archive
        from tests.upgrade import story

        company = story.tell(frozen, server)
    if empty := [model._meta.label for model in archive.tables() if not archive.everything(model).exists()]:
        sys.exit(f"The story has nothing of {', '.join(empty)}: tell of it in tests/upgrade/story.py.")
    archive.write(kept / "backup.tgz")
    (kept / "database.sql").write_text("".join(f"{line}\n" for line in dump(data / "tamada.sqlite3")))
    (kept / "migrations.sha256").write_text("".join(f"{line}\n" for line in landed()))
    (kept / "about.toml").write_text(about(company.nare.email, story.PASSWORD, company.token, story.FINDS))


def about(email: str, password: str, token: str, finds: dict[str, tuple[str, str]]) -> str:
    """What holds of the kept database, for tests of any version to read."""
    lines = [
        f'version = "{version("tamada")}"',
        f'sign_in = "{email}"',
        f'password = "{password}"',
        f'token = "{token}"',
        "",
        "[finds] # a word that nobody wrote in this form, and the subject of the conversation that it finds",
        *(f'{language} = ["{word}", "{subject}"]' for language, (word, subject) in finds.items()),
    ]
    return "".join(f"{line}\n" for line in lines)


def landed() -> list[str]:
    """A line for each migration there is: its digest and its path."""
    files = sorted((ROOT / "src").glob("tamada/**/migrations/[0-9]*.py"))
    return [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(ROOT).as_posix()}" for file in files]


# A database as text ---------------------------------------------------------------------------------------------------


def dump(database: Path) -> Iterator[str]:
    """SQL that makes the same database again.

    Full-text tables keep their index in shadow tables, which sqlite3's own `iterdump` would make twice: they come with
    their virtual table, and only their rows are written.
    """
    with sqlite3.connect(database) as db:
        made = db.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
        virtual = [name for name, _kind, sql in made if sql.startswith("CREATE VIRTUAL")]
        shadows = {f"{name}_{part}" for name in virtual for part in SHADOWS}
        yield "PRAGMA foreign_keys=OFF;"
        yield "BEGIN;"
        for name, kind, sql in made:
            if kind == "table" and name not in shadows and not name.startswith("sqlite_"):
                yield f"\n{sql};"
                yield from insert(db, name) if name not in virtual else shadow_rows(db, name)
        yield "\nDELETE FROM sqlite_sequence;"
        yield from insert(db, "sqlite_sequence")
        yield ""
        yield from (f"{sql};" for _name, kind, sql in made if kind != "table")
        yield "COMMIT;"
    db.close()


def shadow_rows(db: sqlite3.Connection, virtual: str) -> Iterator[str]:
    """What a full-text table keeps, in place of what its making put there."""
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for name in (f"{virtual}_{part}" for part in SHADOWS):
        if name in there:
            yield f"DELETE FROM {name};"
            yield from insert(db, name)


def insert(db: sqlite3.Connection, table: str) -> Iterator[str]:
    """One statement with all rows of a table, as many in a line as fit."""
    columns = [row[1] for row in db.execute(f'PRAGMA table_info("{table}")')]
    quoted = " || ',' || ".join(f'quote("{column}")' for column in columns)
    rows = [f"({row})" for (row,) in db.execute(f'SELECT {quoted} FROM "{table}"')]
    if not rows:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    yield f'INSERT INTO "{table}" ({names}) VALUES'
    line = rows[0]
    for row in rows[1:]:
        if "\n" not in row and len(line) + len(row) < WIDTH:
            line += f",{row}"
        else:
            yield f"{line},"
            line = row
    yield f"{line};"


if __name__ == "__main__":
    main(sys.argv[1:])
