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

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.timing import spread
from tests.helpers.ports import free_port
from tests.helpers.processes import spawn, stop
from tests.helpers.tamada import RunningTamada

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


_kept: list[asyncio.StreamWriter] = []  # a writer that nobody holds closes its connection


async def _open(port: int, path: str, token: str) -> asyncio.StreamReader:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    _kept.append(writer)
    await reader.readuntil(b"\r\n\r\n")
    return reader


async def _run(desk: tuple[int, str, str], streams: int, events: int, tell: Any) -> dict[str, float]:
    readers = []
    for start in range(0, streams, 50):
        readers += await asyncio.gather(*(_open(*desk) for _ in range(min(50, streams - start))))
    spent: list[float] = []
    for number in range(events):
        started = time.perf_counter()
        waiting = [asyncio.create_task(_heard(reader)) for reader in readers]
        await tell(number)
        spent += [at - started for at in await asyncio.gather(*waiting)]
    return spread(spent)


async def _heard(reader: asyncio.StreamReader) -> float:
    await reader.readuntil(b"event: customer.updated")
    at = time.perf_counter()
    await reader.readuntil(b"\n\n")
    return at


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
    with tempfile.TemporaryDirectory() as folder:
        server = RunningTamada(Path(folder) / "data").start()
        try:
            server.add_user("owner@desk.example", role="admin")
            token = server.token("owner@desk.example")
            made = server.api(token).post("/customers", json={"name": "Ani", "identities": []}).json()

            async def tell(number: int) -> None:
                body = json.dumps({"name": f"Ani {number}"}).encode()
                await _request(server.port, "PATCH", f"/api/v1/customers/{made['id']}", token, body)

            return asyncio.run(_run((server.port, "/api/v1/stream", token), streams, events, tell))
        finally:
            server.end()


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

            return asyncio.run(_run((port, "/stream", ""), streams, events, tell))
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
