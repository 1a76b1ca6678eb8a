"""A mail server for tests, that takes what Tamada sends and can be told to misbehave."""

import asyncio
import base64
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.helpers.polling import until
from tests.helpers.ports import free_port


@dataclass(frozen=True, slots=True)
class Received:
    """One accepted message: the envelope's addresses, and the bytes as they came."""

    mail_from: str
    rcpt_to: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return BytesParser(policy=policy.default).parsebytes(self.raw)


class FakeSMTP:
    """Listens while the `with` block runs. What is not set behaves well.

    >>> with FakeSMTP() as server:
    ...     server.refuse = lambda address: "550 5.1.1 No such user" if "nobody" in address else None
    ...     send(server.url)
    ...     [received] = server.wait_for(1)

    `refuse(address)` answers a RCPT; `answer` replaces the "250" after DATA; with `hang_up` the message is kept and the
    line cut before the answer, as when a server dies at the worst moment; `gate` holds the answer back until it is set.
    After `cut_after` bytes of a message the line is cut, with `last_words` if there are any. `pace` is about how many
    bytes a second it reads, when set. `offers_size` says whether the limit is told beforehand. `tokens` are the pairs
    of user and token that it takes by SASL XOAUTH2; others it refuses as Google does. `said` is every byte that clients
    sent, after decryption.
    """

    def __init__(
        self, *, user: str = "", password: str = "", tls: ssl.SSLContext | None = None, size_limit: int = 40_000_000
    ) -> None:
        self.user, self.password, self.tls = user, password, tls
        self.size_limit = size_limit
        self.port = free_port()
        self.received: list[Received] = []
        self.connections = 0
        self.said = bytearray()
        self.tokens: set[tuple[str, str]] = set()
        self.refuse: Callable[[str], str | None] = lambda _address: None
        self.token_error = '{"status":"401","schemes":"Bearer","scope":"https://mail.google.com/"}'
        self.token_refusal = "535 5.7.8 Username and Password not accepted"
        self.answer = "250 2.0.0 Queued"
        self.hang_up = False
        self.cut_after: int | None = None
        self.last_words = ""
        self.pace = 0
        self.offers_size = True
        self.gate = threading.Event()
        self.gate.set()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """The address as `TAMADA_SMTP_URL` and `--smtp` take it."""
        credentials = f"{self.user}:{self.password}@" if self.user else ""
        return f"smtp://{credentials}127.0.0.1:{self.port}"

    def wait_for(self, count: int, *, seconds: float = 30) -> list[Received]:
        """The received messages, once there are `count` or more."""
        until(lambda: len(self.received) >= count, seconds=seconds, what=f"the arrival of {count} messages")
        return list(self.received)

    def start(self) -> Self:
        """Listen; also again after `stop`, at the same port."""
        self._controller = _Controller(self)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Refuse connections, as a server that is down."""
        self.gate.set()
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # aiosmtpd's hooks

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (self.user or self.tokens) and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if refusal := self.refuse(address):
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if not self.gate.is_set():
            await asyncio.get_running_loop().run_in_executor(None, self.gate.wait, 60)
        if self.answer.startswith("2"):
            raw = envelope.original_content or b""
            self.received.append(Received(envelope.mail_from or "", list(envelope.rcpt_tos), raw))
        if self.hang_up:
            assert server.transport is not None
            server.transport.close()
        return self.answer

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """developers.google.com/gmail/imap/xoauth2-protocol: a refusal is a challenge, answered by an empty line."""
        given = args[1].encode() if len(args) > 1 else await self._challenge(server, "")
        wanted = {f"user={user}\x01auth=Bearer {token}\x01\x01".encode() for user, token in self.tokens}
        if base64.b64decode(given) in wanted:
            return AuthResult(success=True)
        if await self._challenge(server, base64.b64encode(self.token_error.encode()).decode()):
            await server.push("501 5.5.2 Cannot decode response")
            return AuthResult(success=False, handled=True)
        return AuthResult(success=False, handled=False, message=self.token_refusal)

    async def _challenge(self, server: SMTP, challenge: str) -> bytes:
        """What the client answers, a line of up to 12,288 bytes (RFC 4954, 4); aiosmtpd's own reads 1,001."""
        reader: Any = server._reader
        limit, reader._limit = reader._limit, 12_288
        await server.push(f"334 {challenge}")
        line: bytes = await reader.readline()
        reader._limit = limit
        return line.removesuffix(b"\r\n")

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        ok = data.login.decode() == self.user and data.password.decode() == self.password
        return AuthResult(success=ok, handled=ok)  # unhandled: aiosmtpd answers 535


class _Server(SMTP):
    def data_received(self, data: bytes) -> None:
        fake: FakeSMTP = self.event_handler
        fake.said += data
        if fake.cut_after is not None and len(fake.said) - fake.said.rfind(b"\r\nDATA\r\n") > fake.cut_after:
            line: Any = self.transport
            line.write(f"{fake.last_words}\r\n".encode() if fake.last_words else b"")
            line.close()
            return
        if fake.pace and len(data) > 10_000:
            line = self.transport
            line.pause_reading()
            self.loop.call_later(len(data) / fake.pace, line.resume_reading)
        super().data_received(data)

    async def push(self, status: str | bytes) -> None:
        text = status if isinstance(status, str) else status.decode()
        if self.event_handler.offers_size or not text.startswith("250-SIZE"):
            await super().push(text)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.connections += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        with suppress(AttributeError):  # aiosmtpd touches the session that an aborted line no longer has
            super().connection_lost(error)


class _Controller(Controller):
    def __init__(self, fake: FakeSMTP) -> None:
        self.fake = fake
        super().__init__(fake, hostname="127.0.0.1", port=fake.port)

    def factory(self) -> SMTP:
        fake = self.fake
        return _Server(
            fake,
            data_size_limit=fake.size_limit,
            enable_SMTPUTF8=True,
            tls_context=fake.tls,
            authenticator=fake.authenticate if fake.user else None,
            auth_require_tls=fake.tls is not None,
            loop=self.loop,
        )
