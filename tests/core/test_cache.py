"""The cache in Redis: shared by all processes while it answers, each one's own while it does not."""

import pytest

from tamada.core.cache import SharedCache
from tests.helpers import servers
from tests.helpers.ports import free_port


def test_what_one_process_keeps_the_others_find(redis_server: servers.Server) -> None:
    one, other = (SharedCache(redis_server.url, {}) for _ in range(2))
    assert one.add("shared", 1)
    assert not other.add("shared", 1)
    one.set("word", "barev")
    assert other.get("word") == "barev"
    assert one._own.get("word") is None


def test_while_redis_is_away_the_process_remembers_alone(caplog: pytest.LogCaptureFixture) -> None:
    cache = SharedCache(f"redis://127.0.0.1:{free_port()}/0", {})
    try:
        assert [cache.add("used", 1, 60) for _ in range(2)] == [True, False]
        assert cache.get("word") is None
        cache.set("word", "barev", 60)
        assert cache.get("word") == "barev"
        assert "Redis does not answer" in caplog.text
    finally:
        cache._own.clear()
