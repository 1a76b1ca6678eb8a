"""Work for later: the standard task API of django-tasks on our own leased queue table.

    @task(queue="default", max_attempts=10)
    def deliver(message_id: int) -> None: ...

    deliver.enqueue(message_id=1)                                   # in the caller's transaction
    deliver.using(run_after=at, unique=f"deliver:{id}").enqueue(…)  # one pending for the key

Enqueueing a unique key again replaces the time and arguments of the pending one.

A task runs at least once: write it so that running twice does no harm. It may raise `RetryLater(seconds)` to be tried
again (not counted as an attempt) or `Fail("reason")` to become a dead letter at once; any other exception is retried
with growing pauses until `max_attempts`, then becomes a dead letter that a person can see and replay. What has to say
elsewhere that it was given up asks `is_last_try()`.
"""

import logging
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, ParamSpec, TypeVar, overload

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import TaskResult, TaskResultStatus
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task as StandardTask
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from tamada.core import bulk, db, storage, wakeup

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

# Few levels, so that claiming is one short index range for each.
HIGH, NORMAL, LOW = 10, 0, -10
LEVELS = (HIGH, NORMAL, LOW)


class RetryLater(Exception):
    """Try the task again after so many seconds; not counted as an attempt."""

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(reason or f"again in {seconds:g} s")
        self.seconds = seconds


class Fail(Exception):
    """Trying again is of no use: the task becomes a dead letter with this reason."""


last_try: ContextVar[bool] = ContextVar("last_try", default=False)


def is_last_try() -> bool:
    """Whether the task that runs here has no further attempt, should this one fail."""
    return last_try.get()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(StandardTask[P, T], Generic[P, T]):
    """A function that can be enqueued. `unique` lets one pending row exist for a key."""

    max_attempts: int = 10
    unique: str | None = None

    @property
    def path(self) -> str:
        """How rows name the task: its module and function."""
        return f"{self.func.__module__}.{self.func.__qualname__}"

    def using(
        self,
        *,
        priority: int | None = None,
        queue_name: str | None = None,
        run_after: datetime | None = None,
        backend: str | None = None,
        unique: str | None = None,
    ) -> "Task[P, T]":
        """The same task with other defaults. `run_after` is an aware time; `priority` one of HIGH, NORMAL, LOW."""
        changed: dict[str, Any] = {
            "priority": priority,
            "queue_name": queue_name,
            "run_after": run_after,
            "backend": backend,
            "unique": unique,
        }
        return replace(self, **{name: value for name, value in changed.items() if value is not None})

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it here and now."""
        return self.func(*args, **kwargs)


registered: dict[str, Task[..., Any]] = {}


@overload
def task(function: Callable[P, T]) -> Task[P, T]: ...
@overload
def task(
    *, queue: str = "default", max_attempts: int = 10, priority: int = NORMAL
) -> Callable[[Callable[P, T]], Task[P, T]]: ...
def task(
    function: Callable[P, T] | None = None, *, queue: str = "default", max_attempts: int = 10, priority: int = NORMAL
) -> Task[P, T] | Callable[[Callable[P, T]], Task[P, T]]:
    """Make a module-level function enqueueable. Its arguments must be JSON-able and are passed by keyword."""

    def wrap(func: Callable[P, T]) -> Task[P, T]:
        made: Task[P, T] = Task(func=func, queue_name=queue, priority=priority, max_attempts=max_attempts)
        registered[made.path] = made
        return made

    return wrap(function) if function is not None else wrap


class QueueBackend(BaseTaskBackend):
    """Writes rows of `QueuedTask`; `core.queue` claims and settles them."""

    task_class = Task
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: StandardTask[P, T], args: Any, kwargs: Any) -> TaskResult[T]:
        """Add one row in the caller's transaction; workers wake when it commits."""
        if args:
            raise TypeError("Tasks take keyword arguments only.")
        self.validate_task(task)
        row = save(task, kwargs)
        return _result(task, row.pk, row.created_at, row.kwargs, TaskResultStatus.READY)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """The state of a task that waits, runs or is dead. Raises TaskResultDoesNotExist once it has succeeded."""
        from tamada.core.models import QueuedTask

        row = QueuedTask.objects.filter(pk=result_id).first()
        if row is None or row.name not in registered:
            raise TaskResultDoesNotExist(result_id)
        status = {
            QueuedTask.State.READY: TaskResultStatus.READY,
            QueuedTask.State.LEASED: TaskResultStatus.RUNNING,
            QueuedTask.State.DEAD: TaskResultStatus.FAILED,
        }[QueuedTask.State(row.state)]
        return _result(registered[row.name], row.pk, row.created_at, row.kwargs, status)


def _result(
    task: StandardTask[P, T], pk: int, created_at: datetime, kwargs: dict[str, Any], status: TaskResultStatus
) -> TaskResult[T]:
    return TaskResult(
        task=task,
        id=str(pk),
        status=status,
        enqueued_at=created_at,
        started_at=None,
        last_attempted_at=None,
        finished_at=None,
        args=[],
        kwargs=kwargs,
        backend=task.backend,
        errors=[],
        worker_ids=[],
    )


