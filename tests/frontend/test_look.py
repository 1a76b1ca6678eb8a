"""What every page owes its reader: no serious finding of axe, no sideways scrolling, nothing the policy forbids."""

import gzip
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tamada.desk import assets
from tests.frontend.fake_desk import FakeDesk

PAGES = ("/", "/conversations/1", "/components", "/settings", "/login")
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def complete(page: Page, url: str, scheme: Literal["light", "dark"] = "light") -> Page:
    """Open a page and wait until its fonts are there."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(url)
    page.evaluate("document.fonts.ready.then(() => true)")
    return page


def serious(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds serious, and where."""
    found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    return [(v["id"], [n["html"][:90] for n in v["nodes"]]) for v in found]


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious_and_the_policy_is_kept(
    page: Page, desk: FakeDesk, complaints: list[str], path: str
) -> None:
    assert serious(complete(page, desk.url + path)) == []
    assert serious(complete(page, desk.url + path, "dark")) == []
    assert complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_not_even_with_text_of_twice_the_size(page: Page, desk: FakeDesk, path: str) -> None:
    complete(page, desk.url + path)
    for width in (2200, 1440, 1024, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(SIDEWAYS) <= 0, width
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.browser
def test_a_mail_stands_in_a_frame_without_scripts_and_shows_pictures_when_asked(page: Page, desk: FakeDesk) -> None:
    complete(page, f"{desk.url}/conversations/1")
    frame = page.locator("tamada-mailframe iframe").last
    frame.scroll_into_view_if_needed()
    expect(frame).to_have_attribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox")
    assert frame.evaluate("frame => frame.offsetHeight >= frame.contentDocument.documentElement.offsetHeight")
    page.get_by_role("button", name="Show pictures").last.click()
    expect(frame).to_have_attribute("src", "/frame?remote=1")


def test_the_first_page_needs_less_than_100_kilobytes_of_script() -> None:
    main = assets.path("app.js")
    shared = [file for file in assets.FOLDER.glob("chunk-*.js") if file.name in main.read_text()]
    assert sum(len(gzip.compress(file.read_bytes())) for file in (main, *shared)) < 100_000
