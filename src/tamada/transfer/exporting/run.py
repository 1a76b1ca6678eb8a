"""Writing the files: one kind of thing at a time, JSON Lines and CSV side by side, into a folder or a zip."""

import csv
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from .datasets import DATASETS, Dataset

TELL_EVERY = 200

type_tell = Callable[[int, int], None]

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(slots=True)
class Done:
    """How many of each were written."""

    counts: dict[str, int] = field(default_factory=dict)


def write(target: Path, *, tell: type_tell = lambda done, total: None) -> Done:
    """Write everything to a new folder, or to a new file that ends in `.zip`. `tell` hears how far it is.

    Raises FileExistsError: nothing is overwritten. A zip that could not be finished is removed.
    """
    if target.suffix.lower() != ".zip":
        target.mkdir(parents=True)
        return _Run(target, None, tell).run()
    if target.exists():
        raise FileExistsError(17, "File exists", str(target))
    with tempfile.TemporaryDirectory(prefix=".export-", dir=target.parent) as folder:
        half = Path(folder) / "half.zip"
        with ZipFile(half, "w", ZIP_DEFLATED) as archive:
            done = _Run(Path(folder), archive, tell).run()
        half.rename(target)
    return done


class _Run:
    """One export. With an `archive` the files are moved into it as each kind is finished."""

    def __init__(self, folder: Path, archive: ZipFile | None, tell: type_tell) -> None:
        self.folder, self.archive, self.tell = folder, archive, tell
        self.done = 0
        self.total = sum(dataset.total() for dataset in DATASETS)

    def run(self) -> Done:
        began = datetime.now(UTC)
        counts = {dataset.name: self._write(dataset) for dataset in DATASETS}
        facts = {"made_at": began.isoformat(timespec="seconds").replace("+00:00", "Z"), "counts": counts}
        (self.folder / "export.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        self._put("export.json")
        self.tell(self.done, self.done)
        return Done(counts)

    def _write(self, dataset: Dataset) -> int:
        lines, table = f"{dataset.name}.jsonl", f"{dataset.name}.csv"
        count = 0
        # Spreadsheets know UTF-8 by its mark alone.
        with (
            (self.folder / lines).open("w", encoding="utf-8", newline="\n") as json_file,
            (self.folder / table).open("w", encoding="utf-8-sig", newline="") as csv_file,
        ):
            rows = csv.writer(csv_file)
            rows.writerow(dataset.columns)
            for row in dataset.rows():
                json_file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
                rows.writerow([cell(row[column]) for column in dataset.columns])
                count += 1
                self.done += 1
                if self.done % TELL_EVERY == 0:
                    self.tell(self.done, max(self.total, self.done))
        self._put(lines)
        self._put(table)
        return count

    def _put(self, name: str) -> None:
        if self.archive is not None:
            file = self.folder / name
            self.archive.write(file, name)
            file.unlink()


def cell(value: Any) -> str:
    """A value as one cell: lists of words joined, other things inside as JSON, and nothing that a spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = ", ".join(value)
    elif isinstance(value, (list, Mapping)):
        value = _inside(value)
    return harmless(str(value))


def _inside(value: list[Any] | Mapping[str, Any]) -> str:
    if not value:
        return ""
    if isinstance(value, list) and all(isinstance(item, dict) and {"type", "value"} <= item.keys() for item in value):
        return ", ".join(f"{item['type']}:{item['value']}" for item in value)
    return json.dumps(value, ensure_ascii=False)


def harmless(text: str) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front, which it shows as text."""
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text
