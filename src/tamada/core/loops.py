"""Long-running parts that rooms bring: loops of the worker process, and listeners of the mail process.

A room registers from its `apps.py`, with an import inside the function so that other processes stay small:

    loops.register("ingest", run_ingest)                 # fn(stop: threading.Event) -> None, in a thread of the worker
    loops.register("smtp", run_listener, process="mail")
"""

import threading
from collections.abc import Callable
from typing import Literal

type_loop = Callable[[threading.Event], None]
type_process = Literal["worker", "mail"]

_loops: dict[type_process, dict[str, type_loop]] = {"worker": {}, "mail": {}}


def register(name: str, loop: type_loop, *, process: type_process = "worker") -> None:
    """Run `loop(stop)` in a thread of that process until `stop` is set; one that raises is logged and started again."""
    if _loops[process].setdefault(name, loop) is not loop:
        raise ValueError(f"A loop named {name} is registered already.")


def registered(process: type_process) -> dict[str, type_loop]:
    return dict(_loops[process])
