"""The open streams of one web process: who listens, what they are sent, and the thread that reads the log for all.

Clients live in the event loop. Each has its keys, settled when it subscribed and again when its access changes, and a
bounded queue: who can't keep up loses the queue and is told `resync`, which means refetch.
"""

import asyncio
import logging
import math
import random
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from django.db import Error as AnyDatabaseError
from django.db import connection

from tamada.core import events, realtime, wakeup
from tamada.core.realtime import Notice, notice

ACCESS_CHANGED = "agent.access_changed"
QUEUE = 256  # Frames that wait for one client before it is told to refetch.
RECENT = 2000  # Notices kept in memory: most reconnecting clients are served from here.
REPLAY = 5000  # Events read for one client that was away; beyond that it refetches.
HEARTBEAT = 20.0  # Seconds.
LOOK_ANYWAY = 1.0  # Seconds between looks at the log when nothing wakes us.
HELD_BACK = 0.02  # The same, when PostgreSQL holds rows back behind an open transaction.
RENEW_WITHIN = 5.0  # Seconds for the event loop to say whose keys are to be settled anew; then again.
STUCK = 30.0  # Seconds without a look at the log after which streams count as deaf.

LONG = 2.0  # Seconds that a write transaction may hold streams back before it is told of.

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Principal:
    """Whom a stream belongs to. `renew` judges anew from the database, when the agent's access changed and at the
    moment `ends_at`; None means that the stream must end. Of the same keys `most` streams may be open in one process.
    """

    keys: frozenset[str]
    agent_id: int | None = None
    renew: Callable[[], "Principal | None"] | None = None
    ends_at: float = math.inf  # Seconds since 1970.
    most: int | None = None
    hears_passing: bool = True  # presence and typing, which are no events and have no id


type_writer = Callable[[bytes], Awaitable[None] | None]


class Client:
    """One stream's queue. Its methods are called in the event loop only.

    Frames go out straight from `flush`, without waking a task, as long as the socket takes them: with a thousand desks
    on one event that halves the time to the last. `writer` returns None when it is done, else what to await first.
    """

    __slots__ = ("_busy", "_waiting", "closed", "keys", "paused", "principal", "queue", "slot", "writer")

    def __init__(self, principal: Principal) -> None:
        self.principal = principal
        self.keys = principal.keys
        self.queue: deque[bytes] = deque()
        self.closed = False
        self.slot = random.randrange(int(HEARTBEAT))  # noqa: S311 (spreads heartbeats, no secret)
        self.paused = True  # Until the replay is through, so that nothing overtakes it.
        self.writer: type_writer | None = None
        self._busy: Awaitable[None] | None = None
        self._waiting: asyncio.Future[None] | None = None

    def push(self, data: bytes, resync: bytes) -> None:
        """Queue a frame. When the queue is full it is dropped, and `resync` stands in its place."""
        if len(self.queue) >= QUEUE:
            self.queue.clear()
            data = resync
        self.queue.append(data)

    def flush(self) -> None:
        """Write what is queued, in one piece, unless an earlier piece is still on its way."""
        if not self.queue or self.paused or self.closed or self.writer is None or self._busy is not None:
            return
        data = b"".join(self.queue)
        self.queue.clear()
        try:
            self._busy = self.writer(data)
        except (OSError, RuntimeError):
            self.closed = True  # The connection is gone; the others must not suffer for it.
        if self.closed or self._busy is not None:
            self._wake()

    def resume(self) -> None:
        """The replay is through: let the queue go."""
        self.paused = False
        self.flush()

    def close(self) -> None:
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def run(self) -> None:
        """Wait for slow sockets on behalf of `flush`, until the stream is closed."""
        while not self.closed:
            if self._busy is not None:
                await self._busy
                self._busy = None
                self.flush()
            else:
                self._waiting = asyncio.get_running_loop().create_future()
                await self._waiting


