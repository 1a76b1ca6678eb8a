"""The leased queue: retries, dead letters, unique keys, cron rows."""

from datetime import timedelta

import pytest
from django.db import InternalError, OperationalError, connection, transaction
from django.utils import timezone

from tamada.core import claims, events, queue, tasks, wakeup
from tamada.core.models import CronRow, QueuedTask
from tamada.core.tasks import each
from tests.core.jobs import note, seen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    seen.ran.clear()
    seen.last.clear()
    seen.errors.clear()


def due_again(row: QueuedTask) -> None:
    QueuedTask.objects.filter(pk=row.pk).update(run_after=timezone.now())


def test_a_task_runs_once_and_leaves_no_row() -> None:
    note.enqueue(what="a")
    assert tasks.run_pending() == 1
    assert seen.ran == ["a"]
    assert not QueuedTask.objects.exists()


def test_a_task_of_a_transaction_that_failed_never_runs() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        note.enqueue(what="a")
        raise ZeroDivisionError
    assert tasks.run_pending() == 0


def test_a_task_for_later_waits() -> None:
    note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue(what="later")
    assert tasks.run_pending() == 0
    due_again(QueuedTask.objects.get())
    assert tasks.run_pending() == 1


def test_higher_levels_go_first_and_then_the_oldest() -> None:
    start = timezone.now() - timedelta(minutes=1)
    for position, (name, priority) in enumerate([("low", -5), ("a", 0), ("b", 0), ("high", 50)]):
        note.using(priority=priority, run_after=start + timedelta(seconds=position)).enqueue(what=name)
    tasks.run_pending()
    assert seen.ran == ["high", "a", "b", "low"]


def test_a_failure_is_tried_again_later_and_then_becomes_a_dead_letter() -> None:
    seen.errors[:] = [ValueError("password=hunter2")] * 3
    note.enqueue(what="x")
    for attempt in (1, 2, 3):
        assert tasks.run_pending() == 1
        row = QueuedTask.objects.get()
        assert row.attempts == attempt
        if attempt < 3:
            assert row.state == QueuedTask.State.READY
            assert row.run_after > timezone.now()
            due_again(row)
    assert seen.last == [False, False, True]
    assert not tasks.is_last_try()
    assert row.state == QueuedTask.State.DEAD
    assert row.failed_at is not None
    assert "ValueError" in row.error
    assert "hunter2" not in row.error
    assert tasks.run_pending() == 0


@pytest.mark.parametrize("said", ["a\0b", "a\ud800b"])
def test_what_no_database_stores_is_left_out_of_a_reason(said: str) -> None:
    seen.errors[:] = [ValueError(said), tasks.Fail(said)]
    note.enqueue(what="x")
    tasks.run_pending()
    row = QueuedTask.objects.get()
    assert (row.state, row.error.replace("?", "")) == (QueuedTask.State.READY, "ValueError: ab")
    due_again(row)
    tasks.run_pending()
    row.refresh_from_db()
    assert (row.state, row.error.replace("?", "")) == (QueuedTask.State.DEAD, "Fail: ab")


def test_a_dead_letter_can_be_replayed() -> None:
    seen.errors[:] = [tasks.Fail("no such address")]
    note.enqueue(what="x")
    tasks.run_pending()
    (dead,) = queue.dead_letters()
    assert dead.attempts == 1
    assert queue.replay(dead.pk)
    assert tasks.run_pending() == 1
    assert seen.ran == ["x", "x"]
    assert not QueuedTask.objects.exists()


def test_only_dead_letters_can_be_replayed() -> None:
    note.enqueue(what="x")
    assert not queue.replay(QueuedTask.objects.get().pk)
    assert not queue.replay(0)


def test_retry_later_is_not_counted_as_an_attempt() -> None:
    seen.errors[:] = [tasks.RetryLater(600)]
    note.enqueue(what="x")
    tasks.run_pending()
    row = QueuedTask.objects.get()
    assert row.attempts == 0
    assert row.run_after > timezone.now() + timedelta(seconds=500)


