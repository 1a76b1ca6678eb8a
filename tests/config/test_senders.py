"""How much somebody may send: whoever proves nothing is refused before a large body is taken."""

import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tamada.config.senders import STRANGERS, most_from
from tests.helpers.tamada import RunningTamada, running_tamada

LARGE = 50 << 20
PASSWORD = "rustavi-tbilisi-2026"
CSV = b"name,email\n" + b"Ani,ani@customer.example\n" * (LARGE // 25)


def scope_of(path: str, **headers: str) -> dict[str, Any]:
    return {"path": path, "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}


@pytest.mark.django_db
def test_a_stranger_may_send_little_wherever() -> None:
    bearer = {"authorization": "Bearer tmd_nobody", "cookie": "tamada_session=nobody"}
    for path in (
        "/",
        "/login",
        "/settings/import",
        "/api/v1/attachments",
        "/widget/v1/files",
        "/help/en/ask",
        "/hooks/mail",
    ):
        assert most_from(scope_of(path, **bearer)) == STRANGERS
    for path in ("/requests/nobody/ask", "/requests/", "/hooks/mail/mailgun/1", "/hooks/mail/x/y", "/hooks/telegram/x"):
        assert most_from(scope_of(path, authorization="Basic bm9ib2R5Om5vYm9keQ==")) == STRANGERS


@pytest.fixture(scope="module")
def house() -> Iterator[RunningTamada]:
    with running_tamada() as tamada:
        tamada.add_user("ani@desk.example", password=PASSWORD)
        yield tamada


@pytest.fixture
def desk(house: RunningTamada) -> Iterator[httpx.Client]:
    """Ani, signed in."""
    with httpx.Client(base_url=house.base_url, timeout=60, trust_env=False) as browser:
        form = {"email": "ani@desk.example", "password": PASSWORD, "csrfmiddlewaretoken": token_on(browser, "/login")}
        assert browser.post("/login", data=form).status_code == 302
        yield browser


@pytest.mark.parametrize(
    "path", ["/settings/import", "/api/v1/attachments", "/widget/v1/files", "/hooks/mail/mailgun/1"]
)
@pytest.mark.servers
def test_a_stranger_is_refused_before_they_send_and_the_connection_goes_on(house: RunningTamada, path: str) -> None:
    where = urlsplit(house.base_url)
    with socket.create_connection((where.hostname, where.port), timeout=30) as line:
        head = f"POST {path} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Length: {LARGE}\r\n\r\n"
        line.sendall(head.encode())
        assert answer_on(line).startswith(b"HTTP/1.1 401 ")
        line.sendall(b"x" * LARGE)
        line.sendall(f"GET /healthz HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode())
        assert answer_on(line).startswith(b"HTTP/1.1 200 ")
    assert not list((house.data_dir / "tmp").iterdir())


@pytest.mark.servers
def test_a_stranger_who_does_not_say_how_much_is_refused_as_they_send(house: RunningTamada) -> None:
    where = urlsplit(house.base_url)
    with socket.create_connection((where.hostname, where.port), timeout=30) as line:
        line.sendall(
            f"POST /help HTTP/1.1\r\nHost: {where.netloc}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
            + b"200000\r\n"
            + b"x" * 0x200000
            + b"\r\n"
        )  # Two of whoever knows how many.
        assert answer_on(line).startswith(b"HTTP/1.1 401 ")


@pytest.mark.servers
def test_an_agent_is_heard_out(house: RunningTamada, desk: httpx.Client) -> None:
    form = {"source": "csv", "csrfmiddlewaretoken": token_on(desk, "/settings/import")}
    answer = desk.post("/settings/import", data=form, files={"file": ("people.csv", CSV)})
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/settings/import/")


@pytest.mark.servers
def test_a_program_is_heard_out(house: RunningTamada) -> None:
    with house.api(house.token("ani@desk.example")) as api:
        kept = api.post("attachments", files={"file": ("people.csv", CSV[: 20 << 20])})
        assert kept.status_code == 201
        answer = api.post("attachments", files={"file": ("people.csv", CSV)})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


@pytest.mark.servers
def test_a_session_that_ended_is_a_strangers(house: RunningTamada, desk: httpx.Client) -> None:
    desk.post("/logout", data={"csrfmiddlewaretoken": token_on(desk, "/settings/import")})
    assert desk.post("/settings/import", files={"file": ("people.csv", CSV)}).status_code == 401


def token_on(browser: httpx.Client, path: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(path).text)
    assert found
    return found[1]


def answer_on(line: socket.socket) -> bytes:
    """One whole answer with a Content-Length."""
    said = b""
    while b"\r\n\r\n" not in said:
        said += line.recv(65536) or pytest.fail(f"The connection ended: {said!r}")
    head, _, body = said.partition(b"\r\n\r\n")
    length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])  # type: ignore[index]
    while len(body) < length:
        body += line.recv(65536)
    return head