class Hub:
    """All streams of this process. Made in the event loop; `Reader` feeds it."""

    def __init__(self, position: int) -> None:
        self.position = position
        self.clients: set[Client] = set()
        self._by_key: dict[str, set[Client]] = {}
        self.access_changes = 0  # How many were seen: a client that joins meanwhile settles its keys again.
        self._recent: deque[Notice] = deque(maxlen=RECENT)
        self._places: dict[int, int] = {}  # Event id → how many notices had been dispatched with it.
        self._dispatched = 0

    def add(self, principal: Principal) -> Client:
        """A new client, paused: replay what it missed, then `resume` it."""
        client = Client(principal)
        self.clients.add(client)
        self._index(client)
        return client

    def remove(self, client: Client) -> None:
        self.clients.discard(client)
        self._unindex(client)

    def _index(self, client: Client) -> None:
        for key in client.keys:
            self._by_key.setdefault(key, set()).add(client)

    def _unindex(self, client: Client) -> None:
        for key in client.keys:
            if (holders := self._by_key.get(key)) is not None:
                holders.discard(client)
                if not holders:
                    del self._by_key[key]

    def renew(self, client: Client, principal: Principal | None) -> None:
        """Give a client its present rights, or end it."""
        if principal is None:
            client.close()
            return
        self._unindex(client)
        client.principal, client.keys = principal, principal.keys
        if client in self.clients:
            self._index(client)

    def holders(self, keys: Iterable[str]) -> set[Client]:
        found: set[Client] = set()
        for key in keys:
            found |= self._by_key.get(key, set())
        return found

    def named(self, kind: str) -> list[str]:
        """The keys of a kind (`visitor:`) by which somebody listens here, without the kind."""
        return [key.removeprefix(kind) for key in self._by_key if key.startswith(kind)]

    def dispatch(self, notices: list[Notice]) -> None:
        """Send each event to those who may know it, and `gone` to those who no longer may."""
        touched: set[Client] = set()
        for one in notices:
            self.position = one.id
            self.access_changes += one.type == ACCESS_CHANGED
            self._remember(one)
            resync = resync_frame(one.id)
            may = self.holders(one.audience)
            lost = self.holders(one.before) - may if one.before else set()
            for client in may:
                client.push(one.frame, resync)
            for client in lost:
                client.push(one.gone, resync)
            touched |= may | lost
        for client in touched:
            client.flush()

    def _remember(self, one: Notice) -> None:
        if len(self._recent) == RECENT:
            self._places.pop(self._recent[0].id, None)
        self._recent.append(one)
        self._dispatched += 1
        self._places[one.id] = self._dispatched

    def dispatch_ephemeral(self, keys: frozenset[str], data: bytes) -> None:
        """Send a passing message; a client whose queue is half full does without."""
        for client in self.holders(keys):
            if client.principal.hears_passing and len(client.queue) < QUEUE // 2:
                client.push(data, data)
                client.flush()

    def since(self, cursor: int) -> list[Notice] | None:
        """What was dispatched after the event `cursor`, from memory; None when memory doesn't reach back that far."""
        if cursor == self.position:
            return []
        place = self._places.get(cursor)
        if place is None:
            return None
        first = self._dispatched - len(self._recent) + 1
        return list(self._recent)[place - first + 1 :]

    def due(self, now: float) -> list[Client]:
        """Whose right to listen has run out, unless it was prolonged meanwhile."""
        return [client for client in self.clients if client.principal.ends_at <= now]

    def with_agent(self, agent_id: int) -> list[Client]:
        return [client for client in self.clients if client.principal.agent_id == agent_id]


def resync_frame(position: int) -> bytes:
    """Tells a client to refetch, and where to go on from."""
    # Made for each event, and hardly ever sent: written as it will look.
    return b'id: %d\nevent: resync\ndata: {"id":"%d","type":"resync","data":{}}\n\n' % (position, position)