def test_a_task_this_version_does_not_know_becomes_a_dead_letter() -> None:
    QueuedTask.objects.create(name="tamada.gone.tasks.nothing")
    tasks.run_pending()
    assert QueuedTask.objects.get().state == QueuedTask.State.DEAD


def test_a_unique_key_has_one_pending_row_and_the_last_word_counts() -> None:
    later = timezone.now() + timedelta(hours=1)
    note.using(unique="k", run_after=later).enqueue(what="first")
    note.using(unique="k", run_after=later + timedelta(hours=1)).enqueue(what="second")
    row = QueuedTask.objects.get()
    assert row.kwargs == {"what": "second"}
    assert row.run_after == later + timedelta(hours=1)
    note.using(unique="other", run_after=later).enqueue(what="third")
    assert QueuedTask.objects.count() == 2


def test_a_unique_task_that_runs_does_not_hold_back_the_next() -> None:
    note.using(unique="k").enqueue(what="running")
    (running,) = queue.claim(1)
    note.using(unique="k").enqueue(what="next")
    assert QueuedTask.objects.count() == 2
    # The running one fails: the newer one, which waits, stands for both.
    queue.settle([(running, ValueError("x"))])
    assert [row.kwargs["what"] for row in QueuedTask.objects.all()] == ["next"]


def test_claimed_rows_are_not_claimed_again() -> None:
    for number in range(5):
        note.enqueue(what=str(number))
    first, second = queue.claim(3), queue.claim(3)
    assert len(first) == 3
    assert len(second) == 2
    assert not {row.pk for row in first} & {row.pk for row in second}


def test_a_lease_of_this_living_process_is_kept_and_of_a_dead_one_is_void() -> None:
    note.enqueue(what="mine")
    note.enqueue(what="theirs")
    mine, theirs = queue.claim(2)
    assert queue.void_dead_leases() == 0
    QueuedTask.objects.filter(pk=theirs.pk).update(owner=f"{wakeup.node()}:999999999:1")
    assert queue.void_dead_leases() == 1
    assert QueuedTask.objects.get(pk=mine.pk).state == QueuedTask.State.LEASED
    # The dead one's late word on the row it lost changes nothing.
    queue.settle([(theirs, None)])
    assert QueuedTask.objects.get(pk=theirs.pk).state == QueuedTask.State.READY


def test_what_this_process_works_on_is_its_own_however_long_it_was_held_up() -> None:
    note.enqueue(what="x")
    (row,) = queue.claim(1)
    QueuedTask.objects.update(leased_until=timezone.now() - timedelta(minutes=1))
    assert queue.void_dead_leases() == 0
    queue.settle([(row, None)])
    assert not QueuedTask.objects.exists()


def test_a_pid_that_was_used_again_is_another_process() -> None:
    note.enqueue(what="x")
    (row,) = queue.claim(1)
    node, pid, _started = claims.signature().split(":")
    QueuedTask.objects.filter(pk=row.pk).update(owner=f"{node}:{pid}:1")
    assert queue.void_dead_leases() == 1


@pytest.mark.parametrize("owner", ["made-anew-each-time/boot/7/34", "0123456789abboot:7:34"])
def test_a_lease_of_a_machine_that_was_replaced_is_void(owner: str) -> None:
    """A container is made anew under another name; what an earlier version signed says so in another way."""
    if connection.vendor != "sqlite":
        return  # there it may be another machine, and its lease runs out
    note.enqueue(what="x")
    (row,) = queue.claim(1)
    QueuedTask.objects.filter(pk=row.pk).update(owner=owner)
    assert queue.void_dead_leases() == 1


