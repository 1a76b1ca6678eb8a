"""Asking the language model: one question, one answer within the time limit, or `Unavailable` and why."""

import logging
from typing import Final

from tamada.kit import http

from . import breaker, spending
from .errors import Reason, Unavailable
from .settings import Configured, configured, inner_hosts
from .wire import MOST_BYTES, Completion, Turn, address_of, estimated_tokens, read_completion, request_body

log = logging.getLogger(__name__)

# What an endpoint says it took is believed within these bounds; else our own estimate counts.
_LEAST_PART: Final = 8
_UNBILLED: Final = frozenset({Reason.UNREACHABLE, Reason.REFUSED})


def ask(turns: list[Turn], *, inbox: int, max_tokens: int) -> str:
    """What the model says to these turns, about something that came into an inbox.

    Never inside a transaction: that is a RuntimeError. Raises `Unavailable`.
    """
    known = configured()
    if not known.serves(inbox):
        raise Unavailable(Reason.OFF)
    return ask_as(known, turns, max_tokens=max_tokens)


def ask_as(known: Configured, turns: list[Turn], *, max_tokens: int) -> str:
    """As `ask`, for a trial that is about no inbox."""
    if not known.is_named:
        raise Unavailable(Reason.OFF)
    breaker.admit()
    asked = sum(estimated_tokens(turn.content) for turn in turns)
    reserved = spending.reserve(known, tokens_in=asked, tokens_out=max_tokens)
    try:
        completion = read_completion(_post(known, turns, max_tokens))
    except Unavailable as failure:
        _count_failure(known, reserved, failure, asked)
        raise
    took = _believed(completion, asked, max_tokens)
    spending.settle(known, reserved, tokens_in=took[0], tokens_out=took[1], failed=False)
    breaker.succeeded()
    return completion.text


def _post(known: Configured, turns: list[Turn], max_tokens: int) -> http.Response:
    headers = {"Authorization": f"Bearer {known.key}"} if known.key else {}
    try:
        return http.fetch(
            "POST",
            address_of(known.url),
            headers=headers,
            json=request_body(known.model, turns, max_tokens=max_tokens),
            timeout=known.seconds,
            max_bytes=MOST_BYTES,
            redirects=0,
            allow=inner_hosts(),
        )
    except http.RefusedAddress as error:
        raise Unavailable(Reason.UNREACHABLE, str(error)) from None
    except http.TooSlow:
        raise Unavailable(Reason.SLOW) from None
    except http.TooLarge:
        raise Unavailable(Reason.UNREADABLE, "too long") from None
    except http.HttpError as error:
        raise Unavailable(Reason.UNREACHABLE, str(error)) from None


def _count_failure(known: Configured, reserved: spending.Reserved, failure: Unavailable, asked: int) -> None:
    """What failed before it was read cost nothing; whoever hung may have read and written all of it."""
    if failure.reason in _UNBILLED:
        spending.settle(known, reserved, tokens_in=0, tokens_out=0, failed=True)
    else:
        spending.settle(known, reserved, tokens_in=asked, tokens_out=reserved.tokens_out, failed=True)
    if failure.reason != Reason.USELESS:
        breaker.failed(failure.reason, failure.detail)
    log.warning("The language model did not answer.", extra={"reason": str(failure)})


def _believed(completion: Completion, asked: int, max_tokens: int) -> tuple[int, int]:
    wrote = min(max_tokens, estimated_tokens(completion.text))
    return _bounded(completion.tokens_in, asked), _bounded(completion.tokens_out, wrote)


def _bounded(told: int | None, estimate: int) -> int:
    return told if told is not None and estimate // _LEAST_PART <= told <= estimate * 2 else estimate
