"""May a machine answer this mail? The rules that keep two machines from answering each other for ever (RFC 3834)."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from tamada.channels.email.addresses import Address
from tamada.channels.email.parse import AutoKind, ParsedMail


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `count` automatic answers in any `minutes`."""

    count: int
    minutes: int


CAPS = (Cap(10, 10), Cap(60, 60), Cap(600, 600))
"""What the caller counts for each customer and each address; once reached, answers pause and a person is told."""

_NO_REPLY = re.compile(
    r"(?:no|not|do[-_.]?not|dont)[-_.]?(?:reply|respond|answer)|nepasrepondre|owner-.*|"
    r"mailer-?daemon|postmaster|mail-?daemon|(?:.*[-_.+])?bounces?(?:[-_.+=].*)?|auto-?(?:reply|responder|confirm)|"
    r"(?:.*[-_.])?no-?reply(?:[-_.+].*)?|listserv|majordomo|(?:.*-)?(?:owner|request)|nobody|root|daemon",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a machine may answer, and the code of the rule that forbids it."""

    allowed: bool
    reason: str = ""


def may_auto_reply(parsed: ParsedMail, own_addresses: Collection[str]) -> Verdict:
    """Judge a mail by what it says of itself. Caps are the caller's to count (`CAPS`).

    Reasons: `no-sender`, `dsn`, `mdn`, `ooo`, `reply`, `bulk`, `generated`, `auto-submitted`, `suppressed`, `x-loop`,
    `empty-return-path`, `spam`, `own-address`, `noreply`.
    """
    reason = _said_by_headers(parsed) or _said_by_addresses(parsed, own_addresses)
    return Verdict(not reason, reason)


def _said_by_headers(parsed: ParsedMail) -> str:
    head = parsed.headers
    rules = (
        ("empty-return-path", parsed.auto.reason == "empty return path"),
        (parsed.auto.kind.value, parsed.auto.kind is not AutoKind.NONE),
        ("auto-submitted", _word(head.first("auto-submitted")) not in ("", "no")),
        ("suppressed", _word(head.first("x-auto-response-suppress")) not in ("", "none")),
        ("x-loop", "x-loop" in head),
        ("empty-return-path", parsed.return_path == ""),
        ("spam", _word(head.first("x-spam-flag")) == "yes"),
    )
    return next((reason for reason, applies in rules if applies), "")


def _word(value: str) -> str:
    return value.partition(";")[0].strip().lower()


def _said_by_addresses(parsed: ParsedMail, own_addresses: Collection[str]) -> str:
    author = parsed.author
    if author is None or not author.email:
        return "no-sender"
    own = {address.casefold() for address in own_addresses}
    involved = [author, *parsed.reply_to, *([parsed.sender] if parsed.sender else [])]
    if any(address.key in own or _without_tag(address) in own for address in involved):
        return "own-address"
    return "noreply" if any(is_no_reply(address) for address in (author, *parsed.reply_to)) else ""


def is_no_reply(address: Address) -> bool:
    """Whether nobody reads what is sent to this address."""
    return _NO_REPLY.fullmatch(address.local[:64]) is not None


def _without_tag(address: Address) -> str:
    """`name@domain` of `name+tag@domain`."""
    return f"{address.local.partition('+')[0]}@{address.domain}".casefold()
