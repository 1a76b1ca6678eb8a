"""Delivery reports: which message of ours, to whom, did not arrive (RFC 3464), and the forms older servers write."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tamada.channels.email import charsets, limits
from tamada.channels.email.addresses import normal_email
from tamada.channels.email.body import Part
from tamada.channels.email.headers import Headers, decode_words, message_ids, split
from tamada.channels.email.mime import Node

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY_CODE = re.compile(r"(?:^|[\s:#<])([45])\d\d[\s-]")
_ID_LINE = re.compile(r"^message-id:\s*(<[^<>\s]{3,498}>)", re.IGNORECASE | re.MULTILINE)
_FINAL = re.compile(r"^\s*<([^<>\s@]{1,64}@[^<>\s]{1,255})>:?", re.MULTILINE)
_TEXT_WINDOW = 100_000


@dataclass(frozen=True, slots=True)
class ReportedRecipient:
    """What became of the mail to one address. `action` is as in RFC 3464: failed, delayed, delivered…"""

    address: str
    action: str
    status: str
    permanent: bool
    diagnostic: str


@dataclass(frozen=True, slots=True)
class DsnReport:
    """A delivery report. `original_message_id` is "" when it doesn't tell."""

    original_message_id: str
    recipients: tuple[ReportedRecipient, ...]

    @property
    def failed(self) -> tuple[ReportedRecipient, ...]:
        """The recipients who did not get the mail, and won't by waiting."""
        return tuple(recipient for recipient in self.recipients if recipient.action == "failed")


def read_report(headers: Headers, reports: Sequence[Node], parts: Sequence[Part], text: str) -> DsnReport:
    """The report in a mail that was recognised as one."""
    recipients: list[ReportedRecipient] = []
    for node in reports:
        if node.type != "message/disposition-notification":
            recipients += _recipients(node.content or b"")
    if not recipients:
        recipients = _old_style(headers, text[:_TEXT_WINDOW])
    return DsnReport(_original_id(headers, parts, text), tuple(recipients[: limits.MAX_RECIPIENTS_IN_REPORT]))


def _recipients(data: bytes) -> list[ReportedRecipient]:
    """The groups of a message/delivery-status body that name a recipient; blank lines part them."""
    text = charsets.decode(data[: limits.MAX_TEXT])[0].replace("\r\n", "\n")
    out: list[ReportedRecipient] = []
    for group in text.split("\n\n"):
        if len(out) >= limits.MAX_RECIPIENTS_IN_REPORT:
            break
        fields, _, _ = split(group.strip("\n").encode() + b"\n\n")
        address = _typed_address(fields.first("final-recipient")) or _typed_address(fields.first("original-recipient"))
        if address:
            out.append(_recipient(address, fields))
    return out


def _recipient(address: str, fields: Headers) -> ReportedRecipient:
    diagnostic = decode_words(fields.first("diagnostic-code").partition(";")[2] or fields.first("diagnostic-code"))[
        :500
    ]
    found = _STATUS.search(fields.first("status")) or _STATUS.search(diagnostic)
    status = found[0] if found else ""
    action = fields.first("action").partition("(")[0].strip().lower()[:20] or ("failed" if status[:1] == "5" else "")
    return ReportedRecipient(address, action, status, _is_permanent(action, status, diagnostic), diagnostic)


def _is_permanent(action: str, status: str, diagnostic: str) -> bool:
    if action not in ("failed", ""):
        return False
    if status:
        # 5.2.2 (mailbox full) is called permanent by the sending server, and tomorrow may be no more.
        return status[0] == "5" and status != "5.2.2"
    code = _REPLY_CODE.search(f" {diagnostic} ")
    return code is None or code[1] == "5"


def _typed_address(value: str) -> str:
    """The address in `rfc822; name@example.com`."""
    _, semicolon, address = value.partition(";")
    return normal_email((address if semicolon else value).strip().strip("<>"))


def _original_id(headers: Headers, parts: Sequence[Part], text: str) -> str:
    for part in parts:
        if part.type in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/global",
            "message/global-headers",
            "message/rfc822-headers",
        ):
            inner, _, _ = split(part.data[: limits.MAX_HEADER_BYTES])
            found = message_ids(inner.first("message-id"))
            if found:
                return found[0]
    for name in ("x-original-message-id", "original-message-id", "in-reply-to", "references"):
        found = message_ids(headers.first(name))
        if found:
            return found[-1]
    line = _ID_LINE.search(text[:_TEXT_WINDOW])
    return line[1] if line else ""


def _old_style(headers: Headers, text: str) -> list[ReportedRecipient]:
    """Reports without a delivery-status part: exim names the recipients in a field, qmail in the text."""
    addresses = [normal_email(item) for item in headers.first("x-failed-recipients").split(",")]
    addresses = [address for address in addresses if address] or [
        email for email in (normal_email(item) for item in _FINAL.findall(text)) if email
    ]
    found = _STATUS.search(text)
    status = found[0] if found and found[1] != "2" else ""
    if not status:
        code = _REPLY_CODE.search(text)
        status = f"{code[1]}.0.0" if code else ""
    delayed = "delayed" in headers.first("subject").lower() or "will be retried" in text or status[:1] == "4"
    action = "delayed" if delayed else "failed"
    return [
        ReportedRecipient(address, action, status, not delayed and _is_permanent(action, status, ""), "")
        for address in dict.fromkeys(addresses)
    ]