def test_a_task_that_kills_its_process_is_not_tried_for_ever() -> None:
    note.using(unique="k").enqueue(what="killer")
    for attempt in (1, 2, 3):
        assert [row.attempts for row in queue.claim(1)] == [attempt]
        QueuedTask.objects.update(owner=f"{wakeup.node()}:999999999:1")
        assert queue.void_dead_leases() == (attempt < 3)
    (dead,) = queue.dead_letters()
    assert dead.error == "The process that ran it died, in attempt 3 of 3."
    assert (dead.owner, dead.leased_until, dead.failed_at is None) == ("", None, False)
    # Its key is free for the next one, and a person may try it again.
    note.using(unique="k").enqueue(what="next")
    assert tasks.run_pending() == 1
    assert queue.replay(dead.pk)
    assert tasks.run_pending() == 1
    assert seen.ran == ["next", "killer"]


def test_positional_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="keyword"):
        note.enqueue("x")


def test_a_recurring_task_is_enqueued_once_for_a_period() -> None:
    name, period = events.prune.path, timedelta(hours=1)
    assert tasks.crons[name].period == period
    queue.enqueue_due_crons()
    assert not QueuedTask.objects.exists()
    CronRow.objects.filter(name=name).update(next_at=timezone.now() - 2.5 * period)
    queue.enqueue_due_crons()
    queue.enqueue_due_crons()
    assert QueuedTask.objects.filter(name=name).count() == 1
    next_at = CronRow.objects.get(name=name).next_at
    assert timezone.now() < next_at <= timezone.now() + period


def test_a_clock_that_was_ahead_and_came_back_stops_no_recurring_task() -> None:
    name, period = events.prune.path, timedelta(hours=1)
    queue.enqueue_due_crons()
    CronRow.objects.filter(name=name).update(next_at=timezone.now() + timedelta(days=365))
    queue.enqueue_due_crons()
    queue.enqueue_due_crons()
    assert QueuedTask.objects.filter(name=name).count() == 1
    assert timezone.now() < CronRow.objects.get(name=name).next_at <= timezone.now() + period


def test_a_clock_that_was_ahead_and_came_back_leaves_no_task_in_the_future() -> None:
    """What was meant for then and now is due; what somebody set for a moment of its own still waits for that."""
    now, ahead = timezone.now(), timezone.now() + timedelta(days=365)
    rows: dict[str, dict[str, object]] = {
        "new": {"run_after": ahead, "created_at": ahead},
        "soon": {"run_after": ahead + timedelta(minutes=30), "created_at": ahead},
        "again": {"run_after": ahead, "created_at": now, "attempts": 1, "error": "ValueError"},
        "timer": {"run_after": ahead, "created_at": now},
        "retry": {"run_after": now + timedelta(minutes=50), "created_at": now, "attempts": 9, "error": "ValueError"},
    }
    for what, fields in rows.items():
        note.enqueue(what=what)
        QueuedTask.objects.filter(kwargs__what=what).update(**fields)
    queue.enqueue_due_crons()
    assert tasks.run_pending() == 2
    assert sorted(map(str, seen.ran)) == ["again", "new"]
    left = {row.kwargs["what"]: row.run_after - now for row in QueuedTask.objects.filter(name=note.path)}
    assert timedelta(minutes=29) < left["soon"] < timedelta(minutes=31)
    assert left["timer"] > timedelta(days=364)
    assert timedelta(minutes=49) < left["retry"] < timedelta(minutes=51)


def test_a_period_must_be_longer_than_nothing() -> None:
    with pytest.raises(ValueError, match="period"):
        tasks.every(minutes=0)


def test_pauses_double_and_have_a_ceiling() -> None:
    assert 1 <= queue.pause(1) <= 3
    assert queue.pause(60) <= 1.5 * queue.LONGEST_PAUSE


def test_a_row_that_fails_keeps_no_other_from_its_turn(caplog: pytest.LogCaptureFixture) -> None:
    def half(row: int) -> int:
        if row in lost:
            raise lost[row]
        return 12 // (row - 2)

    lost: dict[int, Exception] = {
        0: OperationalError(),
        -1: InternalError("cannot execute UPDATE in a read-only transaction"),
    }

    assert each([1, 2, 3], half) == 0
    assert "ZeroDivisionError" in str(caplog.records[0].__dict__["reason"])
    with pytest.raises(OperationalError):
        each([0, 3], half)
    with pytest.raises(InternalError):
        each([-1, 3], half)
