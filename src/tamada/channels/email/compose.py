"""An outgoing mail as bytes: pure, the same bytes for the same input, and nothing in it can become a header of its own.

Lines end in CRLF and stay under 79 characters. Bcc never enters the headers: the envelope carries it.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from tamada.channels.email import limits
from tamada.channels.email.addresses import Address
from tamada.channels.email.threading_keys import MARKER, OWN_ID
from tamada.customers import identities

MOST_REFERENCES = 20
"""How many of the newest references are written, after the first one."""

_LINE = 76
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_LOCAL = re.compile(r"[^\s\x00-\x1f\x7f\"(),:;<>@\[\\\]]{1,64}")
_DOMAIN = re.compile(r"[^\s\x00-\x2c/:;<=>?@\[\\\]^`{|}~\x7f]{1,255}|\[[0-9A-Fa-f:.]{2,60}\]")
_ID = re.compile(r"<[!-;=?-~]{1,498}>")
_TYPE = re.compile(r"(?!multipart/|message/)[a-z0-9]{1,40}/[a-z0-9!#$&^_.+-]{1,100}")
_CONTENT_ID = re.compile(r"[A-Za-z0-9._@+$=-]{1,200}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]+")
_UNFIT_FOR_NAME = re.compile(r'[\x00-\x1f\x7f/\\"\u2028\u2029\ud800-\udfff]+')


class BadAddressError(ValueError):
    """An address that can't stand in a mail; `email` is what was given."""

    def __init__(self, email: str) -> None:
        super().__init__(f"This is no mail address: {email[:100]!r}.")
        self.email = email


