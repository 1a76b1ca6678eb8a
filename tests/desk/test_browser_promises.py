"""A promise from the words in which it is made to its keeping, by keys, in the browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.desk.furnished import sign_in
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_what_is_promised_is_found_tracked_and_kept(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]
) -> None:
    base = running(demo=True).base_url
    page = new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    sign_in(page, base)
    page.goto(base + "/inbox/open")
    page.locator("a[data-row]").first.press("Enter")
    editor = page.locator("tamada-composer trix-editor")
    expect(editor).to_be_visible()
    editor.click()
    page.keyboard.type("Hello. I will call you back tomorrow by 12.")
    editor.press("Control+Enter")
    asked = page.locator(".proposal")
    expect(asked).to_contain_text("I will call you back tomorrow by 12")
    asked.get_by_role("button", name="Track").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[name=text]")).to_be_focused()
    dialog.locator("[name=text]").fill("Call back")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(asked).to_have_count(0)
    promises = page.locator(".about .promises")
    expect(promises).to_contain_text("Call back")

    editor.press("Alt+p")
    expect(dialog.locator("[name=text]")).to_be_focused()
    page.keyboard.type("Send the invoice")
    page.keyboard.press("Enter")
    expect(promises).to_contain_text("Send the invoice")
    talk = page.url

    page.goto(base + "/promises")
    rows = page.locator(".promise-rows > li")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Call back").press("Enter")
    dialog.locator("[name=text]").fill("Call back soon")
    page.keyboard.press("Enter")  # saves, and breaks nothing
    expect(rows.first).to_contain_text("Call back soon")
    page.get_by_role("button", name="Call back soon").press("Enter")
    dialog.get_by_role("button", name="Can't be kept").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Say why")
    dialog.get_by_role("button", name=re.compile("^Kept")).click()
    expect(rows).to_have_count(1)
    page.goto(base + "/promises?show=settled")
    expect(rows.filter(has_text="Call back soon")).to_contain_text("kept")
    page.goto(talk)
    kept = promises.locator("li", has_text="Call back soon")
    expect(kept.locator(".chip")).to_have_text("kept")
    ink = page.locator(".about").evaluate("about => getComputedStyle(about).color")
    expect(kept.get_by_role("button")).to_have_css("color", ink)  # red would say that it is late
