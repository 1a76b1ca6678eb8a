"""A chat server without a database, as docs/widget.md describes it, and a site of another origin that embeds it.

Also for looking: ``python -m tests.frontend.fake_chat`` serves such a site until interrupted.
"""

import asyncio
import hashlib
import json
import queue
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser

from tamada.config.static import StaticFiles
from tamada.desk import assets
from tests.frontend.fake_desk import PIXEL, Server, sse
from tests.frontend.fake_site import KEY, Site
from tests.helpers.polling import until


@dataclass
class FakeChat:
    """What the server holds and what was asked of it; tests change and read this directly."""

    url: str = ""
    site: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    visitors: dict[str, dict[str, Any]] = field(default_factory=dict)
    conversations: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent_files: set[str] = field(default_factory=set)
    requests: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    events: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    streams: list["queue.Queue[bytes | None]"] = field(default_factory=list)
    down: bool = False
    beats: bool = True
    silent_streams: bool = False
    stream_ends: list[int] = field(default_factory=list)
    """How the next streams end before their first byte: refused by a status, or 0 for a connection that is closed."""
    store_away: bool = False
    lose_answers: int = 0
    bits: int = 0
    refusal: tuple[int, str, str] | None = None
    page: str = "plain"
    lang: str = "en"
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        """An inbox as it is when nobody has set anything."""
        self.config = {
            "key": KEY,
            "name": "Nur Internet",
            "language": "",
            "texts": {"title": "", "greeting": "", "away": ""},
            "open": True,
            "opens_at": None,
            "assistant": False,
            "mails": True,
            "changes_in": None,
            "time_zone": "Asia/Yerevan",
            "hours": None,
            "reply_seconds": None,
            "form": [],
            "files": {"types": ["image/png", "image/svg+xml", "text/plain"], "largest": 100_000, "most": 3},
            "largest_text": 20_000,
            "offers": [],
            "contacts": [],
            "theme": {"color": "", "side": "right"},
        }

    def asked(self, method: str, path: str) -> int:
        """How often this was requested; `path` without `/widget/v1/`."""
        return self.requests.count((method, f"/widget/v1/{path}"))

    def body(self, path: str) -> dict[str, Any]:
        """The last JSON sent to this path; waits for it."""
        until(lambda: any(where == path for where, _ in self.bodies), what=f"a request to {path}")
        return next(body for where, body in reversed(self.bodies) if where == path)

    @property
    def said(self) -> list[str]:
        """The visitors' words as they are stored, in order of arrival."""
        every = [one for thread in self.messages.values() for one in thread if one["kind"] == "in"]
        return [one["text"] for one in sorted(every, key=lambda one: int(one["id"]))]

    @property
    def only(self) -> str:
        """The id of the one conversation there is."""
        until(lambda: len(self.conversations) == 1, what="one conversation")
        return next(iter(self.conversations))

    def visitor(self, name: str = "Ani", **more: Any) -> str:
        """A visitor who was here before. Returns the token."""
        with self.lock:
            token = f"token-{next(self.numbers)}"
            self.visitors[token] = {"id": token, "user": None, "name": name, "email": "", "language": "en", **more}
            return token

    def renew(self, token: str) -> str:
        """The same visitor by another token. Returns it."""
        with self.lock:
            renewed = f"token-{next(self.numbers)}"
            self.visitors[renewed] = self.visitors.pop(token)
            for chat in self.conversations.values():
                chat["token"] = renewed if chat["token"] == token else chat["token"]
            return renewed

    def add(self, token: str, conversation: str | None, kind: str, text: str, **more: Any) -> dict[str, Any]:
        """Store a message as `kind` and tell the streams."""
        with self.lock:
            chat = self.conversations[conversation] if conversation else self._begin(token)
            thread = self.messages[chat["id"]]
            author = {"type": "visitor", "name": ""} if kind == "in" else {"type": "agent", "name": "Nare"}
            message = {
                "id": str(next(self.numbers)),
                "seq": len(thread) + 1,
                "kind": kind,
                "client_id": None,
                "author": author,
                "text": text,
                "language": "en",
                "attachments": [],
                "created_at": now(),
            }
            thread.append(message | more)
            chat |= {"last_seq": len(thread), "last_activity_at": now(), "preview": text[:80], "last_kind": kind}
            if kind == "out":
                chat["agents"] = [{"name": author["name"]}]
            self.count(chat)
            self.record("chat.message", conversation=chat["id"], seq=len(thread))
            return thread[-1]

    def answer(self, text: str, conversation: str | None = None, **more: Any) -> dict[str, Any]:
        """An agent writes into a conversation, or into the only one."""
        where = conversation or self.only
        return self.add(self.conversations[where]["token"], where, "out", text, **more)

    def _begin(self, token: str) -> dict[str, Any]:
        number = f"c{next(self.numbers)}"
        marks = {"last_seq": 0, "unread": 0, "got_seq": 0, "read_seq": 0, "seen_seq": 0}
        about = {
            "id": number,
            "open": True,
            "preview": "",
            "last_kind": "out",
            "agents": [],
            "created_at": now(),
            "last_activity_at": now(),
        }
        self.messages[number] = []
        self.conversations[number] = about | marks | {"token": token}
        return self.conversations[number]

    def count(self, chat: dict[str, Any]) -> None:
        """What of ours the visitor has not read."""
        thread = self.messages[chat["id"]]
        chat["unread"] = sum(1 for one in thread if one["kind"] == "out" and one["seq"] > chat["read_seq"])

    def record(self, kind: str, **data: Any) -> None:
        """Store an event and send it to every open stream."""
        number = len(self.events) + 1
        self.events.append((number, kind, data))
        self._send(sse(kind, data, number))

    def whisper(self, kind: str, /, **data: Any) -> None:
        """Send an event that is not stored."""
        self._send(sse(kind, data))

    def _send(self, block: bytes) -> None:
        for stream in list(self.streams):
            stream.put(block)

    def cut(self) -> None:
        """Break every stream, as a lost network does."""
        for stream in self.streams:
            stream.put(None)
        self.streams.clear()


