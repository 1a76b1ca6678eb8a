"""A receiver of webhooks on this machine: answers as it is told, hangs until it is let go, checks signatures itself."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class Hook:
    """One request that came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Written from the specification, not from our sender."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.{self.body.decode()}".encode()
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"v1,{expected}" in self.headers["webhook-signature"].split(" ")


@dataclass(slots=True)
class Receiver:
    """What it answers, and what came. While `gate` is not set, requests hang."""

    url: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b"thanks"
    gate: threading.Event = field(default_factory=threading.Event)
    received: list[Hook] = field(default_factory=list)


@contextmanager
def receiver(path: str = "/hooks") -> Iterator[Receiver]:
    """A receiver that listens on 127.0.0.1 while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook = Hook(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            one.received.append(hook)
            one.gate.wait(60)
            try:
                self.send_response(one.status)
                for name, value in {"Content-Length": str(len(one.answer)), **one.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(one.answer)
            except OSError:
                return  # It waited no longer.

        def log_message(self, *_arguments: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    one = Receiver(f"http://127.0.0.1:{server.server_address[1]}{path}")
    one.gate.set()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        one.gate.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
