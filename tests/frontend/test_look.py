"""What every page owes its reader: no serious finding of axe, no sideways scrolling, nothing the policy forbids."""

import gzip
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tamada.desk import assets
from tests.frontend.fake_desk import FakeDesk

PAGES = ("/", "/conversations/1", "/components", "/settings", "/login")
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def complete(page: Page, url: str) -> Page:
    page.goto(url)
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => true)")
    return page


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    new_context: Callable[..., BrowserContext], desk: FakeDesk, path: str, scheme: str
) -> None:
    page = complete(new_context(color_scheme=scheme, reduced_motion="reduce").new_page(), desk.url + path)
    found = Axe().run(page).response["violations"]
    assert [
        (v["id"], [n["html"][:90] for n in v["nodes"]]) for v in found if v["impact"] in ("serious", "critical")
    ] == []


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(page: Page, desk: FakeDesk, path: str) -> None:
    complete(page, desk.url + path)
    for width in (2200, 1440, 1024, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(SIDEWAYS) <= 0, width


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_text_at_twice_the_size_does_not_break(
    new_context: Callable[..., BrowserContext], desk: FakeDesk, path: str
) -> None:
    page = complete(new_context(viewport={"width": 1280, "height": 900}).new_page(), desk.url + path)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_nothing_breaks_the_policy(page: Page, desk: FakeDesk, complaints: list[str], path: str) -> None:
    complete(page, desk.url + path)
    assert complaints == []


@pytest.mark.browser
def test_a_mail_is_as_tall_as_its_content_and_runs_nothing(page: Page, desk: FakeDesk) -> None:
    complete(page, f"{desk.url}/conversations/1")
    frame = page.locator("tamada-mailframe iframe").last
    frame.scroll_into_view_if_needed()
    expect(frame).to_have_attribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox")
    expect(page.get_by_role("button", name="Show pictures").last).to_be_visible()
    page.get_by_role("button", name="Show pictures").last.click()
    expect(frame).to_have_attribute("src", "/frame?remote=1")


def test_the_first_page_needs_less_than_100_kilobytes_of_script() -> None:
    main = assets.path("app.js")
    shared = [file for file in assets.FOLDER.glob("chunk-*.js") if file.name in main.read_text()]
    assert sum(len(gzip.compress(file.read_bytes())) for file in (main, *shared)) < 100_000
