"""Fixtures for everything that runs outside the test process: servers, a browser, Tamada itself."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from zlib import crc32

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.helpers import servers
from tests.helpers.smtp import FakeSMTP
from tests.helpers.tamada import RunningTamada, running_tamada

NEEDS = {
    "postgres_server": ("PostgreSQL", servers.postgres_available),
    "redis_server": ("Redis", servers.redis_available),
    "dovecot": ("Dovecot", servers.dovecot_available),
    "pgbouncer": ("PgBouncer", servers.pgbouncer_available),
}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.Server]:
    """A PostgreSQL of this test run. Its database `tamada` is empty at first; whoever writes to it makes another."""
    with servers.postgres() as server:
        yield server


@pytest.fixture
def postgres_database(postgres_server: servers.Server) -> Iterator[str]:
    """The name of an empty database of one's own on it."""
    name = f"test_{secrets.token_hex(4)}"
    with psycopg.connect(postgres_server.url, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}".encode())
        yield name
        db.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def outgrown(postgres_server: servers.Server, postgres_database: str, redis_server: servers.Server) -> dict[str, str]:
    """What makes Tamada use PostgreSQL and Redis: a database of its own on each."""
    return {
        "TAMADA_DATABASE_URL": postgres_server.url.rpartition("/")[0] + f"/{postgres_database}",
        "TAMADA_REDIS_URL": redis_server.url.rpartition("/")[0] + "/9",
    }


@pytest.fixture
def pgbouncer(postgres_server: servers.Server, postgres_database: str) -> Iterator[str]:
    """The address of such a database behind a PgBouncer that gives each transaction another connection."""
    with servers.pgbouncer(postgres_server) as server:
        yield server.url.replace("/tamada?", f"/{postgres_database}?")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[servers.Server]:
    """A Redis of this test run."""
    with servers.redis() as server:
        yield server


@pytest.fixture
def dovecot() -> Iterator[servers.Mailbox]:
    """A Dovecot with an empty mailbox."""
    with servers.dovecot() as mailbox:
        yield mailbox


@pytest.fixture(scope="session")
def s3_server() -> Iterator[servers.Bucket]:
    """An S3 store of this test run."""
    with servers.s3() as bucket:
        yield bucket


@pytest.fixture
def smtp_server() -> Iterator[FakeSMTP]:
    """A mail server that takes what we send."""
    with FakeSMTP() as server:
        yield server


@pytest.fixture
def running() -> Iterator[Callable[..., RunningTamada]]:
    """Starts a real Tamada: `tamada = running(demo=True, environment={"TAMADA_SMTP_URL": smtp_server.url})`."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(running_tamada(**options))


@pytest.fixture(scope="session")
def demo_house() -> Iterator[RunningTamada]:
    """A real Tamada with the demo company, for tests that only look."""
    with running_tamada(demo=True) as tamada:
        yield tamada


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    # Playwright's synchronous API keeps an event loop in this thread, which Django takes for a view that must not wait.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # A deadline for a page that hangs; a busy machine takes more than the usual 5 s.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=servers.chromium_path(), args=servers.CHROMIUM_FLAGS)
        yield program
        program.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a fresh browser profile: `new_context(locale="hy-AM", color_scheme="dark", viewport={…})`."""
    with ExitStack() as stack:

        def make(**options: Any) -> BrowserContext:
            context = browser.new_context(**options)
            stack.callback(context.close)
            return context

        yield make


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page in a fresh profile, in English."""
    return new_context(locale="en").new_page()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run cannot hold: tests of the other database, and of servers that this machine lacks.

    On PostgreSQL also what touches no database of the run, for it would only be done twice: a Tamada that a test starts
    has a database of its own, whichever the test asked for.
    """
    from django.conf import settings

    postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    other = "sqlite" if postgres else "postgres"
    absent = {fixture for fixture, (_name, available) in NEEDS.items() if not available()}
    left_out = [
        item
        for item in items
        if item.get_closest_marker(other)
        or absent.intersection(getattr(item, "fixturenames", ()))
        or (postgres and not _is_about_data(item))
        or not _is_its_turn(item)
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _is_its_turn(item: pytest.Item) -> bool:
    """Where only one of so many runs (`TAMADA_TEST_ONE_OF`), always the same ones; what is about PostgreSQL always."""
    one_of = int(os.environ.get("TAMADA_TEST_ONE_OF", "1"))
    return bool(item.get_closest_marker("postgres")) or crc32(item.nodeid.encode()) % one_of == 0


def _is_about_data(item: pytest.Item) -> bool:
    """Whether a test uses the database or the Redis of the run; the ground's own may do so without a fixture."""
    fixtures = {"db", "transactional_db"}.intersection(getattr(item, "fixturenames", ()))
    return bool(fixtures or item.get_closest_marker("django_db")) or "core" in item.path.parts
