"""SMTP and LMTP, the receiving side (RFC 5321, 2033, 1870, 2920, 3207, 6531), as one asyncio protocol.

It knows nothing of inboxes and journals: a `Post` resolves recipients and keeps messages. Only `CRLF . CRLF` ends a
message, so nothing can be smuggled past a stricter neighbour; bare line feeds inside are normalised afterwards.
"""

import asyncio
import logging
import re
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, cast

from tamada.channels.metrics import ACCEPTED, REFUSED

log = logging.getLogger(__name__)

MAX_LINE = 4096
MAX_RECIPIENTS = 1000
"""Recipients of one message; further ones are told to come in another (452, RFC 5321 4.5.3.1.10)."""

MAX_ERRORS = 100
"""Wrong commands and unknown recipients on one connection before it is closed."""

IDLE_SECONDS = 300.0
READ_ON = 40
"""A message over the limit is read on to its end, so that its sender hears 552; beyond limit × this the line is cut."""

_PATH = re.compile(rb"(?i)\s*(?:FROM|TO):\s*<?(?:@[^>:]*:)?([^>\s]*)>?\s*(.*)\Z", re.DOTALL)
_BARE_LF = re.compile(rb"(?<!\r)\n")


class Post(Protocol):
    """What a listener does with recipients and messages."""

    size_limit: int

    def known(self, address: str) -> int | None:
        """The inbox of an address, when that is known without asking anyone."""

    async def resolve(self, address: str) -> int | None:
        """The inbox of an address, or None; raises when that can't be told now."""

    async def keep(self, raw: bytes, mail: "Mail") -> str:
        """Store a message durably; returns the reply's text after the code, e.g. "250 2.0.0 Kept". Never raises."""


@dataclass(slots=True)
class Mail:
    """One transaction's envelope."""

    sender: str
    peer: str
    greeting: str
    recipients: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Load:
    """What all connections of a listener share: how many there are, and how many bytes of mail they hold in memory."""

    max_connections: int = 500
    max_per_address: int = 50
    max_bytes: int = 256 * 1024 * 1024
    connections: Counter[str] = field(default_factory=Counter)
    bytes: int = 0

    def has_room(self, address: str) -> bool:
        """Whether one more connection from there is welcome. Local programs may open four times as many."""
        most = self.max_per_address * (4 if address.startswith(("127.", "::1")) else 1)
        return self.connections[address] < most and self.connections.total() < self.max_connections


