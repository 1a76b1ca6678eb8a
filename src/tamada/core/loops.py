"""Long-running parts that rooms bring: loops of the worker process, and listeners of the mail process.

A room registers from its `apps.py`, with an import inside the function so that other processes stay small:

    loops.register("ingest", run_ingest)                 # fn(stop: threading.Event) -> None, in a thread of the worker
    loops.register("smtp", run_listener, process="mail")
"""

import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Literal

from django.db import connection

log = logging.getLogger(__name__)

type_loop = Callable[[threading.Event], None]
type_process = Literal["worker", "reader", "mail"]

_loops: dict[type_process, dict[str, type_loop]] = {"worker": {}, "reader": {}, "mail": {}}

pressing = threading.Event()
"""Set by a loop while it has a backlog: tasks of its process then wait a little, what they follow from goes first."""


def register(name: str, loop: type_loop, *, process: type_process = "worker") -> None:
    """Run `loop(stop)` in a thread of that process until `stop` is set; one that raises is logged and started again."""
    if _loops[process].setdefault(name, loop) is not loop:
        raise ValueError(f"A loop named {name} is registered already.")


def registered(process: type_process) -> dict[str, type_loop]:
    return dict(_loops[process])


doors: list[socket.socket] = []
"""Where the mail process listens, SMTP and then LMTP: `tamada up` opens them before the children are made, so that a
port in use stops the start, and connections wait while a child that died comes back. Empty: no listeners."""


def open_door(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises OSError."""
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))
        door.listen(1024)
    except OSError:
        door.close()
        raise
    return door


def run_all(process: type_process, stop: threading.Event) -> list[threading.Thread]:
    """Start every loop of the process in a thread of its own."""
    return [start(name, loop, stop) for name, loop in registered(process).items()]


def start(name: str, loop: type_loop, stop: threading.Event) -> threading.Thread:
    """Run one loop in a thread of its own, and again when it ends, until `stop`."""
    thread = threading.Thread(target=_keep, args=(name, loop, stop), name=name, daemon=True)
    thread.start()
    return thread


def _keep(name: str, loop: type_loop, stop: threading.Event) -> None:
    """Run a loop until `stop`; when it fails, log and start it again after a growing pause."""
    pause = 0.2
    while not stop.is_set():
        began = time.monotonic()
        try:
            loop(stop)
        except Exception:
            log.exception("A loop failed and starts again.", extra={"job": name})
            connection.close()
        if time.monotonic() - began > 60:
            pause = 0.2
        stop.wait(pause)
        pause = min(pause * 2, 30.0)
    connection.close()
