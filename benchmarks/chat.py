"""Messages of visitors through one web process, stored and told to an open desk, beside one insert behind a bare
server.

    python benchmarks/chat.py [VISITORS [MESSAGES]]

Each visitor writes a message, waits until it is stored, and writes the next; the clock stops when the desk's stream has
told of the last one. Prints one JSON object.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import databases
from benchmarks.timing import spread
from tests.helpers.polling import until
from tests.helpers.ports import free_port
from tests.helpers.processes import spawn, stop
from tests.helpers.tamada import RunningTamada

TEXT: Final = "Is there work on the line in our street? Since the morning nothing loads, number {}."
BARE: Final = """
import asyncio, json, sqlite3
from concurrent.futures import ThreadPoolExecutor
db = sqlite3.connect("bare.sqlite3", isolation_level=None, check_same_thread=False)
db.execute("PRAGMA journal_mode=WAL")
db.execute("PRAGMA synchronous=FULL")
db.execute("CREATE TABLE IF NOT EXISTS m (id INTEGER PRIMARY KEY, key TEXT UNIQUE, text TEXT)")
pool = ThreadPoolExecutor(1)
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = json.loads((await receive())["body"])
    row = (str(scope["client"]) + body["client_id"], body["text"])
    insert = lambda: db.execute("INSERT INTO m (key, text) VALUES (?, ?)", row)
    await asyncio.get_running_loop().run_in_executor(pool, insert)
    answer = b'{"conversation": {"id": "1"}}'
    head = [(b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 201, "headers": head})
    await send({"type": "http.response.body", "body": answer})
"""


class Line:
    """One connection that stays open."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port, self.token = port, token

    async def open(self) -> "Line":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """A request and its answer."""
        data = json.dumps(body).encode()
        head = f"POST /widget/v1/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        head += f"Authorization: Bearer {self.token}\r\n" if self.token else ""
        self.writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        size = int(answer.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        told = await self.reader.readexactly(size)
        if not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
            raise RuntimeError(told.decode())
        return json.loads(told)


async def _write(line: Line, messages: int, spent: list[float]) -> None:
    conversation = None
    for number in range(messages):
        body = {"client_id": f"m{number}", "conversation": conversation, "text": TEXT.format(number)}
        started = time.perf_counter()
        answer = await line.post("messages", body)
        spent.append(time.perf_counter() - started)
        conversation = answer["conversation"]["id"]


async def _told(port: int, token: str, messages: int, ready: asyncio.Event) -> None:
    """A desk that counts what it is told of."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    await reader.readuntil(b"id: ")
    ready.set()
    while messages:
        if (await reader.readline()).startswith(b"event: message.received"):
            messages -= 1


async def _crowd(port: int, key: str, token: str, visitors: int, messages: int) -> dict[str, Any]:
    lines = []
    for _ in range(visitors):
        line = await Line(port).open()
        line.token = (await line.post("visitors", {"key": key}))["token"] if token else ""
        lines.append(line)
    told, ready, spent = None, asyncio.Event(), list[float]()
    if token:
        told = asyncio.create_task(_told(port, token, visitors * messages, ready))
        await ready.wait()
    started = time.perf_counter()
    await asyncio.gather(*(_write(line, messages, spent) for line in lines))
    stored = time.perf_counter() - started
    if told is not None:
        await asyncio.wait_for(told, 300)
    delivered = time.perf_counter() - started
    total = visitors * messages
    return {"stored_per_s": round(total / stored), "delivered_per_s": round(total / delivered), **spread(spent)}


def ours(visitors: int, messages: int) -> dict[str, Any]:
    """The real server, and the CPU that its processes spend on a message."""
    with tempfile.TemporaryDirectory() as folder, databases.running(folder) as server:
        server.add_user("owner@desk.example", role="admin")
        key, token = server.add_inbox("Site", "--chat")["key"], server.token("owner@desk.example")
        pids = {name: server.child(name) for name in ("web-1", "worker")}
        before = {name: _cpu(pid) for name, pid in pids.items()}
        figures = uvloop.run(_crowd(server.port, key, token, visitors, messages))
        until(lambda: _all_done(server), seconds=300, what="the worker's end", every=0.2)
        spent = {name: (_cpu(pid) - before[name]) * 1000 / visitors / messages for name, pid in pids.items()}
        figures["cpu_ms_a_message"] = {name: round(each, 2) for name, each in spent.items()}
        return figures


def _all_done(server: RunningTamada) -> bool:
    """Whether no task is due."""
    due = "SELECT count(*) FROM core_task WHERE state IN ('ready', 'leased') AND run_after <= ?"
    return server.rows(due, time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()))[0][0] == 0


def _cpu(pid: int) -> float:
    """Seconds of a processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bare(visitors: int, messages: int) -> dict[str, Any]:
    """One insert and its fsync, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare.py").write_text(BARE.replace('"bare.sqlite3"', repr(f"{folder}/bare.sqlite3")))
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", "bare:app", "--app-dir", folder, "--port", str(port)]
        process = spawn([*command, "--log-level", "error"], log=Path(folder) / "log", env=None)
        try:
            until(lambda: _answers(port), seconds=20, what="the bare server")
            return uvloop.run(_crowd(port, "", "", visitors, messages))
        finally:
            stop(process)


def _answers(port: int) -> bool:
    import socket

    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def measure(visitors: int = 60, messages: int = 50) -> dict[str, Any]:
    """Both, one after the other."""
    return {
        "visitors": visitors,
        "messages": visitors * messages,
        "Tamada": ours(visitors, messages),
        "yardstick: one insert behind a bare server": bare(visitors, messages),
    }


if __name__ == "__main__":
    print(json.dumps(measure(*(int(a) for a in sys.argv[1:])), indent=1))
