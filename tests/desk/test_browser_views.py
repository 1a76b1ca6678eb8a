"""A view by the keyboard alone, on the real server: begun from a list, found by the palette, live, worked in, gone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.desk.furnished import sign_in
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_view_from_saving_it_to_removing_it(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]
) -> None:
    tamada = running(demo=True)
    context = new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, tamada.base_url)
    page.goto(tamada.base_url + "/inbox/open")
    page.locator("a[href='/views/new?from=open']").press("Enter")
    page.locator("input[name=name]").fill("Zebra")
    page.locator("button[hx-get='/views/condition?group=every']").press("Enter")
    page.locator("select[name=every_ask]").nth(1).select_option("priority")
    page.locator("select[name=every_value]").nth(1).select_option("low")
    page.locator(".form-foot button[type=submit]").press("Enter")
    expect(page).to_have_url(re.compile("/inbox/view-[0-9]+$"))
    expect(page.locator("a[data-row]")).to_have_count(0)
    address = page.url

    page.goto(tamada.base_url + "/inbox/mine")
    page.keyboard.press("Control+k")
    page.keyboard.type("Zeb")
    page.keyboard.press("Enter")
    expect(page).to_have_url(address)

    other = context.new_page()
    other.goto(tamada.base_url + "/inbox/open")
    for place in (0, 1):
        other.locator("[data-select]").nth(place).check(force=True)
    other.locator("[popovertarget=bulk-priority]").press("Enter")
    other.locator("#bulk-priority [value=low]").press("Enter")
    expect(page.locator("a[data-row]")).to_have_count(2)
    mine = page.locator("#rail-links a", has_text="Zebra")
    expect(mine.locator(".count")).to_have_text("2")

    page.bring_to_front()
    page.locator("[data-select]").first.check(force=True)
    page.keyboard.press("e")
    expect(page.locator("a[data-row]")).to_have_count(1)
    expect(mine.locator(".count")).to_have_text("1")

    page.locator(".list-head a[href^='/views/']").press("Enter")
    page.locator("a[data-dialog]").press("Enter")
    page.locator("dialog button[type=submit]").press("Enter")
    expect(page).to_have_url(re.compile("/views/$"))
    expect(page.locator("#rail-links a", has_text="Zebra")).to_have_count(0)
