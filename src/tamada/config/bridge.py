"""From ASGI to Django's WSGI application: read the body, one call in a thread, one response.

Lean on purpose: Django's own ASGI handler costs several times as much per request (see docs/decisions).
"""

import asyncio
import contextlib
import ipaddress
import logging
import re
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from django.core.handlers.wsgi import WSGIHandler
from django.db import Error as AnyDatabaseError
from django.http import FileResponse

from tamada.config.env import type_network
from tamada.config.headers import guards
from tamada.core import metrics
from tamada.core.db import Pool, with_fresh_connection

type_scope = dict[str, Any]
type_receive = Callable[[], Awaitable[dict[str, Any]]]
type_send = Callable[[dict[str, Any]], Awaitable[None]]

IN_MEMORY = 1 << 20  # Larger bodies go to a file.
LARGEST_BODY = 110 << 20
FILE_CHUNK = 1 << 18  # A file goes out in such pieces, each a call into the pool.
SLOW = 1.0  # Seconds; slower requests are logged.

log = logging.getLogger("tamada.http")


class TooLarge(Exception):
    """The body is larger than we take from its sender."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most


class Gone(Exception):
    """The client went away before its request was complete."""


class Bridge:
    """Calls Django in a pool of threads. `folder` takes large bodies while they arrive, as far as `most` says: the
    bytes that a request may bring, by its headers.
    """

    def __init__(
        self,
        django: WSGIHandler,
        *,
        threads: int,
        folder: Path,
        trusted: tuple[type_network, ...],
        most: Callable[[type_scope], int],
    ) -> None:
        self._django = django
        self._pool = Pool(threads, thread_name_prefix="web")
        self._folder = folder
        self._trusted = trusted
        self._most = most

    async def __call__(self, scope: type_scope, receive: type_receive, send: type_send) -> None:
        """Answer one HTTP request."""
        try:
            body = await self._body(scope, receive)
        except Gone:
            return
        except TooLarge as error:
            await self._refuse(scope, send, error.most)
            return
        except AnyDatabaseError:
            await plain(send, 503, b"The database does not answer.\n")
            return
        began = time.perf_counter()
        loop = asyncio.get_running_loop()
        with body:
            answer = await loop.run_in_executor(self._pool, self._call, self._environ(scope, body))
            await self._send(answer, scope, receive, send)
        self._note(scope, answer.status, time.perf_counter() - began)

    async def _body(self, scope: type_scope, receive: type_receive) -> IO[bytes]:
        """Who brings more than fits into memory is asked who they are: as soon as they announce it, else by then."""
        most = IN_MEMORY
        if announced(scope) > IN_MEMORY:
            most = await self._most_from(scope)
            if announced(scope) > most:
                raise TooLarge(most)
        size = 0
        with contextlib.ExitStack() as until_whole:
            body: IO[bytes] = until_whole.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(self._folder)))
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                size += len(message.get("body", b""))
                if size > most == IN_MEMORY:
                    most = await self._most_from(scope)
                if size > most:
                    raise TooLarge(most)
                body.write(message.get("body", b""))
                if not message.get("more_body"):
                    body.seek(0)
                    until_whole.pop_all()
                    return body

    async def _most_from(self, scope: type_scope) -> int:
        return await asyncio.get_running_loop().run_in_executor(self._pool, with_fresh_connection, self._most, scope)

    async def _refuse(self, scope: type_scope, send: type_send, most: int) -> None:
        """At once: what else they send is dropped as it comes, and the connection goes on."""
        is_stranger = most == IN_MEMORY
        status, size = 401 if is_stranger else 413, f"This request is larger than {most >> 20} MB"
        text = f"{size}. Sign in, or send your token with it.\n" if is_stranger else f"{size}.\n"
        more = [(b"www-authenticate", b"Bearer")] if is_stranger else []
        more += [(b"access-control-allow-origin", b"*")] if scope["path"].startswith("/widget/") else []
        log.warning(
            "A body was refused.",
            extra={"method": scope["method"], "path": without_secrets(scope["path"]), "status": status},
        )
        await plain(send, status, text.encode(), more=more)

    def _environ(self, scope: type_scope, body: IO[bytes]) -> dict[str, Any]:
        server = scope.get("server") or ("localhost", 80)
        # The raw path keeps bytes that are no UTF-8; WSGI wants bytes as latin-1.
        path = unquote_to_bytes(scope.get("raw_path") or scope["path"].encode())
        environ: dict[str, Any] = {
            "REQUEST_METHOD": scope["method"],
            "SCRIPT_NAME": "",
            "PATH_INFO": path.decode("latin-1"),
            "QUERY_STRING": scope["query_string"].decode("latin-1"),
            "SERVER_NAME": server[0],
            "SERVER_PORT": str(server[1]),
            "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": scope.get("scheme", "http"),
            "wsgi.input": body,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        for name, value in scope["headers"]:
            add_header(environ, name, value)
        body.seek(0, 2)
        environ["CONTENT_LENGTH"] = str(body.tell())
        body.seek(0)
        self._place_client(environ, (scope.get("client") or ("", 0))[0])
        return environ

    def _place_client(self, environ: dict[str, Any], peer: str) -> None:
        """Who asks, and over which scheme: a trusted proxy's word counts, anybody else's does not."""
        forwarded = environ.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = environ.pop("HTTP_X_FORWARDED_PROTO", "")
        environ.pop("HTTP_X_FORWARDED_HOST", None)
        environ["REMOTE_ADDR"] = client_address(peer, forwarded, self._trusted)
        if scheme in ("http", "https") and trusted(peer, self._trusted):
            environ["wsgi.url_scheme"] = scheme

    def _call(self, environ: dict[str, Any]) -> "Answer":
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            started[:] = [int(status[:3]), headers]

        response: Any = self._django(environ, start_response)  # type: ignore[arg-type]
        answer = Answer(*started)
        if getattr(response, "streaming", False):
            if isinstance(response, FileResponse):
                response.block_size = FILE_CHUNK
            answer.chunks, answer.close = iter(response), response.close
        else:
            answer.body = b"".join(response)
            response.close()
        return answer

    async def _send(self, answer: "Answer", scope: type_scope, receive: type_receive, send: type_send) -> None:
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        head = scope["method"] == "HEAD" or answer.status in (204, 304)
        if answer.chunks is None and not any(name == b"content-length" for name, _ in headers) and answer.status != 304:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if answer.chunks is None or head:
            await send({"type": "http.response.body", "body": b"" if head else answer.body})
        else:
            await self._stream(answer.chunks, receive, send)
        if answer.close is not None:
            await asyncio.get_running_loop().run_in_executor(self._pool, answer.close)

    async def _stream(self, chunks: Iterator[bytes], receive: type_receive, send: type_send) -> None:
        """Send a file or a generated body piece by piece; stop when the client goes away."""
        loop = asyncio.get_running_loop()
        leaving = asyncio.ensure_future(receive())
        try:
            while not leaving.done():
                chunk = await loop.run_in_executor(self._pool, next, chunks, None)
                if chunk is None:
                    await send({"type": "http.response.body", "body": b""})
                    return
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        finally:
            leaving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await leaving

    def _note(self, scope: type_scope, status: int, seconds: float) -> None:
        metrics.REQUESTS.labels(scope["method"] if scope["method"] in METHODS else "OTHER", str(status)).inc()
        metrics.REQUEST_SECONDS.observe(seconds)
        if status >= 500 or seconds > SLOW:
            log.warning(
                "A request failed." if status >= 500 else "A request was slow.",
                extra={
                    "method": scope["method"],
                    "path": without_secrets(scope["path"]),
                    "status": status,
                    "duration_ms": round(seconds * 1000),
                },
            )

    def close(self) -> None:
        self._pool.close()


def announced(scope: type_scope) -> int:
    """The length that the request says its body has; 0 where it says none."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(said) if said.isdigit() and len(said) < 19 else 0


METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class Answer:
    """What Django said: a whole body, or chunks still to come."""

    __slots__ = ("body", "chunks", "close", "headers", "status")

    def __init__(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.status = status
        self.headers = headers
        self.body = b""
        self.chunks: Iterator[bytes] | None = None
        self.close: Callable[[], None] | None = None


def add_header(environ: dict[str, Any], name: bytes, value: bytes) -> None:
    """One header into the WSGI environment. Names with an underscore are dropped: they could pass for others."""
    if b"_" in name:
        return
    key = name.decode("latin-1").upper().replace("-", "_")
    if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        key = f"HTTP_{key}"
    text = value.decode("latin-1")
    if key in environ:
        text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
    environ[key] = text


def client_address(peer: str, forwarded: str, proxies: tuple[type_network, ...]) -> str:
    """Who asks: a trusted proxy's word counts, `forwarded`, anybody else's does not."""
    client = peer
    # Read from the right: the first address that is no proxy of ours is the client; what is left of it is hearsay.
    # Where a proxy names no address ("unknown"), the last one that was named stands.
    for address in reversed([plain_address(part) for part in forwarded.split(",")]):
        if not address or not trusted(client, proxies):
            return client
        client = address
    return client


def trusted(address: str, networks: tuple[type_network, ...]) -> bool:
    """Whether the address belongs to a proxy of ours."""
    if not networks:
        return False
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def plain_address(written: str) -> str:
    """An address as a proxy wrote it, without port and brackets; "" for what is none."""
    text = written.strip().strip('"')
    for part in (text, text.rpartition(":")[0].strip("[]"), text.strip("[]")):
        try:
            return str(ipaddress.ip_address(part))
        except ValueError:
            continue
    return ""


def without_secrets(path: str) -> str:
    """The path with long segments blanked: those of set-up, invitation and reset links are secrets."""
    return re.sub(r"[^/]{20,}", "***", path)


async def plain(
    send: type_send,
    status: int,
    body: bytes,
    kind: bytes = b"text/plain; charset=utf-8",
    more: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    """A short answer of our own."""
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *more,
        *guards(),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
