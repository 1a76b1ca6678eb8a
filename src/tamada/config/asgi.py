"""The root application: assets, streams and probes are answered here, everything else by Django over the bridge."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamada.config.settings")

import asyncio
import ipaddress
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import Error as AnyDatabaseError
from django.db import connection

from tamada.config import static
from tamada.config.bridge import METHODS, Bridge, plain, type_receive, type_scope, type_send
from tamada.config.headers import guards
from tamada.config.senders import most_from
from tamada.config.stream import MISSED, WIDGET, Streams, by_session, by_token, opened_by_visitor
from tamada.core import health
from tamada.core.db import Pool
from tamada.core.hub import Hub, Reader

# On SQLite four threads behind the fair writer lock keep the tail of one thread (p99 62-118 ms against 77-172 at 16
# writers on a busy two-core machine; without the lock 110-207, worst 1 s), and a slow page holds up nobody.
THREADS = {"sqlite": 4, "postgresql": 8}
VISITORS = ("/widget/v1/", "/help/")
VISITOR_THREADS = {"sqlite": 24, "postgresql": 12}
"""Their own, so that a crowd of visitors holds up no desk."""
WRITE = "/widget/v1/messages"
WRITER_THREADS = {"sqlite": 64}
"""They wait while what they brought is stored: no more messages than threads share a transaction. On PostgreSQL, where
each may come to hold a connection to ask for the assistant, visitors' other threads do."""
MCP = "/mcp"
ASSIST = "/assist/"
ASSIST_THREADS = 6
"""Theirs think, load what was learned, or wait seconds for a language model, and hold up nobody who doesn't."""
WORKER_BEAT = 30.0  # Seconds; the worker says every three that it is at work.


class Application:
    """The ASGI callable. Threads and the event reader begin with the lifespan, after any fork."""

    def __init__(self) -> None:
        self._django = get_wsgi_application()
        self._static = static.StaticFiles(settings.ASSETS, settings.STATIC_URL.split("/")[2])
        self._bridge: Bridge | None = None
        self._visitors: Bridge | None = None
        self._writers: Bridge | None = None
        self._asking: Bridge | None = None
        self._streams: Streams | None = None
        self._mcp: Any = None
        self._closers: list[Callable[[], None]] = []
        self._probes: Pool | None = None
        self._reader: Reader | None = None
        self._has_mcp = find_spec("mcp") is not None
        self.needs_mail = self.needs_worker = False

    async def __call__(self, scope: type_scope, receive: type_receive, send: type_send) -> None:
        """Route one connection."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    async def _http(self, scope: type_scope, receive: type_receive, send: type_send) -> None:
        path = scope["path"]
        assert self._bridge is not None
        assert self._visitors is not None
        assert self._writers is not None
        assert self._asking is not None
        assert self._streams is not None
        if scope["method"] not in METHODS:
            await plain(send, 405, b"This method is not known here.\n")
        elif path.startswith(static.PREFIX) or path in static.WIDGET:
            await self._static(scope, send)
        elif path in self._streams.paths and scope["method"] == "GET":
            await self._streams(scope, receive, send)
        elif path == "/healthz":
            await plain(send, 200, b"ok\n")
        elif path == "/readyz":
            problem = await self._in_thread(self._problem)
            await plain(send, 503 if problem else 200, f"{problem or 'ready'}\n".encode())
        elif path == "/metrics" and is_inside(scope):
            await self._metrics(scope, send)
        elif path == WRITE:
            await self._writers(scope, receive, send)
        elif path.startswith(VISITORS):
            await self._visitors(scope, receive, send)
        elif path == MCP and self._has_mcp:
            await self._assistants(scope, receive, send)
        elif path.startswith(ASSIST):
            await self._asking(scope, receive, send)
        else:
            await self._bridge(scope, receive, send)

    async def _assistants(self, scope: type_scope, receive: type_receive, send: type_send) -> None:
        """The SDK is half a second and 30 MB: it comes with the first who asks."""
        if self._mcp is None:
            from tamada.api.mcp.http import McpApp

            self._mcp = McpApp(guards())
        await self._mcp(scope, receive, send)

    async def _in_thread(self, function: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._probes, function)

    async def _metrics(self, scope: type_scope, send: type_send) -> None:
        from tamada.core import metrics

        text = await self._in_thread(metrics.render)
        await plain(send, 200, text, b"text/plain; version=0.0.4; charset=utf-8")

    def _problem(self) -> str | None:
        """Why we are not ready, or None: the database answers and is migrated, mail is accepted, and all is at work."""
        from tamada.config import startup

        try:
            connection.close_if_unusable_or_obsolete()
            if startup.unapplied():
                return "The database is not migrated."
        except AnyDatabaseError:
            return "The database does not answer."
        if self._reader is not None and not self._reader.is_well():
            return "Nobody reads the event log."
        if self.needs_worker and health.announced("worker", within=WORKER_BEAT) is None:
            return "The worker is not at work."
        return mail_problem() if self.needs_mail else None

    async def _lifespan(self, receive: type_receive, send: type_send) -> None:
        await receive()
        await self._start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.stop_streams()
        if self._mcp is not None:
            await self._mcp.close()
        for close in reversed(self._closers):
            await asyncio.get_running_loop().run_in_executor(None, close)
        await send({"type": "lifespan.shutdown.complete"})

    async def _start(self) -> None:
        from tamada.core import events, gather, machines, wakeup

        self._probes = Pool(1, thread_name_prefix="probe")
        folder = settings.TAMADA.data_dir / "tmp"
        folder.mkdir(exist_ok=True)
        trusted = settings.TAMADA.trusted_proxies

        def bridge(threads: int) -> Bridge:
            return Bridge(self._django, threads=threads, folder=folder, trusted=trusted, most=most_from)

        self._bridge = bridge(THREADS.get(connection.vendor, 4))
        self._visitors = bridge(VISITOR_THREADS.get(connection.vendor, 12))
        writers = WRITER_THREADS.get(connection.vendor)
        self._writers = bridge(writers) if writers else self._visitors
        self._asking = bridge(ASSIST_THREADS)
        hub = Hub(await self._in_thread(events.latest))
        self._streams = Streams(
            hub, {"/stream": by_session, MISSED: by_session, "/api/v1/stream": by_token, WIDGET: opened_by_visitor}
        )
        self._reader = reader = Reader(hub, asyncio.get_running_loop())
        listener, others = wakeup.Listener(), machines.Listener()
        self._closers = [
            self._probes.close,
            self._bridge.close,
            self._visitors.close,
            self._writers.close,
            self._asking.close,
            gather.close,
            reader.close,
            listener.close,
            others.close,
        ]

    def stop_streams(self) -> None:
        """End the open streams, so that a graceful stop need not wait for them."""
        if self._streams is not None:
            self._streams.close()


def is_inside(scope: type_scope) -> bool:
    """Whether a program of this machine or its network asks by itself, not a stranger, nor anybody through a proxy."""
    if any(name in (b"x-forwarded-for", b"forwarded") for name, _ in scope["headers"]):
        return False
    try:
        peer = ipaddress.ip_address((scope.get("client") or ("127.0.0.1", 0))[0])
    except ValueError:
        return False
    return (getattr(peer, "ipv4_mapped", None) or peer).is_private


_mail_seen = 0.0


def mail_problem() -> str | None:
    """None when every listener of the mail process takes connections. A good answer holds for a second."""
    global _mail_seen
    if time.monotonic() - _mail_seen < 1:
        return None
    if (problem := health.mail_problem()) is None:
        _mail_seen = time.monotonic()
    return problem


application = Application()
