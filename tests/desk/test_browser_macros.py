"""A macro by the keyboard alone, on the real server: its words, a gap that holds it back, what it does, undo."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.desk.furnished import sign_in
from tests.helpers.tamada import RunningTamada

URGENT = re.compile("Շտապ|Urgent", re.IGNORECASE)
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_macro_from_keeping_it_to_taking_it_back(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]
) -> None:
    tamada = running(demo=True)
    page = new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    sign_in(page, tamada.base_url)
    page.goto(tamada.base_url + "/settings/macros/new")
    page.locator("input[name=name]").fill("Zebra")
    page.locator("trix-editor").first.click()
    page.keyboard.type("Contract of {{customer.first_name|you}}: {{company.website}}.")
    expect(page.locator("input[name=body]")).to_have_value(re.compile("website"))  # Trix takes the focus as it draws.
    page.locator("[hx-get^='/settings/steps/row']").last.press("Enter")
    page.locator("select[name=step_do]").select_option("priority")
    page.locator("select[name=step_value]").select_option("urgent")
    page.locator(".form-foot button[type=submit]").press("Enter")
    expect(page).to_have_url(re.compile("/settings/macros$"))

    page.goto(tamada.base_url + "/inbox/open")
    page.locator("a[data-row]").first.press("Enter")
    editor = page.locator("tamada-composer trix-editor")
    expect(editor).to_be_visible()
    page.locator("#main").press("q")
    expect(page.locator("[id^=macro-filter-]")).to_be_focused()
    page.keyboard.press("Escape")
    editor.click()
    page.keyboard.type("One. Two.")
    for _letter in "Two.":
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("document.activeElement.editor?.getSelectedRange()[0] === 5")  # it hears of the caret late
    page.keyboard.press("Control+j")
    page.locator("[id^=macro-filter-]").fill("Zeb")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    # Where the caret was.
    expect(editor).to_contain_text(re.compile(r"^One\. Contract.*\{\{company\.website\}\}\.Two\.$"))
    expect(page.locator(".macro-steps .chip")).to_have_count(1)
    expect(page.locator('[data-banner="gaps"]')).to_be_visible()
    assert page.evaluate("CSS.highlights.get('tamada-gap').size") == 1
    expect(page.locator("[data-draft-status]")).to_have_text("Draft saved")
    _a_note_meanwhile_does_nothing_of_it(page)
    page.reload()
    expect(page.locator('[data-banner="gaps"]')).to_be_visible()
    assert page.evaluate("CSS.highlights.get('tamada-gap').size") == 1

    editor.press("Control+Enter")
    expect(page.locator(".macro-steps .chip")).to_have_count(1)
    page.keyboard.type("Arevik")
    expect(editor).to_contain_text("Arevik.")
    expect(page.locator('[data-banner="gaps"]')).to_have_count(0)
    editor.press("Control+Enter")
    expect(page.locator(".macro-steps .chip")).to_have_count(0)
    expect(page.locator(".talk [popovertarget^=priority-]")).to_contain_text(URGENT)


def _a_note_meanwhile_does_nothing_of_it(page: Page) -> None:
    """What a macro does waits for the reply that it was chosen for."""
    page.locator("[role=tab][data-kind=note]").click()
    expect(page.locator(".macro-steps .chip")).to_have_count(0)
    expect(page.locator('[data-banner="gaps"]')).to_have_count(0)
    page.keyboard.type("only for us")
    page.keyboard.press("Control+Enter")
    expect(page.locator("tamada-thread .note").last).to_contain_text("only for us")
    expect(page.locator(".talk [popovertarget^=priority-]")).not_to_contain_text(URGENT)
    expect(page.locator(".macro-steps .chip")).to_have_count(1)