@dataclass(frozen=True, slots=True)
class File:
    """An attachment. One with a `content_id` that the HTML shows as `cid:…` goes in as an inline image."""

    name: str
    type: str
    data: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What is to be sent. `message_id` is ours and stays the same when sending is tried again.

    `reply_to` is the signed reply address, `number` the conversation's for the subject token, `marker` the signed value
    of the body marker, `automatic` the value of Auto-Submitted ("" when a person wrote).
    """

    message_id: str
    from_: Address
    to: Sequence[Address]
    subject: str
    text: str
    date: datetime
    html: str = ""
    cc: Sequence[Address] = ()
    bcc: Sequence[Address] = ()
    reply_to: Address | None = None
    in_reply_to: str = ""
    references: Sequence[str] = ()
    attachments: Sequence[File] = ()
    number: int | None = None
    marker: str = ""
    automatic: str = ""


def compose(out: Outgoing) -> bytes:
    """The whole mail. Raises BadAddressError for an address that would not survive the way, ValueError for a bad id."""
    head = [f"{name}: {value}" for name, value in _head(out) if value]
    return "\r\n".join(head).encode() + b"\r\n" + _body(out)


def envelope_recipients(out: Outgoing) -> list[str]:
    """Everyone the mail goes to, Bcc too, each once, as SMTP takes them. Raises BadAddressError."""
    everyone = [checked_email(address.email) for address in (*out.to, *out.cc, *out.bcc)]
    return list({email.casefold(): email for email in everyone}.values())


def needs_smtputf8(out: Outgoing) -> bool:
    """Whether an address has letters beyond ASCII before its @, so that the receiving server must know SMTPUTF8."""
    people = [out.from_, *out.to, *out.cc, *out.bcc, *([out.reply_to] if out.reply_to else [])]
    return any(not address.local.isascii() for address in people)


def _head(out: Outgoing) -> Iterable[tuple[str, str]]:
    if not _ID.fullmatch(out.message_id):
        raise ValueError(f"This is no Message-ID: {out.message_id[:100]!r}.")
    subject = with_token(out.subject, out.number) if out.number is not None else out.subject
    yield "Date", format_datetime(out.date)
    yield "From", _mailboxes("From", [out.from_])
    yield "To", _mailboxes("To", out.to) or "undisclosed-recipients:;"
    yield "Cc", _mailboxes("Cc", out.cc)
    yield "Reply-To", _mailboxes("Reply-To", [out.reply_to] if out.reply_to else [])
    yield "Subject", _unstructured("Subject", subject) or " "
    yield "Message-ID", out.message_id
    yield OWN_ID, out.message_id
    yield "In-Reply-To", out.in_reply_to if _ID.fullmatch(out.in_reply_to) else ""
    yield "References", "\r\n ".join(bounded_references(out.references))
    if out.automatic:
        yield "Auto-Submitted", "auto-generated" if out.automatic == "auto-generated" else "auto-replied"
        yield "X-Auto-Response-Suppress", "All"
    yield "MIME-Version", "1.0"


def bounded_references(references: Iterable[str]) -> list[str]:
    """The first reference and the newest ones, without what is no Message-ID."""
    kept = list(dict.fromkeys(item for item in references if _ID.fullmatch(item)))
    return kept if len(kept) <= MOST_REFERENCES + 1 else kept[:1] + kept[-MOST_REFERENCES:]


def with_token(subject: str, number: int) -> str:
    """The subject with the token `[#NUMBER]` in it, once."""
    token = f"[#{number}]"
    first, found, rest = subject.partition(token)
    if found:
        return first + token + re.sub(rf"\s*{re.escape(token)}", "", rest)
    return f"{subject[: limits.MAX_SUBJECT - len(token) - 1].rstrip()} {token}".strip()


def marker_text(marker: str) -> str:
    """The line that ends the text of a mail and lets replies find back when their references are lost."""
    return f"{MARKER}: {marker}"


def marker_html(marker: str) -> str:
    """The same line for HTML: small and pale, but there for anyone to see."""
    style = "display:none;max-height:0;overflow:hidden;mso-hide:all"  # mail programs keep it when they quote
    return f'<div style="{style}">{MARKER}: {escape(marker)}</div>'


# Headers --------------------------------------------------------------------------------------------------------------


def _one_line(value: str) -> str:
    return _CONTROLS.sub(" ", value).strip()


def _unstructured(name: str, value: str) -> str:
    value = _one_line(value)[: limits.MAX_SUBJECT]
    if value.isascii() and "=?" not in value and max(map(len, value.split(" ")), default=0) < _LINE - len(name) - 2:
        return _folded(name, value.split(" "))
    return "\r\n ".join(encoded_words(value))


def _folded(name: str, words: Sequence[str]) -> str:
    """Words on lines of at most 76 characters; a line never holds blanks alone."""
    lines, line = [], f"{name}:"
    for word in words:
        if len(line) + 1 + len(word) > _LINE and word and line.strip():
            lines.append(line)
            line = ""
        line += f" {word}"
    lines.append(line)
    return "\r\n".join(lines)[len(name) + 2 :]


def encoded_words(value: str, room: int = 45) -> list[str]:
    """RFC 2047 words, none longer than 75 characters, each of whole letters. `room` is how many bytes fit into one."""
    words: list[str] = []
    chunk = b""
    for letter in value:
        encoded = letter.encode("utf-8", "replace")
        if len(chunk) + len(encoded) > room:
            words.append(_word(chunk))
            chunk = b""
        chunk += encoded
    if chunk:
        words.append(_word(chunk))
    return words


def _word(chunk: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?="


def _mailboxes(name: str, people: Sequence[Address]) -> str:
    lines: list[str] = []
    line = f"{name}: "
    for position, person in enumerate(people):
        text = mailbox(person) + ("," if position < len(people) - 1 else "")
        if len(line) + len(text) > _LINE and line.strip() and position:
            lines.append(line.rstrip())
            line = " "
        line += text + " "
    lines.append(line.rstrip())
    return "\r\n".join(lines)[len(name) + 2 :]


def mailbox(person: Address) -> str:
    """`Name <address>` for a header. Raises BadAddressError."""
    email = checked_email(person.email)
    name = _one_line(person.name)[: limits.MAX_NAME]
    if not name:
        return email
    if not name.isascii() or "=?" in name or len(name) > 60:
        return "\r\n ".join([*encoded_words(name), f"<{email}>"])
    if _ATOM.fullmatch(name):
        return f"{name} <{email}>"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{email}>'


def checked_email(email: str) -> str:
    """The address as it goes on the wire: its domain in ASCII. Raises BadAddressError."""
    local, _, domain = email.rpartition("@")
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or not email.isprintable():
        raise BadAddressError(email)
    if not domain.isascii():
        try:
            domain = identities.email_domain(domain)
        except identities.InvalidIdentity as error:
            raise BadAddressError(email) from error
    return f"{local}@{domain}"


# Body -----------------------------------------------------------------------------------------------------------------


def _body(out: Outgoing) -> bytes:
    text, html = out.text, out.html
    if out.marker:
        text = f"{text.rstrip()}\n\n{marker_text(out.marker)}\n"
        html = _with_marker(html, out.marker) if html else ""
    inline = [file for file in out.attachments if _is_shown(file, out.html)]
    attached = [file for file in out.attachments if not _is_shown(file, out.html)]
    frame = _Frame(out.message_id)
    body = frame.text("plain", text)
    if html:
        rich = frame.text("html", html)
        if inline:
            rich = frame.multipart("related", [rich, *(_file(file, inline=True) for file in inline)])
        body = frame.multipart("alternative", [body, rich])
    if attached:
        body = frame.multipart("mixed", [body, *(_file(file, inline=False) for file in attached)])
    return body


def _with_marker(html: str, marker: str) -> str:
    position = html.lower().rfind("</body")
    position = len(html) if position == -1 else position
    return html[:position] + marker_html(marker) + html[position:]


def _is_shown(file: File, html: str) -> bool:
    return bool(_CONTENT_ID.fullmatch(file.content_id)) and f"cid:{file.content_id}" in html


class _Frame:
    """Makes the entities of one mail; boundaries come from its Message-ID, so the same mail has the same bytes."""

    def __init__(self, message_id: str) -> None:
        self._stem = "=_" + hashlib.sha256(message_id.encode()).hexdigest()[:24]
        self._count = 0

    def text(self, subtype: str, text: str) -> bytes:
        data = _clean(text).encode("utf-8", "replace")
        charset = "us-ascii" if data.isascii() else "utf-8"
        encoding, encoded = self._encoded(data)
        return _entity(
            [f"Content-Type: text/{subtype}; charset={charset}", f"Content-Transfer-Encoding: {encoding}"], encoded
        )

    def _encoded(self, data: bytes) -> tuple[str, bytes]:
        if data.isascii() and max(map(len, data.split(b"\n"))) <= _LINE and self._stem.encode() not in data:
            return "7bit", data.replace(b"\n", b"\r\n")
        if sum(byte > 127 for byte in data[:4000]) * 5 < len(data[:4000]):
            return "quoted-printable", _quoted_printable(data)
        return "base64", _base64(data.replace(b"\n", b"\r\n"))

    def multipart(self, subtype: str, parts: Sequence[bytes]) -> bytes:
        self._count += 1
        boundary = f"{self._stem}_{self._count}"
        opening = f"--{boundary}\r\n".encode()
        body = (
            b"".join(opening + part.removesuffix(b"\r\n") + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
        )
        return _entity([f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"'], body)


def _entity(fields: Sequence[str], body: bytes) -> bytes:
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + body


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text if text.endswith("\n") else text + "\n"


def _quoted_printable(data: bytes) -> bytes:
    encoded = binascii.b2a_qp(data, quotetabs=False, istext=True, header=False)
    lines = encoded.split(b"\n")
    # A lone dot ends a mail for SMTP, "From " starts one for mbox; programs have been seen to trip over both.
    lines = [b"=2E" + line[1:] if line.startswith(b".") else line for line in lines]
    return b"\r\n".join([b"=46" + line[1:] if line.startswith(b"From ") else line for line in lines])


def _base64(data: bytes) -> bytes:
    encoded = base64.b64encode(data)
    return b"".join(encoded[start : start + _LINE] + b"\r\n" for start in range(0, len(encoded), _LINE))


def _file(file: File, *, inline: bool) -> bytes:
    type_ = file.type.partition(";")[0].strip().lower()
    name = _UNFIT_FOR_NAME.sub("_", file.name).strip()[: limits.MAX_NAME] or "file"
    fields = [
        f"Content-Type: {type_ if _TYPE.fullmatch(type_) else 'application/octet-stream'}",
        f"Content-Disposition: {'inline' if inline else 'attachment'};\r\n {_filename(name)}",
        "Content-Transfer-Encoding: base64",
    ]
    if _CONTENT_ID.fullmatch(file.content_id):
        fields.append(f"Content-ID: <{file.content_id}>")
    return _entity(fields, _base64(file.data))


def _filename(name: str) -> str:
    """The parameter `filename`, after RFC 2231 when it needs more than a quoted string."""
    if name.isascii() and len(name) <= 60:
        return f'filename="{name}"'
    pieces, piece = [], ""
    for letter in name:
        encoded = quote(letter, safe="", errors="replace")
        if len(piece) + len(encoded) > 50:
            pieces.append(piece)
            piece = ""
        piece += encoded
    pieces.append(piece)
    if len(pieces) == 1:
        return f"filename*=utf-8''{pieces[0]}"
    pieces[0] = f"utf-8''{pieces[0]}"
    return ";\r\n ".join(f"filename*{number}*={text}" for number, text in enumerate(pieces))
