"""Tell every process at once that something was committed, or a short message that nobody stores.

Each interested process on this machine binds a datagram socket in `DATA/run/wake/` and gets a copy. Other machines
are reached through Redis or PostgreSQL's NOTIFY (`core.machines`). Who waits also looks by itself now and then, so a
wake-up that gets lost costs time and nothing else.
"""

import contextlib
import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

from django.db import connection, transaction

EVENTS, TASKS, SETTINGS, EPHEMERAL, HOOKS, OUTGOING = b"e", b"t", b"s", b"p", b"w", b"o"
MOST_BYTES = 65536

log = logging.getLogger(__name__)

type_receiver = Callable[[bytes], None]

_guard = threading.Lock()
_receivers: dict[bytes, list[type_receiver]] = {}


def receive(kind: bytes, receiver: type_receiver) -> Callable[[], None]:
    """Call `receiver(payload)` here for each message of the kind; returns what ends that. It must not block."""
    with _guard:
        _receivers.setdefault(kind, []).append(receiver)

    def end() -> None:
        with _guard:
            if receiver in _receivers.get(kind, []):
                _receivers[kind].remove(receiver)

    return end


class Waiter:
    """Sleeps until one of its kinds arrives."""

    def __init__(self, *kinds: bytes) -> None:
        self._flag = threading.Event()
        self._ends = [receive(kind, self._wake) for kind in kinds]

    def _wake(self, payload: bytes) -> None:
        self._flag.set()

    def wait(self, timeout: float) -> bool:
        """True when woken, False after `timeout` seconds. A wake-up between two calls is not lost."""
        woken = self._flag.wait(timeout)
        self._flag.clear()
        return woken

    def wake(self) -> None:
        self._flag.set()

    def close(self) -> None:
        for end in self._ends:
            end()


def notify(kind: bytes, payload: bytes = b"") -> None:
    """Send to this process, the others on this machine, and other machines. Call it after the commit."""
    from tamada.core import machines

    deliver(kind, payload)
    _to_neighbours(kind + payload)
    machines.send(kind, payload)


def notify_after_commit(kind: bytes) -> None:
    """`notify` once when the caller's transaction commits, however often this is asked of it."""
    notifier = _notifier(kind)
    # What was asked for in a savepoint that was rolled back is not there any more; those still open hold us as well.
    if all(asked[1] is not notifier for asked in connection.run_on_commit):
        transaction.on_commit(notifier)


@lru_cache
def _notifier(kind: bytes) -> Callable[[], None]:
    return partial(notify, kind)


def deliver(kind: bytes, payload: bytes = b"") -> None:
    """Hand to this process's receivers only."""
    with _guard:
        receivers = list(_receivers.get(kind, ()))
    for receiver in receivers:
        receiver(payload)


def _folder() -> Path:
    from django.conf import settings

    folder: Path = settings.TAMADA.data_dir / "run" / "wake"
    return folder


@lru_cache(maxsize=1)
def node() -> str:
    """Names the group of processes that reach each other by sockets: one data folder on one running machine."""
    file = _folder().parent / "node"
    file.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError), file.open("x") as out:
        out.write(secrets.token_hex(6))
    boot = Path("/proc/sys/kernel/random/boot_id")
    return f"{file.read_text()}{boot.read_text()[:8] if boot.exists() else ''}"


def _short(folder: int, name: str) -> str:
    """A socket's address may have 107 bytes; a path through an open folder always fits."""
    return f"/proc/self/fd/{folder}/{name}"


def _to_neighbours(message: bytes) -> None:
    try:
        folder = os.open(_folder(), os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return  # Nobody listens on this machine.
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.setblocking(False)
            for name in os.listdir(folder):  # noqa: PTH208 (an open folder, not a path)
                if name != str(os.getpid()):
                    _send(out, folder, name, message)
    finally:
        os.close(folder)


def _send(out: socket.socket, folder: int, name: str, message: bytes) -> None:
    try:
        out.sendto(message[:MOST_BYTES], _short(folder, name))
    except BlockingIOError:
        return  # Its buffer is full of wake-ups already.
    except (ConnectionRefusedError, FileNotFoundError):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)  # Left behind by a process that died.


class Listener:
    """Receives what other processes send, in a thread of its own. One for each process, made after any fork."""

    def __init__(self) -> None:
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._name = str(os.getpid())
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._name, dir_fd=self._folder)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(_short(self._folder, self._name))
        self._thread = threading.Thread(target=self._run, name="wake-up", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while message := self._socket.recv(MOST_BYTES):
            try:
                deliver(message[:1], message[1:])
            except Exception:
                log.exception("A message of another process made trouble.")

    def close(self) -> None:
        """Stop the thread and remove the socket."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.sendto(b"", _short(self._folder, self._name))
        self._thread.join(2)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._name, dir_fd=self._folder)
        self._socket.close()
        os.close(self._folder)
