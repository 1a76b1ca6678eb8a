"""/readyz tells when a part that pages do not show has stopped."""

import asyncio

import pytest
from django.db import connection

from tamada.config.asgi import Application
from tamada.core import health, hub

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def application() -> Application:
    health.withdraw("worker")
    return Application()


def test_it_is_ready_once_the_worker_says_that_it_is_at_work(application: Application) -> None:
    assert application._problem() is None
    application.needs_worker = True
    assert application._problem() == "The worker is not at work."
    health.announce("worker")
    assert application._problem() is None


def test_it_is_not_ready_while_nobody_reads_the_event_log(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def problem() -> str | None:
        try:
            return application._problem()
        finally:
            connection.close()

    async def scenario() -> list[str | None]:
        reader = application._reader = hub.Reader(hub.Hub(0), asyncio.get_running_loop())
        try:
            found = [await asyncio.to_thread(problem)]
            monkeypatch.setattr(hub, "STUCK", -1.0)
            return [*found, await asyncio.to_thread(problem)]
        finally:
            await asyncio.to_thread(reader.close)

    assert asyncio.run(scenario()) == [None, "Nobody reads the event log."]
