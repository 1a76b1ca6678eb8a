"""Counting hits in a sliding window, in this process or in Redis for all of them."""

import logging
import threading
import time
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from redis import Redis

log = logging.getLogger(__name__)
_guard = threading.Lock()
_windows: dict[str, tuple[int, int, int]] = {}  # key → (window number, hits before it, hits in it)
MOST = 100_000


def hit(key: str, limit: int, seconds: int) -> bool:
    """Count one hit; True while there were at most `limit` in the last `seconds`.

    Two neighbouring windows are weighed, so a burst at their border is not let through twice. A hit that is refused
    counts too: who keeps knocking stays out.
    """
    return used(key, seconds) <= limit


def used(key: str, seconds: int) -> float:
    """Count one hit, and say how many there were in the last `seconds`, for who tells what is left."""
    now = time.time()
    number, passed = int(now // seconds), (now % seconds) / seconds
    before, current = _hits(key, number, seconds)
    return before * (1 - passed) + current


def reset(key: str) -> None:
    """Forget the hits of a key, e.g. of an account after a right password."""
    with _guard:
        _windows.pop(key, None)
    if settings.TAMADA.redis_url:
        from redis.exceptions import RedisError

        try:
            client = _redis()
            client.delete(*(list(client.scan_iter(match=f"tamada:limit:{key}:*", count=100)) or ["tamada:limit:none"]))
        except RedisError as error:
            _alone(error)


def _hits(key: str, number: int, seconds: int) -> tuple[int, int]:
    """Hits before this window and in it. While Redis doesn't answer, each process counts for itself."""
    if settings.TAMADA.redis_url:
        from redis.exceptions import RedisError

        try:
            return _redis_hit(key, number, seconds)
        except RedisError as error:
            _alone(error)
    return _local_hit(key, number)


def _alone(error: Exception) -> None:
    log.warning("Redis does not answer; limits hold in each process alone: %s", type(error).__name__)


def _local_hit(key: str, number: int) -> tuple[int, int]:
    with _guard:
        last, before, current = _windows.pop(key, (number, 0, 0))
        if last != number:
            before, current = (current if last == number - 1 else 0), 0
        if len(_windows) >= MOST:
            del _windows[next(iter(_windows))]
        _windows[key] = (number, before, current + 1)
        return before, current + 1


def _redis_hit(key: str, number: int, seconds: int) -> tuple[int, int]:
    name = f"tamada:limit:{key}:{number}"
    pipe = _redis().pipeline(transaction=False)
    pipe.incr(name)
    pipe.expire(name, seconds * 2)
    pipe.get(f"tamada:limit:{key}:{number - 1}")
    current, _, before = pipe.execute()
    return int(before or 0), int(current)


@lru_cache(maxsize=1)
def _redis() -> "Redis":
    from redis import Redis

    return Redis.from_url(str(settings.TAMADA.redis_url), socket_timeout=2)
