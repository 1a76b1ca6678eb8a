"""Which conversation a mail says it belongs to: our signed reply address, the ids answered, our marker, the subject token."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable

from django.conf import settings

from tamada.channels.email.parse import ParsedMail
from tamada.conversations.envelopes import ThreadKeys

_TOKEN = re.compile(r"\[#(\d{1,18})\]")


def reply_token(conversation_id: int) -> str:
    raise NotImplementedError


def conversation_of_reply_address(address: str) -> int | None:
    return None


def thread_keys(mail: ParsedMail, *, recipients: Iterable[str]) -> ThreadKeys:
    return ThreadKeys(
        external_ids=tuple(dict.fromkeys([*mail.in_reply_to, *reversed(mail.references)])),
        numbers=tuple(int(n) for n in _TOKEN.findall(mail.subject)),
    )
