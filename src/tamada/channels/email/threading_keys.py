"""What in a mail may tell which conversation it belongs to, in the order of trust. Only extraction, no resolving.

Order: our signed reply address, In-Reply-To, References from the newest, our body marker (some providers rewrite
Message-IDs), the subject token. Markers and tokens may have been copied by anyone: they count from participants only.
Titles are never compared.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tamada.channels.email.addresses import Address, parse_addresses
from tamada.channels.email.parse import ParsedMail
from tamada.kit.domains import comparable

REPLY_PREFIX = "reply+"
MARKER = "Tamada-Ref"
OWN_ID = "X-Tamada-ID"
"""Holds our Message-ID once more: some providers rewrite the real one before they put a copy into the Sent folder."""

_MARKER = re.compile(
    MARKER + r":(?:[\s>\u00a0]|&nbsp;|<[^<>]{0,200}>){0,10}([A-Za-z0-9_][A-Za-z0-9_.:=-]{6,198}[A-Za-z0-9_=-])"
)
_TOKEN = re.compile(r"\[#(\d{1,18})\]")
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-forwarded-to", "x-delivered-to")
_MOST = 20


@dataclass(frozen=True, slots=True)
class CandidateKeys:
    """Candidates by kind, each in the order to try. `message_ids`: In-Reply-To, then References newest first."""

    reply_tokens: tuple[str, ...]
    message_ids: tuple[str, ...]
    markers: tuple[str, ...]
    numbers: tuple[int, ...]


def thread_keys(
    parsed: ParsedMail, *, recipients: Iterable[str] = (), reply_domains: Collection[str] = ()
) -> CandidateKeys:
    """The keys of a mail. `recipients` are the envelope's; our reply addresses have no other than `reply_domains`."""
    message_ids = dict.fromkeys([*parsed.in_reply_to, *reversed(parsed.references)])
    message_ids.pop(parsed.message_id, None)
    return CandidateKeys(
        reply_tokens=tuple(_reply_tokens(parsed, recipients, reply_domains)),
        message_ids=tuple(message_ids),
        markers=tuple(find_markers(parsed.text, parsed.html)),
        numbers=tuple(find_numbers(parsed.subject)),
    )


def _reply_tokens(parsed: ParsedMail, recipients: Iterable[str], reply_domains: Collection[str]) -> list[str]:
    domains = {comparable(domain) for domain in reply_domains}
    found: dict[str, None] = {}
    for address in _addressed(parsed, recipients):
        local, tag = address.local[: len(REPLY_PREFIX)], address.local[len(REPLY_PREFIX) :]
        if local.lower() == REPLY_PREFIX and tag and comparable(address.domain) in domains:
            found.setdefault(tag)
    return list(found)[:_MOST]


def _addressed(parsed: ParsedMail, recipients: Iterable[str]) -> Iterable[Address]:
    for email in recipients:
        yield Address("", email)
    for name in _DELIVERED:
        for value in parsed.headers.all(name)[:5]:
            yield from parse_addresses(value)[0]
    yield from parsed.to
    yield from parsed.cc


def find_markers(text: str, html: str = "") -> list[str]:
    """The signed values of our body markers, the first one in the mail first."""
    found = dict.fromkeys(_MARKER.findall(text) if MARKER in text else [])
    if html and MARKER in html:
        found.update(dict.fromkeys(_MARKER.findall(html)))
    return list(found)[:_MOST]


def find_numbers(subject: str) -> list[int]:
    """The numbers of the tokens `[#NUMBER]` in a subject."""
    return list(dict.fromkeys(int(number) for number in _TOKEN.findall(subject)))[:_MOST]
