"""A desk without a database: the real templates and scripts over invented content, so that elements are tested alone.

Also a style guide: ``python -m tests.frontend.fake_desk`` serves every component at http://127.0.0.1:PORT/components.
"""

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.files import File
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser
from django.template import Context, Engine
from django.template.backends.django import get_installed_libraries
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tamada.config.security import policy
from tamada.conversations.capabilities import Capabilities
from tamada.desk import assets
from tests.helpers.polling import until

HERE = Path(__file__).resolve().parent
NONCE = "guide"
BY_MAIL = Capabilities(icon="mail", addressed=True, formatted=True)
PIXEL = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 176 112"><rect width="176" height="112" fill="#cfe3d2"/>'
    b'<circle cx="88" cy="56" r="30" fill="#7fae8a"/></svg>'
)
MAIL = b"""<!doctype html><meta charset="utf-8"><body data-remote="1"><p style="font-size:18px">Dear colleagues,</p>
<p>our <b>invoice</b> is attached.</p><img data-src="https://a.example/" alt="logo" width="40" height="40">
<p>Regards, Anna</p>"""
STALE = """<div data-last-seen="999"><div class="dialog-head"><h1>A newer message has arrived</h1></div>
<div class="dialog-body"><p>Already working, thank you!</p></div><div class="dialog-foot">
<button class="button" type="button" name="stale" value="discard">Discard</button>
<button class="button" type="button" name="stale" value="edit">Edit</button>
<button class="button primary" type="button" name="stale" value="send">Send all the same</button></div></div>"""

CHOICES = "".join(
    f'<h3>{heading}</h3><button role="menuitem" type="button" hx-post="/conversations/bulk" hx-swap="none" '
    f'name="{field}" value="{value}" '
    f'data-filter-text="{name}" data-filter-also="{latin}">{name}</button>'
    for heading, field, value, name, latin in (
        ("Owner", "assignee", 3, "Դավիթ", "davit"),
        ("Team", "team", 8, "ტექნიკური", "teknikuri"),
    )
)

ENGINE = Engine(
    dirs=[str(HERE / "templates")],
    app_dirs=True,
    libraries=get_installed_libraries(),
)
ROWS = (
    (1, "Անի Հակոբյան", "mail", "Ինտերնետը կրկին չի աշխատում", "Երեկ էլ խոստացան զանգահարել, բայց…", 130),
    (2, "ნინო ბერიძე", "chat", "როდის მოვა ხელოსანი?", "გმადლობთ, დაველოდები.", 38),
    (3, "Иван Петров", "telegram", "Счёт за ноябрь", "Вы: Отправили исправленный счёт.", 0),
    (4, "Դավիթ Պետրոսյան", "mail", "Պայմանագրի երկարաձգում", "Նարե. Ուղարկեցի ստորագրման։", 0),
    (5, "Lucy Brown", "mail", "Moving to a new address", "Could the engineer come before noon?", 4),
    (6, "გიორგი კაპანაძე", "mail", "თანხა ორჯერ ჩამომეჭრა", "თქვენ: თანხა დაგიბრუნდათ 3 დღეში.", 0),
)


