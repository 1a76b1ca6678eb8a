"""Handing one mail to an SMTP server, step by step, so that we always know whether it may have been taken.

Until `DATA` has been answered with 354 nothing was sent; from then until the server's last answer nobody knows.
"""

import contextlib
import logging
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from tamada.channels.email import reasons
from tamada.kit import http

log = logging.getLogger(__name__)

CONNECT_SECONDS = 20.0
ANSWER_SECONDS = 120.0
"""How long one answer may take, and one piece of a message on its way."""

FINAL_SECONDS = 600.0
"""How long the last answer may take (RFC 5321, 4.5.3.2.6): servers look for spam and viruses meanwhile."""

_PIECE = 64 * 1024
_WHY_SECONDS = 3.0

IDLE_SECONDS = 20.0
_LONGEST_COMMAND = 512
MOST_PER_CONNECTION = 100

Outcome = Literal["sent", "retry", "failed", "uncertain"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One recipient the server did not take."""

    address: str
    permanent: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mail. `refused` are those who did not get it; `detail` is the server's last word.

    `no_server` says that the trouble is with the server or our permission there, and hits every mail alike.
    """

    outcome: Outcome
    detail: str = ""
    refused: tuple[Refusal, ...] = ()
    no_server: bool = False


@dataclass(frozen=True, slots=True)
class Server:
    """An outgoing server as a URL tells it: `smtp://user:password@host:port` (STARTTLS where offered) or `smtps://…`.

    `?verify=0` accepts any certificate, and none, for a server of one's own; `?guarded=1` marks what was entered in the
    desk: such a server must stand on the public internet (`dial`).
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    implicit_tls: bool = False
    verify: bool = True
    guarded: bool = False

    @classmethod
    def from_url(cls, url: str) -> "Server":
        """Raises ValueError for what is no such URL."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("An outgoing server is written smtp://user:password@host:port or smtps://….")
        implicit = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if implicit else 25),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            implicit_tls=implicit,
            verify=parse_qs(parts.query).get("verify", ["1"])[0] not in ("0", "false", "no"),
            guarded=is_guarded(url),
        )

    def context(self) -> ssl.SSLContext:
        """The rules for its certificate."""
        context = ssl.create_default_context()
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class InsideError(OSError):
    """What somebody entered in the desk leads into our own network."""


def is_guarded(url: str) -> bool:
    """Whether a server's URL was entered in the desk."""
    return parse_qs(urlsplit(url).query).get("guarded") == ["1"]


def guarded(url: str) -> str:
    """The same URL, marked as entered in the desk."""
    return url if not url or is_guarded(url) else f"{url}{'&' if '?' in url else '?'}guarded=1"


def dial(host: str, port: int, timeout: float | None, *, guarded: bool) -> socket.socket:
    """A connection, for a `guarded` server only where the SSRF guard allows. Raises OSError, InsideError among them."""
    if not guarded:
        return socket.create_connection((host, port), timeout)
    try:
        return http.dial(http.Guard(settings.TAMADA.inner_hosts), host, port, timeout)
    except http.RefusedAddress:
        raise InsideError from None
    except http.HttpError:
        raise socket.gaierror from None


class _Plain(smtplib.SMTP):
    guarded = False

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return dial(host, port, timeout, guarded=self.guarded)


class _Encrypted(smtplib.SMTP_SSL):
    guarded = False

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = dial(host, port, timeout, guarded=self.guarded)
        return self.context.wrap_socket(plain, server_hostname=host)


class NotEncrypted(smtplib.SMTPException):
    """The server offers no TLS, and what we would say must not be overheard."""


class TokenRefused(smtplib.SMTPAuthenticationError):
    """The server did not accept an OAuth token; `told` is the JSON of its challenge, if it sent one."""

    def __init__(self, code: int, words: bytes | str, told: str = "") -> None:
        super().__init__(code, words)
        self.told = told


# On this machine nobody listens in between.
LOCAL = ("localhost", "127.0.0.1", "::1")


def require_encryption(sock: Any, host: str, *, verify: bool) -> None:
    """A password is said in the clear on this machine only, or where its owner waived checks: a server of their own.

    Without this, whoever stands between us takes STARTTLS out of the server's offer and hears it. Raises NotEncrypted.
    """
    if verify and host not in LOCAL and not isinstance(sock, ssl.SSLSocket):
        raise NotEncrypted


type_login = Callable[[smtplib.SMTP], None]


def connect(server: Server, login: type_login | None = None) -> smtplib.SMTP:
    """A connection that is greeted, encrypted where offered, and signed in (by `login`, else by the URL's password).

    Raises smtplib's and the network's errors.
    """
    client: _Plain | _Encrypted
    if server.implicit_tls:
        client = _Encrypted(local_hostname=_own_name(), timeout=CONNECT_SECONDS, context=server.context())
    else:
        client = _Plain(local_hostname=_own_name(), timeout=CONNECT_SECONDS)
    client.guarded = server.guarded
    try:
        _greet(client, server)
        client.ehlo_or_helo_if_needed()
        if not server.implicit_tls and client.has_extn("starttls"):
            client.starttls(context=server.context())
            client.ehlo()
        if login is not None:
            login(client)
        elif server.user:
            require_encryption(client.sock, server.host, verify=server.verify)
            client.login(server.user, server.password)
        if client.sock is not None:
            client.sock.settimeout(ANSWER_SECONDS)
    except BaseException:
        client.close()
        raise
    return client


