"""Writing the files: one kind of thing at a time, JSON Lines and CSV side by side, into a folder or a zip.

The files of messages follow, once each, as `files/ab/abcd…` by their SHA-256.
"""

import csv
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db.models import QuerySet

from tamada.conversations.models import Attachment
from tamada.core import storage
from tamada.core.takeout import PAGE, Dataset, stored

from .datasets import everything

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
        self.datasets = everything()
        self.total = sum(dataset.total() for dataset in self.datasets) + _blobs().count()

    def run(self) -> Done:
        began = datetime.now(UTC)
        counts = {dataset.name: self._write(dataset) for dataset in self.datasets}
        counts["files"] = self._files()
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
                self._tell()
        self._put(lines)
        self._put(table)
        return count

    def _tell(self) -> None:
        self.done += 1
        if self.done % TELL_EVERY == 0:
            self.tell(self.done, max(self.total, self.done))

    def _files(self) -> int:
        """The bytes of attachments, and of what other rooms store; how many were written.

        Those that the store lost are listed in `missing.txt`.
        """
        count, missing = 0, self.folder / "missing.txt"
        for blob in chain(_each_blob(), _of_other_rooms()):
            try:
                with storage.open(blob) as file:
                    self._copy(file, f"files/{blob[:2]}/{blob}")
                count += 1
            except storage.MissingFile:
                with missing.open("a", encoding="utf-8", newline="\n") as lines:
                    lines.write(f"{blob}\n")
            self._tell()
        if missing.exists():
            self._put(missing.name)
        return count

    def _copy(self, file: IO[bytes], name: str) -> None:
        """As it is: what people attach is packed already."""
        if self.archive is not None:
            with self.archive.open(ZipInfo(name), "w", force_zip64=True) as target:
                shutil.copyfileobj(file, target)
            return
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        with (self.folder / name).open("wb") as target:
            shutil.copyfileobj(file, target)

    def _put(self, name: str) -> None:
        if self.archive is not None:
            file = self.folder / name
            self.archive.write(file, name)
            file.unlink()


def _blobs() -> QuerySet[Attachment, str]:
    """The keys of the files of messages, each once, in their order."""
    found = Attachment.objects.filter(message__isnull=False).order_by("blob")
    return found.values_list("blob", flat=True).distinct()


def _each_blob() -> Iterator[str]:
    after = ""
    while page := list(_blobs().filter(blob__gt=after)[:PAGE]):
        yield from page
        after = page[-1]


def _of_other_rooms() -> Iterator[str]:
    """Those that no message has brought already."""
    keys = {key for of_room in stored for key in of_room()}
    yield from sorted(keys - set(_blobs().filter(blob__in=keys)))


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
