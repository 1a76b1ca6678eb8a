"""Signed names of conversations, for our reply addresses and body markers, and the keys of a mail made of them.

Each is signed for its own purpose: everybody sees the markers in what is quoted and forwarded, and a marker says less
than a reply address, which lets anybody in. A token is short and of lower-case letters and digits, for it stands before
an @ where servers may change case.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Iterable

from django.conf import settings

from tamada.channels.email import threading_keys
from tamada.channels.email.parse import ParsedMail
from tamada.conversations.envelopes import ThreadKeys

_TOKEN = re.compile(r"c(\d{1,18})-([a-z2-7]{16})")


_MARKER = "tamada.thread"
_REPLY = "tamada.reply"


def marker_for(conversation_id: int) -> str:
    """The conversation's name in a body marker."""
    return _token(conversation_id, _MARKER)


def _token(conversation_id: int, purpose: str) -> str:
    """A name for the conversation that only we can make (80 bits of HMAC-SHA256)."""
    return f"c{conversation_id}-{_signature(conversation_id, purpose)}"


def _conversation_of(token: str, purpose: str) -> int | None:
    """The conversation that a token names, or None when we did not make it for this purpose."""
    found = _TOKEN.fullmatch(token.lower())
    if found is None or not hmac.compare_digest(found[2], _signature(int(found[1]), purpose)):
        return None
    return int(found[1])


def _signature(conversation_id: int, purpose: str) -> str:
    key = f"{purpose}\0{settings.SECRET_KEY}".encode()
    digest = hmac.digest(key, str(conversation_id).encode(), hashlib.sha256)
    return base64.b32encode(digest[:10]).decode("ascii").lower()


def reply_address(conversation_id: int, domain: str) -> str:
    """Where answers find the conversation, whatever becomes of their header fields."""
    return f"{threading_keys.REPLY_PREFIX}{_token(conversation_id, _REPLY)}@{domain}"


def conversation_of_reply_address(address: str) -> int | None:
    """The conversation of a signed reply address, or None."""
    local = address.rpartition("@")[0]
    prefix, token = local[: len(threading_keys.REPLY_PREFIX)], local[len(threading_keys.REPLY_PREFIX) :]
    return _conversation_of(token, _REPLY) if prefix.lower() == threading_keys.REPLY_PREFIX else None


def thread_keys(mail: ParsedMail, *, recipients: Iterable[str], reply_domains: Collection[str]) -> ThreadKeys:
    """What the mail says of its conversation, signatures checked."""
    found = threading_keys.thread_keys(mail, recipients=recipients, reply_domains=reply_domains)
    return ThreadKeys(
        conversation_ids=_checked(found.reply_tokens, _REPLY),
        external_ids=found.message_ids,
        marker_ids=_checked(found.markers, _MARKER),
        numbers=found.numbers,
    )


def _checked(tokens: Iterable[str], purpose: str) -> tuple[int, ...]:
    return tuple(pk for token in tokens if (pk := _conversation_of(token, purpose)) is not None)
