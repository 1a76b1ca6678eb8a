"""Work of several threads, done together in one thread of its own, while those who brought it wait.

A lone caller is not kept waiting. Under load each transaction carries what came while the one before it was written, so
that the cost of its statements, of its commit and of its fsync is shared. Who waits needs no connection to the
database.
"""

import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import connection

from tamada.core.db import Pool, with_fresh_connection

T = TypeVar("T")
R = TypeVar("R")
type_work = Callable[[Sequence[T]], Sequence[R | Exception]]


@dataclass(slots=True, eq=False)
class _Job(Generic[T, R]):
    item: T
    woken: threading.Event = field(default_factory=threading.Event)
    result: R | Exception | None = None


class Gather(Generic[T, R]):
    """`work` gets up to `most` items and returns for each what it became, or the exception to be raised at its caller.

    When it raises, each item is tried by itself, so that one culprit fails alone.
    """

    def __init__(self, work: type_work[T, R], *, most: int) -> None:
        self._work = work
        self._work_afresh: type_work[T, R] = lambda items: with_fresh_connection(work, items)
        self._most = most
        self._guard = threading.Lock()
        self._waiting: list[_Job[T, R]] = []
        self._is_led = False
        self._pool = Pool(1, thread_name_prefix="gather")  # its thread begins with the first item, after any fork
        _all.add(self)

    def put(self, item: T) -> R:
        """Have one item done; returns when it is."""
        job: _Job[T, R] = _Job(item)
        if connection.in_atomic_block:
            self._do([job], self._work)  # only here can be seen what this transaction wrote
        else:
            self._join(job)
        if isinstance(job.result, Exception):
            raise job.result
        return job.result  # type: ignore[return-value]  # set by whoever did it

    def _join(self, job: _Job[T, R]) -> None:
        with self._guard:
            self._waiting.append(job)
            begins, self._is_led = not self._is_led, True
        if begins:
            try:
                self._pool.submit(self._lead)
            except RuntimeError:  # the process ends, and takes no more work for its threads
                self._lead()
        job.woken.wait()

    def _lead(self) -> None:
        """One batch after another, until nobody waits."""
        while batch := self._next():
            self._do(batch, self._work_afresh)
            for job in batch:
                job.woken.set()

    def _next(self) -> Sequence[_Job[T, R]]:
        with self._guard:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self._is_led = bool(batch)
        return batch

    def _do(self, batch: Sequence[_Job[T, R]], work: type_work[T, R]) -> None:
        try:
            for job, result in zip(batch, work([job.item for job in batch]), strict=True):
                job.result = result
        except Exception as error:  # noqa: BLE001  raised where it belongs
            if len(batch) > 1:
                for job in batch:
                    self._do([job], work)
            else:
                batch[0].result = error

    def close(self, *, wait: bool = False) -> None:
        """End the thread once what waits is done, and its connection; what still comes is done by who brings it."""
        self._pool.close()
        self._pool.shutdown(wait)


_all: weakref.WeakSet[Gather[Any, Any]] = weakref.WeakSet()


def close(*, wait: bool = False) -> None:
    """`Gather.close` for all there are in this process."""
    for one in list(_all):
        one.close(wait=wait)