@dataclass
class FakeDesk:
    """What the server holds and what was asked of it; tests change and read this directly."""

    url: str = ""
    messages: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    forms: list[tuple[str, QueryDict]] = field(default_factory=list)
    events: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    streams: list["queue.Queue[bytes | None]"] = field(default_factory=list)
    stale: bool = False
    draft_conflict: bool = False
    draft: str = ""
    down: bool = False
    slow: threading.Event | None = None
    refuse: bool = False
    beats: bool = True
    silent_streams: bool = False
    stream_ends: list[int] = field(default_factory=list)
    way: Any = field(default_factory=lambda: SimpleNamespace(pk=3))
    can: Capabilities = BY_MAIL
    away: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Give every conversation its first messages."""
        self.messages = {row[0]: first_messages(row[1]) for row in ROWS}

    def say(self, conversation: int, text: str, kind: str = "") -> int:
        """A new message; tells the open streams and returns the message's id."""
        number = 100 + sum(map(len, self.messages.values()))
        name = "Նարե" if kind else next(row[1] for row in ROWS if row[0] == conversation)
        self.messages[conversation].append(message(number, name, kind, text))
        self.record("message.received", conversation_id=conversation, message_id=number)
        return number

    def record(self, kind: str, **data: Any) -> None:
        """Store an event and send it to every open stream."""
        number = len(self.events) + 1
        self.events.append((number, kind, data))
        self._send(sse(kind, data, number))

    def whisper(self, name: str, /, **data: Any) -> None:
        """Send an ephemeral event: no id, not stored."""
        self._send(sse(name, data))

    def cut(self) -> None:
        """Break every stream, as a lost network does."""
        for stream in self.streams:
            stream.put(None)
        self.streams.clear()

    def asked(self, method: str, path: str) -> int:
        """How often this was requested."""
        return self.requests.count((method, path))

    def form(self, path: str) -> QueryDict:
        """The last form posted to this path; waits for it, since a request is counted before its body is read."""
        until(lambda: any(where == path for where, _form in self.forms), what=f"A POST to {path}")
        return next(form for where, form in reversed(self.forms) if where == path)

    def _send(self, block: bytes) -> None:
        for stream in self.streams:
            stream.put(block)


def sse(kind: str, data: dict[str, Any], number: int | None = None) -> bytes:
    """One event in the format of server-sent events."""
    head = f"id: {number}\n" if number else ""
    body = {"id": str(number), "type": kind, "data": data} if number else data
    return f"{head}event: {kind}\ndata: {json.dumps(body)}\n\n".encode()


def message(number: int, name: str, kind: str, text: str, **more: Any) -> dict[str, Any]:
    """One message as the templates of the guide show it."""
    at = timezone.now() - timedelta(minutes=max(0, 200 - number))
    return {"id": number, "name": name, "kind": kind, "text": text, "via": "· էլ. փոստ ·", "at": at, **more}


def first_messages(name: str) -> list[dict[str, Any]]:
    """A short conversation with each kind of message."""
    contract = {"name": "Պայմանագիր.pdf", "size": 812_000, "type": "application/pdf", "url": "/picture"}
    photo = {"name": "router.jpg", "size": 240_000, "type": "image/jpeg", "url": "/picture", "preview_url": "/picture"}
    return [
        message(
            10,
            name,
            "",
            "Բարև Ձեզ։ Ինտերնետը կրկին չի աշխատում, այս անգամ՝ առավոտից։\n"
            "Երեկ էլ խոստացան զանգահարել, բայց ոչ ոք չզանգահարեց։ Ե՞րբ կգա վարպետը։",
            quoted="> Հարգելի՛ հաճախորդ, վաղը կզանգահարենք։",
            files=[contract, photo],
        ),
        message(11, "Դավիթ", "note", "@Նարե գծի վրա աշխատանքներ են, վարպետն ազատ է 15:00-ից։"),
        message(
            12,
            "Նարե",
            "ours",
            "Անի ջան, ներողություն, որ երեկ չզանգահարեցինք. մեղքը մերն է։ "
            "Վարպետը՝ Արամը, կլինի Ձեզ մոտ այսօր 15:00–16:00։",
        ),
        message(13, name, "", "Շնորհակալ եմ։ Իսկ կարո՞ղ է ավելի շուտ գալ, 14:00-ին պետք է դուրս գամ։", frame=True),
    ]


def rows(now: datetime) -> list[dict[str, Any]]:
    """The list of conversations."""
    return [
        {
            "id": number,
            "name": name,
            "channel": channel,
            "subject": subject,
            "last": last,
            "since": now - timedelta(minutes=waits) if waits else None,
            "at": now - timedelta(hours=number * 9),
            "read": not waits,
            "owner": "Նարե Հ" if number in (1, 4) else "",
            "chip": "պահված" if number == 4 else "",
            "chip_kind": "kept",
        }
        for number, name, channel, subject, last, waits in ROWS
    ]


