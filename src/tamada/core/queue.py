"""The queue table: claiming due tasks, settling them, and voiding the leases of processes that died."""

import copy
import logging
import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from tamada.core import metrics
from tamada.core.claims import lives, signature
from tamada.core.models import CronRow, QueuedTask
from tamada.core.redact import redact
from tamada.core.tasks import LEVELS, Fail, RetryLater, crons, last_try, log_failure, registered

LEASE = timedelta(
    seconds=8
)  # On PostgreSQL renewed by a heartbeat; a machine that vanishes gives its tasks back after this.
LONGEST_PAUSE = 3600.0
SPREAD = 0.5  # Pauses are longer or shorter by so much of themselves, so that failures don't march in step.
AHEAD = timedelta(minutes=1)  # What lies further in the future than it can was written by a clock that was ahead.
READY, LEASED, DEAD = QueuedTask.State.READY, QueuedTask.State.LEASED, QueuedTask.State.DEAD

log = logging.getLogger(__name__)


def void_dead_leases() -> int:
    """Make tasks of dead processes due again; returns how many. Called when a worker starts and every few seconds.

    One that has no attempt left becomes a dead letter: it may be what its processes died of.
    """
    owners = QueuedTask.objects.filter(state=LEASED).values_list("owner", flat=True).distinct()
    # A SQLite database has no other machines: who is not known to live, as before the folder was moved, is gone.
    is_shared = connection.vendor == "postgresql"
    dead = Q(owner__in=[name for name in owners if (lives(name) is False if is_shared else not lives(name))])
    if is_shared:
        # Ours are worked on, however long the loop that renews them was held up.
        dead |= Q(leased_until__lt=Now()) & ~Q(owner=signature())
    with transaction.atomic():
        voided = 0
        for row in QueuedTask.objects.filter(dead, state=LEASED).select_for_update(of=("self",)):
            if row.attempts >= row.max_attempts:
                _to_dead(row, f"The process that ran it died, in attempt {row.attempts} of {row.max_attempts}.")
            else:
                voided += _to_ready(row, timezone.now())
    if voided:
        log.warning("Tasks of a process that died are due again.", extra={"count": voided})
    return voided


def claim(limit: int, queues: Iterable[str] = ()) -> list[QueuedTask]:
    """Lease up to `limit` due tasks, higher levels first, oldest first. Waiting on nobody: others' rows are skipped."""
    due = QueuedTask.objects.filter(state=READY, priority__in=LEVELS, run_after__lte=timezone.now())
    if queues:
        due = due.filter(queue__in=list(queues))
    if not due.exists():
        return []
    with transaction.atomic():
        rows: list[QueuedTask] = []
        locked = due.select_for_update(skip_locked=True) if connection.vendor == "postgresql" else due
        for level in LEVELS:
            if len(rows) < limit:
                rows += locked.filter(priority=level).order_by("run_after", "pk")[: limit - len(rows)]
        signed = signature()
        QueuedTask.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=LEASED, owner=signed, leased_until=Now() + LEASE, attempts=F("attempts") + 1
        )
    for row in rows:
        row.state, row.owner, row.attempts = LEASED, signed, row.attempts + 1
    return rows


def renew_leases() -> None:
    """The heartbeat of this process, for workers on other machines to see (PostgreSQL)."""
    QueuedTask.objects.filter(state=LEASED, owner=signature()).update(leased_until=Now() + LEASE)


def run(row: QueuedTask) -> Exception | None:
    """Run a leased task in this thread. Returns what it raised; `settle` writes the outcome."""
    known = registered.get(row.name)
    if known is None:
        return Fail(f"This version knows no task {row.name}.")
    told = last_try.set(row.attempts >= row.max_attempts)
    try:
        known.func(**row.kwargs)
    except SystemExit as error:
        return RuntimeError(f"It wanted to end the process ({error}).")
    except Exception as error:  # noqa: BLE001 (a task may raise anything; settle decides)
        return error
    finally:
        last_try.reset(told)
    return None


def settle(outcomes: list[tuple[QueuedTask, Exception | None]]) -> None:
    """Write what came of leased tasks, in one transaction: done rows go, failed ones wait or die."""
    if not outcomes:
        return
    with transaction.atomic():
        done = [row.pk for row, error in outcomes if error is None]
        metrics.TASKS.labels("done").inc(len(done))
        if done:
            QueuedTask.objects.filter(pk__in=done, state=LEASED, owner=outcomes[0][0].owner).delete()
        for row, error in outcomes:
            if error is not None:
                _settle_failure(row, error)


def _settle_failure(row: QueuedTask, error: Exception) -> None:
    row = copy.copy(row)  # should the transaction fail, it is settled once more
    if not QueuedTask.objects.filter(pk=row.pk, state=LEASED, owner=row.owner).exists():
        return  # The lease was voided meanwhile; whoever has it now settles.
    if isinstance(error, RetryLater):
        row.attempts -= 1
        _to_ready(row, timezone.now() + timedelta(seconds=error.seconds))
        return
    reason = _told(error)
    if isinstance(error, Fail) or row.attempts >= row.max_attempts:
        _to_dead(row, reason)
        return
    row.error = reason
    metrics.TASKS.labels("failed").inc()
    log_failure(row.name, error)
    _to_ready(row, timezone.now() + timedelta(seconds=pause(row.attempts)))


