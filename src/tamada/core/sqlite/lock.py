"""One writer at a time, first come first served: between threads by tickets, between processes by `flock`.

SQLite lets waiting writers poll with growing sleeps, so under load some wait for seconds while others pass them. Taking
this lock before BEGIN IMMEDIATE keeps the tail short. SQLite's own lock still guards correctness; this one only orders.
"""

import contextlib
import fcntl
import os
import threading
from collections import deque
from pathlib import Path

SUFFIX = "-writer"


class WriterLock:
    """The lock of one database file. Not re-entrant: a connection takes it once per transaction."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()
        self._file: int | None = None

    def acquire(self) -> None:
        """Wait for this process's turn, then for this machine's."""
        with self._guard:
            if self._held:
                ticket = threading.Lock()
                ticket.acquire()
                self._waiting.append(ticket)
            else:
                self._held, ticket = True, None
        if ticket is not None:
            ticket.acquire()
        try:
            fcntl.flock(self._open(), fcntl.LOCK_EX)
        except BaseException:
            self._pass_on()
            raise

    def release(self) -> None:
        """Hand over to whoever waits longest in this process, after other processes had their chance."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._pass_on()

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False

    def _open(self) -> int:
        # O_CLOEXEC, and opened anew after a fork: a description shared by two processes would be one lock, not two.
        if self._file is None:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._leave_to_owner(self._file)
        return self._file

    def _leave_to_owner(self, file: int) -> None:
        """A command run as root must not shut the server out; SQLite does the same with its own files."""
        if os.geteuid() == 0:
            with contextlib.suppress(OSError):
                owner = Path(self.path.removesuffix(SUFFIX)).stat()
                os.fchown(file, owner.st_uid, owner.st_gid)

    def reset_after_fork(self) -> None:
        """In the child: forget the parent's holder, waiters and file."""
        if self._file is not None:
            os.close(self._file)
        self.__init__(self.path)  # type: ignore[misc]


_locks: dict[str, WriterLock] = {}
_locks_guard = threading.Lock()


def lock_for(database: str) -> WriterLock:
    """The lock shared by every connection of this process to that file."""
    with _locks_guard:
        if database not in _locks:
            _locks[database] = WriterLock(database + SUFFIX)
        return _locks[database]


def _after_fork() -> None:
    global _locks_guard
    _locks_guard = threading.Lock()
    for lock in _locks.values():
        lock.reset_after_fork()


os.register_at_fork(after_in_child=_after_fork)
