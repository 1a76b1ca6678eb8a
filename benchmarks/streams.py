"""An event to a thousand open desks, beside a bare ASGI stream in the same server.

    python benchmarks/streams.py [STREAMS [EVENTS]]

Every desk is a real connection. The clock starts when the request that makes the event is written, and stops for each
desk when it has read the event; all of them count. Prints one JSON object.
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import databases
from benchmarks.timing import spread
from tests.helpers.ports import free_port
from tests.helpers.processes import spawn, stop

BARE = """
import asyncio
queues = set()
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if scope["path"] == "/tell":
        for queue in queues:
            queue.put_nowait(b"id: 1\\nevent: customer.updated\\ndata: {}\\n\\n")
        return await send({"type": "http.response.body", "body": b"ok"})
    queue = asyncio.Queue()
    queues.add(queue)
    await send({"type": "http.response.body", "body": b": hello\\n\\n", "more_body": True})
    while True:
        await send({"type": "http.response.body", "body": await queue.get(), "more_body": True})
"""


class Desk(asyncio.Protocol):
    """One open stream. It does as little as it can: on a small machine its work would be measured too."""

    def __init__(self, crowd: "Crowd", request: bytes) -> None:
        self.crowd, self.request = crowd, request

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # one that nobody holds is closed
        transport.write(self.request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        if b"event: customer.updated" in data:
            self.crowd.heard(time.perf_counter())
        elif b"HTTP/1.1 200" in data:
            self.crowd.opened()


class Crowd:
    """All desks, and when each of them heard of the event under way."""

    def __init__(self, streams: int) -> None:
        self.streams = streams
        self.open = 0
        self.times: list[float] = []
        self.all_of_them = asyncio.Event()

    def opened(self) -> None:
        self.open += 1
        if self.open == self.streams:
            self.all_of_them.set()

    def heard(self, at: float) -> None:
        self.times.append(at)
        if len(self.times) == self.streams:
            self.all_of_them.set()

    async def listen(self, port: int, path: str, token: str) -> None:
        """Open all streams, fifty at a time."""
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        connect = asyncio.get_running_loop().create_connection
        for start in range(0, self.streams, 50):
            some = range(min(50, self.streams - start))
            await asyncio.gather(*(connect(lambda: Desk(self, head), "127.0.0.1", port) for _ in some))
        await asyncio.wait_for(self.all_of_them.wait(), 60)

    async def hear(self, tell: Any) -> list[float]:
        """Seconds from the request to each desk."""
        self.times, self.all_of_them = [], asyncio.Event()
        started = time.perf_counter()
        await tell
        await asyncio.wait_for(self.all_of_them.wait(), 60)
        return [at - started for at in self.times]


async def _run(desk: tuple[int, str, str], streams: int, events: int, tell: Any) -> dict[str, float]:
    crowd = Crowd(streams)
    await crowd.listen(*desk)
    spent = [seconds for number in range(events) for seconds in await crowd.hear(tell(number))]
    return spread(spent)


async def _request(port: int, method: str, path: str, token: str, body: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    return answer


def ours(streams: int, events: int) -> dict[str, float]:
    """A customer is renamed over the API; every desk is told."""
    with tempfile.TemporaryDirectory() as folder, databases.running(folder) as server:
        server.add_user("owner@desk.example", role="admin")
        token = server.token("owner@desk.example")
        made = server.api(token).post("/customers", json={"name": "Ani", "identities": []}).json()

        async def tell(number: int) -> None:
            body = json.dumps({"name": f"Ani {number}"}).encode()
            await _request(server.port, "PATCH", f"/api/v1/customers/{made['id']}", token, body)

        return uvloop.run(_run((server.port, "/api/v1/stream", token), streams, events, tell))


def bare(streams: int, events: int) -> dict[str, float]:
    """The same with nothing behind it."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare.py").write_text(BARE)
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", "bare:app", "--app-dir", folder, "--port", str(port)]
        process = spawn([*command, "--log-level", "error"], log=Path(folder) / "log", env=None)
        try:
            _until_open(port)

            async def tell(number: int) -> None:
                await _request(port, "GET", "/tell", "", b"")

            return uvloop.run(_run((port, "/stream", ""), streams, events, tell))
        finally:
            stop(process)


def _until_open(port: int) -> None:
    import socket

    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("The bare server did not start.")


def measure(streams: int = 1000, events: int = 20) -> dict[str, Any]:
    """Both, one after the other."""
    return {
        "streams": streams,
        "event to a desk": ours(streams, events),
        "yardstick: bare stream": bare(streams, events),
    }


if __name__ == "__main__":
    print(json.dumps(measure(*(int(a) for a in sys.argv[1:])), indent=1))
