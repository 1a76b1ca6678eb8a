"""A desk of invented content for each test, and the built assets that it serves."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from hatch_build import ROOT, build_assets
from tests.frontend.fake_chat import FakeChat, fake_chat
from tests.frontend.fake_desk import FakeDesk, fake_desk


@pytest.fixture(scope="session", autouse=True)
def built_assets() -> None:
    """Bundle what changed since the last build."""
    build_assets(ROOT)


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    """A fresh desk on a port of its own."""
    with fake_desk() as served:
        yield served


@pytest.fixture
def chat() -> Iterator[FakeChat]:
    """A fresh chat server, and a site of another origin that embeds its widget."""
    with fake_chat() as served:
        yield served


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complained of: script errors and breaches of the content security policy."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda message: heard.append(message.text) if "Security Policy" in message.text else None)
    return heard
