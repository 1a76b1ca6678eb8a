"""What only one process of all machines may do: two real processes, one of them killed, stopped, or cut off."""

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.models.functions import Now

from tamada.core import leases, wakeup
from tamada.core.models import StoredLease
from tests.helpers.polling import until

pytestmark = [pytest.mark.django_db(transaction=True)]

LEASE = 4.0


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of everything, so that the waiting is short."""
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=LEASE))
    monkeypatch.setattr(leases, "MARGIN", 1.5)
    monkeypatch.setattr(leases, "BEAT", 0.5)


class Machine:
    """A process with a data folder of its own, which notes when it does what only one may do."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name, self.folder, self.log = name, folder / name, folder / f"{name}.log"
        self.folder.mkdir(exist_ok=True)
        self.log.touch()
        connections.close_all()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self._work()
            finally:
                os._exit(0)

    def _work(self) -> None:
        settings.TAMADA = replace(settings.TAMADA, data_dir=self.folder)
        wakeup.node.cache_clear()
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        leases.alone("counting", self._count)(stop)

    def _count(self, stop: threading.Event) -> None:
        while not stop.wait(0.02):
            # The clock of the machine, which all of them have in common.
            with self.log.open("a") as log:
                log.write(f"{time.monotonic()}\n")

    def worked(self) -> list[float]:
        return [float(line) for line in self.log.read_text().split("\n")[:-1]]

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def end(self) -> None:
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            return


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Callable[[str], Machine]]:
    made: list[Machine] = []

    def start(name: str) -> Machine:
        made.append(Machine(tmp_path, name))
        return made[-1]

    yield start
    for one in made:
        one.end()


def until_works(one: Machine, *, after: int = 0) -> None:
    until(lambda: len(one.worked()) > after, seconds=60, what=f"work of {one.name}")


def never_both(one: Machine, other: Machine) -> bool:
    """Whether the one had ended before the other began, and did not come back."""
    stamps = sorted([(at, one.name) for at in one.worked()] + [(at, other.name) for at in other.worked()])
    changes = sum(before[1] != after[1] for before, after in itertools.pairwise(stamps))
    return changes <= 1


@pytest.mark.postgres
def test_when_the_holder_is_killed_the_other_takes_over_within_the_lease(machine: Callable[[str], Machine]) -> None:
    first = machine("first")
    until_works(first)
    second = machine("second")
    until_works(first, after=len(first.worked()) + 50)
    assert not second.worked()
    first.signal(signal.SIGKILL)
    os.waitpid(first.pid, 0)
    killed = time.monotonic()
    until_works(second)
    assert second.worked()[0] - killed < LEASE + 2 * leases.BEAT
    assert never_both(first, second)


@pytest.mark.postgres
def test_a_holder_that_ends_in_order_is_followed_at_once(machine: Callable[[str], Machine]) -> None:
    first = machine("first")
    until_works(first)
    second = machine("second")
    first.signal(signal.SIGTERM)
    os.waitpid(first.pid, 0)
    ended = time.monotonic()
    until_works(second)
    assert second.worked()[0] - ended < LEASE / 2  # without waiting for its end
    assert never_both(first, second)


@pytest.mark.postgres
def test_a_machine_that_stood_still_finds_its_lease_gone_before_it_does_anything(
    machine: Callable[[str], Machine],
) -> None:
    first = machine("first")
    until_works(first)
    second = machine("second")
    first.signal(signal.SIGSTOP)
    until_works(second)
    before = len(first.worked())
    first.signal(signal.SIGCONT)
    until_works(second, after=len(second.worked()) + 100)
    assert len(first.worked()) == before
    assert never_both(first, second)


@pytest.mark.postgres
def test_a_lease_of_a_process_that_died_here_is_taken_at_once() -> None:
    assert leases.take("mine")
    assert leases.take("mine")
    StoredLease.objects.update(owner=f"{wakeup.node()}:999999999:1", until=Now() + leases.LEASE)
    assert leases.take("mine")
    StoredLease.objects.update(owner="another-machine:1:1", until=Now() + leases.LEASE)
    assert not leases.take("mine")
    leases.give_back("mine")
    assert not leases.take("mine")
    StoredLease.objects.update(until=Now())
    assert leases.take("mine")


@pytest.mark.postgres
def test_who_cannot_renew_stops_before_anybody_else_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "MARGIN", LEASE - 1)
    stop, ended = threading.Event(), threading.Event()

    def loop(term: threading.Event) -> None:
        # As when the database hangs: the question is asked, and nobody answers.
        monkeypatch.setattr(leases, "take", lambda name: ended.wait(30))
        began = time.monotonic()
        assert term.wait(20)
        assert time.monotonic() - began < 3
        stop.set()
        ended.set()

    runner = threading.Thread(target=_quietly, args=(leases.alone("mine", loop), stop))
    runner.start()
    assert ended.wait(30)
    runner.join(30)


def _quietly(run: Callable[[threading.Event], None], stop: threading.Event) -> None:
    try:
        run(stop)
    finally:
        connection.close()


@pytest.mark.sqlite
def test_on_sqlite_nobody_is_asked() -> None:
    stop = threading.Event()
    got: list[threading.Event] = []
    leases.alone("mine", got.append)(stop)
    assert got == [stop]
    assert not StoredLease.objects.exists()
