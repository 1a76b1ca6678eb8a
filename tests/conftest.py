"""What every test may ask for: the fixed cast of people, servers, a browser, Tamada itself."""

import pytest

pytest_plugins = ["tests.cast", "tests.fixtures_servers"]


@pytest.fixture(autouse=True)
def fresh_process_memory() -> None:
    """What a process remembers outside the database must not pass from one test to the next."""
    from django.conf import settings
    from django.utils import timezone, translation

    from tamada.core import limits, presence, settings_store

    timezone.deactivate()  # A test client's request leaves its reader's zone and language to the thread.
    translation.deactivate()
    settings_store.forget()
    limits._windows.clear()
    presence.table._rows.clear()
    if settings.TAMADA.redis_url:
        limits._redis().flushdb()