def _greet(client: smtplib.SMTP, server: Server) -> None:
    # For the certificate, as smtplib's own constructor does it.
    client._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001
    code, words = client.connect(server.host, server.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, words)


def sign_in_with_token(client: smtplib.SMTP, response: str) -> None:
    """SASL XOAUTH2 (developers.google.com/gmail/imap/xoauth2-protocol). Only over TLS: who reads a token has it.

    A refusal comes as a challenge that holds JSON, and wants an empty answer before the server says 535. Raises
    TokenRefused, NotEncrypted and what `connect` raises.
    """
    if not isinstance(client.sock, ssl.SSLSocket):
        raise NotEncrypted
    told: list[str] = []

    def answer(challenge: bytes | None = None) -> str:
        if not challenge:
            return response
        told.append(challenge.decode("utf-8", "replace"))
        return ""

    # A longer command line than RFC 5321 allows must wait for the server's first, empty challenge (RFC 4954, 4).
    fits = len(response) * 4 // 3 + len("AUTH XOAUTH2 ==\r\n") <= _LONGEST_COMMAND
    try:
        client.auth("XOAUTH2", answer, initial_response_ok=fits)
    except smtplib.SMTPAuthenticationError as error:
        raise TokenRefused(error.smtp_code, error.smtp_error, "".join(told)) from None


def _own_name() -> str:
    """What we say in EHLO. smtplib would ask the network for it, on every connection."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


class Connections:
    """Open connections kept for the next mail to the same server. Safe from several threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._idle: dict[tuple[Server, str], list[tuple[smtplib.SMTP, float, int]]] = {}

    @contextlib.contextmanager
    def use(self, server: Server, login: type_login | None = None, who: str = "") -> Iterator[smtplib.SMTP]:
        """A connection that answers; it goes back when nothing went wrong with it.

        `who` is whom `login` signs in: a connection of one account never carries another's mail.
        """
        key = (server, who)
        client, count = self._take(key)
        if client is None:
            client, count = connect(server, login), 0
        try:
            yield client
        except BaseException:
            client.close()
            raise
        self._give_back(key, client, count + 1)

    def _take(self, key: tuple[Server, str]) -> tuple[smtplib.SMTP | None, int]:
        while True:
            with self._guard:
                idle = self._idle.get(key)
                if not idle:
                    return None, 0
                client, since, count = idle.pop()
            if time.monotonic() - since < IDLE_SECONDS and _answers(client):
                return client, count
            client.close()

    def _give_back(self, key: tuple[Server, str], client: smtplib.SMTP, count: int) -> None:
        if client.sock is None or count >= MOST_PER_CONNECTION:
            _quit(client)
            return
        with self._guard:
            self._idle.setdefault(key, []).append((client, time.monotonic(), count))

    def close_idle(self, *, all_of_them: bool = False) -> None:
        """Say goodbye on connections that nobody used for a while."""
        with self._guard:
            old: list[smtplib.SMTP] = []
            for key, idle in list(self._idle.items()):
                fresh = [] if all_of_them else [e for e in idle if time.monotonic() - e[1] < IDLE_SECONDS]
                old += [client for client, since, count in idle if (client, since, count) not in fresh]
                self._idle[key] = fresh
        for client in old:
            _quit(client)


def _answers(client: smtplib.SMTP) -> bool:
    try:
        return client.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _quit(client: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError, smtplib.SMTPException):
        if client.sock is not None:
            client.sock.settimeout(5)
        client.quit()
    client.close()


