"""Work of several threads, done together: whoever comes first does what has gathered, the others wait for it.

A lone caller is not kept waiting. Under load each transaction carries what came while the one before it was written, so
that the cost of a commit, and of its fsync, is shared.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import connection

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True, eq=False)
class _Job(Generic[T, R]):
    item: T
    woken: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    result: R | Exception | None = None


class Gather(Generic[T, R]):
    """`work` gets up to `most` items and returns for each what it became, or the exception to be raised at its caller.

    When it raises, each item is tried by itself, so that one culprit fails alone.
    """

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R | Exception]], *, most: int) -> None:
        self._work = work
        self._most = most
        self._guard = threading.Lock()
        self._waiting: list[_Job[T, R]] = []
        self._is_led = False

    def put(self, item: T) -> R:
        """Have one item done, here or in another thread; returns when it is."""
        job: _Job[T, R] = _Job(item)
        if connection.in_atomic_block:
            self._do([job])  # only here can be seen what this transaction wrote
        else:
            self._join(job)
        if isinstance(job.result, Exception):
            raise job.result
        return job.result  # type: ignore[return-value]  # set by whoever did it

    def _join(self, job: _Job[T, R]) -> None:
        with self._guard:
            self._waiting.append(job)
            job.leads, self._is_led = not self._is_led, True
        if not job.leads:
            job.woken.wait()
        if job.leads:
            self._lead()

    def _lead(self) -> None:
        """Do one batch, one's own job in it, and pass the lead to the first of those that came meanwhile."""
        with self._guard:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            self._do(batch)
        finally:
            with self._guard:
                following = self._waiting[0] if self._waiting else None
                self._is_led = following is not None
                if following is not None:
                    following.leads = True
            for job in [*batch, *([following] if following else [])]:
                job.woken.set()

    def _do(self, batch: Sequence[_Job[T, R]]) -> None:
        try:
            results = self._work([job.item for job in batch])
        except Exception as error:  # noqa: BLE001  raised where it belongs
            if len(batch) > 1:
                for job in batch:
                    self._do([job])
            else:
                batch[0].result = error
            return
        for job, result in zip(batch, results, strict=True):
            job.result = result
