"""The worker's task loop: claims in batches, runs in a few threads, settles in batches."""

import logging
import queue as thread_queue
import threading
import time

from django.db import Error as AnyDatabaseError
from django.db import connection

from tamada.core import health, loops, queue, wakeup
from tamada.core.db import AWAY, with_fresh_connection
from tamada.core.models import QueuedTask
from tamada.core.tasks import RetryLater

BATCH = 20
PRESSED_PAUSE = 0.4  # Between claims while a loop of this process has more than it can do.
REAP_EVERY = 3.0  # Seconds between looks for leases of dead processes, and between heartbeats.

log = logging.getLogger(__name__)


class Worker:
    """Runs due tasks until told to stop. Threads share a small backlog, so one slow task doesn't hold up the rest."""

    def __init__(self, stop: threading.Event, threads: int = 4) -> None:
        self._stop = stop
        self._threads = threads
        self._backlog: thread_queue.SimpleQueue[QueuedTask | None] = thread_queue.SimpleQueue()
        self._done: thread_queue.SimpleQueue[tuple[QueuedTask, Exception | None]] = thread_queue.SimpleQueue()
        self._unsettled: list[tuple[QueuedTask, Exception | None]] = []
        self._running = 0
        self._waiter = wakeup.Waiter(wakeup.TASKS)
        self._next_reap = 0.0
        self._next_cron = 0.0

    def run(self) -> None:
        """Until `stop`. Tasks that run then are waited for; leased ones that haven't begun are given back."""
        runners = [threading.Thread(target=self._runner, name=f"task-{n}", daemon=True) for n in range(self._threads)]
        for runner in runners:
            runner.start()
        while not self._stop.is_set():
            try:
                self._waiter.wait(self._step())
            except Exception as error:
                trace = not isinstance(error, AnyDatabaseError)
                reason = type(error).__name__
                log.warning(
                    "The task queue can't be worked on; trying again.", extra={"reason": reason}, exc_info=trace
                )
                connection.close()
                self._stop.wait(1)
        self._finish(runners)

    def _step(self) -> float:
        """Settle what is done, claim what is due; returns how long to sleep unless woken."""
        self._settle()
        if loops.pressing.is_set():
            self._stop.wait(PRESSED_PAUSE)
        now = time.monotonic()
        if now >= self._next_reap:
            self._next_reap = now + REAP_EVERY
            health.announce("worker")
            queue.void_dead_leases()
            if self._running and connection.vendor == "postgresql":
                queue.renew_leases()
        if now >= self._next_cron:
            self._next_cron = now + max(0.5, queue.enqueue_due_crons())
        free = BATCH - self._running
        claimed = queue.claim(free) if free > 0 else []
        for row in claimed:
            self._running += 1
            self._backlog.put(row)
        if len(claimed) == free and free > 0:
            return 0.005
        until = min(self._next_reap, self._next_cron) - time.monotonic()
        # Even a queue of far-off timers is looked at this often, should a wake-up get lost.
        return max(0.001, min(until, 1.0, queue.wait_time() if self._running == 0 else 1.0))

    def _settle(self) -> None:
        while not self._done.empty():
            self._unsettled.append(self._done.get())
        if not self._unsettled:
            return
        try:
            queue.settle(self._unsettled)
        except AWAY:
            raise  # they stay, to be settled when the database is back
        except Exception:  # noqa: BLE001 (one of them is at fault, and must not hold up the others)
            self._settle_each()
        self._running -= len(self._unsettled)
        self._unsettled = []

    def _settle_each(self) -> None:
        """A row whose outcome is refused stays leased, as if its process had died; the others are settled."""
        for row, error in self._unsettled:
            try:
                queue.settle([(row, error)])
            except AWAY:
                raise  # who was settled already is no longer leased, so settling them all again does no harm
            except Exception:
                log.exception("An outcome can't be written.", extra={"task": row.name})

    def _runner(self) -> None:
        while (row := self._backlog.get()) is not None:
            self._done.put((row, with_fresh_connection(queue.run, row)))
            self._waiter.wake()
        connection.close()

    def _finish(self, runners: list[threading.Thread]) -> None:
        health.withdraw("worker")
        given_back: list[tuple[QueuedTask, Exception | None]] = []
        while not self._backlog.empty():
            if (row := self._backlog.get()) is not None:
                given_back.append((row, RetryLater(0)))
        for _ in runners:
            self._backlog.put(None)
        deadline = time.monotonic() + 6
        for runner in runners:
            runner.join(max(0.0, deadline - time.monotonic()))
        self._settle()
        queue.settle(given_back)
        self._waiter.close()
        connection.close()
