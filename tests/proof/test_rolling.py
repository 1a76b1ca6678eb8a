"""New code takes over while people work: no request fails, no stream misses anything, no mail is refused."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.helpers.polling import until
from tests.helpers.proof import full_only, report, sized
from tests.helpers.tamada import RunningTamada, running_tamada

ROLLS = sized(1, 10)
CLIENTS = sized(2, 8)

pytestmark = [pytest.mark.proof, pytest.mark.timeout(1200)]


class Load:
    """Clients that ask again and again, on kept connections and on new ones, and repeat nothing that fails."""

    def __init__(self, tamada: RunningTamada, token: str) -> None:
        self.tamada, self.token = tamada, token
        self.over = threading.Event()
        self.answered = 0
        self.slowest = 0.0
        self.failures: list[str] = []
        self.mails: list[str] = []
        self._guard = threading.Lock()

    def read(self, number: int) -> None:
        """Lists and pages; every second client keeps its connection, with a pause in which it looks idle."""
        with self.tamada.api(self.token) as kept:
            while not self.over.wait(0.02 * (number + 1)):
                self._count(lambda: kept.get("conversations") if number % 2 else self._fresh())

    def _fresh(self) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.get(f"{self.tamada.base_url}/api/v1/customers", headers=headers, timeout=30, trust_env=False)

    def write(self, _number: int) -> None:
        """New customers: each answered one is there once, which is counted at the end."""
        with self.tamada.api(self.token) as kept:
            while not self.over.wait(0.04):
                self._count(lambda: kept.post("customers", json={"name": "Ani", "identities": []}))

    def _count(self, ask: Callable[[], httpx.Response]) -> None:
        began = time.monotonic()
        try:
            answer = ask()
            failure = "" if answer.status_code < 300 else f"{answer.status_code} {answer.text[:200]}"
        except httpx.HTTPError as error:
            failure = repr(error)
        with self._guard:
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.answered += not failure
            if failure:
                self.failures.append(failure)

    def answers(self, count: int) -> None:
        """Wait for so many more."""
        enough = self.answered + count
        until(lambda: self.answered >= enough, seconds=60, what="answers")

    def post(self, _number: int) -> None:
        """Mail, each on a connection of its own."""
        while not self.over.wait(0.1):
            name = f"mail {len(self.mails)}"
            raw = f"From: ani@mail.am\r\nTo: info@company.example\r\nSubject: {name}\r\n\r\nHello".encode()
            try:
                self.tamada.send_mail(raw, sender="ani@mail.am", recipients=["info@company.example"])
            except OSError as error:
                self.failures.append(repr(error))
            self.mails.append(name)


class Desk:
    """An open stream that is opened again after its last event, as browsers do."""

    def __init__(self, tamada: RunningTamada, token: str) -> None:
        self.tamada, self.token = tamada, token
        self.over = threading.Event()
        self.customers: list[str] = []
        self.opened = 0
        self.refetches = 0

    def listen(self) -> None:
        last = ""
        while not self.over.is_set():
            headers = {"Authorization": f"Bearer {self.token}"} | ({"Last-Event-ID": last} if last else {})
            with suppress(httpx.HTTPError), self._open(headers) as answer:
                self.opened += 1
                for line in answer.iter_lines():
                    last = line.removeprefix("id: ") if line.startswith("id: ") else last
                    self.refetches += line == "event: resync"
                    if line.startswith("data: ") and '"customer.created"' in line:
                        self.customers.append(json.loads(line[6:])["data"]["customer"])
                    if self.over.is_set():
                        return

    def _open(self, headers: dict[str, str]) -> Any:
        url = f"{self.tamada.base_url}/api/v1/stream"
        return httpx.stream("GET", url, headers=headers, timeout=httpx.Timeout(5, read=2), trust_env=False)


@contextmanager
def busy(tamada: RunningTamada, token: str) -> Iterator[tuple[Load, Desk]]:
    load, desk = Load(tamada, token), Desk(tamada, token)
    works = [*[load.read] * CLIENTS, load.write, load.write, load.post]
    threads = [threading.Thread(target=work, args=(number,)) for number, work in enumerate(works)]
    listening = threading.Thread(target=desk.listen)
    listening.start()
    until(lambda: desk.opened)
    for thread in threads:
        thread.start()
    try:
        yield load, desk
    finally:
        load.over.set()
        for thread in threads:
            thread.join(30)
        with suppress(TimeoutError, AssertionError):
            until(lambda: len(desk.customers) >= tamada.count("customers_customer"), seconds=20)
        desk.over.set()
        listening.join(30)


def roll(tamada: RunningTamada) -> None:
    """New code: every child is another process afterwards, the parent is the same, and what it says is true."""
    assert tamada.process is not None
    before = set(tamada.children())
    os.kill(tamada.process.pid, signal.SIGUSR2)
    until(lambda: not before & set(tamada.children()), seconds=90, what="the end of the old processes")
    until(lambda: len(tamada.children()) == len(before), seconds=60, what="the new processes")
    until(lambda: tamada.get("/readyz").status_code == 200, seconds=60, what="readiness")
    assert tamada.process.poll() is None


def check(tamada: RunningTamada) -> str:
    tamada.add_user("ani@desk.example")
    tamada.add_inbox("Support", "--email", "info@company.example")
    token = tamada.token("ani@desk.example")
    with busy(tamada, token) as (load, desk):
        load.answers(50)
        for _ in range(ROLLS):
            roll(tamada)
            load.answers(50)
    assert load.failures == []
    written = tamada.count("customers_customer")
    assert len(desk.customers) == len(set(desk.customers)) == written
    assert desk.opened > ROLLS
    assert desk.refetches == 0
    mails = "SELECT count(*) FROM conversations_message WHERE kind = 'in'"
    until(lambda: tamada.rows(mails)[0][0] == len(load.mails), seconds=60, what="every mail")
    report(
        f"New code taking over under load, {'three processes on PostgreSQL' if tamada.options else 'SQLite'}",
        times=ROLLS, requests=load.answered, failed=len(load.failures), slowest=f"{load.slowest:.2f} s",
        mails=len(load.mails), streams_opened=desk.opened, events_missed=0,
    )  # fmt: skip
    return token


def test_no_request_fails_while_new_code_takes_over(running: Callable[..., RunningTamada]) -> None:
    tamada = running()
    token = check(tamada)
    _ends_in_order(tamada, token)


@full_only
def test_nor_with_three_web_processes_on_postgres(outgrown: dict[str, str]) -> None:
    with running_tamada(environment=outgrown, start=False) as tamada:
        tamada.options = ("--web-processes", "3")
        check(tamada.start())


def _ends_in_order(tamada: RunningTamada, token: str) -> None:
    """Who is being answered gets the whole answer; who keeps a connection gets one more, and is told that it ends."""
    stream = f"{tamada.base_url}/api/v1/stream"
    headers = {"Authorization": f"Bearer {token}"}
    with (
        socket.create_connection(("127.0.0.1", tamada.port), timeout=30) as kept,
        httpx.stream("GET", stream, headers=headers, timeout=30, trust_env=False) as open_stream,
    ):
        ask = f"GET /api/v1/conversations?limit=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
        kept.sendall(ask.encode())
        assert b"200 OK" in kept.recv(65536)
        os.kill(tamada.child("web-1"), signal.SIGTERM)
        assert b"".join(open_stream.iter_raw())  # to its end, which is no error
        kept.sendall(ask.encode())
        answer = b"".join(iter(lambda: kept.recv(65536), b""))
        assert b"200 OK" in answer
        assert b"connection: close" in answer
    assert tamada.stop() == 0


def test_new_code_that_does_not_start_leaves_the_old_one_at_work(tmp_path: Path) -> None:
    """The folder is found before the packages, and will hold one that ends at once."""
    with running_tamada(environment={"PYTHONPATH": str(tmp_path)}, faults=True) as tamada:
        assert tamada.process is not None
        before = set(tamada.children())
        (tmp_path / "nh3.py").write_text("raise RuntimeError('This can never start.')")
        os.kill(tamada.process.pid, signal.SIGUSR2)
        until(lambda: "This can never start." in tamada.log(), seconds=60, what="the trial's end")
        assert tamada.get("/readyz").status_code == 200
        assert set(tamada.children()) == before
