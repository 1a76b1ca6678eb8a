"""Tell every process that something was committed, at once and without polling.

Each interested process on this machine binds a datagram socket in `DATA/run/wake/`; a commit sends one byte to each. A commit on
another machine arrives over PostgreSQL's NOTIFY (`core.pg_listen`). Whoever waits also looks by itself now and then, so a wake-up
that gets lost costs time and nothing else.
"""

import contextlib
import os
import socket
import threading
from pathlib import Path

EVENTS, TASKS = b"e", b"t"


class Waiter:
    """Sleeps until one of its kinds is notified in this process. `wait` returns True when woken, False after the timeout."""

    def __init__(self, *kinds: bytes) -> None:
        self.kinds = kinds
        self._flag = threading.Event()
        with _guard:
            _waiters.append(self)

    def wait(self, timeout: float) -> bool:
        woken = self._flag.wait(timeout)
        self._flag.clear()
        return woken

    def wake(self) -> None:
        self._flag.set()

    def close(self) -> None:
        with _guard:
            if self in _waiters:
                _waiters.remove(self)


_guard = threading.Lock()
_waiters: list[Waiter] = []


def notify(kind: bytes) -> None:
    """Wake every waiter for the kind: in this process, in the others of this machine, and on other machines."""
    wake_here(kind)
    _send_to_neighbours(kind)
    _send_to_machines(kind)


def wake_here(kind: bytes) -> None:
    """Wake this process's waiters only."""
    with _guard:
        waiters = [waiter for waiter in _waiters if kind in waiter.kinds]
    for waiter in waiters:
        waiter.wake()


def _folder() -> Path:
    from django.conf import settings

    folder: Path = settings.TAMADA.data_dir / "run" / "wake"
    return folder


def _short(folder: int, name: str) -> str:
    """A socket's address may have 107 bytes; a path through an open folder always fits."""
    return f"/proc/self/fd/{folder}/{name}"


def _send_to_neighbours(kind: bytes) -> None:
    try:
        folder = os.open(_folder(), os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return  # Nobody listens on this machine.
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.setblocking(False)
            for name in os.listdir(folder):
                if name != str(os.getpid()):
                    _send(out, folder, name, kind)
    finally:
        os.close(folder)


def _send(out: socket.socket, folder: int, name: str, kind: bytes) -> None:
    try:
        out.sendto(kind, _short(folder, name))
    except BlockingIOError:
        return  # It has wake-ups waiting already.
    except (ConnectionRefusedError, FileNotFoundError):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)  # Left behind by a process that died.


def _send_to_machines(kind: bytes) -> None:
    from tamada.core import pg_listen

    pg_listen.notify(kind)


class Listener:
    """Receives other processes' wake-ups in a thread of its own and wakes this process's waiters."""

    def __init__(self) -> None:
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._name = str(os.getpid())
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._name, dir_fd=self._folder)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(_short(self._folder, self._name))
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="wake-up", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopping:
            kind = self._socket.recv(16)
            if kind:
                wake_here(kind[:1])

    def close(self) -> None:
        self._stopping = True
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.sendto(b"", _short(self._folder, self._name))
        self._thread.join(2)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._name, dir_fd=self._folder)
        self._socket.close()
        os.close(self._folder)
