"""Faults between processes: many writers, a worker killed at work, wake-ups, PostgreSQL's out-of-order commits."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, OperationalError, connection, connections, transaction

from tamada.core import db, events, health, queue, tasks, wakeup
from tamada.core.actors import SYSTEM
from tamada.core.models import QueuedTask, StoredEvent, StoredSetting
from tamada.core.worker import BATCH, Worker
from tests.core.jobs import Silent, ask, note, seen, touch
from tests.helpers.polling import until

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def fork() -> Iterator[Callable[[Callable[[], None]], int]]:
    """Runs a function in a child process with connections of its own; kills what is left."""
    children: list[int] = []

    def start(work: Callable[[], None]) -> int:
        connections.close_all()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                work()
                status = 0
            finally:
                connections.close_all()
                os._exit(status)
        children.append(pid)
        return pid

    yield start
    for pid in children:
        try:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        except (ProcessLookupError, ChildProcessError):
            continue


def succeeded(pid: int) -> bool:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def add_one(times: int) -> None:
    for _ in range(times):
        with transaction.atomic():
            row = StoredSetting.objects.select_for_update().get(key="count")
            row.value += 1
            row.save()


def test_many_writers_in_threads_and_processes_lose_no_update(fork: Callable[[Callable[[], None]], int]) -> None:
    StoredSetting.objects.create(key="count", value=0)

    def work() -> None:
        threads = [threading.Thread(target=_threaded, args=(25,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    children = [fork(work) for _ in range(3)]
    add_one(25)
    assert all(succeeded(pid) for pid in children)
    assert StoredSetting.objects.get(key="count").value == 3 * 3 * 25 + 25


def _threaded(times: int) -> None:
    try:
        add_one(times)
    finally:
        connection.close()


@pytest.mark.sqlite
def test_the_writer_lock_is_let_go_after_errors_and_lone_statements() -> None:
    def free() -> bool:
        return connection._lock is None  # type: ignore[attr-defined]

    StoredSetting.objects.create(key="x", value=1)
    assert free()
    StoredSetting.objects.update(value=2)
    assert free()
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        assert not free()
        raise ZeroDivisionError
    assert free()
    with transaction.atomic():
        connection.close()
    assert free()


@pytest.mark.sqlite
def test_a_writer_killed_inside_its_transaction_holds_up_nobody(
    fork: Callable[[Callable[[], None]], int], tmp_path: Path
) -> None:
    ready = tmp_path / "ready"

    def work() -> None:
        with transaction.atomic():
            StoredSetting.objects.create(key="half", value=1)
            ready.touch()
            signal.pause()

    pid = fork(work)
    until(ready.exists)
    os.kill(pid, signal.SIGKILL)
    StoredSetting.objects.create(key="whole", value=1)
    assert not StoredSetting.objects.filter(key="half").exists()


@pytest.mark.sqlite
def test_an_important_transaction_syncs_fully_and_only_it() -> None:
    def level() -> int:
        with connection.cursor() as cursor:
            return int(cursor.execute("PRAGMA synchronous").fetchone()[0])

    assert level() == 1
    with db.durable_atomic():
        assert level() == 2
    assert level() == 1


def test_a_worker_killed_at_work_gives_its_tasks_back(fork: Callable[[Callable[[], None]], int]) -> None:
    for number in range(3):
        note.enqueue(what=str(number))

    def claim_and_hang() -> None:
        queue.claim(2)
        signal.pause()

    pid = fork(claim_and_hang)
    until(lambda: QueuedTask.objects.filter(state="leased").count() == 2)
    assert queue.void_dead_leases() == 0
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert queue.void_dead_leases() == 2
    seen.ran.clear()
    assert tasks.run_pending() == 3
    assert sorted(map(str, seen.ran)) == ["0", "1", "2"]


def test_a_worker_runs_what_another_process_enqueues_and_stops_cleanly(
    fork: Callable[[Callable[[], None]], int], tmp_path: Path
) -> None:
    mark = tmp_path / "mark"

    def enqueue(path: Path, times: int) -> None:
        for _ in range(times):
            touch.enqueue(path=str(path))

    assert succeeded(fork(lambda: enqueue(mark, 50)))
    stop = threading.Event()
    listener = wakeup.Listener()
    worker = threading.Thread(target=Worker(stop).run)
    worker.start()
    try:
        until(lambda: not QueuedTask.objects.exists(), seconds=60)
        assert len(mark.read_text()) == 50
        late = fork(lambda: enqueue(tmp_path / "late", 1))
        until((tmp_path / "late").exists, seconds=60)
        assert succeeded(late)
    finally:
        stop.set()
        worker.join(30)
        listener.close()
    assert not worker.is_alive()


@pytest.mark.parametrize("trouble", [RuntimeError, OperationalError])
def test_a_worker_goes_on_whatever_goes_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trouble: type[Exception]
) -> None:
    real, troubles = queue.claim, [trouble("once"), trouble("twice")]

    def claim(limit: int) -> list[QueuedTask]:
        if troubles:
            raise troubles.pop()
        return real(limit)

    monkeypatch.setattr(queue, "claim", claim)
    touch.enqueue(path=str(tmp_path / "mark"))
    stop = threading.Event()
    worker = threading.Thread(target=Worker(stop).run)
    worker.start()
    try:
        until((tmp_path / "mark").exists, seconds=30)
        until(lambda: health.announced("worker", within=30), seconds=30)
    finally:
        stop.set()
        worker.join(30)
    assert health.announced("worker") is None


def test_what_was_done_while_the_database_was_away_is_settled_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real, troubles = queue.settle, [OperationalError("away")] * 3

    def settle(outcomes: list[tuple[QueuedTask, Exception | None]]) -> None:
        if troubles:
            raise troubles.pop()
        real(outcomes)

    monkeypatch.setattr(queue, "settle", settle)
    for _ in range(2 * BATCH):
        touch.enqueue(path=str(tmp_path / "mark"))
    stop = threading.Event()
    worker = threading.Thread(target=Worker(stop).run)
    worker.start()
    try:
        until(lambda: not QueuedTask.objects.exists(), seconds=60)
    finally:
        stop.set()
        worker.join(30)
    assert not troubles
    assert len((tmp_path / "mark").read_text()) == 2 * BATCH


@pytest.mark.postgres
def test_a_worker_whose_connection_was_cut_goes_on_over_a_new_one() -> None:
    ask.enqueue(and_lose_the_connection=True)
    stop = threading.Event()
    worker = threading.Thread(target=Worker(stop, threads=1).run)
    worker.start()
    try:
        until(lambda: QueuedTask.objects.filter(state=QueuedTask.State.READY, attempts=1).exists(), seconds=30)
        ask.enqueue(and_lose_the_connection=False)
        until(lambda: QueuedTask.objects.count() == 1, seconds=30)
    finally:
        stop.set()
        worker.join(30)
    assert QueuedTask.objects.get().kwargs == {"and_lose_the_connection": True}


def test_an_outcome_that_is_refused_holds_up_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = queue.settle
    gone = [OperationalError("away")]

    def settle(outcomes: list[tuple[QueuedTask, Exception | None]]) -> None:
        if any(row.name == note.path for row, _error in outcomes):
            raise DataError("refused") if len(outcomes) > 1 or not gone else gone.pop()
        real(outcomes)

    monkeypatch.setattr(queue, "settle", settle)
    note.enqueue(what="refused")
    for _ in range(2 * BATCH):
        touch.enqueue(path=str(tmp_path / "mark"))
    stop = threading.Event()
    worker = threading.Thread(target=Worker(stop).run)
    worker.start()
    try:
        until(lambda: QueuedTask.objects.count() == 1, seconds=30)
    finally:
        stop.set()
        worker.join(30)
    assert QueuedTask.objects.get().state == QueuedTask.State.LEASED
    assert len((tmp_path / "mark").read_text()) == 2 * BATCH


def test_a_task_that_wants_to_end_the_thread_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    note.enqueue(what="x")
    monkeypatch.setitem(seen.__dict__, "errors", [SystemExit(1)])
    assert tasks.run_pending() == 1
    assert QueuedTask.objects.get().attempts == 1


def test_an_announcement_grows_old_and_is_void_when_its_process_is_gone(
    fork: Callable[[Callable[[], None]], int],
) -> None:
    health.announce("worker")
    assert health.announced("worker", within=30)
    file = health._file("worker")
    os.utime(file, (0, 0))
    assert health.announced("worker", within=30) is None
    assert health.announced("worker")
    health.withdraw("worker")
    assert succeeded(fork(lambda: health.announce("worker")))
    assert file.exists()
    assert health.announced("worker") is None


def test_the_thread_that_takes_wake_ups_survives_nonsense() -> None:
    listener = wakeup.Listener()
    waiter = wakeup.Waiter(wakeup.TASKS)

    def broken(payload: bytes) -> None:
        raise ValueError

    end = wakeup.receive(wakeup.EPHEMERAL, broken)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            folder = os.open(wakeup._folder(), os.O_RDONLY)
            own = wakeup._short(folder, str(os.getpid()))
            out.sendto(wakeup.EPHEMERAL + b"nonsense", own)
            out.sendto(wakeup.TASKS, own)
            os.close(folder)
        assert waiter.wait(20)
    finally:
        end()
        waiter.close()
        listener.close()


def test_a_commit_in_another_process_wakes_this_one(fork: Callable[[Callable[[], None]], int]) -> None:
    listener = wakeup.Listener()
    waiter = wakeup.Waiter(wakeup.EVENTS)

    def work() -> None:
        with transaction.atomic():
            events.record(Silent(audience=frozenset({"all"})), actor=SYSTEM)

    try:
        assert succeeded(fork(work))
        assert waiter.wait(10)
        assert not waiter.wait(0)
    finally:
        waiter.close()
        listener.close()


def test_sockets_left_by_dead_processes_are_swept() -> None:
    listener = wakeup.Listener()
    stale = wakeup._folder() / "999999999"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as left:
            folder = os.open(wakeup._folder(), os.O_RDONLY)
            left.bind(wakeup._short(folder, stale.name))
            os.close(folder)
        assert stale.exists()
        wakeup.notify(wakeup.TASKS)
        assert not stale.exists()
    finally:
        listener.close()


@pytest.mark.postgres
def test_readers_miss_no_event_when_transactions_commit_out_of_order() -> None:
    """The first transaction takes the lower id and commits last; then the other way round."""
    for first_writes_event_early in (True, False):
        _out_of_order(first_writes_event_early)


def _out_of_order(early: bool) -> None:
    StoredEvent.objects.all().delete()
    go_on, begun = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            if early:
                events.record(Silent(audience=frozenset({"all"}), bell_id=1), actor=SYSTEM)
            else:
                StoredSetting.objects.create(key="first", value=1)  # Takes its transaction id now, its event id later.
            begun.set()
            assert go_on.wait(30)
            if not early:
                events.record(Silent(audience=frozenset({"all"}), bell_id=1), actor=SYSTEM)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(30)
    with transaction.atomic():
        events.record(Silent(audience=frozenset({"all"}), bell_id=2), actor=SYSTEM)
    rows, held_back = events.read(0, 10)
    assert rows == []
    assert held_back
    go_on.set()
    thread.join()
    until(lambda: not events.read(0, 10)[1])  # the transaction of a test beside this one may hold rows back as well
    got, cursor = [], 0
    while batch := events.read_after(cursor, 1):
        cursor = batch[-1].pk
        got.append(batch[0].data["bell_id"])
    assert sorted(got) == [1, 2]
    StoredSetting.objects.all().delete()


@pytest.mark.postgres
def test_a_reader_beside_many_writers_gets_every_event_once() -> None:
    writers, each = 6, 40
    done = threading.Event()
    got: list[int] = []

    def write(number: int) -> None:
        for turn in range(each):
            with transaction.atomic():
                events.record(Silent(audience=frozenset({"all"}), bell_id=number * 1000 + turn), actor=SYSTEM)
                if turn % 3 == 0:
                    list(StoredEvent.objects.order_by("-pk")[:50])  # Hold the transaction open a little.
        connection.close()

    def read() -> None:
        cursor = 0
        while True:
            finishing = done.is_set()
            rows, held_back = events.read(cursor, 50)
            got.extend(row.data["bell_id"] for row in rows)
            cursor = rows[-1].pk if rows else cursor
            if finishing and not rows and not held_back:
                break
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join(60)
    assert len(got) == len(set(got)) == writers * each


@pytest.mark.postgres
def test_two_claimers_never_get_the_same_row() -> None:
    for number in range(200):
        note.enqueue(what=str(number))
    claimed: list[int] = []
    guard = threading.Lock()

    def work() -> None:
        while rows := queue.claim(7):
            with guard:
                claimed.extend(row.pk for row in rows)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A claimer may find every due row locked and stop early; nobody gets one twice.
    assert len(claimed) == len(set(claimed))
    rest = queue.claim(200)
    assert len(claimed) + len(rest) == 200


def elsewhere(work: Callable[[], object]) -> None:
    """Do it in another connection, and wait for it."""

    def run() -> None:
        work()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)


@pytest.mark.postgres
def test_a_unique_key_that_is_claimed_before_it_can_be_moved_is_made_pending_again() -> None:
    steps = {
        "SELECT": lambda: note.using(unique="k").enqueue(what="older"),
        "UPDATE": lambda: queue.claim(1),
    }

    def meanwhile(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        verb = sql.partition(" ")[0]
        if verb == "UPDATE" and (work := steps.pop(verb, None)):
            elsewhere(work)
        found = execute(sql, params, many, context)
        if verb == "SELECT" and (work := steps.pop(verb, None)):
            elsewhere(work)
        return found

    with connection.execute_wrapper(meanwhile):
        made = note.using(unique="k").enqueue(what="newer")
    assert not steps
    rows = {row.kwargs["what"]: row for row in QueuedTask.objects.all()}
    assert {what: row.state for what, row in rows.items()} == {"older": "leased", "newer": "ready"}
    assert made.id == str(rows["newer"].pk)


@pytest.mark.postgres
def test_a_lease_that_nobody_renews_runs_out_on_other_machines() -> None:
    note.enqueue(what="far away")
    (row,) = queue.claim(1)
    QueuedTask.objects.filter(pk=row.pk).update(owner="another-machine/boot/12/34")
    assert queue.void_dead_leases() == 0
    from django.db.models.functions import Now

    QueuedTask.objects.filter(pk=row.pk).update(leased_until=Now() - queue.LEASE)
    assert queue.void_dead_leases() == 1
