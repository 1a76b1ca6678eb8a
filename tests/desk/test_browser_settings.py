"""Settings in a browser: a refused form opens at its field, a colour is picked, the line for the site is copied."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.desk.furnished import first_link, sign_in
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_chat_is_set_up(demo_house: RunningTamada, new_context: Callable[..., BrowserContext]) -> None:
    base = demo_house.base_url
    context = new_context(locale="en", permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    sign_in(page, base)
    chat = first_link(page, base, "/settings/inboxes", "a:text('Կայք')")
    page.goto(base + chat)

    page.locator("tamada-copy button").first.click()
    assert "data-inbox=" in page.evaluate("navigator.clipboard.readText()")

    text, picker = page.locator("input[name=color]"), page.get_by_label("Choose a colour")
    picker.fill("#123456")
    expect(text).to_have_value("#123456")
    text.fill("#abcdef")
    expect(picker).to_have_value("#abcdef")

    text.fill("red")
    page.get_by_role("button", name="Save").click()
    expect(text).to_be_focused()
    expect(text).to_be_in_viewport()
    expect(page.get_by_text("A colour is written like #0a7a5c.")).to_be_in_viewport()
