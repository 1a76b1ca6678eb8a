"""Between processes and machines: messages arrive wherever they were sent from, and after a connection was cut."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from tamada.core import events, machines, realtime, wakeup
from tamada.core.actors import SYSTEM
from tamada.core.hub import Hub, Principal, Reader
from tests.core.jobs import Silent
from tests.helpers.polling import until
from tests.helpers.servers import Server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def over_redis(redis_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(
        settings, "TAMADA", replace(settings.TAMADA, redis_url=f"redis://127.0.0.1:{redis_server.port}/9")
    )
    machines.redis.cache_clear()
    yield
    machines.redis.cache_clear()


def send_as_another_machine(monkeypatch: pytest.MonkeyPatch, kind: bytes, payload: bytes = b"") -> None:
    with monkeypatch.context() as elsewhere:
        encoded = machines._encode(kind, payload).partition("|")[2]
        elsewhere.setattr(machines, "_encode", lambda *_: f"elsewhere|{encoded}")
        machines.send(kind, payload)


def _arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[bytes] = []
    end = wakeup.receive(wakeup.EPHEMERAL, got.append)
    waiter = wakeup.Waiter(wakeup.EVENTS)
    listener = machines.Listener()
    try:
        # Listening begins with waking everybody: what was sent before was missed.
        assert waiter.wait(15)
        machines.send(wakeup.EPHEMERAL, b'{"our own": 1}')
        payload = b'{"keys":["inbox:1"],"kind":"typing","payload":{"ttl":5}}'
        send_as_another_machine(monkeypatch, wakeup.EPHEMERAL, payload)
        until(lambda: bool(got))
        assert got == [payload]
        send_as_another_machine(monkeypatch, wakeup.EVENTS)
        assert waiter.wait(15)
    finally:
        end()
        waiter.close()
        listener.close()


def test_messages_of_other_machines_arrive_over_redis_and_our_own_do_not(
    over_redis: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _arrives(monkeypatch)


@pytest.mark.postgres
def test_messages_of_other_machines_arrive_over_postgres_and_our_own_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, redis_url=None))
    _arrives(monkeypatch)


@pytest.mark.postgres
def test_a_database_that_cuts_us_off_after_the_commit_does_not_fail_the_request(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, redis_url=None))
    after: list[str] = []

    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        other.close()

    with transaction.atomic():
        transaction.on_commit(cut)
        wakeup.notify_after_commit(wakeup.EVENTS)
        transaction.on_commit(lambda: after.append("what else follows the commit"))
    assert after
    assert "PostgreSQL did not take a message." in caplog.text
    machines.send(wakeup.EVENTS, b"")  # over a new connection


def test_a_transaction_wakes_each_kind_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    monkeypatch.setattr(machines, "send", lambda kind, _payload: sent.append(kind))

    def ask(*kinds: bytes) -> None:
        for kind in kinds:
            wakeup.notify_after_commit(kind)

    with transaction.atomic():
        with suppress(ZeroDivisionError), transaction.atomic():
            ask(wakeup.EVENTS, wakeup.HOOKS)
            raise ZeroDivisionError
        with transaction.atomic():
            ask(wakeup.EVENTS)
        ask(wakeup.EVENTS, wakeup.TASKS, wakeup.EVENTS)
    assert sent == [wakeup.EVENTS, wakeup.TASKS]
    with transaction.atomic():
        ask(wakeup.TASKS)
    assert sent[2:] == [wakeup.TASKS]


def test_a_redis_that_is_gone_does_not_fail_the_request(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, redis_url="redis://127.0.0.1:1/0"))
    machines.redis.cache_clear()
    machines.send(wakeup.EVENTS, b"")
    machines.redis.cache_clear()
    assert "Redis did not take a message." in caplog.text


def test_typing_in_another_process_reaches_the_streams_of_this_one() -> None:
    frames: list[bytes] = []

    def sink(keys: frozenset[str], frame: bytes) -> None:
        frames.append(frame)

    listener = wakeup.Listener()
    realtime.sinks.append(sink)
    try:
        connections.close_all()
        pid = os.fork()
        if pid == 0:
            realtime.sinks.clear()
            realtime.touch(5, 910_001, "typing", keys=["inbox:1"])
            os._exit(0)
        os.waitpid(pid, 0)
        until(lambda: bool(frames))
        assert b'"kind":"typing"' in frames[0]
        assert realtime.present(910_001)
    finally:
        realtime.sinks.remove(sink)
        listener.close()


@pytest.mark.postgres
def test_the_reader_goes_on_after_the_database_cut_it_off() -> None:
    def cut_off_everybody_else() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        with transaction.atomic():
            events.record(Silent(audience=frozenset({"all"}), bell_id=77), actor=SYSTEM)
        connection.close()

    async def scenario() -> None:
        hub = Hub(0)
        client = hub.add(Principal(frozenset({"all"})))
        reader = Reader(hub, asyncio.get_running_loop())
        try:
            await asyncio.to_thread(cut_off_everybody_else)
            await asyncio.to_thread(until, lambda: any(b'"bell_id":"77"' in frame for frame in list(client.queue)))
        finally:
            await asyncio.to_thread(reader.close)

    connection.close()
    asyncio.run(scenario())


def test_the_address_of_a_socket_always_fits(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    deep = tmp_path / ("long" * 30) / ("longer" * 20)
    deep.mkdir(parents=True)
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, data_dir=deep))
    listener = wakeup.Listener()
    assert (deep / "run" / "wake" / str(os.getpid())).exists()
    listener.close()
    assert not list((deep / "run" / "wake").iterdir())