def replay(cursor: int, until: int, keys: frozenset[str]) -> bytes | None:
    """What a client missed between two events, from the log; None when it must refetch (too old, unknown, too much).

    Reads the database: call it in a thread.
    """
    if not events.known(cursor):
        return None
    frames: list[bytes] = []
    seen = 0
    while seen < REPLAY:
        batch = events.read_after(cursor, 500)
        for row in batch:
            data = notice(row).for_keys(keys)
            if data is not None:
                frames.append(data)
            if row.pk == until:
                return b"".join(frames)
        if not batch:
            return b"".join(frames)
        cursor = batch[-1].pk
        seen += len(batch)
    return None


class Reader:
    """A thread that reads the event log and hands notices to the hub, in order, access changes in their place.

    Whatever goes wrong, it says so and tries again from where it was: nobody else would.
    """

    def __init__(self, hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
        self._hub = hub
        self._loop = loop
        self._cursor = hub.position
        self._owed: list[object] = []  # Agents whose keys must be settled before anything later is sent.
        self._stop = False
        self._looked_at = time.monotonic()
        self._held_since: float | None = None
        self._waiter = wakeup.Waiter(wakeup.EVENTS)
        realtime.sinks.append(self._ephemeral)
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)
        self._thread.start()

    def is_well(self) -> bool:
        """Whether the log was read lately."""
        return time.monotonic() - self._looked_at < STUCK

    def _ephemeral(self, keys: frozenset[str], data: bytes) -> None:
        self._loop.call_soon_threadsafe(self._hub.dispatch_ephemeral, keys, data)

    def _run(self) -> None:
        pause = 0.0
        while not self._stop:
            if pause:
                self._waiter.wait(pause)
            try:
                pause = self._step()
                self._looked_at = time.monotonic()
            except Exception as error:
                trace = not isinstance(error, AnyDatabaseError)
                if not self._stop:
                    reason = type(error).__name__
                    log.warning(
                        "The event log can't be read on; trying again.", extra={"reason": reason}, exc_info=trace
                    )
                connection.close()
                pause = LOOK_ANYWAY
        connection.close()

    def _step(self) -> float:
        """Pass on what is new; returns how long to wait for more."""
        self._settle()
        rows, held_back = events.read(self._cursor, 500)
        run: list[Notice] = []
        for row in rows:
            run.append(notice(row))
            if row.type == ACCESS_CHANGED:
                self._send(run)
                run = []
                self._owed.append(row.data.get("agent_id"))
                self._settle()
        self._send(run)
        self._watch(held_back)
        if len(rows) == 500:
            return 0.0
        return HELD_BACK if held_back else LOOK_ANYWAY

    def _watch(self, held_back: bool) -> None:
        """Tell once of a transaction that keeps every stream waiting."""
        now = time.monotonic()
        if not held_back:
            self._held_since = None
        elif self._held_since is None:
            self._held_since = now
        elif now - self._held_since > LONG:
            log.warning("A long write transaction holds back every stream.")
            self._held_since = now + 60

    def _send(self, notices: list[Notice]) -> None:
        if notices and not self._stop:
            self._loop.call_soon_threadsafe(self._hub.dispatch, notices)
            self._cursor = notices[-1].id

    def _settle(self) -> None:
        """Judge anew the streams of agents whose access changed."""
        while self._owed and not self._stop:
            self._renew(self._owed[0])
            self._owed.pop(0)

    def _renew(self, agent_id: object) -> None:
        if not isinstance(agent_id, int):
            return
        asked = asyncio.run_coroutine_threadsafe(self._clients(agent_id), self._loop)
        for client in asked.result(RENEW_WITHIN):
            if (renew := client.principal.renew) is not None:
                self._loop.call_soon_threadsafe(self._hub.renew, client, renew())

    async def _clients(self, agent_id: int) -> list[Client]:
        return self._hub.with_agent(agent_id)

    def close(self) -> None:
        self._stop = True
        self._waiter.wake()
        self._thread.join(3)
        self._waiter.close()
        realtime.sinks.remove(self._ephemeral)
