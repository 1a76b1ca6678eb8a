"""Limits hold in each process while Redis is away."""

from dataclasses import replace

import pytest
from django.conf import settings

from tamada.core import limits
from tests.helpers.ports import free_port


def test_a_limit_holds_while_redis_is_away(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    limits._redis.cache_clear()
    away = replace(settings.TAMADA, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    monkeypatch.setattr(settings, "TAMADA", away)
    try:
        assert [limits.hit("away", 2, 1000) for _ in range(4)] == [True, True, False, False]
        assert "Redis does not answer" in caplog.text
        limits.reset("away")  # and whoever has proved themselves is let in again
        assert limits.hit("away", 2, 1000)
    finally:
        limits._redis.cache_clear()
        limits._windows.pop("away", None)
