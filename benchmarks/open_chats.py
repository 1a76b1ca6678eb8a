"""Open chats of one web process: the memory of each, and how soon a visitor's message is on the agent's open screen.

    python benchmarks/open_chats.py [CHATS [MESSAGES]]

Every chat is another visitor's stream, a real connection. Memory is what the web process has more (RSS) than before
they came. The yardstick is a bare ASGI server with as many streams, which tells one of them of each request. Prints one
JSON object.
"""

import asyncio
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import databases
from benchmarks.chat import Line
from benchmarks.timing import spread
from tests.helpers.polling import until
from tests.helpers.ports import free_port, listening
from tests.helpers.processes import spawn, stop
from tests.helpers.tamada import RunningTamada

BARE: Final = """
import asyncio
queues = {}
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
    if scope["method"] == "POST":
        queues["agent"].put_nowait(b"event: message.received\\n\\n")
        return await send({"type": "http.response.body", "body": b"{}"})
    queue = asyncio.Queue()
    queues["agent" if scope["path"] == "/agent" else len(queues)] = queue
    await send({"type": "http.response.body", "body": b"id: 0\\n\\n", "more_body": True})
    while True:
        await send({"type": "http.response.body", "body": await queue.get(), "more_body": True})
"""
# Run with the program's own settings: visitors as the widget makes them, a thousand times faster.
MAKE: Final = """
import sys, django; django.setup()
from django.utils import timezone
from tamada.channels.chat.models import Visitor
from tamada.conversations.models import Inbox
inbox, now = Inbox.objects.get(channel="chat"), timezone.now()
rows = [Visitor(inbox=inbox, token=line.strip(), created_at=now, seen_at=now) for line in sys.stdin]
Visitor.objects.bulk_create(rows, batch_size=500)
"""


class Stream(asyncio.Protocol):
    """One open chat, which does as little as it can."""

    def __init__(self, request: bytes, opened: asyncio.Queue[bool]) -> None:
        self.request, self.opened, self.is_open = request, opened, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self.request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        if not self.is_open and b"id: " in data:
            self.is_open = True
            self.opened.put_nowait(b"HTTP/1.1 200" in data or b"id: " in data)


async def _open(port: int, path: str, tokens: list[str]) -> list[Any]:
    """All streams, a hundred at a time; the connections live as long as the list."""
    opened: asyncio.Queue[bool] = asyncio.Queue()
    connect = asyncio.get_running_loop().create_connection
    held: list[Any] = []
    for start in range(0, len(tokens), 100):
        some = tokens[start : start + 100]
        requests = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {t}\r\n\r\n" for t in some]
        made = [connect(lambda r=r: Stream(r.encode(), opened), "127.0.0.1", port) for r in requests]
        held += await asyncio.gather(*made)
        for _ in some:
            await asyncio.wait_for(opened.get(), 60)
    return held


async def _agent(port: int, path: str, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    await reader.readuntil(b"id: ")
    return reader, writer


async def _told(reader: asyncio.StreamReader) -> None:
    while b"event: message.received" not in await reader.readline():
        pass


async def _measured(server: RunningTamada, tokens: list[str], agent: str, messages: int) -> dict[str, Any]:
    pid, port = server.child("web-1"), server.port
    before = _rss(pid)
    held = await _open(port, "/widget/v1/stream", tokens)
    grown = _rss(pid) - before
    reader, writer = await _agent(port, "/api/v1/stream", agent)
    line = await Line(port).open()
    spent = []
    for number in range(messages + 3):
        line.token = tokens[number % len(tokens)]  # each says one thing: who says sixty in a minute is asked to wait
        started = time.perf_counter()
        asked = asyncio.create_task(line.post("messages", {"client_id": f"m{number}", "text": f"Hello? {number}"}))
        await asyncio.wait_for(_told(reader), 30)
        if number >= 3:
            spent.append(time.perf_counter() - started)
        await asked
    writer.close()
    return {"KB a chat": round(grown / len(held), 1), "message to the agent's screen": spread(spent)}


def _rss(pid: int) -> int:
    """KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def ours(chats: int, messages: int) -> dict[str, Any]:
    """The real server."""
    with tempfile.TemporaryDirectory() as folder, databases.running(folder) as server:
        server.add_user("owner@desk.example", role="admin")
        server.add_inbox("Site", "--chat")
        agent = server.token("owner@desk.example")
        tokens = [f"bench-{number}-{os.urandom(16).hex()}" for number in range(chats)]
        _make(server, tokens)
        return uvloop.run(_measured(server, tokens, agent, messages))


def _make(server: RunningTamada, tokens: list[str]) -> None:
    digests = "\n".join(hashlib.sha256(token.encode()).hexdigest() for token in tokens)
    environment = server.environment | {"DJANGO_SETTINGS_MODULE": "tamada.config.settings"}
    subprocess.run([sys.executable, "-c", MAKE], input=digests, text=True, env=environment, check=True)


def bare(chats: int, messages: int) -> dict[str, Any]:
    """As many streams with nothing behind them."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare.py").write_text(BARE)
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", "bare:app", "--app-dir", folder, "--port", str(port)]
        command += ["--no-access-log", "--loop", "uvloop", "--http", "httptools", "--log-level", "error"]
        process = spawn(command, log=Path(folder) / "log", env=None)
        try:
            until(lambda: listening(port), seconds=20, what="the bare server")
            tokens = [str(number) for number in range(chats)]
            return uvloop.run(_bare(process.pid, port, tokens, messages))
        finally:
            stop(process)


async def _bare(pid: int, port: int, tokens: list[str], messages: int) -> dict[str, Any]:
    before = _rss(pid)
    held = await _open(port, "/visitor", tokens)
    grown = _rss(pid) - before
    reader, _writer = await _agent(port, "/agent", "")
    other, asking = await asyncio.open_connection("127.0.0.1", port)
    spent = []
    for _ in range(messages):
        started = time.perf_counter()
        asking.write(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n")
        await asyncio.wait_for(_told(reader), 30)
        spent.append(time.perf_counter() - started)
        await other.readuntil(b"0\r\n\r\n")
    return {"KB a chat": round(grown / len(held), 1), "message to the agent's screen": spread(spent)}


def measure(chats: int = 5000, messages: int = 200) -> dict[str, Any]:
    """Both, one after the other."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4 * chats)), hard))
    return {"chats": chats, "Tamada": ours(chats, messages), "yardstick: a bare server": bare(chats, messages)}


if __name__ == "__main__":
    print(json.dumps(measure(*(int(a) for a in sys.argv[1:])), indent=1))
