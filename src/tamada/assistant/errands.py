"""Asking a program of the company's own, over a signed webhook. What it answers is data: shown, never followed."""

import json
import logging
import time
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from tamada.conversations.models import Conversation
from tamada.core import secrets
from tamada.webhooks import signing

from .models import BusinessAction

TIMEOUT: Final = 3.0
MOST_BYTES: Final = 16_384
MOST_TEXT: Final = 1_000
MOST_FIELDS: Final = 12
MOST_NAME: Final = 60
MOST_VALUE: Final = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it: `text` is what a customer may be told, "" when it failed, and then `error` says how."""

    text: str = ""
    error: str = ""


def ask(
    action: BusinessAction,
    conversation: Conversation,
    known: dict[str, str],
    language: str,
    identities: list[dict[str, str]] | None = None,
) -> Told:
    """Ask, for three seconds at most, outside of any transaction. Raises nothing. `identities` are those of a customer
    who is proven, None for anybody else.
    """
    from tamada.kit import http  # It brings httpx along.

    body = _body(action, conversation, known, language, identities)
    try:
        secret = secrets.decrypt(action.secret)
        answer = http.fetch(
            "POST",
            action.url,
            content=body,
            headers={
                "Content-Type": "application/json",
                **signing.headers([secret], signing.new_name(), int(time.time()), body),
            },
            timeout=TIMEOUT,
            max_bytes=MOST_BYTES,
            redirects=0,
            allow=settings.TAMADA.inner_hosts,
        )
    except secrets.BadSecret:
        return Told(error="secret")
    except http.RefusedAddress:
        return Told(error="inside")
    except http.TooSlow:
        return Told(error="slow")
    except http.TooLarge:
        return Told(error="large")
    except http.HttpError:
        return Told(error="unreachable")
    except Exception:
        log.exception("An action could not be asked.", extra={"job": action.pk})
        return Told(error="unreachable")
    return read(answer.content) if answer.ok else Told(error=f"status {answer.status}")


def _body(
    action: BusinessAction,
    conversation: Conversation,
    known: dict[str, str],
    language: str,
    identities: list[dict[str, str]] | None,
) -> bytes:
    given = {name: known[name] for name in action.fields if name in known}
    asked = {
        "type": "assistant.action",
        "action": action.name,
        "conversation": str(conversation.pk),
        "customer": str(conversation.customer_id),
        "proven": identities is not None,
        "identities": identities or [],
        "language": language,
        "fields": given,
    }
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode()


def read(content: bytes) -> Told:
    """The text of an answer `{"text": …}` or `{"fields": {name: value}}`; an error for whatever else came."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return Told(error="json")
    if not isinstance(said, dict):
        return Told(error="shape")
    parts = [text] if (text := _plain(said.get("text", ""), MOST_TEXT, lines=True)) else []
    rows = said.get("fields", {})
    if not isinstance(rows, dict) or len(rows) > MOST_FIELDS:
        return Told(error="shape")
    for name, value in rows.items():
        named, worth = _plain(name, MOST_NAME), _plain(value, MOST_VALUE)
        if named and worth:
            parts.append(f"{named}: {worth}")
    return Told(text="\n".join(parts)) if parts else Told(error="empty")


def _plain(value: Any, most: int, *, lines: bool = False) -> str:
    """Text or a number as one line of printable characters; "" for anything longer or else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    text = str(value)
    if len(text) > most:
        return ""
    kept = "".join(c if c.isprintable() or (lines and c == "\n") else " " for c in text)
    return kept.strip() if lines else " ".join(kept.split())