def context_of(desk: FakeDesk, number: int | None, query: dict[str, list[str]]) -> dict[str, Any]:
    """Everything the guide's templates show."""
    context: dict[str, Any] = {
        "rows": [row for row in rows(timezone.now()) if row["id"] not in desk.away],
        "statuses": [("open", "Open"), ("closed", "Closed")],
        "priorities": [("normal", "Normal"), ("urgent", "Urgent")],
        "csp_nonce": NONCE,
        "csrf_token": "token",
        "theme": query.get("theme", [""])[0],
        "stream_cursor": len(desk.events) or "0",
        "request": SimpleNamespace(user=SimpleNamespace(pk=7, theme="system"), get_full_path="/"),
    }
    if number is None:
        return context
    row = next(row for row in ROWS if row[0] == number)
    base = f"/conversations/{number}"
    messages = desk.messages[number]
    context["conversation"] = SimpleNamespace(
        pk=number, id=number, name=row[1], subject=row[3], messages=messages, last=messages[-1]["id"]
    )
    context["conversation"].inbox = SimpleNamespace(calendar=None, calendar_id=None)
    context["urls"] = {
        "begin": f"{base}/begin",
        "send": f"{base}/messages",
        "draft": f"{base}/draft",
        "upload": "/uploads",
        "mentions": "/mentions.json",
        "addresses": "/addresses.json",
    }
    context["last_seen"] = messages[-1]["id"]
    context["draft"] = SimpleNamespace(kind="out", html=desk.draft, text="", subject="", attachments=[], version="1")
    context |= {
        "addressed": desk.can.addressed,
        "channel_label": _("Reply by e-mail"),
        "can": desk.can,
        "way": desk.way,
    }
    context["address_fields"] = [("to", "To", "ani@example.am"), ("cc", "Cc", ""), ("bcc", "Bcc", "")]
    return context


