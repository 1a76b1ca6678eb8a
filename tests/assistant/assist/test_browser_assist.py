"""Help beside the composer by the keyboard, on the real server, with a language model that then hangs."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.desk.furnished import sign_in
from tests.desk.test_desk_axe import serious
from tests.helpers.language_model import LanguageModel, part
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# How far the page has jumped by itself, as the browser counts it.
SHIFTS = """() => new Promise(done => new PerformanceObserver(list => done(
  list.getEntries().filter(e => !e.hadRecentInput).reduce((sum, e) => sum + e.value, 0)
)).observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 300))"""


def solved_talk(page: Page, base: str) -> None:
    """An open conversation like which others were solved."""
    page.goto(base + "/inbox/open")
    for link in [row.get_attribute("href") for row in page.locator("a[data-row]").all()[:12]]:
        page.goto(f"{base}{link}")
        expect(page.locator("tamada-assist .assist-row")).to_be_attached()
        if page.locator("[data-assist-n='1']").count():
            return
    raise AssertionError("nothing like it was solved")


def set_up(page: Page, base: str) -> None:
    page.goto(base + "/settings/language-model")
    page.locator("input[name=model]").fill("small")
    page.locator("input[name=seconds]").fill("2")
    for box in page.locator("input[name=inboxes]").all():
        box.check()
    page.locator("form.form:has(input[name=model]) button[type=submit]").click()
    expect(page.locator("tamada-toasts")).to_contain_text(re.compile(r"\w"))


def answers(asked: Any) -> Any:
    """Says the same as it was given."""
    return {"text": f"{part(asked, 'text')} Thank you!"}


def test_one_key_inserts_a_line_hints_and_a_model_that_hangs_is_missed_by_nobody(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext], model: LanguageModel
) -> None:
    model.answer = answers
    tamada = running(demo=True, environment={"TAMADA_LLM_URL": model.url})
    page = new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    sign_in(page, tamada.base_url)
    set_up(page, tamada.base_url)
    solved_talk(page, tamada.base_url)
    assert page.evaluate(SHIFTS) < 0.05

    editor = page.locator("tamada-composer trix-editor")
    editor.click()
    page.keyboard.press("Alt+Digit1")
    expect(editor).to_contain_text(re.compile(r"\w{3}"))
    editor.press("Control+a")
    page.keyboard.type("Hello! The contract is attached to this.")
    hints = page.locator("[id^=assist-hints-]")
    expect(hints).not_to_be_empty()

    robot = page.locator("[popovertarget^=assist-acts-]")
    robot.press("Enter")
    page.locator("[data-assist-turn$='/reword']").press("Enter")
    expect(editor).to_contain_text("Thank you!")
    editor.press("Control+z")
    expect(editor).not_to_contain_text("Thank you!")

    model.mode = "hang"
    robot.press("Enter")
    page.locator("[data-assist-turn$='/reword']").press("Enter")
    expect(page.locator("tamada-toasts")).to_contain_text(re.compile("մոդել|model"))
    expect(editor).to_contain_text("The contract is attached")
    page.keyboard.press("Escape")

    page.locator(".assist-row a[data-dialog]").press("Enter")
    expect(page.locator("[data-assist-summary]")).not_to_have_value("")
    assert serious(page) == {}
    page.locator("dialog button[type=submit]").press("Enter")
    expect(page.locator(".message.note").last).to_be_visible()
    page.locator("[popovertarget^=assist-more-]").press("Enter")
    expect(page.locator(".assist-more")).to_be_visible()
    assert serious(page) == {}
