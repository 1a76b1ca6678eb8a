"""A Bot API server on this machine, as https://core.telegram.org/bots/api describes it: real HTTP, real long polling.

People write with `say`, what a bot sent is in `sent`; `refuse` and `hang_up` make it misbehave on demand.
"""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "123456789:AAE-emulated-token-of-a-bot-0123456789"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Ararat", "username": "ararat_help_bot"}
ANI = {
    "id": 555000111,
    "is_bot": False,
    "first_name": "Ani",
    "last_name": "Petrosyan",
    "username": "ani_p",
    "language_code": "hy",
}


@dataclass(slots=True)
class Call:
    """One call of a bot's: its method, parameters, and the file that came with it."""

    method: str
    given: dict[str, Any]
    file: bytes = b""
    file_name: str = ""


@dataclass(slots=True)
class Refusal:
    """What a method answers instead, so many times."""

    method: str
    code: int
    words: str
    retry_after: int = 0
    times: int = 1


@dataclass(slots=True)
class BotApi:
    """What happened, and what waits."""

    url: str = ""
    token: str = TOKEN
    calls: list[Call] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    cut: set[str] = field(default_factory=set)
    webhook: dict[str, Any] = field(default_factory=dict)
    news: threading.Condition = field(default_factory=threading.Condition)
    numbers: int = 100

    # -- people -----------------------------------------------------------------------------------------------

    def say(self, text: str | None = None, *, by: dict[str, Any] = ANI, **more: Any) -> dict[str, Any]:
        """A person writes to the bot in private; returns the update, which also waits for whoever asks."""
        words = {} if text is None else {"text": text}
        return self.tell({"message": {**self._frame(by), **words, **more}})

    def edit(self, update: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """The writer changes a message."""
        message = {**update["message"], "edit_date": update["message"]["date"] + 5, **changes}
        return self.tell({"edited_message": message})

    def _frame(self, by: dict[str, Any]) -> dict[str, Any]:
        self.numbers += 1
        chat = {"id": by["id"], "type": "private", "first_name": by.get("first_name", "")}
        return {"message_id": self.numbers, "date": int(time.time()), "from": by, "chat": chat}

    def tell(self, update: dict[str, Any]) -> dict[str, Any]:
        """Any update."""
        with self.news:
            self.numbers += 1
            update = {"update_id": 9000 + self.numbers, **update}
            self.updates.append(update)
            self.news.notify_all()
        return update

    # -- what the bot did -------------------------------------------------------------------------------------

    @property
    def sent(self) -> list[Call]:
        return [call for call in self.calls if call.method.startswith("send")]

    def refuse(self, method: str, code: int, words: str, *, retry_after: int = 0, times: int = 1) -> None:
        """The next calls of a method are refused."""
        self.refusals.append(Refusal(method, code, words, retry_after, times))

    # -- the server -------------------------------------------------------------------------------------------

    def answer(self, call: Call) -> tuple[int, dict[str, Any]]:
        self.calls.append(call)
        for refusal in self.refusals:
            if refusal.method == call.method and refusal.times > 0:
                refusal.times -= 1
                more = {"parameters": {"retry_after": refusal.retry_after}} if refusal.retry_after else {}
                return refusal.code, {"ok": False, "error_code": refusal.code, "description": refusal.words, **more}
        handler = getattr(self, re.sub("([A-Z])", lambda big: f"_{big[1].lower()}", f"_{call.method}"), None)
        if handler is None:
            return 404, {"ok": False, "error_code": 404, "description": "Not Found: method not found"}
        result = handler(call.given)
        return 200, {"ok": True, "result": result}

    def _get_me(self, given: dict[str, Any]) -> dict[str, Any]:
        return BOT

    def _get_updates(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        with self.news:
            offset = int(given.get("offset") or 0)
            self.updates = [update for update in self.updates if update["update_id"] >= offset]
            if not self.updates:
                self.news.wait(min(float(given.get("timeout") or 0), 0.3))  # nobody's test waits for a silence
            kinds = given.get("allowed_updates") or []
            return [u for u in self.updates if not kinds or set(kinds) & u.keys()][: int(given.get("limit") or 100)]

    def _set_webhook(self, given: dict[str, Any]) -> bool:
        self.webhook = given
        return True

    def _delete_webhook(self, given: dict[str, Any]) -> bool:
        self.webhook = {}
        return True

    def _get_webhook_info(self, given: dict[str, Any]) -> dict[str, Any]:
        url = self.webhook.get("url", "")
        return {"url": url, "has_custom_certificate": False, "pending_update_count": len(self.updates)}

    def _send(self, given: dict[str, Any]) -> dict[str, Any]:
        self.numbers += 1
        chat = {"id": int(given["chat_id"]), "type": "private"}
        text = {"text": given["text"]} if "text" in given else {}
        return {"message_id": self.numbers, "date": int(time.time()), "from": BOT, "chat": chat, **text}

    _send_message = _send_photo = _send_document = _send

    def _leave_chat(self, given: dict[str, Any]) -> bool:
        return True

    def _get_file(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"file_id": given["file_id"], "file_path": f"files/{given['file_id']}"}


def _fields(kind: str, body: bytes) -> Call:
    """The parameters of a request, JSON or multipart/form-data."""
    if kind.startswith("application/json"):
        return Call("", json.loads(body or b"{}"))
    message = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    call = Call("", {})
    for part in message.get_payload():
        assert isinstance(part, EmailMessage | type(message))
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if part.get_filename():
            call.file, call.file_name = content, str(part.get_filename())
        else:
            text = content.decode()
            call.given[str(name)] = json.loads(text) if text[:1] in "[{" or text.isdigit() else text
    return call


@contextmanager
def bot_api() -> Iterator[BotApi]:
    """A server that listens on 127.0.0.1 while the block runs."""
    api = BotApi()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            call = _fields(self.headers["Content-Type"] or "", body)
            _, bot, call.method = self.path.split("/", 2)
            if bot != f"bot{api.token}":
                self._say(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
                return
            code, said = api.answer(call)
            if call.method in api.cut:  # it was taken, and the line breaks before the answer
                self.close_connection = True
                self.connection.close()
                return
            self._say(code, said)

        def do_GET(self) -> None:
            is_ours = self.path.startswith(f"/file/bot{api.token}/")
            content = api.files.get(self.path.rpartition("/")[2]) if is_ours else None
            if content is None:
                self._say(404, {"ok": False, "error_code": 404, "description": "Not Found"})
            else:
                self._write(200, content)

        def _say(self, code: int, said: dict[str, Any]) -> None:
            self._write(code, json.dumps(said).encode())

        def _write(self, code: int, body: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Silence."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Whoever asked may hang up."""

    server = Server(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
