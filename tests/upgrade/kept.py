"""The databases and backups that earlier versions wrote, as `scripts/keep_version.py` kept them."""

import json
import sqlite3
import tarfile
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.helpers.data import ROOT

FOLDER = ROOT / "tests" / "upgrade"


@dataclass(frozen=True)
class Kept:
    """What one version wrote."""

    folder: Path

    @property
    def version(self) -> str:
        return self.folder.name

    @property
    def backup(self) -> Path:
        return self.folder / "backup.tgz"

    @cached_property
    def about(self) -> dict[str, Any]:
        return tomllib.loads((self.folder / "about.toml").read_text())

    @cached_property
    def rows(self) -> dict[str, dict[Any, dict[str, Any]]]:
        """The rows of the backup: label of the table → primary key → fields."""
        return {label: {row[primary_key(row)]: row for row in rows} for label, rows in self._tables()}

    def _tables(self) -> list[tuple[str, list[dict[str, Any]]]]:
        with tarfile.open(self.backup) as tar:
            members = [m for m in tar if m.name.startswith("rows/")]
            read = [(m, tar.extractfile(m)) for m in members]
            return [
                (m.name.removeprefix("rows/").removesuffix(".jsonl"), [json.loads(line) for line in file or ()])
                for m, file in read
            ]

    @cached_property
    def migrations(self) -> set[str]:
        """Those that the database had, as `app.name`."""
        with tarfile.open(self.backup) as tar:
            manifest = tar.extractfile("manifest.json")
            assert manifest is not None
            return set(json.load(manifest)["migrations"])

    def put_database(self, file: Path) -> Path:
        """Make the SQLite database again."""
        with sqlite3.connect(file) as db:
            db.executescript((self.folder / "database.sql").read_text())
        db.close()
        return file

    def put_files(self, data_dir: Path) -> Path:
        """Put attachments, raw mail and the key where the version had them."""
        with tarfile.open(self.backup) as tar:
            for member in tar:
                content = tar.extractfile(member)
                if content is not None and member.name.startswith("data/"):
                    target = data_dir / member.name.removeprefix("data/")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content.read())
        (data_dir / "secret.key").chmod(0o600)
        return data_dir


def primary_key(row: dict[str, Any]) -> str:
    """The name of its key: rows are written with their fields in order, and the key is the first."""
    return next(iter(row))


KEPT = [Kept(file.parent) for file in sorted(FOLDER.glob("*/about.toml"))]
"""Every version that was kept, the oldest first."""
