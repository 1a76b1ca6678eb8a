"""From journal files to envelopes, in a process of its own: while a batch is stored, the next is read on another core.

`serve` is that process. The worker asks it through a `Reader`, over a socket in `DATA/run`, and reads by itself where
nobody answers. A mail that kills the process that reads it, or keeps it busy for ever, does so to no other.
"""

import hashlib
import logging
import os
import pickle
import select
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from django.db import DatabaseError, InterfaceError, connection

from tamada.conversations.envelopes import Received
from tamada.core import health
from tamada.core.db import AWAY

from .journal import Entry, Journal, default_journal
from .readers import READERS, StorageAway, Unreadable, type_read

log = logging.getLogger(__name__)

LONGEST_READ = 60.0
LONGEST_ALONE = 20.0
"""Seconds after which a process that reads one batch, or one mail, is taken for hung, and killed."""

COMES_BACK = 5.0
"""Seconds in which a process that died is waited for, when nobody else shall read what it died over."""

WAITED_FOR = (*AWAY, StorageAway)
"""What is raised while the database is away, or where attachments are kept."""

_LOOK_SECONDS = 0.5
_SOCKET = "reader"


@dataclass(slots=True)
class Item:
    """One input as its channel read it, and then what became of it. `digest` is the raw bytes' SHA-256.

    `is_gone` says that it was removed here before: neither it nor its files are kept again.
    """

    name: str
    meta: dict[str, Any]
    digest: str
    size: int
    read: type_read
    states: list[str] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    is_gone: bool = False


# -- reading --------------------------------------------------------------------------------------------------------


def read_names(journal: Journal, names: Sequence[str]) -> list[Item]:
    """Read journal files; those that are gone are left out. Raises the database's errors and StorageAway."""
    entries: list[Entry] = []
    damaged: list[Item] = []
    for name in names:
        try:
            entries.append(journal.load(name))
        except FileNotFoundError:
            continue
        except ValueError:
            damaged.append(unreadable(journal, name, "The file's first line is damaged."))
    return [*read_all(entries), *damaged]


def read_all(entries: Sequence[Entry]) -> list[Item]:
    """Let the channels read, each its own. Raises the database's errors and StorageAway."""
    by_channel: dict[str, list[Entry]] = {}
    for entry in entries:
        by_channel.setdefault(str(entry.meta.get("channel")), []).append(entry)
    results = {
        entry.name: result
        for channel, group in by_channel.items()
        for entry, result in zip(group, _read_channel(channel, group), strict=True)
    }
    return [_item(entry, results[entry.name]) for entry in entries]


def unreadable(journal: Journal, name: str, reason: str) -> Item:
    """An input that nobody can, or shall, read."""
    return _item(Entry(name, {}, journal.content(name)), Unreadable(reason))


def warm_up() -> None:
    """Let every reader load its dictionaries and libraries."""
    for reader in READERS:
        reader([])


def _item(entry: Entry, read: type_read) -> Item:
    return Item(entry.name, entry.meta, hashlib.sha256(entry.raw).hexdigest(), len(entry.raw), read)


def _read_channel(channel: str, entries: list[Entry]) -> list[type_read]:
    """Let the channel read the entries; when it fails over them together, each alone. Raises the database's errors."""
    if channel not in READERS:
        return [Unreadable(f"There is no channel named “{channel[:20]}”.") for _ in entries]
    try:
        return READERS.get(channel)(entries)
    except Exception as error:
        if isinstance(error, DatabaseError | InterfaceError | StorageAway):
            raise
        if len(entries) > 1:
            return [result for entry in entries for result in _read_channel(channel, [entry])]
        log.exception("An input can't be read; it is quarantined.", extra={"reason": type(error).__name__})
        return [Unreadable(f"It could not be read ({type(error).__name__}).")]


# -- the process that reads -----------------------------------------------------------------------------------------


