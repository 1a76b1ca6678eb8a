"""What every answer carries, whoever gives it: Django, the folder of assets, the streams, the probes."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings

from tamada.config import asgi, bridge, stream
from tamada.config.static import StaticFiles

Ask = Callable[..., tuple[int, dict[str, str], bytes]]


def scope_of(path: str, method: str = "GET", peer: str = "127.0.0.1", **headers: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "http_version": "1.1",
        "client": (peer, 5),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }


@pytest.fixture
def ask(transactional_db: None) -> Ask:
    """Ask the root application of a process of its own, its lifespan begun and ended."""
    del transactional_db

    def asking(path: str, **more: str) -> tuple[int, dict[str, str], bytes]:
        return asyncio.run(_asked(scope_of(path, **more)))

    return asking


async def _asked(scope: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []
    bodies = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not bodies:
            await asyncio.Event().wait()
        return bodies.pop()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    application = asgi.Application()
    await application._start()
    try:
        await application(scope, receive, send)
    finally:
        application.stop_streams()
        for close in reversed(application._closers):
            await asyncio.get_running_loop().run_in_executor(None, close)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.parametrize("path", ["/healthz", "/login", "/api/v1/me", "/stream", "/static/dev/none.js", "/no/such"])
def test_every_answer_is_guarded_whoever_gives_it(ask: Ask, path: str) -> None:
    _status, headers, _body = ask(path)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert not [name for name in headers if name.startswith("access-control-")]
    assert "strict-transport-security" not in headers


def test_what_is_no_page_says_its_charset(ask: Ask) -> None:
    for path in ("/healthz", "/login", "/static/dev/none.js"):
        assert ask(path)[1]["content-type"].endswith("charset=utf-8")


def raw_answers() -> Iterator[tuple[str, dict[bytes, bytes]]]:
    """The answers that Django does not give, with their headers."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    files = StaticFiles(settings.ASSETS, "current")
    for name, answer in (
        ("probe", bridge.plain(send, 200, b"")),
        ("stream", stream.refuse(send, 401)),
        ("asset", files(scope_of("/static/current/none.js"), send)),
    ):
        asyncio.run(answer)
        yield name, dict(next(message for message in sent if message["type"] == "http.response.start")["headers"])
        sent.clear()


def test_over_https_they_promise_it_for_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, base_url="https://desk.example"))
    for name, headers in raw_answers():
        assert headers[b"strict-transport-security"] == b"max-age=31536000", name


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
def test_methods_that_nothing_here_needs_are_refused(ask: Ask, method: str) -> None:
    for path in ("/login", "/api/v1/me", "/healthz"):
        assert ask(path, method=method)[0] == 405


def test_figures_are_for_programs_inside(ask: Ask) -> None:
    assert b"tamada_" in ask("/metrics")[2]
    status, _headers, body = ask("/metrics", peer="203.0.114.7")
    assert status == 404
    assert b"tamada_" not in body


@pytest.mark.parametrize(
    ("peer", "header", "inside"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("10.1.2.3", {}, True),
        ("::ffff:192.168.1.5", {}, True),
        ("8.8.8.8", {}, False),
        ("::ffff:8.8.8.8", {}, False),
        ("2a00:1450::1", {}, False),
        ("nobody", {}, False),
        ("127.0.0.1", {"x_forwarded_for": "8.8.8.8"}, False),
        ("127.0.0.1", {"x_forwarded_for": "127.0.0.1"}, False),
        ("10.0.0.1", {"forwarded": "for=127.0.0.1"}, False),
    ],
)
def test_who_asks_through_a_proxy_is_not_inside(peer: str, header: dict[str, str], inside: bool) -> None:
    assert asgi.is_inside(scope_of("/metrics", peer=peer, **header)) is inside