class Session(asyncio.Protocol):
    """One connection."""

    def __init__(
        self, post: Post, load: Load, *, hostname: str, tls: ssl.SSLContext | None = None, lmtp: bool = False
    ) -> None:
        self.post, self.load, self.hostname, self.tls, self.lmtp = post, load, hostname, tls, lmtp
        self.loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport
        self.peer = ""
        self.greeting = ""
        self.mail: Mail | None = None
        self.buffer = bytearray()
        self.body: bytearray | None = None  # not None: between DATA and its end
        self.body_size = 0
        self.refusal = ""
        self.errors = 0
        self.busy = self.closing = self.secure = self.counted = False
        self.replies = bytearray()
        self.gathers = False
        self.watchdog: asyncio.TimerHandle | None = None
        self.last_heard = 0.0
        self.tasks: set[asyncio.Task[None]] = set()

    # -- the connection ---------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet, or turn away when there are too many."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by birth
        if self.secure:
            return  # the same connection, now encrypted: the client speaks first
        self.peer = str((transport.get_extra_info("peername") or ("?",))[0])
        if not self.load.has_room(self.peer):
            self.reply("421 4.7.0 Too many connections, try again later")
            self.close()
            return
        self.load.connections[self.peer] += 1
        self.counted = True
        self.last_heard = self.loop.time()
        self.watchdog = self.loop.call_later(IDLE_SECONDS / 10, self.watch)
        self.reply(f"220 {self.hostname} {'LMTP' if self.lmtp else 'ESMTP'} Tamada")

    def connection_lost(self, error: Exception | None) -> None:
        """Forget what was not acknowledged."""
        self.closing = True
        self.end_body()
        if self.watchdog:
            self.watchdog.cancel()
        if self.counted:
            self.counted = False
            self.load.connections[self.peer] -= 1
            if not self.load.connections[self.peer]:
                del self.load.connections[self.peer]

    def eof_received(self) -> bool:
        """The other side stopped: an unfinished message was never ours."""
        return False

    def watch(self) -> None:
        """Close a line on which nothing was heard for too long."""
        if not self.busy and self.loop.time() - self.last_heard > IDLE_SECONDS:
            self.reply("421 4.4.2 Timeout, closing connection")
            self.close()
            return
        self.watchdog = self.loop.call_later(IDLE_SECONDS / 10, self.watch)

    def reply(self, text: str) -> None:
        """Send, or while a group of commands is worked through (RFC 2920, 3.2) keep for one packet with the others'."""
        self.replies += text.encode("ascii", "replace") + b"\r\n"
        if not self.gathers:
            self.flush()

    def flush(self) -> None:
        if self.replies and not self.transport.is_closing():
            self.transport.write(bytes(self.replies))
        self.replies.clear()

    def error(self, text: str) -> None:
        """Refuse; who does little else is sent away."""
        self.errors += 1
        REFUSED.labels(text[:3]).inc()
        if self.errors > MAX_ERRORS:
            self.reply("421 4.7.0 Too many errors, closing connection")
            self.close()
        else:
            self.reply(text)

    def close(self) -> None:
        self.closing = True
        self.flush()
        self.transport.close()

    # -- reading ----------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Collect, and handle what is complete."""
        self.last_heard = self.loop.time()
        if self.closing:
            return
        if self.body is not None and not self.busy:
            self.add_to_body(data)
        else:
            self.buffer += data
            if self.busy and len(self.buffer) > 1 << 20:
                self.transport.pause_reading()
        self.pump()

    def pump(self) -> None:
        """Handle lines until one must wait for an answer from elsewhere."""
        self.gathers = True
        try:
            self.work_through()
        finally:
            self.gathers = False
            self.flush()

    def work_through(self) -> None:
        while not (self.busy or self.closing) and self.buffer:
            if self.body is not None:
                data = bytes(self.buffer)
                self.buffer.clear()
                self.add_to_body(data)
                continue
            end = self.buffer.find(b"\n")
            if end < 0 or end > MAX_LINE:
                if len(self.buffer) > MAX_LINE:
                    self.error("500 5.5.2 Line too long")
                    self.close()
                return
            line = bytes(self.buffer[:end]).rstrip(b"\r")
            del self.buffer[: end + 1]
            self.command(line)

    def wait_for(self, work: Awaitable[None]) -> None:
        """Hold further lines until `work` has replied."""
        self.busy = True

        async def run() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001  whatever failed, the client hears that it may try again
                log.warning("An SMTP command failed.", extra={"reason": type(error).__name__})
                self.reply("451 4.3.0 Something failed here, try again later")
            self.busy = False
            if not self.closing:
                self.transport.resume_reading()
                self.pump()

        task = self.loop.create_task(run())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    # -- commands ---------------------------------------------------------------------------------------------

    def command(self, line: bytes) -> None:
        verb, _, argument = line.partition(b" ")
        name = verb.strip().upper().decode("ascii", "replace")
        handler = COMMANDS.get(name)
        if handler is None:
            self.error("500 5.5.1 Command not recognised")
        else:
            handler(self, argument.strip())

    def on_helo(self, argument: bytes) -> None:
        if self.lmtp:
            self.error("500 5.5.1 This is LMTP: say LHLO")
            return
        self.greet(argument)
        self.reply(f"250 {self.hostname}")

    def on_ehlo(self, argument: bytes) -> None:
        if self.lmtp:
            self.error("500 5.5.1 This is LMTP: say LHLO")
        else:
            self.extended(argument)

    def on_lhlo(self, argument: bytes) -> None:
        if self.lmtp:
            self.extended(argument)
        else:
            self.error("500 5.5.1 This is SMTP: say EHLO")

    def extended(self, argument: bytes) -> None:
        self.greet(argument)
        offers = [self.hostname, f"SIZE {self.post.size_limit}", "8BITMIME", "SMTPUTF8", "PIPELINING"]
        if self.tls is not None and not self.secure:
            offers.append("STARTTLS")
        offers.append("ENHANCEDSTATUSCODES")
        text = "".join(f"250-{offer}\r\n" for offer in offers[:-1])
        self.reply(f"{text}250 {offers[-1]}")

    def greet(self, argument: bytes) -> None:
        self.greeting = argument[:255].decode("utf-8", "replace") or "?"
        self.mail = None

    def on_mail(self, argument: bytes) -> None:
        path = _PATH.match(argument)
        if not self.greeting:
            self.error("503 5.5.1 Say EHLO first")
        elif self.mail is not None:
            self.error("503 5.5.1 One MAIL at a time")
        elif path is None or argument[:5].upper() != b"FROM:":
            self.error("501 5.5.4 Syntax: MAIL FROM:<address>")
        elif (size := _declared_size(path[2])) > self.post.size_limit:
            self.error(f"552 5.3.4 {size} bytes are over the limit of {self.post.size_limit}")
        else:
            self.mail = Mail(path[1].decode("utf-8", "replace")[:320], self.peer, self.greeting)
            self.reply("250 2.1.0 OK")

    def on_rcpt(self, argument: bytes) -> None:
        path = _PATH.match(argument)
        if self.mail is None:
            self.error("503 5.5.1 Say MAIL first")
        elif path is None or argument[:3].upper() != b"TO:" or not path[1]:
            self.error("501 5.5.4 Syntax: RCPT TO:<address>")
        elif len(self.mail.recipients) >= MAX_RECIPIENTS:
            self.reply("452 4.5.3 Too many recipients, send the others separately")
        else:
            address = path[1].decode("utf-8", "replace")[:320]
            inbox = self.post.known(address)
            if inbox is None:
                self.wait_for(self.resolve(address))
            else:
                self.accept(address, inbox)

    async def resolve(self, address: str) -> None:
        inbox = await self.post.resolve(address)
        if inbox is None:
            self.error("550 5.1.1 No such inbox here")
        else:
            self.accept(address, inbox)

    def accept(self, address: str, inbox: int) -> None:
        if self.mail is not None:
            self.mail.recipients.append((address, inbox))
            self.reply("250 2.1.5 OK")

    def on_data(self, _argument: bytes) -> None:
        if self.mail is None or not self.mail.recipients:
            self.error("503 5.5.1 No valid recipients")
        elif self.load.bytes > self.load.max_bytes:
            self.reply("452 4.3.1 Too much mail at once, try again later")
        else:
            # As if the line before had ended here: a dot may be the very first character.
            self.body, self.body_size, self.refusal = bytearray(b"\r\n"), 2, ""
            self.load.bytes += len(self.body)
            self.reply("354 End with a dot on a line of its own")

    def on_rset(self, _argument: bytes) -> None:
        self.mail = None
        self.reply("250 2.0.0 OK")

    def on_noop(self, _argument: bytes) -> None:
        self.reply("250 2.0.0 OK")

    def on_vrfy(self, _argument: bytes) -> None:
        self.reply("252 2.5.0 Send some mail, and see")

    def on_help(self, _argument: bytes) -> None:
        self.reply("214 2.0.0 See RFC 5321")

    def on_quit(self, _argument: bytes) -> None:
        self.reply("221 2.0.0 Goodbye")
        self.close()

    def on_starttls(self, _argument: bytes) -> None:
        if self.tls is None or self.secure:
            self.error("502 5.5.1 TLS is not on offer")
            return
        self.reply("220 2.0.0 Go ahead")
        # What was sent ahead in the clear must not be taken for encrypted (CVE-2011-0411).
        self.buffer.clear()
        self.wait_for(self.start_tls())

    async def start_tls(self) -> None:
        assert self.tls is not None
        self.secure, self.greeting, self.mail = True, "", None
        try:
            transport = await self.loop.start_tls(self.transport, self, self.tls, server_side=True)
        except (OSError, TimeoutError):
            transport = None
        if transport is None:
            self.close()
        else:
            self.transport = transport

    # -- the message ------------------------------------------------------------------------------------------

    def add_to_body(self, data: bytes) -> None:
        """Append, and look for the end; what is over a limit is read without being kept."""
        body = self.body
        assert body is not None
        start = max(0, len(body) - 4)
        body += data
        self.load.bytes += len(data)
        self.body_size += len(data)
        end = body.find(b"\r\n.\r\n", start)
        if end >= 0:
            self.buffer += body[end + 5 :]
            size = self.body_size - (len(body) - end)
            if not self.refusal and size > self.post.size_limit:
                self.refusal = f"552 5.3.4 Over the limit of {self.post.size_limit} bytes"
            raw = b"" if self.refusal else plain_content(bytes(memoryview(body)[2 : end + 2]))
            self.end_body()
            self.finish(raw)
            return
        if self.body_size > self.post.size_limit + 5:
            self.refuse_body(f"552 5.3.4 Over the limit of {self.post.size_limit} bytes")
        elif self.load.bytes > self.load.max_bytes:
            self.refuse_body("452 4.3.1 Too much mail at once, try again later")
        if self.body_size > self.post.size_limit * READ_ON:
            self.reply("552 5.3.4 Far over the limit, closing connection")
            self.close()

    def refuse_body(self, refusal: str) -> None:
        """Keep only the tail in which the end may begin."""
        assert self.body is not None
        self.refusal = self.refusal or refusal
        kept = self.body[-4:]
        self.load.bytes -= len(self.body) - len(kept)
        self.body[:] = kept

    def end_body(self) -> None:
        if self.body is not None:
            self.load.bytes -= len(self.body)
            self.body = None

    def finish(self, raw: bytes) -> None:
        mail, self.mail = self.mail, None
        assert mail is not None
        if self.refusal:
            self.answer(mail, self.refusal)
        else:
            self.wait_for(self.keep(raw, mail))

    async def keep(self, raw: bytes, mail: Mail) -> None:
        """Until it is on disk a message counts among those held in memory: a slow disk must not fill it."""
        self.load.bytes += len(raw)
        try:
            self.answer(mail, await self.post.keep(raw, mail))
        finally:
            self.load.bytes -= len(raw)

    def answer(self, mail: Mail, text: str) -> None:
        """SMTP answers a message once, LMTP once for each recipient."""
        if text.startswith("250"):
            ACCEPTED.labels("lmtp" if self.lmtp else "smtp").inc()
        else:
            REFUSED.labels(text[:3]).inc()
        for _ in mail.recipients if self.lmtp else (1,):
            self.reply(text)


def plain_content(raw: bytes) -> bytes:
    """The message without dot-stuffing, every line ended by CRLF."""
    if raw[:1] == b".":
        raw = raw[1:]
    if b"\r\n." in raw:
        raw = raw.replace(b"\r\n.", b"\r\n")
    if raw.count(b"\n") != raw.count(b"\r\n"):
        raw = _BARE_LF.sub(b"\r\n", raw)
    return raw


def _declared_size(parameters: bytes) -> int:
    for parameter in parameters.upper().split():
        if parameter.startswith(b"SIZE=") and parameter[5:].isdigit():
            return int(parameter[5:20])
    return 0


COMMANDS: dict[str, Callable[[Session, bytes], None]] = {
    "HELO": Session.on_helo,
    "EHLO": Session.on_ehlo,
    "LHLO": Session.on_lhlo,
    "MAIL": Session.on_mail,
    "RCPT": Session.on_rcpt,
    "DATA": Session.on_data,
    "RSET": Session.on_rset,
    "NOOP": Session.on_noop,
    "VRFY": Session.on_vrfy,
    "HELP": Session.on_help,
    "QUIT": Session.on_quit,
    "STARTTLS": Session.on_starttls,
}