def serve(stop: threading.Event) -> None:
    """Read for the worker until `stop`. It may ask before everything is loaded; it waits then."""
    journal = default_journal()
    (journal.root / "run").mkdir(exist_ok=True)
    with _address(journal.root) as address, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        Path(address).unlink(missing_ok=True)
        door.bind(address)
        door.listen(4)
        warm_up()
        while not stop.is_set():
            if select.select([door], [], [], _LOOK_SECONDS)[0]:
                with Connection(door.accept()[0].detach()) as line:
                    _answer(line, journal, stop)
    connection.close()


def _answer(line: Connection, journal: Journal, stop: threading.Event) -> None:
    """Say who is there, then read what is asked for."""
    with suppress(EOFError, ConnectionError):
        line.send(os.getpid())
        while not stop.is_set():
            if line.poll(_LOOK_SECONDS):
                line.send(_read_or_error(journal, line.recv()))


def _read_or_error(journal: Journal, names: list[str]) -> list[Item] | Exception:
    try:
        return read_names(journal, names)
    except (DatabaseError, InterfaceError, StorageAway) as error:
        connection.close()
        return type(error)(str(error))


@contextmanager
def _address(root: Path) -> Iterator[str]:
    """A socket's address may have 107 bytes; a path through an open folder always fits."""
    folder = os.open(root / "run", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{_SOCKET}"
    finally:
        os.close(folder)


# -- who asks it ----------------------------------------------------------------------------------------------------


class Died(Exception):
    """The process that read a batch is gone, and its answer with it."""


class Hung(Died):
    """It did not answer in time, and was ended."""


class Reader:
    """The worker's line to the process that reads: one batch at a time, and something else to do meanwhile."""

    def __init__(self, journal: Journal) -> None:
        self._root = journal.root
        self._line: Connection | None = None
        self._pid = 0
        self._patience = LONGEST_READ
        self.is_busy = False
        self.is_expected = False  # Whether somebody was there, or is about to come.

    def ask_patiently(self, names: Sequence[str]) -> None:
        """The same, waiting a moment for a process that is expected: its parent is making it."""
        deadline = time.monotonic() + COMES_BACK
        self.ask(names)
        while self.is_expected and not self.is_busy:
            time.sleep(0.1)
            self.ask(names)
            self.is_expected = time.monotonic() < deadline

    def ask(self, names: Sequence[str]) -> None:
        """Let these be read from now on; when nobody is there to do it, `is_busy` stays off."""
        self._line = self._line or self._connect()
        if self._line is not None:
            try:
                self._line.send(names)
            except OSError:
                self.hang_up()
            else:
                self.is_busy = True
                self._patience = LONGEST_READ if len(names) > 1 else LONGEST_ALONE

    def answer(self) -> list[Item]:
        """What was asked for, read. Raises Died, the database's errors and StorageAway."""
        assert self._line is not None
        answer: list[Item] | Exception | None = None
        is_hung = False
        with suppress(EOFError, OSError, pickle.UnpicklingError):
            if self._line.poll(self._patience):
                answer = self._line.recv()
            else:
                is_hung = True
                _kill(self._pid)
        if answer is None:
            self.hang_up()
            raise Hung if is_hung else Died
        self.is_busy = False
        if isinstance(answer, Exception):
            raise answer
        return answer

    def hang_up(self) -> None:
        """Forget what was asked for."""
        self.is_busy = False
        if self._line is not None:
            self._line.close()
            self._line = None

    def _connect(self) -> Connection | None:
        """A line to whoever has said that it is there: the door of a process that is dying would open too."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            try:
                with _address(self._root) as address:
                    door.connect(address)
            except OSError:
                return None
            line = Connection(door.detach())
        with suppress(EOFError, OSError):
            if line.poll(COMES_BACK):
                self._pid = line.recv()
                self.is_expected = True
                return line
        line.close()
        return None


def _kill(pid: int) -> None:
    """End a process that does not answer, and wait until it is gone: its parent makes another."""
    log.error("The process that reads mail hangs and is killed.", extra={"pid": pid})
    deadline = time.monotonic() + COMES_BACK
    with suppress(ProcessLookupError):
        if pid != os.getpid():
            os.kill(pid, signal.SIGKILL)
            while health.started(pid) and time.monotonic() < deadline:
                time.sleep(0.05)