def now() -> str:
    """This moment as JSON has it."""
    return datetime.now(UTC).isoformat()


class Problem(Exception):
    """An answer that refuses."""

    def __init__(self, status: int, code: str, detail: str = "", **more: Any) -> None:
        super().__init__(code)
        self.status = status
        self.content = {"title": code, "status": status, "detail": detail, "code": code, **more}


class Handler(BaseHTTPRequestHandler):
    """Answers for one FakeChat (`self.chat`, set by `fake_chat`)."""

    chat: FakeChat
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""

    def do_OPTIONS(self) -> None:
        """A browser asks whether it may ask."""
        allowed = "authorization, content-type, tamada-proof"
        self.send(
            204, b"", {"Access-Control-Allow-Headers": allowed, "Access-Control-Allow-Methods": "GET, POST, PATCH"}
        )

    def do_GET(self) -> None:
        """Assets, or an endpoint."""
        path = urlsplit(self.path).path
        if path.startswith("/widget/v1/"):
            return self.endpoint()
        self.chat.requests.append(("GET", path))
        return self.asset(path)

    def do_POST(self) -> None:
        """An endpoint."""
        self.endpoint()

    def do_PATCH(self) -> None:
        """An endpoint."""
        self.endpoint()

    def endpoint(self) -> None:
        """Answer one request under /widget/v1."""
        parts = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = parts.path.removeprefix("/widget/v1/")
        self.chat.requests.append((self.command, parts.path))
        if self.chat.down:
            return self.close_now()
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        try:
            if path == "stream" and self.chat.stream_ends:
                return self.end_stream(self.chat.stream_ends.pop(0))
            if path == "stream":
                return self.stream(self.me(), int(self.headers.get("Last-Event-ID") or query.get("after") or 0))
            if path.startswith("files/"):
                return self.download(path.removeprefix("files/"))
            status, content = self.route(path, raw, query)
        except Problem as problem:
            return self.json(problem.status, problem.content)
        return self.json(status, content)

    def route(self, path: str, raw: bytes, query: dict[str, str]) -> tuple[int, Any]:
        """The status and content of an answer."""
        if path == "files" and self.command == "POST":
            return self.upload(raw)
        body = json.loads(raw) if raw else {}
        if raw:
            self.chat.bodies.append((path, body))
        with self.chat.lock:
            if path.startswith("conversations"):
                return self.about_conversations(path.split("/")[1:], body, query)
            return self.about_visitors(path, body, query)

    def about_visitors(self, path: str, body: dict[str, Any], query: dict[str, str]) -> tuple[int, Any]:
        """The inbox, who asks, and what they say."""
        match self.command, path:
            case "GET", "config" if query["key"] == KEY:
                return 200, self.chat.config
            case "POST", "visitors":
                token = self.chat.visitor("", language=body["language"])
                return 201, {"token": token, "visitor": self.chat.visitors[token]}
            case "PATCH", "visitor":
                self.visitor.update({name: value for name, value in body.items() if name in ("name", "email")})
                return 200, {"visitor": self.visitor}
            case "POST", "visitor/identify":
                return self.identify(body)
            case "POST", "messages":
                return self.receive(body)
        raise Problem(404, "inbox")

    def about_conversations(self, path: list[str], body: dict[str, Any], query: dict[str, str]) -> tuple[int, Any]:
        """What was said, and its marks."""
        if not path:
            return 200, {"items": [self.shape(one) for one in self.mine()]}
        chat = self.find(path[0])
        match path[1:]:
            case ["messages"]:
                return 200, self.page(chat, query)
            case ["seen"]:
                name = "read_seq" if body["read"] else "got_seq"
                chat[name] = max(chat[name], body["seq"])
                self.chat.count(chat)
                return 204, None
            case ["typing"]:
                return 204, None
        return 200, self.shape(chat)

    def me(self) -> str:
        """The token of who asks."""
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if token not in self.chat.visitors:
            raise Problem(401, "visitor")
        return token

    @property
    def visitor(self) -> dict[str, Any]:
        """Who asks."""
        return self.chat.visitors[self.me()]

    def mine(self) -> list[dict[str, Any]]:
        """The conversations of who asks, newest activity first."""
        found = [one for one in self.chat.conversations.values() if one["token"] == self.me()]
        return sorted(found, key=lambda one: str(one["last_activity_at"]), reverse=True)

    def find(self, number: str) -> dict[str, Any]:
        """A conversation of who asks."""
        for one in self.mine():
            if one["id"] == number:
                return one
        raise Problem(404, "conversation")

    def shape(self, chat: dict[str, Any]) -> dict[str, Any]:
        """A conversation as it is answered."""
        return {name: value for name, value in chat.items() if name != "token"}

    def page(self, chat: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
        """Messages before or after a sequence number."""
        limit = int(query.get("limit", 100))
        every = self.chat.messages[chat["id"]]
        if "before" in query:
            found = [one for one in every if one["seq"] < int(query["before"])]
            items = found[-limit:]
        else:
            found = [one for one in every if one["seq"] > int(query.get("after", 0))]
            items = found[:limit]
        return {"items": items, "conversation": self.shape(chat), "more": len(found) > len(items)}

    def identify(self, body: dict[str, Any]) -> tuple[int, Any]:
        """A user of the site, by another token than before; another user than before is another visitor."""
        if body["hash"] != "right":
            raise Problem(403, "hash", "This identity is not proven.")
        token = None
        if self.visitor["user"] is None:
            token = self.chat.renew(self.me())
        elif self.visitor["user"] != body["user"]:
            token = self.chat.visitor("")
        self.chat.visitors[token or self.me()]["user"] = body["user"]
        return 200, {"visitor": self.chat.visitors[token or self.me()], "token": token}

    def receive(self, body: dict[str, Any]) -> tuple[int, Any]:
        """A visitor's words: stored once for each client id."""
        token, number = self.me(), body["conversation"]
        self.prove()
        if self.chat.refusal:
            raise Problem(*self.chat.refusal)
        if number:
            self.find(number)
        status = 201
        for chat in self.mine():
            for one in self.chat.messages[chat["id"]]:
                if one["client_id"] == body["client_id"]:
                    return 200, {"message": one, "conversation": self.shape(chat)}
        files = [self.kept(one) for one in body["attachments"]]
        message = self.chat.add(
            token, number, "in", body["text"], client_id=body["client_id"], attachments=files, page=body["page"]
        )
        chat = next(one for one in self.mine() if message in self.chat.messages[one["id"]])
        if self.chat.lose_answers:
            self.chat.lose_answers -= 1
            status = 0
        return status, {"message": message, "conversation": self.shape(chat)}

    def download(self, number: str) -> None:
        """A file, by the number that it has now."""
        if number in self.chat.sent_files:
            raise Problem(404, "conversation")
        self.send(200, PIXEL, {"Content-Type": "image/svg+xml"})

    def kept(self, number: str) -> dict[str, Any]:
        """An uploaded file as its message has it: under another number, and no longer under the first."""
        if number not in self.chat.files:
            raise Problem(404, "file", "This file is no longer there. Attach it again.")
        self.chat.sent_files.add(number)
        other = f"f{next(self.chat.numbers)}"
        return self.chat.files.pop(number) | {"id": other, "url": f"/widget/v1/files/{other}?s=1"}

    def prove(self) -> None:
        """Work, when it is asked for."""
        if not self.chat.bits:
            return
        proof = self.headers.get("Tamada-Proof") or ""
        digest = int.from_bytes(hashlib.sha256(proof.encode()).digest(), "big")
        if not proof.startswith("puzzle:") or digest >> (256 - self.chat.bits):
            challenge = {"text": "puzzle", "bits": self.chat.bits}
            raise Problem(429, "busy", "Too many at once.", challenge=challenge)

    def upload(self, raw: bytes) -> tuple[int, Any]:
        """A file."""
        self.me()
        if self.chat.store_away:
            raise Problem(503, "store", "Files can't be reached at the moment.")
        meta = {"CONTENT_TYPE": self.headers["Content-Type"], "CONTENT_LENGTH": str(len(raw))}
        handler = MemoryFileUploadHandler()
        file = MultiPartParser(meta, BytesIO(raw), [handler], "utf-8").parse()[1]["file"]
        assert not isinstance(file, list)
        name, kind, content = file.name, file.content_type, file.read()
        if kind not in self.chat.config["files"]["types"]:
            raise Problem(415, "file_type", "Files of this type are not taken.")
        number = f"f{next(self.chat.numbers)}"
        url = f"/widget/v1/files/{number}?s=1"
        self.chat.files[number] = {"id": number, "name": name, "type": kind, "size": len(content), "url": url}
        return 201, self.chat.files[number]

    def stream(self, _token: str, after: int) -> None:
        """Server-sent events: what was missed, then what comes."""
        mine: queue.Queue[bytes | None] = queue.Queue()
        missed = [sse(kind, data, number) for number, kind, data in self.chat.events if after and number > after]
        self.chat.streams.append(mine)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.cors()
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            if not self.chat.silent_streams:
                self.wfile.write(b": hello\n\n" + b"".join(missed))
            while (block := self.next_block(mine)) is not None:
                if not self.chat.silent_streams:
                    self.wfile.write(block)
        except OSError:
            return  # the browser went away
        finally:
            if mine in self.chat.streams:
                self.chat.streams.remove(mine)

    def end_stream(self, status: int) -> None:
        """What stands between does not pass a stream."""
        if status:
            return self.json(status, {"code": "gateway"})
        return self.close_now()

    def next_block(self, mine: "queue.Queue[bytes | None]") -> bytes | None:
        """The next bytes of a stream."""
        try:
            return mine.get(timeout=1)
        except queue.Empty:
            return b": beat\n\n" if self.chat.beats else b""

    def asset(self, path: str) -> None:
        """The widget's files, as the server itself serves them."""
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        headers = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
        scope = {"method": "GET", "path": path, "headers": headers}
        asyncio.run(StaticFiles(assets.FOLDER, "current")(scope, send))
        self.send_response(sent[0]["status"])
        for name, value in sent[0]["headers"]:
            self.send_header(name.decode(), value.decode())
        self.end_headers()
        self.wfile.write(sent[1]["body"])

    def cors(self) -> None:
        """Any origin may read the answer."""
        self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin") or "*")

    def json(self, status: int, content: Any) -> None:
        """Answer with JSON; status 0 is an answer that is lost on its way."""
        if status == 0:
            return self.close_now()
        body = b"" if content is None else json.dumps(content).encode()
        return self.send(status, body, {"Content-Type": "application/json"})

    def send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        """Send one whole answer."""
        self.send_response(status)
        self.cors()
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def close_now(self) -> None:
        """Break the connection without an answer."""
        self.close_connection = True
        self.connection.close()


@contextmanager
def fake_chat() -> Iterator[FakeChat]:
    """Serve a fresh FakeChat and its site on free ports of this machine."""
    chat = FakeChat()
    with ExitStack() as stack:
        chat.url = stack.enter_context(served(type("ChatHandler", (Handler,), {"chat": chat})))
        chat.site = stack.enter_context(served(type("SiteHandler", (Site,), {"chat": chat})))
        yield chat
        chat.cut()


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A server in a thread. Gives its origin."""
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def talk(chat: FakeChat) -> str:
    """A conversation that has gone on for a while. Returns the visitor's token."""
    token = chat.visitor()
    first = chat.add(token, None, "in", "Hello, the internet has been down since morning.", client_id="a1")
    number = chat.only
    first["created_at"] = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    chat.add(token, number, "out", "Good morning! I am looking at your line: https://nur.example/status.")
    chat.add(token, number, "out", "There is work going on in your street until 15:00.")
    picture = {"id": "f0", "name": "router.svg", "type": "image/png", "size": 48_000, "url": "/widget/v1/files/f0?s=1"}
    chat.add(token, number, "in", "Here is what the lamps show.", client_id="a2", attachments=[picture])
    chat.conversations[number] |= {"read_seq": 3, "got_seq": 3, "seen_seq": 4, "unread": 0}
    return token


def main() -> None:
    """Serve a site with the widget until interrupted."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    with fake_chat() as chat:
        print(f"{chat.site}/  {chat.site}/?with=contact")
        threading.Event().wait()


if __name__ == "__main__":
    main()
