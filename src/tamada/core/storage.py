"""Files by their content: the key is the SHA-256 of the bytes, so storing twice is storing once.

Storing again makes the file new: a row that names it may follow. So what was stored within the hour outlives whoever
lets go of it by that hour, and the sweep, once a day, takes what no row names when it is a day old.

A row names its file in a `FileKey`.

On disk in `DATA/files`, or in an S3-compatible store (`core.s3`) with
`TAMADA_STORAGE_URL=s3://KEY:SECRET@HOST/BUCKET?region=…` (extra `s3`).
"""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from heapq import merge
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils import timezone

CHUNK = 1 << 20
GRACE_SECONDS = 86_400
SETTLED_SECONDS = 3_600
"""No transaction names what was stored longer ago: one that stored it again made it new."""
_AT_ONCE = 500
_KEY = re.compile(r"[0-9a-f]{64}")


class MissingFile(Exception):
    """No file is stored under the key."""


class StoreAway(OSError):
    """The store does not answer, or refuses us. The file may well be there: try again later."""


class Store(Protocol):
    """Where bytes are kept."""

    def put(self, chunks: Iterator[bytes]) -> str: ...
    def open(self, key: str) -> IO[bytes]: ...
    def size(self, key: str) -> int: ...
    def exists(self, key: str) -> bool: ...
    def delete(self, key: str) -> None: ...
    def discard(self, key: str, before: float) -> bool: ...
    def keys(self) -> Iterator[str]: ...


def put(content: bytes | IO[bytes]) -> str:
    """Store and return the key. The file is on disk (fsynced) when this returns. Never call it inside a transaction."""
    return store().put(_chunks(content))


def open(key: str) -> IO[bytes]:  # noqa: A001 (reads as storage.open)
    """The file for reading; close it. Raises MissingFile."""
    return store().open(_checked(key))


def read(key: str) -> bytes:
    """All bytes of a file. Raises MissingFile."""
    with open(key) as file:
        return file.read()


def size(key: str) -> int:
    """Bytes. Raises MissingFile."""
    return store().size(_checked(key))


def exists(key: str) -> bool:
    return store().exists(_checked(key))


class FileKey(models.CharField):  # type: ignore[type-arg]
    """A column that names a stored file, or none (""). A backup takes the file along, and no sweep takes it away."""

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """To the database it is a `CharField` like any other."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every table with a column that names files."""
    for model in apps.get_models(include_auto_created=True):
        yield from ((model, field.attname) for field in model._meta.concrete_fields if isinstance(field, FileKey))


def _rows(model: type[models.Model]) -> models.QuerySet[Any]:
    return model._base_manager.order_by()  # noqa: SLF001  Django's documented name: whatever the model's own hides


def named(keys: Collection[str], *, without: models.QuerySet[Any] | None = None) -> set[str]:
    """Those of the keys that any row names, of whatever room; `without` are rows that don't count, as they go."""
    found: set[str] = set()
    for model, column in columns():
        rows = _rows(model).filter(**{f"{column}__in": keys})
        if without is not None and without.model is model:
            rows = rows.exclude(pk__in=without.order_by().values("pk"))
        found.update(rows.values_list(column, flat=True))
    return found


def every_named() -> Iterator[str]:
    """Every key that a row names, once, in order."""
    found = [
        _rows(model).exclude(**{column: ""}).order_by(column).values_list(column, flat=True).distinct().iterator()
        for model, column in columns()
    ]
    return (key for key, _same in groupby(merge(*found)))


def delete(*keys: str, without: models.QuerySet[Any] | None = None) -> None:
    """Discard what no row names any more, but perhaps those of `without`.

    Somebody else may have stored the same bytes a moment ago and be about to name them: what was stored within the
    hour, perhaps again, is looked at once more when that is over.
    """
    from .tasks import delete_files

    if not (there := [_checked(key) for key in dict.fromkeys(keys)]):
        return
    kept, before = named(there, without=without), time.time() - SETTLED_SECONDS
    young = [key for key in there if key not in kept and not store().discard(key, before) and store().exists(key)]
    if young:
        later = timezone.now() + timedelta(seconds=SETTLED_SECONDS + 60)
        delete_files.using(run_after=later).enqueue(keys=young)


def sweep() -> int:
    """Discard what no row names: files of forms that were refused, of work that died in between. How many."""
    keys, done = store().keys(), 0
    while page := list(islice(keys, _AT_ONCE)):
        done += sum(map(discard, sorted(set(page) - named(page))))
    return done


def discard(key: str) -> bool:
    """Remove a file that no row names, unless it was stored, perhaps again, within the last day; whether it went."""
    return store().discard(_checked(key), time.time() - GRACE_SECONDS)


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise MissingFile("That is no key of a stored file.")
    return key


def _chunks(content: bytes | IO[bytes]) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    while chunk := content.read(CHUNK):
        yield chunk


class Disk:
    """`DATA/files/ab/cd/abcd…`, written beside, synced, then renamed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:4] / key

    def put(self, chunks: Iterator[bytes]) -> str:
        try:
            return self._put(chunks)
        except OSError as error:  # full, read-only, unmounted
            raise StoreAway(f"Files can't be written: {error.strerror or error}.") from error

    def _put(self, chunks: Iterator[bytes]) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        handle, name = tempfile.mkstemp(prefix=".new-", dir=self.folder)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                for chunk in chunks:
                    digest.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            self._settle(temporary, self.path(digest.hexdigest()))
        finally:
            temporary.unlink(missing_ok=True)
        return digest.hexdigest()

    def _settle(self, temporary: Path, target: Path) -> None:
        with suppress(FileNotFoundError):
            os.utime(target)  # it is there already, and new again
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.rename(target)
        for folder in (target.parent, target.parent.parent, self.folder):
            _sync_folder(folder)

    def open(self, key: str) -> IO[bytes]:
        try:
            return self.path(key).open("rb")
        except FileNotFoundError:
            raise MissingFile(key) from None

    def size(self, key: str) -> int:
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError:
            raise MissingFile(key) from None

    def exists(self, key: str) -> bool:
        return self.path(key).exists()

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def discard(self, key: str, before: float) -> bool:
        path, aside = self.path(key), self.folder / f".old-{key}"
        try:
            if path.stat().st_mtime > before:
                return False
            # Who stores it again from here on does not find it; who did a moment ago has made it new.
            path.rename(aside)
            if aside.stat().st_mtime > before:
                aside.rename(path)
                return False
        except FileNotFoundError:
            return False
        aside.unlink()
        return True

    def keys(self) -> Iterator[str]:
        return (path.name for path in self.folder.glob("??/??/*") if _KEY.fullmatch(path.name))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@lru_cache(maxsize=4)
def _store(url: str | None, folder: Path) -> Store:
    if url is None:
        return Disk(folder / "files")
    scheme = urlsplit(url).scheme
    if scheme == "file":
        return Disk(Path(unquote(urlsplit(url).path)))
    if scheme == "s3":
        from tamada.core.s3 import S3

        return S3(url)
    raise ImproperlyConfigured("TAMADA_STORAGE_URL must be file:///PATH or s3://KEY:SECRET@HOST/BUCKET.")


def store() -> Store:
    """The installation's store."""
    return _store(settings.TAMADA.storage_url, settings.TAMADA.shared_dir)
