"""The cache in Redis. What it holds spares work and proves nothing, so no page waits for it or fails with it."""

import logging
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

log = logging.getLogger(__name__)


class SharedCache(RedisCache):
    """Redis; while it does not answer, each process remembers for itself."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._own = LocMemCache("redis-is-away", params)

    def add(self, *args: Any, **options: Any) -> Any:
        """As Django's."""
        return self._ask("add", *args, **options)

    def get(self, *args: Any, **options: Any) -> Any:
        """As Django's."""
        return self._ask("get", *args, **options)

    def set(self, *args: Any, **options: Any) -> Any:
        """As Django's."""
        return self._ask("set", *args, **options)

    def _ask(self, what: str, *args: Any, **options: Any) -> Any:
        from redis import RedisError

        try:
            return getattr(super(), what)(*args, **options)
        except RedisError as error:
            log.warning("Redis does not answer; this process remembers alone.", extra={"reason": type(error).__name__})
            return getattr(self._own, what)(*args, **options)
