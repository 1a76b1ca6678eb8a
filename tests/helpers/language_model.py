"""A language model's server on this machine: speaks the protocol of chat completions, and misbehaves as it is told."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG = 60


@dataclass(slots=True)
class Asked:
    """One request that came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def system(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        return str(self.body["messages"][-1]["content"])

    @property
    def everything(self) -> str:
        return json.dumps(self.body, ensure_ascii=False)


@dataclass(slots=True)
class LanguageModel:
    """What it says (`answer` gets the request, and gives the content), and what came.

    `mode`: "well"; "hang" before a word, "drip" a byte at a time until it is let go; "half" a body and a closed
    connection; "closed" without a word; "huge"; "raw" gives `raw` as the body; "500", "429", … that status.
    """

    url: str
    mode: str = "well"
    raw: bytes = b""
    usage: Any = field(default_factory=lambda: {"prompt_tokens": 100, "completion_tokens": 20})
    finish: str = "stop"
    answer: Callable[[Asked], Any] = lambda _asked: {"text": "ready"}
    asked: list[Asked] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def body(self, asked: Asked) -> bytes:
        said = self.answer(asked)
        content = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        choice = {"index": 0, "finish_reason": self.finish, "message": {"role": "assistant", "content": content}}
        whole = {"id": "1", "object": "chat.completion", "choices": [choice], "usage": self.usage}
        return json.dumps(whole, ensure_ascii=False).encode()


def part(asked: Asked, name: str) -> str:
    """A text that was given as data, by its name."""
    found = re.search(rf"<<<(\w+) {re.escape(name)}>>>\n(.*?)\n<<<\1 end>>>", asked.user, re.DOTALL)
    assert found, f"no part {name} in {asked.user}"
    return found[2]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.path, headers, json.loads(body))
        self.one.asked.append(asked)
        try:
            self._behave(asked)
        except OSError:
            return  # It waited no longer.

    @property
    def one(self) -> LanguageModel:
        assert isinstance(self.server, _Server)
        return self.server.one

    def _behave(self, asked: Asked) -> None:
        mode = self.one.mode
        if mode.isdigit():
            return self._say(int(mode), b'{"error": {"message": "no"}}')
        ways: dict[str, Callable[[Asked], object]] = {
            "well": lambda asked: self._say(200, self.one.body(asked)),
            "hang": lambda _asked: self.one.gate.wait(HANG),
            "drip": self._drip,
            "half": self._half,
            "huge": lambda _asked: self._say(200, b'{"choices": "' + b"x" * 2_000_000 + b'"}'),
            "raw": lambda _asked: self._say(200, self.one.raw),
            "closed": lambda _asked: None,
        }
        ways[mode](asked)
        return None

    def _drip(self, _asked: Asked) -> None:
        self._start(200, 4_000)
        while not self.one.gate.wait(0.05):
            self.wfile.write(b" ")
            self.wfile.flush()

    def _half(self, asked: Asked) -> None:
        whole = self.one.body(asked)
        self._start(200, len(whole))
        self.wfile.write(whole[: len(whole) // 2])

    def _start(self, status: int, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _say(self, status: int, body: bytes) -> None:
        self._start(status, len(body))
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Silence."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    one: LanguageModel


@contextmanager
def language_model() -> Iterator[LanguageModel]:
    """One that listens on 127.0.0.1 while the block runs."""
    server = _Server(("127.0.0.1", 0), _Handler)
    one = server.one = LanguageModel(f"http://127.0.0.1:{server.server_address[1]}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        one.gate.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
