"""The hub: who is sent what, in which order, and what happens to those who can't keep up."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError, transaction

from tamada.core import events, realtime
from tamada.core.actors import SYSTEM
from tamada.core.hub import QUEUE, RECENT, REPLAY, Client, Hub, Principal, Reader, replay
from tamada.core.models import StoredEvent
from tamada.core.realtime import Notice, notice
from tests.core.jobs import Silent
from tests.helpers.polling import until


def keys(*names: str) -> frozenset[str]:
    return frozenset(names)


def event(pk: int, audience: frozenset[str], before: frozenset[str] = frozenset()) -> Notice:
    row = StoredEvent(
        pk=pk,
        at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        type="test.rang",
        data={"bell_id": pk, "other_ids": [1, 2], "code": "x"},
        actor_kind="agent",
        actor_id=3,
        audience=" ".join(audience),
        before=" ".join(before),
    )
    return notice(row)


def joined(hub: Hub, *names: str, agent_id: int | None = None) -> Client:
    client = hub.add(Principal(keys(*names), agent_id))
    client.resume()
    return client


def test_a_frame_has_an_id_a_type_and_opaque_ids() -> None:
    frame = event(5, keys("all")).frame.decode()
    assert frame.startswith("id: 5\nevent: test.rang\ndata: {")
    assert frame.endswith("}\n\n")
    assert '"data":{"bell_id":"5","other_ids":["1","2"],"code":"x"}' in frame
    assert '"actor":{"type":"agent","id":"3"}' in frame


def test_only_holders_of_a_key_are_sent_the_event() -> None:
    hub = Hub(0)
    inside, outside = joined(hub, "team:1", "all"), joined(hub, "team:2")
    hub.dispatch([event(1, keys("team:1", "all"))])
    assert len(inside.queue) == 1
    assert not outside.queue


def test_who_lost_access_is_told_gone_and_no_more() -> None:
    hub = Hub(0)
    stays, loses, other = joined(hub, "team:1", "team:2"), joined(hub, "team:1"), joined(hub, "team:3")
    hub.dispatch([event(1, keys("team:2"), before=keys("team:1", "team:2"))])
    assert b"event: test.rang" in stays.queue[0]
    assert b"event: gone" in loses.queue[0]
    assert b'"bell_id":"1"' in loses.queue[0]
    assert b'"actor":null' in loses.queue[0]
    assert not other.queue


def test_a_client_that_does_not_read_loses_its_queue_and_is_told_to_refetch() -> None:
    hub = Hub(0)
    slow = joined(hub, "all")
    hub.dispatch([event(pk, keys("all")) for pk in range(1, QUEUE + 2)])
    assert len(slow.queue) == 1
    assert slow.queue[0].startswith(f"id: {QUEUE + 1}\nevent: resync\n".encode())
    hub.dispatch([event(QUEUE + 2, keys("all"))])
    assert len(slow.queue) == 2


def test_a_client_with_half_a_queue_does_without_passing_things() -> None:
    hub = Hub(0)
    slow = joined(hub, "all")
    for _ in range(QUEUE):
        hub.dispatch_ephemeral(keys("all"), b"typing")
    assert len(slow.queue) == QUEUE // 2


def test_a_program_hears_of_events_alone() -> None:
    hub = Hub(0)
    client = hub.add(Principal(keys("all"), hears_passing=False))
    hub.dispatch_ephemeral(keys("all"), b"typing")
    hub.dispatch([event(1, keys("all"))])
    assert list(client.queue) == [event(1, keys("all")).frame]


def test_nothing_is_sent_to_a_client_that_left() -> None:
    hub = Hub(0)
    client = joined(hub, "all")
    hub.remove(client)
    hub.dispatch([event(1, keys("all"))])
    assert not client.queue
    assert not hub._by_key


def test_memory_serves_what_it_still_has() -> None:
    hub = Hub(0)
    assert hub.since(0) == []
    hub.dispatch([event(pk, keys("all")) for pk in range(1, RECENT + 11)])
    last = RECENT + 10
    assert [one.id for one in hub.since(last - 2) or []] == [last - 1, last]
    assert len(hub.since(11) or []) == RECENT - 1
    assert hub.since(10) is None
    assert hub.since(last) == []


class Socket:
    """Stands in for a connection: takes what is written, or makes the writer wait."""

    def __init__(self, client: Client) -> None:
        self.got: list[bytes] = []
        self.slow: asyncio.Future[None] | None = None
        client.writer = self.write

    def write(self, data: bytes) -> "asyncio.Future[None] | None":
        self.got.append(data)
        return self.slow


def test_what_a_paused_client_is_sent_waits_for_its_replay() -> None:
    hub = Hub(0)
    client = hub.add(Principal(keys("all")))
    socket = Socket(client)
    hub.dispatch([event(1, keys("all"))])
    assert not socket.got
    client.resume()
    assert socket.got == [event(1, keys("all")).frame]


def test_a_batch_is_written_in_one_piece() -> None:
    hub = Hub(0)
    socket = Socket(joined(hub, "all"))
    hub.dispatch([event(1, keys("all")), event(2, keys("all"))])
    assert socket.got == [event(1, keys("all")).frame + event(2, keys("all")).frame]


def test_nothing_overtakes_what_a_slow_socket_has_not_taken() -> None:
    async def scenario() -> None:
        hub = Hub(0)
        client = joined(hub, "all")
        socket = Socket(client)
        runner = asyncio.create_task(client.run())
        await asyncio.sleep(0)
        socket.slow = gate = asyncio.get_running_loop().create_future()
        hub.dispatch([event(1, keys("all"))])
        socket.slow = None
        hub.dispatch([event(2, keys("all"))])
        hub.dispatch([event(3, keys("all"))])
        await asyncio.sleep(0)
        assert len(socket.got) == 1
        gate.set_result(None)
        for _ in range(5):
            await asyncio.sleep(0)
        assert socket.got[1] == event(2, keys("all")).frame + event(3, keys("all")).frame
        client.close()
        await runner

    asyncio.run(scenario())


def test_a_connection_that_breaks_is_closed_and_the_others_go_on() -> None:
    hub = Hub(0)
    broken, well = joined(hub, "all"), joined(hub, "all")

    def write(data: bytes) -> None:
        raise OSError

    broken.writer = write
    socket = Socket(well)
    hub.dispatch([event(1, keys("all"))])
    assert broken.closed
    assert len(socket.got) == 1


def test_a_closed_client_ends() -> None:
    async def scenario() -> None:
        client = joined(Hub(0), "all")
        running = asyncio.create_task(client.run())
        await asyncio.sleep(0)
        client.close()
        await running

    asyncio.run(scenario())


def ring(*audiences: str) -> list[int]:
    with transaction.atomic():
        events.record(*(Silent(audience=keys(*names.split())) for names in audiences), actor=SYSTEM)
    return list(StoredEvent.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_replay_has_what_the_keys_may_see_up_to_the_point() -> None:
    first, second, third, fourth = ring("a", "b", "a", "a")
    # On PostgreSQL an open transaction of any database of the cluster holds rows back: here, of a test beside this one.
    until(lambda: [row.pk for row in events.read_after(first, 10)] == [second, third, fourth])
    data = replay(first, third, keys("a")) or b""
    assert f"id: {third}\n".encode() in data
    assert data.count(b"id: ") == 1
    assert replay(first, third, keys("b")) == notice(StoredEvent.objects.get(pk=second)).frame


@pytest.mark.django_db(transaction=True)
def test_an_unknown_cursor_or_too_much_cannot_be_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_, last = ring(*["a"] * 6)
    assert replay(last + 1000, last, keys("a")) is None
    monkeypatch.setattr("tamada.core.hub.REPLAY", 0)
    assert replay(first, last, keys("a")) is None
    assert REPLAY > RECENT


@pytest.fixture
def change_access() -> Iterator[None]:
    yield
    realtime.sinks.clear()


@pytest.mark.django_db(transaction=True)
def test_keys_are_settled_anew_before_anything_later_is_sent(change_access: None) -> None:
    """An agent leaves a team: the events recorded after that never reach their open stream."""
    from tamada.accounts.events import access_changed

    async def scenario() -> list[bytes]:
        loop = asyncio.get_running_loop()
        hub = Hub(await loop.run_in_executor(None, _fresh, events.latest))
        client = hub.add(Principal(keys("team:1", "agent:5"), 5, lambda: Principal(keys("agent:5"), 5)))
        fired = hub.add(Principal(keys("team:1"), 6, lambda: None))
        client.resume()
        reader = Reader(hub, loop)
        try:
            await loop.run_in_executor(None, _fresh, _record)
            await asyncio.to_thread(
                until, lambda: fired.closed and any(b'bell_id":"3' in it for it in list(client.queue))
            )
        finally:
            await loop.run_in_executor(None, reader.close)
        return list(client.queue)

    def _record() -> None:
        with transaction.atomic():
            events.record(
                Silent(audience=keys("team:1"), bell_id=1),
                access_changed(5),
                access_changed(6),
                Silent(audience=keys("team:1"), bell_id=2),
                Silent(audience=keys("agent:5"), bell_id=3),
                actor=SYSTEM,
            )

    frames = b"".join(asyncio.run(scenario()))
    assert b'"bell_id":"1"' in frames
    assert b'"bell_id":"2"' not in frames
    assert b'"bell_id":"3"' in frames


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("trouble", [TimeoutError, RuntimeError, OperationalError])
def test_whatever_goes_wrong_the_log_is_read_on_and_nothing_overtakes_lost_access(
    change_access: None, trouble: type[Exception]
) -> None:
    """Settling the keys fails at first: later events wait for it, then everything goes on."""
    from tamada.accounts.events import access_changed

    troubles = [trouble("once"), trouble("twice")]

    def renew() -> Principal:
        if troubles:
            raise troubles.pop()
        return Principal(keys("agent:5"), 5)

    async def scenario() -> tuple[list[bytes], bool]:
        loop = asyncio.get_running_loop()
        hub = Hub(await loop.run_in_executor(None, _fresh, events.latest))
        client = hub.add(Principal(keys("team:1", "agent:5"), 5, renew))
        client.resume()
        reader = Reader(hub, loop)
        try:
            await loop.run_in_executor(None, _fresh, _record)
            await asyncio.to_thread(until, lambda: any(b'bell_id":"3' in it for it in list(client.queue)))
        finally:
            await loop.run_in_executor(None, reader.close)
        return list(client.queue), reader.is_well()

    def _record() -> None:
        with transaction.atomic():
            events.record(
                Silent(audience=keys("team:1"), bell_id=1),
                access_changed(5),
                Silent(audience=keys("team:1"), bell_id=2),
                Silent(audience=keys("agent:5"), bell_id=3),
                actor=SYSTEM,
            )

    frames, is_well = asyncio.run(scenario())
    got = [name for name in (b'"bell_id":"1"', b'"bell_id":"2"', b'"bell_id":"3"') if name in b"".join(frames)]
    assert got == [b'"bell_id":"1"', b'"bell_id":"3"']
    assert len(frames) == 3, "an event was sent twice"
    assert is_well


def _fresh(function: Callable[[], Any]) -> Any:
    from django.db import connection

    try:
        return function()
    finally:
        connection.close()
