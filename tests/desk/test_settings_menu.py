"""The settings' menu: under headings, found by other words and languages; the rail says that it goes on."""

from collections.abc import Callable

import pytest
from django.utils.translation import override
from playwright.sync_api import BrowserContext, Page, expect

from tamada.accounts.models import Agent
from tamada.conversations.models import Inbox
from tamada.desk import settings_nav
from tests.cast import SignedIn
from tests.desk.furnished import sign_in
from tests.helpers.tamada import RunningTamada

GOES_ON = "(rail) => rail.scrollHeight - rail.clientHeight - rail.scrollTop > 4"


@pytest.mark.parametrize("language", ["en", "hy", "ka", "ru"])
def test_no_group_is_long_and_each_has_a_heading_of_its_own(owner: Agent, language: str) -> None:
    with override(language):
        groups = settings_nav.groups(owner, "")
        titles = [str(title) for title, _links in groups]
        assert len(titles) == len(set(titles)) == 8
        assert max(len(links) for _title, links in groups) <= 8


def test_an_entry_is_known_by_its_name_in_every_language(owner: Agent) -> None:
    links = {link.href: link.also for _title, links in settings_nav.groups(owner, "") for link in links}
    for word in ("Deadlines", "Сроки", "sla", "sroki"):
        assert word in links["/settings/sla"]
    assert "sla" not in links["/settings/webhooks"].split()


def test_what_one_may_not_open_leaves_no_heading(teammate: Agent) -> None:
    titles = [str(title) for title, _links in settings_nav.groups(teammate, "")]
    assert "You" in titles
    assert "Customers and privacy" not in titles


def test_an_inboxes_page_is_called_by_its_name(owner: Agent, wired: Inbox, signed_in: SignedIn) -> None:
    page = signed_in(owner).get(f"/settings/inboxes/{wired.pk}").text
    assert f"<title>{wired.name} · Tamada</title>" in page
    assert f"<h1>{wired.name}</h1>" in page


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_the_menu_is_narrowed_and_the_rail_goes_on(
    demo_house: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en", viewport={"width": 1300, "height": 480}).new_page()
    sign_in(page, demo_house.base_url)
    page.goto(demo_house.base_url + "/settings/audit")
    menu = page.locator("#settings-menu")
    expect(menu.locator("[aria-current]")).to_be_in_viewport()
    for typed in ("вебхук", "integr", "API"):
        menu.locator("input").fill(typed)
        expect(menu.locator("a[href='/settings/webhooks']")).to_be_visible()
        expect(menu.locator("a[href='/settings/teams']")).to_be_hidden()
    expect(menu.locator("h2", has_text="Channels")).to_be_hidden()
    menu.locator("input").fill("no such thing")
    expect(menu.locator("[data-filter-none]")).to_be_visible()
    menu.locator("input").fill("teams")
    menu.locator("input").press("Enter")
    page.wait_for_url("**/settings/teams**")
    page.goto(demo_house.base_url + "/inbox/open")
    assert_the_rail_goes_on(page)


def assert_the_rail_goes_on(page: Page) -> None:
    rail = page.locator("#rail")
    assert rail.evaluate(GOES_ON)
    expect(rail).to_have_attribute("data-more", "")
    rail.locator("#rail-links a").last.focus()
    foot, last = rail.locator(".me").bounding_box(), rail.locator("#rail-links a").last.bounding_box()
    assert foot
    assert last
    assert last["y"] + last["height"] <= foot["y"]
    rail.evaluate("(rail) => rail.scrollTo(0, rail.scrollHeight)")
    expect(rail).not_to_have_attribute("data-more", "")
    rail.locator("#rail-links a").last.click()
    expect(page.locator("#rail [aria-current]")).to_be_in_viewport()
    page.set_viewport_size({"width": 1300, "height": 1400})
    expect(page.locator("#rail")).not_to_have_attribute("data-more", "")
