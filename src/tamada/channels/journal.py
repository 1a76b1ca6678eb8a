"""The journal: what came in is on disk before it is acknowledged, and stays there until the database has it.

One file an input: a line of JSON (who may receive it, from where), then the raw bytes. Files are born in `journal/tmp`,
renamed into `journal/incoming`, and renamed again into `raw/YYYY/MM/DD` once their rows are committed. A file's name
starts with nanoseconds since 1970 and gives its day, so the name is enough to find it.
"""

import contextlib
import errno
import fcntl
import json
import os
import secrets
import select
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

SUFFIX = ".eml"
FREE_RESERVE = 100 * 1024 * 1024
"""Bytes of free disk under which nothing more is taken in."""

RECOVER_DAYS = 4
"""How many of the newest day folders are compared with the rows at start-up."""

KEPT = "i"
"""Ends the names of inputs that an import put into the archive by itself."""

IMPORT_SECONDS = 600

_SHORT = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class DiskShortError(Exception):
    """There is too little room to keep the input: refuse it for now (SMTP 452, HTTP 507)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal file read back. `meta` is its first line, `raw` the bytes as they came."""

    name: str
    meta: dict[str, Any]
    raw: bytes


class Journal:
    """The journal of one data directory. Any number of processes and threads write; one, holding `lock()`, reads."""

    def __init__(self, root: Path, *, reserve: int = FREE_RESERVE) -> None:
        self.root = root
        self.reserve = reserve
        self.incoming = root / "journal" / "incoming"
        self.tmp = root / "journal" / "tmp"
        self.raw = root / "raw"
        for folder in (self.incoming, self.tmp, self.raw):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._incoming = f"{self.incoming}/"
        self._tmp = f"{self.tmp}/"
        self._guard = threading.Lock()
        self._sync_lock = threading.Lock()
        self._started = self._finished = 0
        self._last_ns = 0
        self._rope = -1

    # -- writing ----------------------------------------------------------------------------------------------

    def write(self, raw: bytes, meta: dict[str, Any]) -> str:
        """Keep one input durably and return its name; threads that write at once share the last fsync.

        Raises DiskShortError, or OSError when the disk is broken.
        """
        name = self._write_file(raw, meta)
        self._sync_incoming()
        self.ring()
        return name

    def check_space(self, size: int, times: int = 1) -> None:
        """Raise DiskShortError unless an input of `size` bytes leaves the machine room to work; for what gives way
        to mail, so many `times` that room.
        """
        room, least = os.statvfs(self._tmp), max(self.reserve, size * 3) * times
        if room.f_bavail * room.f_frsize < least or (room.f_files and room.f_favail < 1000 * times):
            raise DiskShortError(f"Less than {least >> 20} MB of disk is free.")

    def _write_file(self, raw: bytes, meta: dict[str, Any]) -> str:
        self.check_space(len(raw))
        name = self.new_name()
        temporary, final = self._tmp + name + SUFFIX, self._incoming + name + SUFFIX
        try:
            _write_renamed_synced(temporary, final, [_head(meta), raw])
        except OSError as error:
            for path in (temporary, final):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)
            if error.errno in _SHORT:
                raise DiskShortError("The disk is full.") from error
            raise
        return name

    def new_name(self) -> str:
        """A name that sorts after every earlier one of this process, even when the clock was set back."""
        with self._guard:
            self._last_ns = max(self._last_ns + 1, time.time_ns())
            return f"{self._last_ns:019d}-{secrets.token_hex(4)}"

    def _sync_incoming(self) -> None:
        """Return once an fsync of the folder that began after this call has ended; a waiting crowd needs only one."""
        with self._guard:
            needed = self._started + 1
        with self._sync_lock:
            if self._finished >= needed:
                return
            with self._guard:
                self._started += 1
                current = self._started
            _sync_folder(self._incoming)
            self._finished = current

    def keep(self, raw: bytes, meta: dict[str, Any]) -> str:
        """Put an input straight among the archived ones, unsynced: for imports, whose source still exists."""
        self.check_space(len(raw))
        name = self.new_name() + KEPT
        target = self._raw_path(name)
        os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
        with open(target, "wb") as file:
            file.write(_head(meta))
            file.write(raw)
        return name

    # -- reading ----------------------------------------------------------------------------------------------

    def pending(self, limit: int | None = None) -> list[str]:
        """Names of what waits, oldest first."""
        with os.scandir(self._incoming) as entries:
            names = sorted(entry.name for entry in entries if entry.name.endswith(SUFFIX))
        return [name.removesuffix(SUFFIX) for name in names[:limit]]

    def size(self, name: str) -> int:
        """Bytes of a waiting file; 0 when it is gone."""
        try:
            return os.stat(self._incoming + name + SUFFIX).st_size
        except FileNotFoundError:
            return 0

    def load(self, name: str) -> Entry:
        """Read an input, waiting or archived. Raises FileNotFoundError; ValueError when its first line is damaged."""
        head, _, raw = self.content(name).partition(b"\n")
        meta = json.loads(head)
        if not isinstance(meta, dict):
            raise ValueError("The first line of a journal file is not an object.")  # noqa: TRY004  a damaged value
        return Entry(name, meta, raw)

    def content(self, name: str) -> bytes:
        """A file as it is, its first line too. Raises FileNotFoundError."""
        try:
            return Path(self._incoming + name + SUFFIX).read_bytes()
        except FileNotFoundError:
            return self.raw_path(name).read_bytes()

    def raw_path(self, name: str) -> Path:
        """Where an archived input lies."""
        return Path(self._raw_path(name))

    def raw_bytes(self, name: str) -> bytes:
        """The bytes as they came, for download. Raises FileNotFoundError when they were erased."""
        return self.load(name).raw

    def _raw_path(self, name: str) -> str:
        return f"{self.raw}/{_day(int(name[:19]) // 86_400_000_000_000)}/{name}{SUFFIX}"

    def archive(self, name: str) -> None:
        """Move an input whose rows are committed out of the way. Does nothing when it was moved before."""
        source, target = self._incoming + name + SUFFIX, self._raw_path(name)
        try:
            os.rename(source, target)
        except FileNotFoundError:
            if os.path.exists(source):  # then the day's folder is what was not found
                os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
                os.rename(source, target)

    def requeue(self, name: str) -> None:
        """Put an archived input back in the queue (quarantine's retry, recovery). Raises FileNotFoundError."""
        os.rename(self._raw_path(name), self._incoming + name + SUFFIX)
        self.ring()

    def discard(self, name: str) -> None:
        """Delete the raw bytes (erasure)."""
        for path in (Path(self._incoming + name + SUFFIX), self.raw_path(name)):
            path.unlink(missing_ok=True)

    def recover(self, known: Callable[[list[str]], set[str]]) -> tuple[int, int]:
        """Make files and rows agree after a crash; the caller holds `lock()`.

        `known(names)` tells which names have a row. Waiting inputs with a row are archived; archived ones of the newest
        days without a row (the last commits were lost with the power) wait again. Returns both counts.
        """
        archived = requeued = 0
        for names in _chunks(self.pending()):
            for name in known(names):
                self.archive(name)
                archived += 1
        for names in _chunks(self._newest_archived()):
            present = known(names)
            for name in names:
                if name not in present:
                    self.requeue(name)
                    requeued += 1
        for leftover in self.tmp.iterdir():
            # Never acknowledged: its writer died before the rename. A living one's is minutes old, and may go.
            with contextlib.suppress(FileNotFoundError):
                if time.time() - leftover.stat().st_mtime > 3600:
                    leftover.unlink()
        return archived, requeued

    def _newest_archived(self) -> list[str]:
        days = sorted(self.raw.glob("[0-9]*/[0-9]*/[0-9]*"))[-RECOVER_DAYS:]
        found = [entry for day in days for entry in day.iterdir() if entry.suffix == SUFFIX]
        # An import may be at work on its newest files: only those it has certainly left are looked after.
        return [e.stem for e in found if not e.stem.endswith(KEPT) or time.time() - e.stat().st_mtime > IMPORT_SECONDS]

    # -- one reader, and its bell -----------------------------------------------------------------------------

    @contextlib.contextmanager
    def lock(self, *, wait: bool = False) -> Iterator[bool]:
        """The right to read, one for all who see the folder. Yields False when another has it and `wait` is off."""
        descriptor = os.open(self.root / "journal" / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)

    def ring(self) -> None:
        """Wake the reader. Harmless when nobody listens: it looks every second anyway."""
        with self._guard:
            try:
                if self._rope < 0:
                    self._rope = os.open(self._bell_path(), os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
                os.write(self._rope, b"!")
            except BlockingIOError:
                return  # It rings already.
            except OSError:
                self._let_go()

    def _let_go(self) -> None:
        if self._rope >= 0:
            os.close(self._rope)
            self._rope = -1

    def bell(self) -> "Bell":
        """The reader's end of the bell."""
        return Bell(self._bell_path())

    def _bell_path(self) -> str:
        return f"{self.root}/journal/bell"


class Bell:
    """A named pipe that writers of the journal ring."""

    def __init__(self, path: str) -> None:
        with contextlib.suppress(FileExistsError):
            os.mkfifo(path, 0o600)
        # Open for both directions: a pipe without writers would always be readable.
        self._descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def wait(self, seconds: float) -> bool:
        """Sleep until somebody rings or the time is over; True when it rang. Old rings are swallowed."""
        rang = bool(select.select([self._descriptor], [], [], seconds)[0])
        if rang:
            with contextlib.suppress(BlockingIOError):
                while len(os.read(self._descriptor, 65536)) == 65536:
                    pass
        return rang

    def close(self) -> None:
        os.close(self._descriptor)


def _head(meta: dict[str, Any]) -> bytes:
    return json.dumps(meta, separators=(",", ":")).encode("ascii") + b"\n"


def _write_renamed_synced(temporary: str, final: str, parts: list[bytes]) -> None:
    """Whole under its final name, then on disk: in this order a journalling file system writes its log once for both.

    The reader may take it before it is on disk, and its sender, who hears nothing then, sends it again: a duplicate.
    """
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        wanted = sum(map(len, parts))
        written = os.writev(descriptor, parts)
        if written < wanted:
            rest = memoryview(b"".join(parts))[written:]
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        os.rename(temporary, final)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@cache
def _day(number: int) -> str:
    return datetime.fromtimestamp(number * 86400, UTC).strftime("%Y/%m/%d")


def _chunks(names: list[str], size: int = 500) -> Iterator[list[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]


@cache
def _journal_at(root: Path) -> Journal:
    return Journal(root)


def default_journal() -> Journal:
    """The journal of this installation: one for all its machines, where they share a folder."""
    return _journal_at(Path(settings.TAMADA.shared_dir))