def enqueue_many(task: StandardTask[..., Any], arguments: Sequence[dict[str, Any]]) -> None:
    """Add one row for each set of keyword arguments (plain JSON), in the caller's transaction and one statement."""
    from tamada.core.models import QueuedTask

    fixed = _columns(task)
    bulk.append(QueuedTask, [{**fixed, "kwargs": kwargs} for kwargs in arguments], numbered=False)
    if arguments:
        wakeup.notify_after_commit(wakeup.TASKS)


def _columns(task: StandardTask[..., Any]) -> dict[str, Any]:
    """What all rows of a task have."""
    return {
        "name": f"{task.func.__module__}.{task.func.__qualname__}",
        "queue": task.queue_name,
        "priority": HIGH if task.priority > 0 else LOW if task.priority < 0 else NORMAL,
        "run_after": task.run_after or timezone.now(),
        "max_attempts": getattr(task, "max_attempts", 10),
    }


def save(task: StandardTask[..., Any], kwargs: Mapping[str, Any]) -> Any:
    """Store one row. For a unique key that is pending already, its time and arguments are replaced."""
    from tamada.core.models import QueuedTask

    row = QueuedTask(**_columns(task), kwargs=normalize_json(kwargs), unique_key=getattr(task, "unique", None))
    if row.unique_key is None:
        row.save(force_insert=True)
    else:
        with transaction.atomic():
            pending = QueuedTask.objects.select_for_update().filter(
                unique_key=row.unique_key, state=QueuedTask.State.READY
            )
            if (found := pending.first()) is not None:
                found.run_after, found.kwargs, found.priority = row.run_after, row.kwargs, row.priority
                found.attempts = 0
                found.save(update_fields=["run_after", "kwargs", "priority", "attempts"])
                row = found
            else:
                row = _insert_unique(row)
    wakeup.notify_after_commit(wakeup.TASKS)
    return row


def _insert_unique(row: Any, tries: int = 10) -> Any:
    """Insert; if another transaction made the same key pending meanwhile, move that one instead.

    On PostgreSQL a worker may claim that one before we move it: it runs with what it was given, and ours is still to be
    inserted.
    """
    from tamada.core.models import QueuedTask

    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        row.pk = None
        pending = QueuedTask.objects.filter(unique_key=row.unique_key, state=QueuedTask.State.READY)
        if pending.update(run_after=row.run_after, kwargs=row.kwargs, priority=row.priority, attempts=0):
            return pending.get()
        if tries == 1:
            raise
        return _insert_unique(row, tries - 1)
    return row


@dataclass(frozen=True, slots=True)
class Cron:
    """A recurring task: one run in each period across all processes."""

    task: Task[[], None]
    period: timedelta
    offset: timedelta = field(default_factory=timedelta)


crons: dict[str, Cron] = {}


def every(
    *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0, queue: str = "default"
) -> Callable[[Callable[[], None]], Task[[], None]]:
    """Run a function once in each period, by whichever worker comes first. A missed period is not made up for."""
    period = timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
    if period <= timedelta(0):
        raise ValueError("A recurring task needs a period longer than nothing.")

    def wrap(func: Callable[[], None]) -> Task[[], None]:
        made: Task[[], None] = task(queue=queue)(func)
        crons[made.path] = Cron(made, period)
        return made

    return wrap


def run_pending(limit: int = 1000) -> int:
    """Run due tasks here, one after another, until none is due or `limit` have run; returns how many."""
    from tamada.core import queue

    return queue.drain(limit)


def each(rows: Iterable[T], do: Callable[[T], int]) -> int:
    """Do it for row after row, each in a transaction of its own; the sum of what it returns.

    A row that fails keeps no other from it: it is logged, and met again when the same is asked for next. Raises where
    the database itself is away.
    """
    done = 0
    for row in rows:
        try:
            done += do(row)
        except db.AWAY:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, it is this row's alone
            log_failure(getattr(do, "__qualname__", ""), error)
    return done


def log_failure(name: str, error: Exception) -> None:
    """One line about a task or handler that failed and will be tried again: no arguments, no message of the error."""
    frame = traceback.extract_tb(error.__traceback__)[-1:]
    where = f"{frame[0].filename.rpartition('tamada/')[2]}:{frame[0].lineno}" if frame else "?"
    log.warning(
        "A task failed and will be tried again.", extra={"task": name, "reason": f"{type(error).__name__} at {where}"}
    )


@task
def delete_files(keys: list[str]) -> None:
    """Files that were too young to go with the last row that named them."""
    storage.delete(*keys)


@every(days=1)
def sweep_files() -> None:
    """Stored files that no row names any more go."""
    storage.sweep()


@every(hours=1)
def keep_statistics() -> None:
    """What SQLite plans its statements by follows what the tables hold."""
    db.refresh_statistics()