def _told(error: Exception) -> str:
    """What an error says as a database takes it: without secrets, NULs and halves of surrogate pairs."""
    told = redact(f"{type(error).__name__}: {error}")[:500]
    return told.replace("\0", "").encode("utf-8", "replace").decode()


def _to_dead(row: QueuedTask, reason: str) -> None:
    row.state, row.owner, row.leased_until, row.failed_at, row.error = DEAD, "", None, timezone.now(), reason
    row.save(update_fields=["state", "owner", "leased_until", "failed_at", "error", "attempts"])
    metrics.TASKS.labels("dead").inc()
    log.error("A task became a dead letter.", extra={"task": row.name, "attempt": row.attempts})


def pause(attempts: int) -> float:
    """Seconds until the next try: doubling, at most an hour, then spread."""
    return min(2.0**attempts, LONGEST_PAUSE) * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 (no secret)


def _to_ready(row: QueuedTask, at: datetime) -> bool:
    """Let the row wait again. If a newer one with its unique key waits already, that one stands and this one goes."""
    row.state, row.owner, row.leased_until, row.run_after = READY, "", None, at
    try:
        with transaction.atomic():
            row.save(update_fields=["state", "owner", "leased_until", "run_after", "attempts", "error"])
    except IntegrityError:
        row.delete()
        return False
    return True


def dead_letters() -> "list[QueuedTask]":
    """Tasks that were given up, newest first."""
    return list(QueuedTask.objects.filter(state=DEAD).order_by("-failed_at")[:500])


def replay(pk: int) -> bool:
    """Make a dead letter due again with all its attempts; False when there is no such dead letter."""
    with transaction.atomic():
        row = QueuedTask.objects.select_for_update().filter(pk=pk, state=DEAD).first()
        if row is None:
            return False
        row.attempts, row.failed_at = 0, None
        row.save(update_fields=["failed_at"])
        _to_ready(row, timezone.now())
    return True


def drain(limit: int) -> int:
    """Run due tasks in this thread until none is due; see `tasks.run_pending`."""
    ran = 0
    while ran < limit and (rows := claim(min(20, limit - ran))):
        for row in rows:
            settle([(row, run(row))])
        ran += len(rows)
    return ran


def enqueue_due_crons() -> float:
    """Enqueue recurring tasks whose time has come; returns seconds until the next one.

    Moving `next_at` from the value we read decides which of several workers enqueues the run. One that lies further
    away than a period was written by a clock that was ahead: it is due.
    """
    now = timezone.now()
    _bring_back_from_the_future(now)
    rows = dict(CronRow.objects.values_list("name", "next_at"))
    for name, cron in crons.items():
        if name not in rows:
            CronRow.objects.get_or_create(name=name, defaults={"next_at": now + min(cron.period, timedelta(minutes=1))})
        elif not now < rows[name] <= now + cron.period + AHEAD:
            with transaction.atomic():
                if CronRow.objects.filter(name=name, next_at=rows[name]).update(
                    next_at=_next(rows[name], cron.period, now)
                ):
                    cron.task.using(unique=f"cron:{name}").enqueue()
    soonest = min((at for name, at in rows.items() if name in crons), default=now)
    return max(0.0, min(30.0, (soonest - timezone.now()).total_seconds()))


def _bring_back_from_the_future(now: datetime) -> None:
    """After the clock was ahead and came back: tasks made then keep the wait they were meant to have, failed ones are
    due. What was made before for a far moment stays: somebody chose that.
    """
    late = QueuedTask.objects.filter(state=READY, priority__in=LEVELS, run_after__gt=now + AHEAD)
    made_then = Q(created_at__gt=now + AHEAD)
    failed_then = ~Q(error="") & Q(run_after__gt=now + AHEAD + timedelta(seconds=LONGEST_PAUSE * (1 + SPREAD)))
    for row in late.filter(made_then | failed_then):
        wait = row.run_after - row.created_at if row.created_at > now + AHEAD and not row.error else timedelta(0)
        fields = {"run_after": now + wait, "created_at": min(row.created_at, now)}
        QueuedTask.objects.filter(pk=row.pk, state=READY, run_after=row.run_after).update(**fields)


def _next(last: datetime, period: timedelta, now: datetime) -> datetime:
    """The first instant after now in the row's own rhythm."""
    return last + period * ((now - last) // period + 1)


def wait_time() -> float:
    """Seconds until the next waiting task is due, at most 5: how long a worker may sleep unless woken."""
    now = timezone.now()
    soonest = now + timedelta(seconds=5)
    for level in LEVELS:
        waiting = QueuedTask.objects.filter(state=READY, priority=level).order_by("run_after")
        if (at := waiting.values_list("run_after", flat=True).first()) is not None:
            soonest = min(soonest, at)
    return max(0.0, (soonest - now).total_seconds())
