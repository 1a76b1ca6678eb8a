"""From ASGI to Django: bodies, headers, who asks, files, and clients that go away."""

import asyncio
import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from tamada.config import bridge as module
from tamada.config.bridge import Bridge, without_secrets

PROXY = ipaddress.ip_network("10.0.0.0/8")


class View:
    """Stands in for Django's handler: keeps the environment, answers what it was given."""

    def __init__(self, response: HttpResponse | StreamingHttpResponse | None = None) -> None:
        self.response = response or HttpResponse("hello")
        self.environ: dict[str, Any] = {}
        self.body = b""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.environ, self.body = environ, environ["wsgi.input"].read()
        headers = list(self.response.items())
        start_response(f"{self.response.status_code} {self.response.reason_phrase}", headers)
        return self.response


def ask(
    view: View,
    folder: Path,
    *,
    path: str = "/x",
    method: str = "GET",
    parts: tuple[bytes, ...] = (b"",),
    headers: tuple[tuple[str, str], ...] = (),
    leaves: bool = False,
    peer: str = "192.0.2.1",
    raw_path: bytes | None = None,
) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    incoming: list[dict[str, Any]] = [
        {"type": "http.request", "body": part, "more_body": leaves or number < len(parts) - 1}
        for number, part in enumerate(parts)
    ]

    async def receive() -> dict[str, Any]:
        if incoming:
            return incoming.pop(0)
        if not leaves:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "method": method,
        "path": path,
        "raw_path": raw_path or path.encode(),
        "query_string": b"a=1",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": (peer, 5),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    bridge = Bridge(view, threads=2, folder=folder, trusted=(PROXY,), most=lambda scope: module.LARGEST_BODY)  # type: ignore[arg-type]
    asyncio.run(bridge(scope, receive, send))
    bridge.close()
    return sent


def body_of(sent: list[dict[str, Any]]) -> bytes:
    return b"".join(message.get("body", b"") for message in sent[1:])


def test_a_request_becomes_an_environment(tmp_path: Path) -> None:
    view = View()
    headers = (("content-type", "text/plain"), ("cookie", "a=1"), ("cookie", "b=2"), ("x-a", "1"), ("x-a", "2"))
    sent = ask(
        view, tmp_path, path="/ნახე", raw_path=b"/%E1%83%9C", method="POST", parts=(b"one", b"two"), headers=headers
    )
    environ = view.environ
    assert (environ["REQUEST_METHOD"], environ["QUERY_STRING"]) == ("POST", "a=1")
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/ნ"
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "6")
    assert (environ["HTTP_COOKIE"], environ["HTTP_X_A"]) == ("a=1; b=2", "1,2")
    assert view.body == b"onetwo"
    assert sent[0]["status"] == 200
    assert body_of(sent) == b"hello"
    assert (b"content-length", b"5") in sent[0]["headers"]


def test_a_large_body_goes_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_MEMORY", 1000)
    view = View()
    ask(view, tmp_path, method="POST", parts=(b"x" * 800,) * 5)
    assert view.body == b"x" * 4000
    assert not view.environ["wsgi.input"]._rolled or view.environ["wsgi.input"].closed
    assert not list(tmp_path.iterdir())


def test_a_body_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_MEMORY", 900)
    monkeypatch.setattr(module, "LARGEST_BODY", 1000)
    view = View()
    assert ask(view, tmp_path, method="POST", parts=(b"x" * 800,) * 2)[0]["status"] == 413
    assert not view.environ


def test_a_client_that_leaves_before_its_body_is_complete_is_not_served(tmp_path: Path) -> None:
    view = View()
    assert ask(view, tmp_path, method="POST", parts=(b"half",), leaves=True) == []
    assert not view.environ


def test_a_head_request_gets_the_headers_alone(tmp_path: Path) -> None:
    sent = ask(View(), tmp_path, method="HEAD")
    assert (b"content-length", b"5") in sent[0]["headers"]
    assert body_of(sent) == b""


def test_a_header_with_an_underscore_cannot_pass_for_another(tmp_path: Path) -> None:
    view = View()
    ask(view, tmp_path, headers=(("x_forwarded_for", "1.2.3.4"), ("x_a", "spoofed")))
    assert "HTTP_X_A" not in view.environ
    assert view.environ["REMOTE_ADDR"] == "192.0.2.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "client", "scheme"),
    [
        ("192.0.2.1", "1.1.1.1", "192.0.2.1", "http"),  # a stranger's word about itself
        ("10.0.0.1", "1.1.1.1", "1.1.1.1", "https"),
        (
            "10.0.0.1",
            "6.6.6.6, 1.1.1.1, 10.0.0.2",
            "1.1.1.1",
            "https",
        ),  # what the client claimed is left of what we know
        ("10.0.0.1", "", "10.0.0.1", "https"),
        ("10.0.0.1", "1.1.1.1:4321", "1.1.1.1", "https"),
        ("10.0.0.1", "[2001:db8::1]:443", "2001:db8::1", "https"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1", "https"),
        ("10.0.0.1", "1.1.1.1, unknown", "10.0.0.1", "https"),
        ("10.0.0.1", "unknown, 10.0.0.2", "10.0.0.2", "https"),
        ("10.0.0.1", "1.1.1.1\r\nx: y", "10.0.0.1", "https"),
    ],
)
def test_only_a_trusted_proxy_says_who_asks(
    tmp_path: Path, peer: str, forwarded: str, client: str, scheme: str
) -> None:
    view = View()
    ask(view, tmp_path, peer=peer, headers=(("x-forwarded-for", forwarded), ("x-forwarded-proto", "https")))
    assert view.environ["REMOTE_ADDR"] == client
    assert view.environ["wsgi.url_scheme"] == scheme
    assert "HTTP_X_FORWARDED_PROTO" not in view.environ


def test_a_file_is_sent_piece_by_piece_and_closed(tmp_path: Path) -> None:
    file = tmp_path / "big"
    file.write_bytes(b"0123456789" * 50_000)
    response = FileResponse(file.open("rb"))
    sent = ask(View(response), tmp_path)
    assert body_of(sent) == file.read_bytes()
    assert len([one for one in sent if one.get("body")]) == 2  # and not hundreds
    assert sent[-1] == {"type": "http.response.body", "body": b""}
    assert response.closed


def test_a_client_that_leaves_ends_a_generated_body(tmp_path: Path) -> None:
    made: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            made.append(1)
            yield b"more"

    response = StreamingHttpResponse(endless())
    view = View(response)
    sent: list[dict[str, Any]] = []
    left = asyncio.Event()

    async def run() -> None:
        first = True

        async def receive() -> dict[str, Any]:
            nonlocal first
            if first:
                first = False
                return {"type": "http.request", "body": b""}
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)
            if len(sent) > 5:
                left.set()

        bridge = Bridge(view, threads=1, folder=tmp_path, trusted=(), most=lambda scope: module.LARGEST_BODY)  # type: ignore[arg-type]
        scope = {"method": "GET", "path": "/", "query_string": b"", "http_version": "1.1", "headers": []}
        await asyncio.wait_for(bridge(scope, receive, send), 20)
        bridge.close()

    asyncio.run(run())
    assert response.closed
    assert len(made) < 50


def test_secret_parts_of_a_path_are_not_logged() -> None:
    assert without_secrets("/setup/mkr5SwF9gPKsUyD5onyqLkPVau5") == "/setup/***"
    assert without_secrets("/conversations/123/messages") == "/conversations/123/messages"
