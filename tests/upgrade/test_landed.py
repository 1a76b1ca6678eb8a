"""A migration that a kept version ran is never changed: databases out there have run it, and won't run it again."""

import hashlib
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from tamada.config import startup
from tests.helpers.data import ROOT
from tests.upgrade.kept import KEPT, Kept


def changed(listing: str, root: Path) -> list[str]:
    """The files of a listing (as of sha256sum) that are missing or differ."""
    lines = [line.split("  ", 1) for line in listing.splitlines()]
    return [
        path
        for digest, path in lines
        if not (root / path).is_file() or hashlib.sha256((root / path).read_bytes()).hexdigest() != digest
    ]


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.version)
def test_landed_migrations_are_as_they_were(kept: Kept) -> None:
    files = changed((kept.folder / "migrations.sha256").read_text(), ROOT)
    assert not files, (
        f"{', '.join(files)} landed with {kept.version}, and databases have run it as it was then. "
        "Take the change back (git checkout) and make a new migration instead: "
        "python -m tamada.config makemigrations ROOM"
    )


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.version)
def test_the_listing_names_what_the_database_has_run(kept: Kept) -> None:
    listed = {line.rpartition("/")[2] for line in (kept.folder / "migrations.sha256").read_text().splitlines()}
    ours = {app for app, _name in startup.on_disk()} - {"auth", "contenttypes", "sessions"}
    ran = {name for name in kept.migrations if name.partition(".")[0] in ours}
    assert ran
    assert {f"{name.partition('.')[2]}.py" for name in ran} == listed


def test_every_migration_has_a_way_back() -> None:
    """`restore` walks it when a backup is older than the empty tables it comes into."""
    migrations = MigrationLoader(None).disk_migrations
    one_way = [
        f"{app}.{name}"
        for (app, name), migration in migrations.items()
        if not all(operation.reversible for operation in migration.operations)
    ]
    assert one_way == [], "RunPython and RunSQL take a second argument; RunPython.noop where there is nothing to undo."


def test_a_changed_and_a_missing_file_are_named(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"as it was").hexdigest()
    for name, content in (("same.py", b"as it was"), ("other.py", b"as it became")):
        (tmp_path / name).write_bytes(content)
    listing = "".join(f"{digest}  {name}.py\n" for name in ("same", "other", "gone"))
    assert changed(listing, tmp_path) == ["other.py", "gone.py"]
