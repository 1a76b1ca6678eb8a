"""Small mails of our own, written out so that a test shows what it is about."""

from datetime import UTC, datetime
from pathlib import Path

from tamada.channels.email.parse import ParsedMail, parse
from tests.helpers.data import shared_data

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
HEAD = (
    "From: Ani <ani@mail.am>\nTo: help@help.am\nSubject: Order\nMessage-ID: <m1@mail.am>\n"
    "Date: Mon, 5 Jan 2026 11:00:00 +0000\n"
)


def mail(more: str = "", body: str | bytes = "Hello", head: str = HEAD) -> bytes:
    """A mail with the usual fields and `more` of them."""
    data = body.encode() if isinstance(body, str) else body
    return (head + more).encode() + b"\n" + data


def read(raw: bytes | str) -> ParsedMail:
    """The mail, received at NOW."""
    return parse(raw.encode() if isinstance(raw, str) else raw, received_at=NOW)


def multipart(subtype: str, *parts: str, more: str = "") -> bytes:
    """A multipart mail whose parts are given with their fields."""
    body = "".join(f"--b0\n{part}\n" for part in parts) + "--b0--\n"
    return mail(f'Content-Type: multipart/{subtype}; boundary="b0"{more}\n', body)


def fixtures() -> list[Path]:
    """The hard messages of the shared data, where a checkout has them."""
    folder = shared_data("email", "mikel-mail")
    return sorted(folder.glob("*/*.eml")) if folder else []
