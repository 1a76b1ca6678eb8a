"""Settings in a browser: a chat is set up, a rule asks for hours where something waits and is tried unsaved, and what a
phone shows is not cut.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tamada.automation.points import triggers
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


def test_a_rule_is_tried_before_it_is_saved(
    demo_house: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    base = demo_house.base_url
    page = new_context(locale="en").new_page()
    sign_in(page, base)
    page.goto(base + first_link(page, base, "/settings/rules", "main a[href^='/settings/rules/']:not([href$='new'])"))
    hours = page.get_by_label("For so many hours")
    for name, trigger in triggers.all().items():
        page.locator("[name=trigger]").select_option(name)
        expect(hours).to_be_visible(visible=trigger.waits is not None)
    before = page.locator("#conditions li").count()
    page.get_by_role("button", name="Add a condition").click()
    expect(page.locator("#conditions li")).to_have_count(before + 1)
    row = page.locator("#conditions li").last
    row.locator("[name=condition_ask]").select_option("subject")
    row.locator("input[name=condition_value]").fill("there is no such word")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#dry-run")).to_contain_text("it would have fired in 0.")
    expect(page.locator("#dry-run")).to_contain_text("which are not saved")


def test_on_a_phone_nothing_is_cut(demo_house: RunningTamada, new_context: Callable[..., BrowserContext]) -> None:
    base = demo_house.base_url
    page = new_context(locale="ru", viewport={"width": 360, "height": 780}).new_page()
    sign_in(page, base)
    page.goto(base + "/settings/inboxes")
    expect(page.locator("td .chip").first).to_be_in_viewport(ratio=1)
    assert page.locator(".table-wrap").evaluate("frame => frame.scrollWidth === frame.clientWidth")
    page.goto(base + first_link(page, base, "/inbox/snoozed", "a[data-row]"))
    until = page.locator(".talk-head .until:visible")
    expect(until).to_have_count(1)
    expect(until).to_be_in_viewport(ratio=1)
    assert until.evaluate("chip => chip.scrollWidth <= chip.clientWidth")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 780})
        expect(page.locator(".talk-head").get_by_role("button", name="Метки")).to_be_in_viewport(ratio=1)
        assert page.locator(".talk-head .properties").evaluate("line => line.scrollWidth <= line.clientWidth")
