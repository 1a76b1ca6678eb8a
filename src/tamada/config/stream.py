"""`/stream` for desks, `/api/v1/stream` for programs, `/widget/v1/stream` for visitors of other sites: server-sent
events, as raw ASGI beside Django.

Each event has an `id`; `Last-Event-ID` or `?after=` replays what followed it; the event `resync` means refetch; `gone`
names something the listener may no longer see. `?plain=1` leaves the `event:` lines out, for one `onmessage`.
`MISSED` (the desk's), and others with `?once=1`, are answered with what followed alone, for those behind a proxy that
passes no streams, and may know them by their address.
"""

import asyncio
import json
import math
import re
import time
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal
from urllib.parse import parse_qs

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import Error as AnyDatabaseError

from tamada.config.bridge import client_address, plain, type_receive, type_scope, type_send
from tamada.config.headers import guards
from tamada.core import metrics
from tamada.core.callers import bearer, caller_at
from tamada.core.db import Pool, with_fresh_connection
from tamada.core.hub import HEARTBEAT, Client, Hub, Principal, replay, resync_frame

type_authenticate = Callable[[type_scope], Principal | None]

HEADERS = [
    (b"connection", b"close"),  # When it ends its connection does: a stop need not wait for what else is asked on it.
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
BEAT = b": beat\n\n"
WIDGET = "/widget/v1/stream"
MISSED = "/missed"
VISITOR = "visitor:"  # What a visitor's key begins with.
# A visitor's token is no cookie: what it opens may be read by the page that sent it. Other sites are refused by name.
VISITOR_HOLDS = 3600.0  # Seconds after which a visitor's token is looked up again.
VISITOR_STREAMS = 20  # A browser's tabs share one.
BUSY_SECONDS = 60  # For so long whoever opens too many waits.
ANY_PAGE = [(b"access-control-allow-origin", b"*")]
_EVENT_LINE = re.compile(rb"^event: .*\n", re.MULTILINE)


class Busy(Exception):
    """So many streams were opened lately that no more are for now."""


class Ending(Exception):
    """This process takes no streams any more; the next one will."""


class Streams:
    """The stream endpoints of one web process. `paths` says who authenticates which."""

    def __init__(self, hub: Hub, paths: dict[str, type_authenticate]) -> None:
        self.hub = hub
        self.paths = paths
        # Apart from the pool of requests: a thousand desks that come back at once must not hold up the pages.
        self._pool = Pool(2, thread_name_prefix="stream")
        self._beats = asyncio.get_running_loop().create_task(self._beat())
        self._judging: set[asyncio.Task[None]] = set()
        self._noting: asyncio.Task[None] | None = None
        self._ends = False

    async def __call__(self, scope: type_scope, receive: type_receive, send: type_send) -> None:
        """Serve one stream until either side ends it."""
        try:
            await self._open(scope, receive, send)
        except Ending:
            await plain(send, 503, b"This process ends; ask again.\n")

    async def _open(self, scope: type_scope, receive: type_receive, send: type_send) -> None:
        if scope["method"] != "GET":
            await plain(send, 405, b"Streams are read with GET.\n")
            return
        generation = self.hub.access_changes
        try:
            principal = await self._in_thread(self.paths[scope["path"]], scope)
        except AnyDatabaseError:
            await plain(send, 503, b"The database does not answer.\n")
            return
        except PermissionDenied:
            await refuse(send, 403, pages_of(scope))
            return
        except Busy:
            await refuse(send, 429, pages_of(scope))
            return
        if principal is None:
            await refuse(send, 401, pages_of(scope))
            return
        if principal.most is not None and len(self.hub.holders(principal.keys)) >= principal.most:
            await refuse(send, 429, pages_of(scope))
            return
        client = self.hub.add(principal)
        metrics.STREAMS.inc()
        try:
            # Between reading the keys and joining, the access may have changed.
            if self.hub.access_changes != generation and principal.renew is not None:
                self.hub.renew(client, await self._in_thread(principal.renew))
            await self._serve(client, scope, receive, send)
        finally:
            self.hub.remove(client)
            metrics.STREAMS.dec()

    async def _serve(self, client: Client, scope: type_scope, receive: type_receive, send: type_send) -> None:
        position = self.hub.position
        query = parse_qs(scope["query_string"].decode("latin-1"))
        is_plain = query.get("plain") == ["1"]
        missed = await self._missed(client, cursor_of(scope, query), position)
        # An id without data moves the client's Last-Event-ID and is no event.
        first = shape(missed + f"id: {position}\n\n".encode(), is_plain)
        if scope["path"] == MISSED or query.get("once") == ["1"]:
            await plain(send, 200, first, more=pages_of(scope))  # Named a stream it would be held back as one.
            return
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS + pages_of(scope) + guards()})
        await send(_body(b"retry: 2000\n" + first))
        client.writer = lambda data: begin(send(_body(shape(data, is_plain))))
        client.resume()
        runner = asyncio.create_task(client.run())
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait((runner, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not leaving.done():
                await send({"type": "http.response.body", "body": b""})
        finally:
            client.closed = True
            runner.cancel()
            leaving.cancel()

    async def _missed(self, client: Client, cursor: int | None, position: int) -> bytes:
        """What the client missed since its cursor, or `resync` when that is not known or too much."""
        if cursor is None:
            return b""
        recent = self.hub.since(cursor)
        if recent is not None:
            return b"".join(filter(None, (one.for_keys(client.keys) for one in recent)))
        missed: bytes | None = None
        if cursor >= 0:
            missed = await self._in_thread(replay, cursor, position, client.keys)
        if missed is None:
            metrics.RESYNCS.inc()
            return resync_frame(position)
        return missed

    async def _in_thread(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run it apart. Raises Ending once this process ends, also for who asked before: their stream would not end."""
        if not self._ends:
            loop = asyncio.get_running_loop()
            result = await loop.run_in_executor(self._pool, with_fresh_connection, function, *args)
            if not self._ends:
                return result
        raise Ending

    async def _beat(self) -> None:
        """A comment to a twentieth of the streams each second, so that proxies and half-open sockets show.

        Those whose right to listen runs out are judged anew, and visitors are noted as there once in a round.
        """
        tick = 0
        while True:
            await asyncio.sleep(1)
            tick = (tick + 1) % int(HEARTBEAT)
            for client in list(self.hub.clients):
                if client.slot == tick and not client.queue:
                    client.push(BEAT, BEAT)
                    client.flush()
            if tick == 0 and (self._noting is None or self._noting.done()):
                self._noting = asyncio.create_task(self._note_visitors())
            if (due := self.hub.due(time.time())) and not self._judging:
                task = asyncio.create_task(self._judge(due))
                self._judging.add(task)
                task.add_done_callback(self._judging.discard)

    async def _note_visitors(self) -> None:
        """Who listens is there, though they ask for nothing. What could not be noted is in the next round."""
        from tamada.channels.chat.actions import note_listening

        if listening := [int(pk) for pk in self.hub.named(VISITOR)]:
            with suppress(AnyDatabaseError, Ending):
                await self._in_thread(partial(note_listening, visitors=listening))

    async def _judge(self, due: list[Client]) -> None:
        """End the streams whose session or token has run out. One that can't be judged ends too: it comes back."""
        for client in due:
            principal = None
            if client.principal.renew is not None:
                with suppress(AnyDatabaseError, Ending):
                    principal = await self._in_thread(client.principal.renew)
            self.hub.renew(client, principal)

    def close(self) -> None:
        """End every stream; the clients come back to the next process."""
        self._ends = True
        self._beats.cancel()
        for client in list(self.hub.clients):
            client.close()
        self._pool.close()


class _Rest:
    """The rest of a coroutine that was begun by hand and now waits for something."""

    def __init__(self, begun: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._begun = begun
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        waits_for = self._waits_for
        while True:
            yield waits_for
            try:
                waits_for = self._begun.send(None)
            except StopIteration:
                return


def begin(sending: Any) -> _Rest | None:
    """Run a coroutine up to where it would wait. None when it came to its end without: sending usually does."""
    try:
        waits_for = sending.send(None)
    except StopIteration:
        return None
    return _Rest(sending, waits_for)


def _body(data: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": True}


async def _left(receive: type_receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def shape(data: bytes, is_plain: bool) -> bytes:
    return _EVENT_LINE.sub(b"", data) if is_plain else data


def cursor_of(scope: type_scope, query: dict[str, list[str]]) -> int | None:
    """The last event the client has: None for a new client, -1 for something that is no id."""
    given = header(scope, b"last-event-id") or query.get("after", [""])[-1]
    if not given:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else -1


def header(scope: type_scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def pages_of(scope: type_scope) -> list[tuple[bytes, bytes]]:
    """Who else than pages of our own may read the answer."""
    return ANY_PAGE if scope["path"] == WIDGET else []


async def refuse(send: type_send, status: Literal[401, 403, 429], more: Sequence[tuple[bytes, bytes]] = ()) -> None:
    """Problem details (RFC 9457)."""
    title = {401: "Unauthorized", 403: "Forbidden", 429: "Too Many Requests"}[status]
    asks = (b"retry-after", str(BUSY_SECONDS).encode()) if status == 429 else (b"www-authenticate", b"Bearer")
    body = json.dumps({"type": "about:blank", "title": title, "status": status}).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        asks,
        (b"cache-control", b"no-store"),
        *more,
        *guards(),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def by_session(scope: type_scope) -> Principal | None:
    """The signed-in agent of a desk."""
    from django.contrib.auth import get_user
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.http import HttpRequest

    from tamada.accounts.sessions import MUST_ENROL

    try:
        cookies = SimpleCookie(header(scope, b"cookie"))
    except CookieError:
        return None
    if (cookie := cookies.get(settings.SESSION_COOKIE_NAME)) is None:
        return None
    request = HttpRequest()
    request.session = SessionStore(cookie.value)
    agent = get_user(request)
    ends_at = Session.objects.filter(pk=cookie.value).values_list("expire_date", flat=True).first()
    if ends_at is None:
        return None
    principal = _principal(agent, ends_at, partial(_again, by_session, scope))
    # Who owes a second factor hears nothing. A refusal would lead their page to sign-in, and back, in a circle.
    return replace(principal, keys=frozenset()) if principal and MUST_ENROL in request.session else principal


def by_token(scope: type_scope) -> Principal | None:
    """The agent whose API token the request bears. Raises PermissionDenied when it may not read."""
    from tamada.accounts.queries import token_for

    raw = bearer(header(scope, b"authorization"))
    token = token_for(raw) if raw else None
    if token is None:
        return None
    if "read" not in token.scopes:
        raise PermissionDenied
    found = _principal(token.agent, token.expires_at, partial(_again, by_token, scope))
    return replace(found, hears_passing=False) if found else None


def opened_by_visitor(scope: type_scope) -> Principal | None:
    """As `by_visitor`, for who opens a stream: they are counted first, for a token that is made up costs a look as
    well. Raises Busy, too.
    """
    from tamada.channels.chat.queries import digest_of
    from tamada.widget import floods

    forwarded = ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for")
    peer = (scope.get("client") or ("", 0))[0]
    caller = caller_at(client_address(peer, forwarded, settings.TAMADA.trusted_proxies))
    token = bearer(header(scope, b"authorization"))
    # Without one nothing is looked up.
    if token and floods.count(caller, floods.STREAM, digest_of(token)) > 1:
        raise Busy
    return by_visitor(scope)


def by_visitor(scope: type_scope) -> Principal | None:
    """The visitor of a chat whose token the request bears. Raises PermissionDenied for a site that may not."""
    from tamada.channels.chat.actions import note_seen
    from tamada.channels.chat.queries import visitor_for
    from tamada.channels.chat.settings import settings_of

    token = bearer(header(scope, b"authorization"))
    visitor = visitor_for(token) if token else None
    if visitor is None:
        return None
    if not settings_of(visitor.inbox).allows(header(scope, b"origin")):
        raise PermissionDenied
    note_seen(visitors=[visitor])
    again = partial(_again, by_visitor, scope)
    key = frozenset({f"{VISITOR}{visitor.pk}"})
    return Principal(key, None, again, time.time() + VISITOR_HOLDS, most=VISITOR_STREAMS)


def _again(authenticate: type_authenticate, scope: type_scope) -> Principal | None:
    try:
        return authenticate(scope)
    except PermissionDenied:
        return None


def _principal(agent: Any, ends_at: datetime | None, again: Callable[[], Principal | None]) -> Principal | None:
    from tamada.accounts.models import Agent
    from tamada.accounts.queries import audience_keys

    if not isinstance(agent, Agent) or not (keys := audience_keys(agent)):
        return None
    return Principal(keys, agent.pk, again, ends_at.timestamp() if ends_at else math.inf)
