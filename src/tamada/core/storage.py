"""Files by their content: the key is the SHA-256 of the bytes, so storing twice is storing once.

Storing again makes the file new: a row that names it may follow within a day, and until then nobody discards it.

On disk in `DATA/files`, or in an S3-compatible store (`core.s3`) with
`TAMADA_STORAGE_URL=s3://KEY:SECRET@HOST/BUCKET?region=…` (extra `s3`).
"""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tamada.core.registry import Registry

CHUNK = 1 << 20
GRACE_SECONDS = 86_400
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


type_holder = Callable[[str], bool]

holders: Registry[type_holder] = Registry("storage.holders")
"""Rooms whose files others may name as well, by their content: each says whether a row of its own names a key."""


def delete(key: str) -> None:
    """Remove for good; the caller knows that no row of its own names the key any more. Removing twice is no error.

    It stays while a holder names it.
    """
    if not any(names(key) for names in holders):
        store().delete(_checked(key))


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
