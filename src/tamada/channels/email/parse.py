"""A mail's bytes, read: pure, tolerant, linear. What can't be read well is read somehow, and the problems are named.

Problem codes: `bad-header`, `header-too-large`, `bad-charset`, `bad-encoding`, `broken-multipart`, `bad-address`,
`bad-date`, `too-many-parts`, `nesting-limit`, `truncated`, `no-sender`, `no-message-id`, `no-text`.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from tamada.channels.email import charsets, limits
from tamada.channels.email import headers as fields
from tamada.channels.email.addresses import Address, parse_addresses
from tamada.channels.email.authentication import Authentication, authentication
from tamada.channels.email.auto import Auto, AutoKind, classify
from tamada.channels.email.body import Content, Part, collect
from tamada.channels.email.dsn import DsnReport, read_report
from tamada.channels.email.headers import Headers
from tamada.channels.email.mime import Node, Tree, read

__all__ = ["Address", "Authentication", "Auto", "AutoKind", "DsnReport", "ParsedMail", "Part", "Unparsable", "parse"]

NOTHING = "—"
"""What stands for the text of a mail that has none, no attachment and no subject."""

_RECOGNISED = frozenset(
    {
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "received",
        "return-path",
        "sender",
        "reply-to",
        "content-type",
        "mime-version",
    }
)


class Unparsable(Exception):
    """This is no mail. `reason` is a code for the quarantine list: `empty`, `no-headers`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """Everything a mail says. Texts have no NULs and `\\n` line ends; HTML is as sent: clean it before use."""

    message_id: str
    has_own_message_id: bool
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    from_: Address | None
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    return_path: str | None
    subject: str
    date: datetime
    date_raw: str
    text: str
    is_text_made: bool
    html: str
    attachments: tuple[Part, ...]
    auto: Auto
    dsn: DsnReport | None
    authentication: Authentication
    marks: frozenset[str]
    problems: frozenset[str]
    road: str
    headers: Headers

    @property
    def is_dsn(self) -> bool:
        return self.dsn is not None

    @property
    def author(self) -> Address | None:
        """Who wrote: From, or the nearest thing a mail without it has."""
        if self.from_ is not None and self.from_.email:
            return self.from_
        others = [self.sender, *self.reply_to, Address("", self.return_path or "")]
        return next((address for address in others if address and address.email), self.from_)

    @property
    def participants(self) -> tuple[Address, ...]:
        """Who stands in From, To and Cc, once each."""
        everyone = [*([self.from_] if self.from_ else []), *self.to, *self.cc]
        return tuple({address.key: address for address in reversed(everyone) if address.email}.values())[::-1]


def parse(raw: bytes, *, received_at: datetime, trusted_authserv: Collection[str] | None = None) -> ParsedMail:
    """Read a mail. Raises Unparsable, and nothing else, for bytes that are no mail at all.

    `received_at` (aware) bounds the date; `trusted_authserv` names the servers whose verdicts count (`authentication`).
    """
    problems: set[str] = set()
    if len(raw) > limits.MAX_MESSAGE_BYTES:
        raw = raw[: limits.MAX_MESSAGE_BYTES]
        problems.add("truncated")
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    if not raw.strip(b"\r\n\t \0"):
        raise Unparsable("empty")
    head, body, header_problems = fields.split(raw)
    if _RECOGNISED.isdisjoint(head):
        raise Unparsable("no-headers")
    tree = read(raw, head, body, plain_header=not header_problems and raw[:1] not in (b"\r", b"\n", b"\xef"))
    content = collect(tree.root)
    problems |= header_problems | tree.problems | content.problems
    return _assemble(raw, head, tree, content, problems, received_at=received_at, trusted_authserv=trusted_authserv)


def _assemble(
    raw: bytes,
    head: Headers,
    tree: Tree,
    content: Content,
    problems: set[str],
    *,
    received_at: datetime,
    trusted_authserv: Collection[str] | None,
) -> ParsedMail:
    people = {name: _addresses(head, name, problems) for name in ("from", "sender", "reply-to", "to", "cc", "bcc")}
    # A name full of brackets and commas, unquoted, reads as mailboxes without an address before the one that has it.
    from_ = next((one for one in people["from"] if one.email), people["from"][0] if people["from"] else None)
    subject = head.text("subject")[: limits.MAX_SUBJECT]
    message_id = next(iter(fields.message_ids(head.first("message-id"), 1)), "")
    return_path = _return_path(head)
    html, text = content.html(), _text(content, problems)
    auto = classify(
        head,
        subject=subject,
        sender_local=from_.local if from_ else "",
        report=_report_type(tree.root, content),
        has_null_path=return_path == "",
    )
    report = read_report(head, content.reports, content.parts, text) if auto.kind is AutoKind.DSN else None
    missing = {"no-message-id": not message_id, "no-sender": not (from_ and from_.email), "no-text": not text.strip()}
    problems |= {name for name, is_so in missing.items() if is_so}
    return ParsedMail(
        message_id=message_id or synthesised_id(raw),
        has_own_message_id=bool(message_id),
        in_reply_to=tuple(fields.message_ids(" ".join(head.all("in-reply-to")), 20)),
        references=tuple(fields.message_ids(" ".join(head.all("references")))),
        from_=from_,
        sender=people["sender"][0] if people["sender"] else None,
        reply_to=tuple(people["reply-to"]),
        to=tuple(people["to"]),
        cc=tuple(people["cc"]),
        bcc=tuple(people["bcc"]),
        return_path=return_path,
        subject=subject,
        date=fields.date(head.first("date"), received_at),
        date_raw=head.first("date")[:200],
        text=text if text.strip() else _instead_of_text(content, subject),
        is_text_made=bool(text.strip()) and not content.has_text(),
        html=html[: limits.MAX_HTML],
        attachments=content.attachments(html),
        auto=auto,
        dsn=report,
        authentication=authentication(head, trusted_authserv),
        marks=frozenset(content.marks),
        problems=frozenset(problems),
        road=tree.road,
        headers=head,
    )


def _text(content: Content, problems: set[str]) -> str:
    text = content.text()
    if len(text) > limits.MAX_TEXT:
        problems.add("truncated")
    return text[: limits.MAX_TEXT]


def synthesised_id(raw: bytes) -> str:
    """A Message-ID for a mail that has none: the same for the same bytes, whichever line ends they travelled with."""
    digest = hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()
    return f"<{digest[:40]}@synthesised.invalid>"


def _addresses(head: Headers, name: str, problems: set[str]) -> list[Address]:
    values = head.all(name)
    if not values:
        return []
    value = values[0] if len(values) == 1 else ", ".join(values[:20])
    found, complete = parse_addresses(value)
    if not complete:
        problems.add("bad-address")
    return found


def _return_path(head: Headers) -> str | None:
    """The envelope sender that a server noted: None when nobody did, "" for the empty path of reports."""
    if "return-path" not in head:
        return None
    value = head.first("return-path").strip()
    if value in ("<>", ""):
        return "" if value == "<>" else None
    found, _ = parse_addresses(value)
    return found[0].email or None if found else None


def _report_type(root: Node, content: Content) -> str:
    """The kind of a report, from its container or from what it holds."""
    if root.type == "multipart/report" and "report-type" in root.params:
        return root.params["report-type"].lower()
    for node in content.reports:
        return node.type.partition("/")[2]
    return ""


def _instead_of_text(content: Content, subject: str) -> str:
    """Something to show for a mail without text: the names of its files, else its subject."""
    names = [f"[{part.name}]" for part in content.parts[:20]]
    return charsets.clean("\n".join(names) or subject) or NOTHING
