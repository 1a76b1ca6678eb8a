"""A customer's own link, made beside their conversation and put into the answer by keys, in the browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.desk.furnished import sign_in
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_link_goes_into_the_answer_and_never_into_a_note(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]
) -> None:
    base = running(demo=True).base_url
    page = new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    sign_in(page, base)
    page.goto(base + "/inbox/open")
    talks = [str(row.get_attribute("href")) for row in page.locator("a[data-row]").all()[:2]]
    others = _dialog_of(page, base + talks[1])
    own = _dialog_of(page, base + talks[0])
    assert own != others
    editor, note = page.locator("tamada-composer trix-editor"), page.locator("tamada-composer textarea[name=text]")
    editor.click()
    page.keyboard.type("Hello.Goodbye.")
    for _letter in "Goodbye.":
        page.keyboard.press("ArrowLeft")
    page.get_by_role("tab", name=re.compile("^Internal note")).click()
    note.fill("For us alone")

    dialog = page.get_by_role("dialog")
    page.get_by_role("link", name="Link for the customer…").press("Enter")
    expect(dialog.get_by_role("button", name="Make a link")).to_be_focused()
    page.keyboard.press("Enter")
    into = dialog.get_by_role("button", name="Put it into the answer")
    expect(into).to_be_focused()
    address = dialog.locator("code").inner_text()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("tamada-composer")).to_have_attribute("kind", "out")
    expect(editor).to_be_focused()
    page.keyboard.type("Ask us. ")
    expect(editor).to_have_text(re.compile(r"^\s*Hello\.\s"))  # words around the caret stay words
    expect(editor).to_contain_text(f"{address} Ask us. Goodbye.")
    expect(editor.locator("a")).to_have_text(address)
    assert note.input_value() == "For us alone"

    # A link of somebody to whom nothing on this page could be answered is there to be copied alone.
    page.evaluate("url => document.dispatchEvent(new CustomEvent('dialog:open', {detail: {url}}))", others)
    dialog.get_by_role("button", name="Make a link").click()
    expect(dialog.get_by_role("button", name="Copy")).to_be_visible()
    expect(dialog.locator("tamada-answer")).to_be_attached()
    expect(into).to_be_hidden()


def _dialog_of(page: Page, talk: str) -> str:
    """Where the dialog of a conversation is asked for."""
    page.goto(talk)
    return str(page.get_by_role("link", name="Link for the customer…").get_attribute("data-dialog"))
