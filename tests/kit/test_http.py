"""The guarded HTTP client: what it reaches and what it refuses."""

import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamada.kit import http

PUBLIC = "93.184.216.34"
INSIDE = [
    *(
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
    ),
    *("100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "203.0.113.9", "224.0.0.1"),
    *("240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254"),
    *("ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:c0a8:101::1", "2001::1", "nonsense", ""),
]
OUTSIDE = [PUBLIC, "8.8.8.8", "172.32.0.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_inner_addresses_are_known(address: str) -> None:
    assert not http.is_outside(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_public_addresses_are_known(address: str) -> None:
    assert http.is_outside(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_the_same_in_every_wrapping(address: object) -> None:
    assert (
        http.is_outside(str(address)) == http.is_outside(f"::ffff:{address}") == http.is_outside(f"64:ff9b::{address}")
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str, dict[str, str], bytes]]

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.command, self.path, dict(self.headers), body))
        kind, _, rest = self.path.lstrip("/").partition("?")
        getattr(self, f"_{kind}", self._plain)(rest)

    do_GET = do_POST = _answer  # noqa: N815

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _plain(self, _rest: str) -> None:
        self._send(200, b'{"hello": "world"}', Content_Type="application/json; charset=utf-8")

    def _status(self, rest: str) -> None:
        self._send(int(rest), b"no")

    def _redirect(self, rest: str) -> None:
        self._send(302, b"", Location=rest)

    def _large(self, rest: str) -> None:
        self._send(200, b"x" * int(rest))

    def _endless(self, _rest: str) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(b"x" * 4096)
        except OSError:
            return

    def _bomb(self, _rest: str) -> None:
        self._send(200, gzip.compress(b"\0" * 30_000_000), Content_Encoding="gzip")

    def _drip(self, rest: str) -> None:
        """Sends its headers (or its body) a byte at a time, each well within any timeout for one read."""
        stopped = threading.Event()
        self.close_connection = True
        if rest == "body":
            self.send_response(200)
            self.end_headers()
        try:
            for _ in range(10_000):
                self.wfile.write(b"H" if rest == "body" else b"HTTP/1.1 200 OK\r\nX: "[:1])
                stopped.wait(0.02)
        except OSError:
            return

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    handler = type("Handler", (_Handler,), {"seen": []})
    running = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def seen(server: ThreadingHTTPServer) -> list[tuple[str, str, dict[str, str], bytes]]:
    return server.RequestHandlerClass.seen  # type: ignore[attr-defined]


def url(server: ThreadingHTTPServer, path: str, host: str = "127.0.0.1") -> str:
    return f"http://{host}:{server.server_address[1]}{path}"


def pretending(dialled: list[str] | None = None) -> Callable[[str, int, float | None], httpcore.NetworkStream]:
    """Connects to this machine instead of a public address, and notes which address was asked for."""

    def connect(address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        if dialled is not None:
            dialled.append(address)
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", port, timeout)

    return connect


def guard(names: dict[str, list[str]]) -> http.Guard:
    return http.Guard(resolver=lambda host, _port: names.get(host, []))


def test_an_answer_is_read_whole(server: ThreadingHTTPServer) -> None:
    answer = http.fetch("POST", url(server, "/"), json={"a": 1}, headers={"X-Key": "k"}, allow=["127.0.0.1"])
    assert (answer.status, answer.ok, answer.content_type) == (200, True, "application/json")
    assert answer.json() == {"hello": "world"}
    method, _path, headers, body = seen(server)[0]
    assert (method, headers["X-Key"], body.replace(b" ", b"")) == ("POST", "k", b'{"a":1}')
    assert headers["User-Agent"] == "Tamada"


def test_a_failure_status_is_an_answer_too(server: ThreadingHTTPServer) -> None:
    answer = http.fetch("GET", url(server, "/status?503"), allow=["127.0.0.0/8"])
    assert (answer.status, answer.ok, answer.text()) == (503, False, "no")
    with pytest.raises(http.HttpError, match="not JSON"):
        answer.json()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_refused_in_every_spelling(server: ThreadingHTTPServer, host: str) -> None:
    with pytest.raises(http.HttpError):
        http.fetch("GET", url(server, "/", host))
    assert seen(server) == []


def test_a_name_with_one_inner_address_is_refused(server: ThreadingHTTPServer) -> None:
    dialled: list[str] = []
    with pytest.raises(http.RefusedAddress, match=r"shop\.example"):
        http.fetch(
            "GET",
            url(server, "/", "shop.example"),
            guard=guard({"shop.example": [PUBLIC, "10.0.0.1"]}),
            connector=pretending(dialled),
        )
    assert dialled == []


def test_the_connection_goes_to_the_address_that_was_checked(server: ThreadingHTTPServer) -> None:
    """DNS rebinding: the second answer is inside, so nobody may ask for a second one."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    dialled: list[str] = []
    answer = http.fetch(
        "GET",
        url(server, "/", "rebind.example"),
        guard=http.Guard(resolver=lambda _host, _port: next(answers)),
        connector=pretending(dialled),
    )
    assert answer.ok
    assert dialled == [PUBLIC]
    assert seen(server)[0][2]["Host"].startswith("rebind.example:")


def test_a_rebound_name_is_refused_at_the_next_connection(server: ThreadingHTTPServer) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    rebinding = http.Guard(resolver=lambda _host, _port: next(answers))
    target = url(server, "/", "rebind.example")
    http.fetch("GET", target, guard=rebinding, connector=pretending())
    with pytest.raises(http.RefusedAddress):
        http.fetch("GET", target, guard=rebinding, connector=pretending())


@pytest.mark.parametrize("inner", ["127.0.0.1", "169.254.169.254", "[::1]"])
def test_a_redirect_inside_is_refused(server: ThreadingHTTPServer, inner: str) -> None:
    names = {
        "shop.example": [PUBLIC],
        "127.0.0.1": ["127.0.0.1"],
        "169.254.169.254": ["169.254.169.254"],
        "::1": ["::1"],
    }
    with pytest.raises(http.RefusedAddress):
        http.fetch(
            "GET",
            url(server, f"/redirect?{url(server, '/secret', inner)}", "shop.example"),
            guard=guard(names),
            connector=pretending(),
        )
    assert [path for _method, path, *_ in seen(server)] == [f"/redirect?{url(server, '/secret', inner)}"]


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "gopher://127.0.0.1/", "http:///", "http://[::1", "//x", "http://a b/"]
)
def test_what_is_no_web_address_is_refused(server: ThreadingHTTPServer, target: str) -> None:
    with pytest.raises(http.HttpError):
        http.fetch("GET", target)
    with pytest.raises(http.HttpError):
        http.fetch(
            "GET",
            url(server, f"/redirect?{target}", "shop.example"),
            guard=guard({"shop.example": [PUBLIC], "": []}),
            connector=pretending(),
        )


def test_redirects_are_followed_for_reading_only_and_not_for_ever(server: ThreadingHTTPServer) -> None:
    allow = ["127.0.0.1"]
    assert http.fetch("GET", url(server, "/redirect?/plain"), allow=allow).url == url(server, "/plain")
    assert http.fetch("POST", url(server, "/redirect?/plain"), allow=allow).status == 302
    seen(server).clear()
    assert http.fetch("GET", url(server, "/redirect?/redirect?/redirect?/redirect?/plain"), allow=allow).status == 302
    assert len(seen(server)) == http.MOST_REDIRECTS + 1


def test_a_key_is_not_carried_to_another_host(server: ThreadingHTTPServer) -> None:
    other = url(server, "/plain", "other.example")
    http.fetch(
        "GET",
        url(server, f"/redirect?{other}", "shop.example"),
        headers={"Authorization": "Bearer secret"},
        guard=guard({"shop.example": [PUBLIC], "other.example": [PUBLIC]}),
        connector=pretending(),
    )
    first, second = seen(server)
    assert "Authorization" in first[2]
    assert second[2]["Host"].startswith("other.example")
    assert "Authorization" not in second[2]


def test_long_answers_are_cut_off(server: ThreadingHTTPServer) -> None:
    allow = ["127.0.0.1"]
    assert len(http.fetch("GET", url(server, "/large?1000"), allow=allow, max_bytes=1000).content) == 1000
    for path in ("/large?1001", "/endless", "/bomb"):
        with pytest.raises(http.TooLarge):
            http.fetch("GET", url(server, path), allow=allow, max_bytes=1000)


@pytest.mark.parametrize("part", ["headers", "body"])
def test_an_answer_that_drips_ends_at_the_deadline(server: ThreadingHTTPServer, part: str) -> None:
    started = time.monotonic()
    with pytest.raises(http.HttpError):
        http.fetch("GET", url(server, f"/drip?{part}"), allow=["127.0.0.1"], timeout=0.3)
    assert time.monotonic() - started < 60


def test_a_host_that_cannot_be_found_or_reached_is_said_plainly() -> None:
    with pytest.raises(http.HttpError, match=r"nowhere\.invalid was not found"):
        http.fetch("GET", "http://nowhere.invalid/")
    with pytest.raises(http.HttpError):
        http.fetch("GET", "http://127.0.0.1:1/", allow=["127.0.0.1"])


def test_the_next_address_is_tried_when_one_does_not_answer(server: ThreadingHTTPServer) -> None:
    def connect(address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        if address == "8.8.8.8":
            raise httpcore.ConnectError("unreachable")
        return pretending()(address, port, timeout)

    answer = http.fetch(
        "GET", url(server, "/", "two.example"), guard=guard({"two.example": ["8.8.8.8", PUBLIC]}), connector=connect
    )
    assert answer.ok


def test_proxies_of_the_environment_are_ignored(server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert http.fetch("GET", url(server, "/"), allow=["127.0.0.1"]).ok


def test_a_lasting_client_is_guarded_too(server: ThreadingHTTPServer) -> None:
    with http.client(allow=["127.0.0.1"]) as session:
        assert session.get(url(server, "/")).json() == {"hello": "world"}
    with http.client(follow_redirects=True) as session, pytest.raises(http.RefusedAddress):
        session.get(url(server, "/"))


def test_certificates_are_checked(server: ThreadingHTTPServer) -> None:
    with pytest.raises(http.HttpError):
        http.fetch("GET", url(server, "/").replace("http:", "https:"), allow=["127.0.0.1"])
    assert httpx.create_ssl_context().verify_mode == ssl.CERT_REQUIRED
