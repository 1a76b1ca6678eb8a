"""Reading elsewhere: the process that reads is a help; when it dies or talks nonsense, the mail comes in anyway."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from django.db import OperationalError, connections

from tamada.channels import ingest as module
from tamada.channels import reading
from tamada.channels.email import receive
from tamada.channels.ingest import Ingest
from tamada.channels.journal import Journal
from tamada.channels.models import RawInput, RawState
from tamada.channels.readers import StorageAway
from tamada.channels.reading import Reader, serve
from tamada.conversations.models import Message
from tamada.core import storage
from tests.channels.conftest import ADDRESS, mail
from tests.helpers.polling import until

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def reading_process(stop: threading.Event) -> Iterator[None]:
    """`serve` in a thread of ours, which shares the test's database."""
    thread = threading.Thread(target=serve, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()


def answers(journal: Journal) -> bool:
    reader = Reader(journal)
    reader.ask([])
    try:
        return reader.is_busy and reader.answer() == []
    finally:
        reader.hang_up()


def put(journal: Journal, inbox: int, count: int) -> list[str]:
    meta = {"channel": "email", "source": "smtp", "inboxes": [inbox], "received_at": "2026-11-01T12:00:00+00:00"}
    return [journal.write(mail(f"number {n}", message_id=f"<{n}@x.example>"), meta) for n in range(count)]


def test_it_reads_what_the_worker_would_have_read(journal, account, stop):
    names = put(journal, account.inbox_id, 3)
    broken = journal.write(b"no header at all", {"channel": "email", "inboxes": [account.inbox_id]})
    (journal.incoming / f"{names[2]}.eml").write_bytes(b"damaged")
    asked = [*names, broken, "0000000000000000000-gone"]
    with reading_process(stop):
        until(lambda: answers(journal))
        reader = Reader(journal)
        reader.ask(asked)
        there = reader.answer()
        reader.hang_up()
    here = reading.read_names(journal, asked)
    assert [(i.name, i.digest, i.size, repr(i.read)) for i in there] == [
        (i.name, i.digest, i.size, repr(i.read)) for i in here
    ]
    assert len(here) == 4


def test_a_burst_is_read_elsewhere_and_stored_here(journal, account, stop, monkeypatch):
    put(journal, account.inbox_id, 230)
    readers: set[str] = set()
    real = receive.read_mail

    def read_mail(*arguments):
        readers.add(threading.current_thread().name)
        return real(*arguments)

    monkeypatch.setattr(receive, "read_mail", read_mail)
    with reading_process(stop):
        until(lambda: answers(journal))
        assert Ingest(journal).step() == 230
    assert Message.objects.count() == 230
    assert readers.isdisjoint({threading.main_thread().name})


@pytest.mark.parametrize("manner", ["silence", "half an answer", "nonsense"])
def test_a_process_that_dies_over_a_batch_costs_no_mail(journal, account, manner, monkeypatch):
    monkeypatch.setattr(reading, "COMES_BACK", 0.2)
    put(journal, account.inbox_id, 5)
    with dying_process(journal, manner):
        ingest = Ingest(journal)
        assert ingest.step() == 5
    assert Message.objects.count() == 5
    assert journal.pending() == []
    assert not ingest.suspects


def test_what_a_dead_process_had_is_still_stored_before_what_came_later(journal, account, monkeypatch):
    """Else an answer would be stored before what it answers, and find no conversation."""
    monkeypatch.setattr(reading, "COMES_BACK", 0.2)
    monkeypatch.setattr(module, "BATCH", 5)
    names = put(journal, account.inbox_id, 12)
    with dying_process(journal, "silence"):
        assert Ingest(journal).step() == 12
    assert list(RawInput.objects.order_by("pk").values_list("name", flat=True)) == names


@contextmanager
def dying_process(journal: Journal, manner: str) -> Iterator[None]:
    """Somebody who takes a request, says something or nothing, and is gone."""
    (journal.root / "run").mkdir(exist_ok=True)

    def work(door: socket.socket) -> None:
        with door, Connection(door.accept()[0].detach()) as line:
            line.send(os.getpid())
            line.recv()
            if manner == "half an answer":
                os.write(line.fileno(), b"\x00\x00\xff\xff half")
            elif manner == "nonsense":
                line.send_bytes(b"nonsense")

    with reading._address(journal.root) as address, socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen(1)
        thread = threading.Thread(target=work, args=(door,))
        thread.start()
        yield
        thread.join(20)
        Path(address).unlink()


@pytest.mark.parametrize("way", ["dies", "hangs"])
def test_a_mail_that_always_ends_the_reading_process_is_quarantined_and_the_worker_never_reads_it(
    journal, account, monkeypatch, way
):
    names = put(journal, account.inbox_id, 4)
    for name in ("LONGEST_READ", "LONGEST_ALONE"):
        monkeypatch.setattr(reading, name, 0.5 if way == "hangs" else 30)
    monkeypatch.setattr(module, "read_names", lambda *_: pytest.fail("the worker read it"))
    (journal.root / "run").mkdir(exist_ok=True)
    with processes_that_end_over(journal, names[1], way):
        ingest = Ingest(journal)
        assert ingest.step() == 4
    assert Message.objects.count() == 3
    row = RawInput.objects.get(state=RawState.QUARANTINED)
    assert row.name == names[1]
    assert "stopped working" in row.reason
    assert journal.pending() == []


def test_a_mail_over_which_the_reader_waits_for_a_store_that_is_away_is_not_to_blame(journal, account, monkeypatch):
    names = put(journal, account.inbox_id, 1)
    for name in ("LONGEST_READ", "LONGEST_ALONE"):
        monkeypatch.setattr(reading, name, 0.5)

    def away(_key: str) -> bool:
        raise TimeoutError

    (journal.root / "run").mkdir(exist_ok=True)
    with processes_that_end_over(journal, names[0], "hangs"):
        ingest = Ingest(journal)
        with monkeypatch.context() as patched:
            patched.setattr(storage, "exists", away)
            for _ in range(4):
                with pytest.raises(StorageAway):
                    ingest.step()
    assert (ingest.deaths, journal.pending()) == ({}, names)
    assert not RawInput.objects.exists()


@contextmanager
def processes_that_end_over(journal: Journal, deadly: str, way: str) -> Iterator[None]:
    """A parent that forks one reading process after another; each reads well, until it meets the deadly mail."""
    connections.close_all()
    parent = os.fork()
    if parent == 0:
        while True:
            child = os.fork()
            if child == 0:
                _read_until(journal, deadly, way)
            os.waitpid(child, 0)
    try:
        until(lambda: answers(journal))
        yield
    finally:
        for pid in (parent, *_children(parent)):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(parent, 0)


def _children(pid: int) -> list[int]:
    os.kill(pid, signal.SIGSTOP)  # No more of them.
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _read_until(journal: Journal, deadly: str, way: str) -> None:
    real = reading.read_names

    def read_names(journal: Journal, names: list[str]) -> list[reading.Item]:
        if deadly in names:
            signal.pause() if way == "hangs" else os._exit(1)
        return real(journal, names)

    try:
        reading.read_names = read_names  # type: ignore[assignment]
        reading.warm_up = lambda: None
        serve(threading.Event())
    finally:
        os._exit(1)


def test_a_database_away_where_it_is_read_is_waited_for(journal, account, stop, monkeypatch):
    put(journal, account.inbox_id, 2)
    real, is_away = receive.load_accounts, True

    def load_accounts(inboxes):
        if is_away:
            raise OperationalError("could not connect")
        return real(inboxes)

    monkeypatch.setattr(receive, "load_accounts", load_accounts)
    with reading_process(stop):
        until(lambda: answers(journal))
        ingest = Ingest(journal)
        with pytest.raises(OperationalError):
            ingest.step()
        assert len(journal.pending()) == 2
        is_away = False
        assert ingest.step() == 2
    assert Message.objects.count() == 2


@pytest.mark.servers
@pytest.mark.sqlite
def test_the_real_process_may_be_killed_at_any_time(running):
    """Its parent starts another; meanwhile the worker reads by itself."""
    tamada = running(faults=True)
    tamada.add_inbox("Support", "--email", ADDRESS)
    for number in range(60):
        if number % 20 == 10:
            os.kill(tamada.child("reader"), signal.SIGKILL)
        tamada.send_mail(mail(message_id=f"<{number}@x.example>"), sender="a@b.example", recipients=[ADDRESS])
    until(lambda: tamada.count("conversations_message") == 60)
    assert tamada.count("channels_rawinput") == 60
