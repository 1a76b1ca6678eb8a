"""The protocol: OpenAI's chat completions, as every vendor and local server speaks it. Pure, and strict in reading."""

import json
from dataclasses import dataclass
from typing import Any, Final

from tamada.kit.http import Response

from .errors import Reason, Unavailable

MOST_BYTES: Final = 512 * 1024
"""A longer answer is none of ours: it is not read to its end."""

_MOST_TOKENS: Final = 10_000_000
_SHOWN: Final = 160


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the exchange: `system` says what to do, `user` holds the data."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What it said, and how many tokens it says that took; None where it did not say it credibly."""

    text: str
    tokens_in: int | None
    tokens_out: int | None


def request_body(model: str, turns: list[Turn], *, max_tokens: int) -> dict[str, Any]:
    """What is sent. Only what every server knows."""
    return {
        "model": model,
        "messages": [{"role": turn.role, "content": turn.content} for turn in turns],
        "max_tokens": max_tokens,
        "temperature": 0.2,
        "stream": False,
    }


def address_of(base: str) -> str:
    """Where completions are asked for, from the address that vendors name (`https://…/v1`), or the whole of it."""
    base = base.strip().rstrip("/")
    return base if base.endswith("/chat/completions") else f"{base}/chat/completions"


def read_completion(response: Response) -> Completion:
    """The answer in a response. Raises `Unavailable`: whatever is not wholly as it should be is not used."""
    if not response.ok:
        raise Unavailable(Reason.REFUSED, f"HTTP {response.status}")
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        raise Unavailable(Reason.UNREADABLE, "no JSON") from None
    choice = _first_choice(body)
    text = _text_of(choice)
    finish = choice.get("finish_reason")
    if finish not in ("stop", None, "eos", "end_turn"):
        raise Unavailable(Reason.USELESS, f"ended by {str(finish)[:_SHOWN]}")
    usage = body.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return Completion(text, _tokens(usage.get("prompt_tokens")), _tokens(usage.get("completion_tokens")))


def _first_choice(body: Any) -> dict[str, Any]:
    choices = body.get("choices") if isinstance(body, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        raise Unavailable(Reason.UNREADABLE, "no choices")
    return choice


def _text_of(choice: dict[str, Any]) -> str:
    message = choice.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(content, str) or not content.strip():
        raise Unavailable(Reason.UNREADABLE, "no content")
    return content.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


def _tokens(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool)
    return value if is_count and 0 <= value <= _MOST_TOKENS else None


def estimated_tokens(text: str) -> int:
    """No fewer than any tokenizer makes of it: Armenian and Georgian take up to a token for two bytes."""
    return len(text.encode("utf-8", "replace")) // 2 + 8
