"""The help centre in a browser: with JavaScript and without, by keyboard, on a phone, in the light and in the dark."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Final, Literal, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.helpers.proof import sized
from tests.helpers.tamada import RunningTamada

pytestmark = pytest.mark.browser

PHONE: Final = {"width": 390, "height": 844}
SEED: Final = """
from tamada.conversations.models import Inbox
from tamada.core.actors import SYSTEM
from tamada.knowledge import actions
from tamada.knowledge.actions import Face, Settled
from tamada.knowledge.queries import main_centre
by = {"agent": None, "actor": SYSTEM}
mail = Inbox.objects.filter(channel="email", is_active=True).first()
face = Face(slug="main", names={"en": "Vine Net", "hy": "Վազ Նեթ"}, languages=["en", "hy"], colour="#ffe100",
            request_inbox=mail, phone="+374 10 555555", is_published=True)
actions.update_centre(**by, centre=main_centre(), face=face)
shelf = actions.save_category(**by, centre=main_centre(), names={"en": "Kettles", "hy": "Թեյնիկներ"}, descriptions={})
for title, html in (("Kettle does not boil", "<p>Unplug the <strong>kettle</strong>.</p><h2>Then</h2><p>Wait.</p>"),
                    ("Kettle leaks", "<p>Tighten the lid.</p>")):
    article = actions.create_article(**by, settled=Settled(category=shelf))
    row = actions.save_draft(**by, article=article, language="en", title=title, html=html)
    actions.publish(**by, translation=row)
words = {"title": "Թեյնիկը կաթում է", "html": "<p>Ամրացրեք կափարիչը։</p>"}
row = actions.save_draft(**by, article=article, language="hy", **words)
actions.publish(**by, translation=row)
chat = Inbox.objects.filter(channel="chat", is_active=True).first()
face = Face(slug="toasters", names={"en": "Toasters"}, languages=["en"], chat_inbox=chat, is_published=True)
centre = actions.create_centre(**by, face=face)
shelf = actions.save_category(**by, centre=centre, names={"en": "Toasters"}, descriptions={})
article = actions.create_article(**by, settled=Settled(category=shelf))
row = actions.save_draft(**by, article=article, language="en", title="Toast burns", html="<p>Turn it down.</p>")
actions.publish(**by, translation=row)
"""


@pytest.fixture(scope="module")
def house(demo_house: RunningTamada) -> RunningTamada:
    """The demo company with a few articles of its own, told apart by their words."""
    program = "import django; django.setup()\n" + SEED
    environment = {**demo_house.environment, "DJANGO_SETTINGS_MODULE": "tamada.config.settings"}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    return demo_house


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    made = browser.new_context(**getattr(request, "param", {}))
    yield made
    made.close()


def open_(context: BrowserContext, house: RunningTamada, path: str) -> Page:
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(house.base_url + path)
    assert not [text for text in troubles if "404" not in text], troubles
    return page


def test_one_finds_while_typing_and_opens_by_keyboard(context: BrowserContext, house: RunningTamada) -> None:
    page = open_(context, house, "/help/en/")
    field = page.get_by_role("combobox")
    field.press_sequentially("kettl")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_have_count(1)
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    address = chosen.get_attribute("href")
    field.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(f"{house.base_url}{address}")


def test_an_opinion_is_given_in_place(context: BrowserContext, house: RunningTamada) -> None:
    page = open_(context, house, "/help/en/articles/kettle-leaks")
    page.get_by_role("button", name="No").click()
    page.get_by_label("Hard to understand").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(page).to_have_url(f"{house.base_url}/help/en/articles/kettle-leaks")
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
def test_everything_works_without_javascript(context: BrowserContext, house: RunningTamada) -> None:
    page = open_(context, house, "/help/en/")
    page.get_by_role("searchbox").fill("kettles boiling")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Kettle does not boil").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.goto(f"{house.base_url}/help/en/articles/kettle-does-not-boil?q=kettles%20boiling")
    page.get_by_role("link", name="Send a request").click()
    expect(page.get_by_text("You searched for “kettles boiling”")).to_be_visible()
    expect(page.get_by_text("You read “Kettle does not boil”")).to_be_visible()
    expect(page.get_by_label("Leave this empty")).not_to_be_in_viewport()


def test_what_was_read_goes_along_to_a_person(context: BrowserContext, house: RunningTamada) -> None:
    page = open_(context, house, "/help/en/articles/kettle-does-not-boil")
    page.goto(f"{house.base_url}/help/en/articles/kettle-leaks?q=leaking")
    page.goto(f"{house.base_url}/help/en/")
    page.get_by_role("link", name="Send a request").click()
    expect(page.get_by_text("You read “Kettle does not boil”")).to_be_visible()
    expect(page.get_by_text("You read “Kettle leaks”")).to_be_visible()


def test_the_chat_opens_with_what_was_looked_for(context: BrowserContext, house: RunningTamada) -> None:
    page = open_(context, house, "/help/toasters/en/articles/toast-burns?q=burnt%20toast")
    page.locator("button[data-words]").click()  # the launcher has the same name
    expect(page.locator("tamada-chat textarea").first).to_have_value("burnt toast")


SCREENS: Final = (
    "/help/en/", "/help/hy/", "/help/en/categories/kettles", "/help/en/articles/kettle-does-not-boil",
    "/help/en/search?q=kettle", "/help/en/search?q=zzzzzz", "/help/en/request?q=kettle&article=1",
    "/help/en/nothing-here",
)  # fmt: skip


def violations(page: Page) -> dict[str, Any]:
    found = Axe().run(page).response["violations"]
    return {v["id"]: [n["html"][:120] + n["failureSummary"][-160:] for n in v["nodes"][:3]] for v in found}


@pytest.mark.sized
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone_or_a_wide_screen(
    browser: Browser, house: RunningTamada, scheme: Literal["light", "dark"]
) -> None:
    for size in (PHONE, {"width": 1280, "height": 860}):
        context = browser.new_context(color_scheme=scheme, viewport=cast(Any, size), reduced_motion="reduce")
        for path in sized(SCREENS[scheme == "dark" :: 2], SCREENS):
            page = open_(context, house, path)
            assert violations(page) == {}, (path, size)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, size)
            page.close()
        context.close()


def test_nothing_jumps_and_the_script_is_small(context: BrowserContext, house: RunningTamada) -> None:
    page = context.new_page()
    sizes: list[int] = []
    page.on("response", lambda r: sizes.append(len(r.body())) if "/help" in r.url and r.url.endswith(".js") else None)
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((l) => l.getEntries().forEach((e) => shift += e.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(f"{house.base_url}/help/en/articles/kettle-does-not-boil")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("shift") <= 0.05
    assert sum(sizes) < 10_000


@pytest.mark.parametrize(
    ("context", "is_said"),
    [
        ({"timezone_id": "Asia/Yerevan"}, False),
        ({"timezone_id": "Asia/Dubai"}, False),
        ({"timezone_id": "Asia/Tokyo"}, True),
        ({"timezone_id": "Asia/Yerevan", "java_script_enabled": False}, True),
    ],
    indirect=["context"],
)
def test_whose_hour_it_is_is_said_to_who_lives_by_another_clock(
    context: BrowserContext, house: RunningTamada, is_said: bool
) -> None:
    page = open_(context, house, "/help/en/")
    expect(page.locator(".reach .now")).to_contain_text("Yerevan", use_inner_text=False)
    expect(page.locator(".reach [data-zone]")).to_be_visible(visible=is_said)
