"""Many visitors whose networks break at random: what they sent is what is stored is what they hold, once and in order.

A browser that got no answer sends the same again under the same id; a stream that broke is opened again after its last
event, and what it announces is asked for by number.
"""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.helpers.aside import aside
from tests.helpers.polling import until
from tests.helpers.proof import report, sized
from tests.helpers.tamada import RunningTamada

VISITORS = sized(50, 1000)
SECONDS = sized(20, 300)
PAUSE = sized(2.0, 4.0)
"""Seconds between two messages of one visitor, on the average."""
BREAKS = 0.15
"""Of so many requests the answer is lost on its way."""


class Browser:
    """One visitor: writes, listens, and keeps what it was told."""

    def __init__(self, port: int, number: int, over: asyncio.Event) -> None:
        self.port = port
        self.random = random.Random(number)
        self.over = over
        self.token = ""
        self.conversation = ""
        self.sent: list[str] = []
        self.held: dict[int, str] = {}
        self.lost = 0
        self._asking = asyncio.Lock()

    async def begin(self, key: str) -> None:
        self.token = (await self.ask("POST", "visitors", {"key": key}))["token"]

    async def ask(self, method: str, path: str, body: Any = None, *, breaks: bool = False) -> Any:
        """One request on a connection of its own. Raises ConnectionError when the answer is lost."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        with contextlib.closing(writer):
            writer.write(self._request(method, path, body))
            await writer.drain()
            if breaks and self.random.random() < BREAKS:
                self.lost += 1
                raise ConnectionError
            head = await reader.readuntil(b"\r\n\r\n")
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
            answer = await reader.readexactly(int(fields.get(b"content-length", b"0")))
            status = int(head.split()[1])
            assert status < 300, (status, answer)
            return json.loads(answer) if answer else None

    def _request(self, method: str, path: str, body: Any) -> bytes:
        data = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} /widget/v1/{path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(data)}"]
        lines += [f"Authorization: Bearer {self.token}"] if self.token else []
        return "\r\n".join([*lines, "Content-Type: application/json", "", ""]).encode() + data

    async def write(self) -> None:
        """Say something now and then until it is over; what was not answered is said again."""
        while not self.over.is_set():
            text = f"Message {len(self.sent)}"
            body = {"client_id": f"m{len(self.sent)}", "conversation": self.conversation or None, "text": text}
            while True:
                try:
                    answer = await self.ask("POST", "messages", body, breaks=True)
                    break
                except ConnectionError:
                    continue
            self.conversation = answer["conversation"]["id"]
            self.sent.append(text)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.over.wait(), self.random.uniform(0, 2 * PAUSE))

    async def listen(self) -> None:
        """Hold a stream until it breaks or all is over; go on after its last event."""
        last = ""
        while not self.over.is_set():
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            with contextlib.closing(writer):
                writer.write(self._request("GET", f"stream{f'?after={last}' if last else ''}", None))
                ends = time.monotonic() + self.random.uniform(1, 10)
                while not self.over.is_set() and time.monotonic() < ends:
                    try:
                        line = await asyncio.wait_for(reader.readline(), 0.5)
                    except TimeoutError:
                        continue
                    if line.startswith(b"id: "):
                        last = line[4:].strip().decode()
                    if line.startswith((b"event: chat.message", b"event: resync")):
                        await self.catch_up()

    async def catch_up(self) -> None:
        """Ask for what follows the last number; each comes once, and none is left out."""
        async with self._asking:
            if not self.conversation:
                return
            more = True
            while more:
                path = f"conversations/{self.conversation}/messages?after={len(self.held)}"
                page = await self.ask("GET", path)
                for message in page["items"]:
                    assert message["seq"] == len(self.held) + 1
                    self.held[message["seq"]] = message["text"]
                more = page["more"]


async def live(port: int, key: str, answer: Any) -> list[Browser]:
    """Everybody writes and listens; meanwhile a colleague answers each conversation."""
    over = asyncio.Event()
    browsers = [Browser(port, number, over) for number in range(VISITORS)]
    for browser in browsers:
        await browser.begin(key)
    tasks = [asyncio.create_task(work()) for browser in browsers for work in (browser.write, browser.listen)]
    answering = asyncio.create_task(asyncio.to_thread(answer, over))
    await asyncio.wait([*tasks, answering], timeout=SECONDS, return_when=asyncio.FIRST_EXCEPTION)
    over.set()
    await asyncio.gather(*tasks, answering)
    return browsers


@pytest.mark.proof
@pytest.mark.timeout(1200)
def test_what_is_sent_is_stored_is_delivered(running: Callable[..., RunningTamada]) -> None:
    tamada = running()
    tamada.add_user("ani@desk.example")
    inbox = tamada.add_inbox("Site", "--chat")
    token = tamada.token("ani@desk.example")
    answered = 0

    def answer(over: asyncio.Event) -> None:
        nonlocal answered
        with tamada.api(token) as api:
            while not over.is_set():
                for one in api.get("conversations", params={"limit": 200}).json()["items"]:
                    if over.is_set():
                        return
                    said = api.post(f"conversations/{one['id']}/messages", json={"kind": "out", "text": "We come."})
                    assert said.status_code == 201, said.text
                    answered += 1

    began = time.monotonic()
    browsers = aside(live(tamada.port, inbox["key"], answer))
    took = time.monotonic() - began
    waiting = "SELECT count(*) FROM conversations_delivery WHERE settled_at IS NULL"
    until(lambda: tamada.rows(waiting)[0][0] == 0, seconds=60, what="every answer delivered")

    async def last_look() -> None:
        for browser in browsers:
            await browser.catch_up()

    aside(last_look())
    sent = sum(len(browser.sent) for browser in browsers)
    stored = tamada.rows("SELECT count(*) FROM conversations_message WHERE kind = 'in'")[0][0]
    delivered = 0
    for browser in browsers:
        texts = list(browser.held.values())
        own = [text for text in texts if text.startswith("Message")]
        assert own == browser.sent
        delivered += len(own)
    heard = sum(len(browser.held) for browser in browsers) - delivered
    assert (sent, sent, answered) == (stored, delivered, heard)
    report(
        "Visitors whose networks break",
        visitors=VISITORS, seconds=round(took), answers_lost=sum(browser.lost for browser in browsers),
        sent=sent, stored=stored, delivered=delivered, answers=answered, answers_delivered=heard,
    )  # fmt: skip
