"""Waiting for something to become true, with a deadline instead of a sleep."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(probe: Callable[[], T], *, seconds: float = 15, what: str = "", every: float = 0.02) -> T:
    """Call `probe` until it returns something true, and return that.

    `seconds` is a deadline for a hung system, not a measurement: make it generous. An `AssertionError` from the probe
    means "not yet", and the last one is shown when time is up: a probe may be plain asserts and a `return True`.
    """
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    complaint: AssertionError | None = None
    while True:
        try:
            if result := probe():
                return result
            complaint = None
        except AssertionError as error:
            complaint = error
        if time.monotonic() > deadline:
            raise AssertionError(
                f"{what or 'It'} did not happen within {seconds:g} s: {complaint or result!r}"
            ) from complaint
        pause.wait(every)
