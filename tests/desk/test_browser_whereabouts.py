"""While an agent looks at a chat, the page says by itself that its visitor came back, and that they left."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.desk.furnished import sign_in
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_the_page_says_by_itself_that_a_visitor_came_and_left(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]
) -> None:
    tamada = running(demo=True)

    def seen(ago: timedelta) -> int:
        """Their browser was heard so long ago; the number of their conversation."""
        at = (datetime.now(UTC) - ago).replace(tzinfo=None).isoformat(" ")
        with closing(sqlite3.connect(tamada.data_dir / "tamada.sqlite3", timeout=20)) as database, database:
            found = "SELECT conversation_id, visitor_id FROM chat_thread ORDER BY id DESC LIMIT 1"
            conversation, visitor = database.execute(found).fetchone()
            database.execute("UPDATE chat_visitor SET seen_at = ? WHERE id = ?", (at, visitor))
        return int(conversation)

    page = new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    page.clock.install()
    sign_in(page, tamada.base_url)
    page.goto(f"{tamada.base_url}/conversations/{seen(timedelta(hours=1))}")
    state, hint = page.locator(".talk-head .state"), page.locator(".left-here")
    expect(state).to_contain_text("Left")
    expect(hint).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    assert state.evaluate("state => state.scrollWidth <= state.clientWidth")
    assert page.locator(".talk-head").evaluate("head => head.scrollWidth <= head.clientWidth")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator(".about dt", has_text="Last seen")).to_be_visible()
    page.get_by_role("tab", name="Internal note").click()
    expect(hint).to_be_hidden()
    page.get_by_role("tab", name="Reply").click()
    expect(hint).to_be_visible()

    seen(timedelta())
    page.clock.run_for(21_000)
    expect(state).to_have_text("Here now")
    expect(hint).to_have_count(0)
    expect(page.locator(".about .state.online")).to_have_text("Here now")
    expect(page.locator(".about dt", has_text="Last seen")).to_have_count(0)

    seen(timedelta(hours=1))
    page.clock.run_for(21_000)
    expect(state).to_contain_text("Left")
    expect(hint).to_be_visible()
    expect(page.locator(".about .state")).to_have_count(0)
