"""Putting off by keys alone, on the real server: what is typed in the menu is a time in words, and no shortcut."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.desk.furnished import first_link, sign_in
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_time_in_words_is_typed_right_after_the_key(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]
) -> None:
    base = running(demo=True).base_url
    page = new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    sign_in(page, base)
    talk = first_link(page, base, "/inbox/open", "a[data-row]")
    page.goto(base + talk)
    menu = page.locator("[id^=snooze-]:popover-open")
    page.keyboard.press("z")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.type("tomorrow morning", delay=20)
    words = menu.locator("input[type=text]")
    expect(words).to_have_value("tomorrow morning")
    expect(words).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.type("in 3 days", delay=20)
    expect(words).to_have_value("in 3 days")
    with page.expect_response(re.compile(r"/conversations/\d+/update$")) as answer:
        page.keyboard.press("Enter")
    assert answer.value.status == 204
    expect(page.locator(".talk-head .chip.until").first).to_be_visible()
    assert page.url == base + talk

    page.goto(base + "/inbox/open")
    for place in (0, 1):
        page.locator("[data-select]").nth(place).check(force=True)
    page.keyboard.press("z")
    expect(page.locator("#bulk-snooze").get_by_role("menuitem").first).to_be_focused()
    page.keyboard.type("friday at 11", delay=20)
    expect(page.locator("#bulk-snooze [data-words]")).to_have_value("friday at 11")
    with page.expect_response(re.compile(r"/conversations/bulk$")) as answer:
        page.keyboard.press("Enter")
    assert answer.value.status == 204
    expect(page.locator(".bulk")).to_be_hidden()


def test_who_types_before_the_browser_tells_of_the_open_menu_loses_no_letter(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]
) -> None:
    base = running(demo=True).base_url
    page = new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    sign_in(page, base)
    page.goto(base + first_link(page, base, "/inbox/open", "a[data-row]"))
    menu = page.locator("[id^=snooze-]:popover-open")
    page.evaluate("addEventListener('toggle', event => event.stopImmediatePropagation(), {capture: true, once: true})")
    page.keyboard.press("z")
    expect(menu.get_by_role("menuitem").first).to_be_visible()
    page.keyboard.type("tomor")
    menu.evaluate("menu => menu.dispatchEvent(new ToggleEvent('toggle', {newState: 'open', oldState: 'closed'}))")
    page.keyboard.type("row morning")
    expect(menu.locator("[data-words]")).to_have_value("tomorrow morning")
    expect(menu).to_be_visible()
