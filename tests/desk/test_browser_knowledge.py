"""An article as a person writes it: headings, a picture that is pasted, published, and changed in a second language."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.desk.furnished import sign_in
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

PASTE = """editor => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
  return new Promise(done => canvas.toBlob(blob => {
    editor.editor.insertFile(new File([blob], "box.png", { type: "image/png" }));
    done();
  }));
}"""


def test_an_article_from_its_first_word_to_its_readers(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]
) -> None:
    base = running(demo=True).base_url
    page = new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    sign_in(page, base)
    page.goto(base + "/knowledge/new?language=en")
    page.locator("input[name=title]").fill("Zebra crossings")
    editor = page.locator("trix-editor")
    editor.click()
    page.locator("[data-trix-attribute=heading1]").click()
    page.keyboard.type("Stripes")
    page.keyboard.press("Enter")
    page.keyboard.type("They are white.")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("And black.")
    editor.press("Control+s")
    expect(page).to_have_url(re.compile(r"/knowledge/\d+\?language=en$"))
    expect(editor.locator("h2")).to_have_text("Stripes")
    expect(editor.locator("p")).to_have_text(["They are white.", "And black."])
    editor.press("Control+End")
    page.keyboard.type(" And grey.")
    expect(page.locator("[data-kept]")).to_have_text("Draft saved")
    page.reload()
    expect(editor.locator("p")).to_have_text(["They are white.", "And black. And grey."])
    elsewhere = page.context.new_page()
    elsewhere.goto(page.url)
    elsewhere.locator("input[name=title]").fill("Zebras")
    expect(elsewhere.locator("[data-kept]")).to_have_text("Draft saved")
    elsewhere.close()
    page.keyboard.press("Tab")
    editor.press("Control+End")
    page.keyboard.type("!")
    expect(page.locator("[data-kept]")).to_contain_text("both wordings")
    page.reload()

    editor.evaluate(PASTE)
    picture = editor.locator("img[src*='/knowledge/files/']")
    expect(picture).to_be_visible()
    expect(editor.locator("figcaption")).to_have_text("")  # the name of its file is nothing for readers
    with page.expect_file_chooser():
        page.locator("[data-picture]").click()
    page.locator("select[name=audience]").select_option("internal")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".tabs [aria-current=page]")).to_contain_text("Published")
    expect(page.locator("select[name=audience]")).to_have_value("internal")  # what stood beside it was not lost
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") == 8

    page.goto(base + "/knowledge/?q=zebra")
    expect(page.locator("#articles tbody tr")).to_have_count(1)
    expect(page.locator("#articles tbody tr")).to_contain_text("Zebras")