def transmit(
    client: smtplib.SMTP,
    *,
    sender: str,
    recipients: Sequence[str],
    raw: bytes,
    smtputf8: bool,
    before_data: Callable[[], None],
) -> Result:
    """Hand over one mail. `before_data` runs when the point of no return is reached; what it raises stops the sending.

    Never raises the network's errors: they are in the result.
    """
    try:
        started = _start(client, sender, recipients, raw, smtputf8=smtputf8)
    except (OSError, smtplib.SMTPException) as error:
        client.close()
        return failure(error)
    if isinstance(started, Result):
        return started
    before_data()
    try:
        _hand_over(client, raw)
    except (OSError, smtplib.SMTPException) as error:
        return _cut_short(client, error)
    try:
        if client.sock is not None:
            client.sock.settimeout(FINAL_SECONDS)
        client.send(_END)
        code, words = client.getreply()
        if client.sock is not None:
            client.sock.settimeout(ANSWER_SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        client.close()
        return Result("uncertain", reasons.LATE_AT_THE_END if _is_late(error) else reasons.GONE_AT_THE_END)
    return _finished(code, _text(words), started)


_END = b".\r\n"


def _hand_over(client: smtplib.SMTP, raw: bytes) -> None:
    """All but the dot that ends it. In pieces, for a socket's time limit holds for everything given to it at once."""
    if client.sock is None:
        raise smtplib.SMTPServerDisconnected
    stuffed = memoryview(_dot_stuffed(raw))
    for start in range(0, len(stuffed), _PIECE):
        client.sock.sendall(stuffed[start : start + _PIECE])


def _cut_short(client: smtplib.SMTP, error: Exception) -> Result:
    """The dot was never said, so the server can't have taken the message. It may have said why it hung up."""
    code, words = 0, b""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        if client.sock is not None:
            client.sock.settimeout(_WHY_SECONDS)
        code, words = client.getreply()
    client.close()
    if 400 <= code < 600:
        return _ended(code, words)
    return Result("retry", reasons.CUT_SHORT % {"kind": type(error).__name__})


def _start(
    client: smtplib.SMTP, sender: str, recipients: Sequence[str], raw: bytes, *, smtputf8: bool
) -> list[Refusal] | Result:
    """Up to the 354 of DATA: who was refused, or how it ended before."""
    if smtputf8 and not client.has_extn("smtputf8"):
        return Result("failed", reasons.NO_SMTPUTF8)
    options = [f"size={len(raw)}"] if client.has_extn("size") else []
    if smtputf8:
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    client.command_encoding = "utf-8" if smtputf8 else "ascii"  # the mail before it may have wanted the other one
    code, words = client.mail(sender, options)
    if code != 250:
        _reset(client)
        return _ended(code, words)
    refused: list[Refusal] = []
    for address in recipients:
        code, words = client.rcpt(address)
        if code == 421:
            client.close()
            return _ended(code, words)
        if code not in (250, 251):
            refused.append(Refusal(address, code >= 500, _text(words)))
    if len(refused) == len(recipients):
        _reset(client)
        temporary = next((refusal for refusal in refused if not refusal.permanent), None)
        return Result("retry" if temporary else "failed", (temporary or refused[0]).detail, tuple(refused))
    code, words = client.docmd("DATA")
    if code != 354:
        _reset(client)
        return _ended(code, words)
    return refused


def _finished(code: int, words: str, refused: list[Refusal]) -> Result:
    if 200 <= code < 300:
        return Result("sent", words, tuple(refused))
    if 400 <= code < 600:
        return Result("failed" if code >= 500 else "retry", words)
    return Result("uncertain", (reasons.NO_ANSWER % {"words": words})[:300])


def _ended(code: int, words: bytes | str) -> Result:
    return Result("failed" if code >= 500 else "retry", _text(words))


def _reset(client: smtplib.SMTP) -> None:
    try:
        client.rset()
    except (OSError, smtplib.SMTPException):
        client.close()


_TROUBLE: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, reasons.UNKNOWN_NAME),
    (InsideError, reasons.INSIDE),
    (ConnectionRefusedError, reasons.NOT_LISTENING),
    (ssl.SSLError, reasons.NO_TLS),
    (smtplib.SMTPServerDisconnected, reasons.CLOSED),
)


def failure(error: Exception) -> Result:
    """What an error before DATA means: nothing was sent, and whether trying again may help."""
    if isinstance(error, NotEncrypted):
        return _no_server("failed", reasons.NO_ENCRYPTION)
    if isinstance(error, TokenRefused):
        words = f"{error.smtp_code} {_text(error.smtp_error)} {_text(error.told)}".strip()
        outcome: Outcome = "failed" if error.smtp_code >= 500 else "retry"
        return _no_server(outcome, (reasons.TOKEN_REFUSED % {"words": words})[:300])
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _no_server("retry", reasons.PASSWORD_REFUSED % {"words": _text(error.smtp_error)})
    if isinstance(error, smtplib.SMTPResponseException):
        ended = _ended(error.smtp_code, error.smtp_error)
        return _no_server(ended.outcome, ended.detail)
    if isinstance(error, ssl.SSLCertVerificationError):
        return _no_server("retry", reasons.BAD_CERTIFICATE % {"words": error.verify_message})
    if _is_late(error):
        return _no_server("retry", reasons.LATE)
    otherwise = reasons.BROKEN % {"kind": type(error).__name__}
    return _no_server("retry", next((words for kind, words in _TROUBLE if isinstance(error, kind)), otherwise))


def _is_late(error: Exception) -> bool:
    """smtplib says of a time that ran out only that the line is gone."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _no_server(outcome: Outcome, detail: str) -> Result:
    return Result(outcome, detail, no_server=True)


def _dot_stuffed(raw: bytes) -> bytes:
    """The message as DATA carries it, ended by a line end, without the dot of the end."""
    stuffed = raw.replace(b"\r\n.", b"\r\n..")
    if stuffed[:1] == b".":
        stuffed = b"." + stuffed
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _text(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.replace("\0", "").split())[:300]  # PostgreSQL stores no NUL