class Handler(BaseHTTPRequestHandler):
    """Answers for one FakeDesk (`self.desk`, set by `fake_desk`)."""

    desk: FakeDesk
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        """Pages, fragments, assets and the stream."""
        parts = urlsplit(self.path)
        self.desk.requests.append(("GET", parts.path))
        if self.desk.down and not parts.path.startswith("/static/"):
            return self.close_now()
        segments = [part for part in parts.path.split("/") if part]
        query = parse_qs(parts.query)
        match segments:
            case ["stream"]:
                return self.stream(int(query.get("after", ["0"])[0] or 0))
            case ["missed"]:
                return self.missed(int(query.get("after", ["0"])[0] or 0))
            case ["static", _version, name]:
                return self.file(name)
            case ["conversations", number] if number.isdecimal():
                page = "guide_pane.html" if self.headers.get("HX-Request") else "guide_inbox.html"
                return self.page(page, int(number), query)
            case ["conversations", _number, "begin"]:
                return self.json(200, begun(query["how"][0]))
            case ["conversations", number, "thread"]:
                return self.thread(int(number), query)
            case _:
                return self.plain(parts.path, query)

    def plain(self, path: str, query: dict[str, list[str]]) -> None:
        """Answer the addresses without parameters."""
        pages = {"/": "guide_inbox.html", "/components": "guide_components.html", "/settings": "guide_settings.html"}
        if page := (pages | {"/login": "guide_sign_in.html"}).get(path):
            return self.page(page, None, query)
        fragments: dict[str, tuple[str, Callable[[], bytes]]] = {
            "/rows": ("text/html", self.rows_fragment),
            "/counts": ("text/html", lambda: b'<div class="links" id="counts">counted</div>'),
            "/palette": (
                "text/html",
                lambda: b'<a class="palette-item" role="option" href="/conversations/2">Nino</a>',
            ),
            "/frame": ("text/html", lambda: MAIL),
            "/conversations/bulk/choices": ("text/html", CHOICES.encode),
            "/picture": ("image/svg+xml", lambda: PIXEL),
            "/dialog/assign": ("text/html", dialog),
            "/sw.js": ("text/javascript", assets.path("sw.js").read_bytes),
            "/colleagues": ("application/json", lambda: b'{"3": {"name": "Davit", "initials": "D", "hue": 4}}'),
            "/mentions.json": ("application/json", lambda: b'[{"id": "3", "name": "Davit", "handle": "davit"}]'),
            "/addresses.json": ("application/json", lambda: b'[{"address": "nino@example.ge", "name": "Nino"}]'),
        }
        if path not in fragments:
            return self.answer(404, b"")
        kind, make = fragments[path]
        return self.answer(200, make(), kind, framed=path == "/frame")

    def rows_fragment(self) -> bytes:
        """The list alone, as its live fragment fetches it."""
        html = ENGINE.get_template("guide_list.html").render(Context(context_of(self.desk, None, {})))
        return html[html.index('<ul class="rows"') :].encode()

    def page(self, template: str, number: int | None, query: dict[str, list[str]]) -> None:
        """Render one of the guide's templates."""
        with translation.override(query.get("lang", ["en"])[0]):
            html = ENGINE.get_template(template).render(Context(context_of(self.desk, number, query)))
        self.answer(200, html.encode())

    def thread(self, number: int, query: dict[str, list[str]]) -> None:
        """The thread alone, as its live fragment fetches it."""
        html = ENGINE.get_template("guide_pane.html").render(Context(context_of(self.desk, number, query)))
        start, end = html.index("<tamada-thread"), html.index("</tamada-thread>") + len("</tamada-thread>")
        self.answer(200, html[start:end].encode())

    def do_POST(self) -> None:
        """Forms: remembered, and answered as the desk would."""
        path = urlsplit(self.path).path
        self.desk.requests.append(("POST", path))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.desk.down:
            return self.close_now()
        form, files = self.parse(body)
        self.desk.forms.append((path, form))
        match [part for part in path.split("/") if part]:
            case ["conversations", _number, "draft"]:
                return self.save_draft(form)
            case ["conversations", number, "messages"]:
                return self.sent(int(number), form)
            case ["conversations", _number, "close"]:
                toast = {"toast": {"text": "Closed.", "undo": "/undo/close"}}
                return self.answer(204, b"", headers={"HX-Trigger": json.dumps(toast)})
            case ["undo", "send"]:
                back = {
                    "html": "<div>taken back</div>",
                    "undone": "<div>taken back</div>",
                    "kind": "out",
                    "version": "3",
                }
                return self.json(200, {**back, "to": ["ani@example.am"], "conversation": "1", "last_seen": "13"})
            case ["uploads"]:
                name, content = files.get("file", ("file", b""))
                return self.json(201, {"id": "55", "name": name, "size": len(content), "type": "", "url": "/picture"})
            case ["dialog", "assign"]:
                return self.answer(*((422, dialog("Choose someone.")) if not form.get("who") else (204, b"")))
            case _:
                return self.answer(204, b"")

    do_DELETE = do_POST  # noqa: N815

    def save_draft(self, form: QueryDict) -> None:
        """Save a draft, or say that another window did."""
        if not self.desk.draft_conflict:
            self.desk.draft = form.get("html", "")
            return self.json(200, {"version": 2})
        self.desk.draft_conflict = False
        self.json(409, {"version": 9, "kind": "out", "html": "<div>from elsewhere</div>"})
        return None

    def sent(self, number: int, form: QueryDict) -> None:
        """Take a reply or a note, or refuse a stale one."""
        if self.desk.refuse:
            return self.json(422, {"errors": {"to": ["Nobody there."]}})
        if self.desk.slow is not None:
            self.desk.slow.wait(30)
        if self.desk.stale and not form.get("force"):
            return self.json(409, {"html": STALE})
        kind = "note" if form.get("kind") == "note" else "ours"
        new = self.desk.say(number, form.get("text", ""), kind)
        self.json(201, {"message": str(new), "toast": "Sending…", "undo": "/undo/send", "seconds": 10})
        return None

    def parse(self, body: bytes) -> tuple[QueryDict, dict[str, tuple[str, bytes]]]:
        """Read a form in either encoding."""
        kind = self.headers.get("Content-Type", "")
        if not kind.startswith("multipart/form-data"):
            return QueryDict(body if "json" not in kind else b""), {}
        from io import BytesIO

        from django.core.files.uploadhandler import MemoryFileUploadHandler

        meta = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body))}
        handler = MemoryFileUploadHandler()
        post, files = MultiPartParser(meta, BytesIO(body), [handler], "utf-8").parse()
        return post, {name: (file.name or "", file.read()) for name, file in files.items() if isinstance(file, File)}

    def missed(self, after: int) -> None:
        """What followed, for who gets no stream."""
        blocks = [sse(kind, data, number) for number, kind, data in self.desk.events if number > after]
        self.answer(200, b"".join(blocks) + f"id: {len(self.desk.events)}\n\n".encode(), "text/plain")

    def stream(self, after: int) -> None:
        """Server-sent events: what was missed, then what comes, with a heartbeat each second."""
        missed = [sse(kind, data, number) for number, kind, data in self.desk.events if number > after]
        if self.desk.stream_ends:
            status = self.desk.stream_ends.pop(0)
            return self.answer(status, b"") if status else self.close_now()
        mine: queue.Queue[bytes | None] = queue.Queue()
        self.desk.streams.append(mine)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            if not self.desk.silent_streams:
                self.wfile.write(b": hello\n\n" + b"".join(missed))
            while (block := self.next_block(mine)) is not None:
                if not self.desk.silent_streams:
                    self.wfile.write(block)
        except OSError:
            pass  # the browser went away
        return None

    def next_block(self, mine: "queue.Queue[bytes | None]") -> bytes | None:
        """The next bytes of a stream."""
        try:
            return mine.get(timeout=1)
        except queue.Empty:
            return b": beat\n\n" if self.desk.beats else b""

    def file(self, name: str) -> None:
        """One built asset."""
        path = assets.FOLDER / Path(name).name
        types = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
        if not path.is_file():
            return self.answer(404, b"")
        self.answer(200, path.read_bytes(), types.get(path.suffix, "application/octet-stream"))
        return None

    def json(self, status: int, content: dict[str, Any]) -> None:
        """Answer with JSON."""
        self.answer(status, json.dumps(content).encode(), "application/json")

    def answer(
        self,
        status: int,
        body: bytes,
        kind: str = "text/html",
        *,
        framed: bool = False,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send one whole answer under the desk's own content security policy."""
        self.send_response(status)
        self.send_header("Content-Type", kind if kind.startswith("image") else f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        mail = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
        self.send_header("Content-Security-Policy", mail if framed else policy(NONCE))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def close_now(self) -> None:
        """Break the connection without an answer."""
        self.close_connection = True
        self.connection.close()


def begun(how: str) -> dict[str, Any]:
    """What a composer begins with."""
    usual = {"kind": "out", "to": "ani@example.am", "cc": "", "bcc": "", "subject": "", "cite": "", "cited": ""}
    if how == "quote":
        return {"kind": "out", "cite": "reply:10", "cited": "Quoting Ani"}
    if how != "forward":
        return usual
    plan = {"id": "77", "name": "plan.pdf", "size": 4, "type": "application/pdf", "url": "/picture", "cited": True}
    changes = {"to": "", "subject": "Fwd: x", "cite": "forward:10", "cited": "Forwarding Ani", "attachments": [plan]}
    return usual | changes


def dialog(error: str = "") -> bytes:
    """A dialog with one field."""
    return f"""<form method="post" action="/dialog/assign"><div class="dialog-head"><h1>Assign</h1>
<button class="button quiet icon" type="button" data-dialog-close aria-label="Close">✕</button></div>
<div class="dialog-body"><div class="field"><label for="who">Who</label><input id="who" name="who" autofocus>
{f'<p class="error">{error}</p>' if error else ""}</div></div>
<div class="dialog-foot"><button class="button primary" type="submit">Assign</button></div></form>""".encode()


class Server(ThreadingHTTPServer):
    """A server whose broken connections are the tests' business."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: browsers close connections as they like."""


@contextmanager
def fake_desk() -> Iterator[FakeDesk]:
    """Serve a fresh FakeDesk on a free port of this machine."""
    desk = FakeDesk()
    handler = type("DeskHandler", (Handler,), {"desk": desk})
    server = Server(("127.0.0.1", 0), handler)
    desk.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        desk.cut()
        server.shutdown()
        server.server_close()


def main() -> None:
    """Serve the style guide until interrupted."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    with fake_desk() as desk:
        print(f"{desk.url}/components  {desk.url}/conversations/1  {desk.url}/settings  {desk.url}/login")
        threading.Event().wait()


if __name__ == "__main__":
    main()
