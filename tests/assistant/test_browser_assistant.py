"""The assistant in a browser: switched on, it learns, answers who taps, and is judged; axe looks at the screens."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.desk.furnished import first_link, sign_in
from tests.desk.test_desk_axe import serious
from tests.helpers.polling import until
from tests.helpers.proof import full_only
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.browser, pytest.mark.proof, full_only, pytest.mark.timeout(600)]

LIST, REVIEW = "/settings/assistant", "/settings/assistant/answers"


def looked_at(page: Page) -> None:
    assert serious(page) == {}


def learned(page: Page, base: str) -> None:
    """Wait for the list of what it has learned, with its languages."""

    def is_told() -> bool:
        page.goto(base + LIST)
        return page.locator("td:text('Հայերեն')").count() > 0

    until(is_told, seconds=400, what="the learning")


def test_it_is_switched_on_answers_who_taps_and_is_judged(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]
) -> None:
    base = running(demo=True).base_url
    page = new_context(locale="en", color_scheme="dark").new_page()
    sign_in(page, base)
    chat = first_link(page, base, LIST, "td a:text('Կայք')")
    page.goto(base + chat)
    looked_at(page)
    page.locator("select[name=mode]").select_option("answer")
    page.locator("input[name=name]").fill("Anush")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Answers customers")).to_be_visible()
    learned(page, base)

    page.locator("input[name=q]").fill("How to pay")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("How to pay").last).to_be_visible()
    looked_at(page)
    page.goto(base + "/settings/assistant/programs/new")
    looked_at(page)

    page.set_viewport_size({"width": 380, "height": 800})
    page.goto(base + REVIEW)
    looked_at(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(base + LIST)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(base + re.sub(r"assistant/inboxes/(\d+)", r"inboxes/\1/site", chat))
    page.get_by_role("button", name="chat").first.click()
    box = page.get_by_role("textbox").last
    box.fill("How to pay")
    box.press("Enter")
    expect(page.get_by_text("Anush · automatic answer").first).to_be_visible()
    page.get_by_role("button", name="Talk to a person").click()
    expect(page.get_by_text("passed this on to a colleague")).to_be_visible()

    page.goto(base + REVIEW)
    page.get_by_role("button", name="Right", exact=True).first.click()
    expect(page.locator("tamada-toasts")).to_contain_text("Thank you")
