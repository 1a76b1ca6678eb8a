"""The tools over streamable HTTP at /mcp: behind the API's token, without sessions, so any process answers any call."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.http.request import split_domain_port, validate_host
from django.utils.translation import gettext as _
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from tamada.core.db import Pool, with_fresh_connection
from tamada.kit import origins

from ..caller import Caller, caller_with, token_in
from ..middleware import throttle
from ..problems import Problem, meaning_of, respond
from . import server

MOST_BYTES: Final = 1024 * 1024
READ_AWAY: Final = 16 * MOST_BYTES
THREADS: Final = 4

type_scope = dict[str, Any]
type_receive = Callable[[], Awaitable[dict[str, Any]]]
type_send = Callable[[Any], Awaitable[None]]


class McpApp:
    """An ASGI application. It begins with its first request, and ends with `close`."""

    def __init__(self, guards: list[tuple[bytes, bytes]]) -> None:
        self._guards = [*guards, (b"cache-control", b"no-store")]
        self._pool = Pool(THREADS, thread_name_prefix="mcp")
        self._manager: StreamableHTTPSessionManager | None = None
        self._ready = asyncio.Event()
        self._stop = asyncio.Event()
        self._runs: asyncio.Task[None] | None = None

    async def __call__(self, scope: type_scope, receive: type_receive, send: type_send) -> None:
        """Answer one request: who is nobody here learns nothing but 401."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        try:
            _check_names(headers)
            token = token_in(headers.get(b"authorization", ""))
            await self._in_thread(partial(_admit, token))
            await _check_length(headers, receive)
        except Problem as problem:
            return await self._say(send, respond(problem))
        manager = await self._begun()
        await manager.handle_request({**scope, "tamada.token": token}, receive, self._guarded(send))
        return None

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._pool, with_fresh_connection, work)

    async def _begun(self) -> StreamableHTTPSessionManager:
        """The SDK's own part lives in a task of its own, for whoever asks first may be gone before the others."""
        if self._manager is None:
            app = server.build(_caller_of, self._in_thread)
            self._manager = StreamableHTTPSessionManager(
                app, json_response=True, stateless=True, max_request_body_size=MOST_BYTES
            )
            self._runs = asyncio.get_running_loop().create_task(self._run(self._manager))
        await self._ready.wait()
        return self._manager

    async def _run(self, manager: StreamableHTTPSessionManager) -> None:
        async with manager.run():
            self._ready.set()
            await self._stop.wait()

    async def close(self) -> None:
        """End what runs."""
        self._stop.set()
        if self._runs is not None:
            await self._runs
        self._pool.close()

    def _guarded(self, send: type_send) -> type_send:
        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *self._guards]}
            await send(message)

        return guarded

    async def _say(self, send: type_send, response: HttpResponse) -> None:
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
        headers += [(b"content-length", str(len(response.content)).encode()), *self._guards]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": response.content})


def _check_names(headers: dict[bytes, str]) -> None:
    """It answers to its own names, and to no page of another site."""
    host = headers.get(b"host", "")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        raise Problem(400, _("This server does not answer to that name."))
    origin = headers.get(b"origin", "")
    if origin and not origins.is_of(origin, host):
        raise Problem(403, _("Pages of other sites may not ask this."))


async def _check_length(headers: dict[bytes, str], receive: type_receive) -> None:
    """What is too large is read away, within bounds: who is still writing would not hear the answer."""
    announced = headers.get(b"content-length", "")
    if not announced.isdecimal() or int(announced) <= MOST_BYTES:
        return
    left = READ_AWAY
    while left > 0 and (message := await receive()).get("more_body"):
        left -= len(message.get("body", b""))
    raise Problem(413, _("The request is too large."))


def _admit(token: str) -> None:
    try:
        throttle(caller_with(token))
    except Exception as error:
        if (known := meaning_of(error)) is None:
            raise
        raise known from error


def _caller_of(context: server.type_context) -> Callable[[], Caller]:
    assert context.request is not None
    return partial(caller_with, context.request.scope["tamada.token"])
