"""axe-core on every screen of the desk, as the demo company fills it, in light and in dark."""

import json
from collections.abc import Callable
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.desk.furnished import first_link, furnish, opened, sign_in
from tests.helpers.proof import full_only, sized, some_of
from tests.helpers.tamada import RunningTamada

PAGES = (
    "/inbox/open",
    "/inbox/mine",
    "/inbox/spam",
    "/conversations/new",
    "/customers/",
    "/customers/new",
    "/search",
    "/search?q=modem",
    "/deleted",
    "/notifications",
    "/profile",
    "/profile/password",
    "/profile/second-step",
    "/profile/second-step/app",
    "/profile/notifications",
    "/profile/tokens",
    "/profile/absence",
    "/settings/people/2/absence",
    "/inbox/view-1",
    "/views/",
    "/views/new?q=is:open%20modem",
    "/views/1",
    "/settings/company",
    "/settings/people",
    "/settings/people/1",
    "/settings/people/invite",
    "/settings/teams",
    "/settings/teams/1",
    "/settings/teams/new",
    "/settings/inboxes",
    "/settings/inboxes/1",
    "/settings/inboxes/4",
    "/settings/inboxes/4/site?q=tariff",
    "/settings/inboxes/new",
    "/settings/hours",
    "/settings/hours/new",
    "/settings/macros",
    "/settings/macros/new",
    "/settings/macros/1",
    "/settings/rules",
    "/settings/rules/new",
    "/settings/rules/1",
    "/settings/rules/1/log",
    "/settings/routing",
    "/settings/services",
    "/settings/services/notices",
    "/jobs",
    "/jobs/calendar",
    "/jobs/4",
    "/customers/1/requests",
    "/settings/services/1",
    "/settings/services/1/edit",
    "/settings/services/new",
    "/work",
    "/consistency",
    "/consistency/repair",
    "/settings/routing/teams/1",
    "/settings/routing/people/1",
    "/settings/webhooks",
    "/settings/webhooks/new",
    "/settings/export",
    "/settings/import",
    "/settings/language-model",
    "/insights/",
    "/insights/evening",
    "/insights/guide",
    "/settings/evening",
    "/knowledge/",
    "/knowledge/new",
    "/knowledge/1",
    "/knowledge/1/hy/versions",
    "/knowledge/dead-ends",
    "/knowledge/deleted",
    "/knowledge/folder",
    "/settings/help-centres",
    "/settings/help-centres/1",
    "/settings/help-centres/1/categories/new",
    "/settings/sla",
    "/settings/sla/new",
    "/settings/sla/1",
    "/settings/tags",
    "/settings/fields",
    "/settings/blocked",
    "/settings/quarantine",
    "/settings/tasks",
    "/settings/consent",
    "/settings/consent/new",
    "/settings/retention",
    "/settings/retention/1",
    "/settings/erasures",
    "/settings/audit",
    "/settings/audit?who=9999",
    "/settings/sign-in",
    "/confirm",
)
OF_A_PERSON = ("/edit", "/privacy", "/erase")


# Of all that axe looks at, only colours are others in the dark.
SCHEMES: dict[Literal["light", "dark"], dict[str, Any]] = {
    "light": {},
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"]},
}


def serious(page: Page, **options: Any) -> dict[str, list[str]]:
    """What axe holds against the page: rule → places."""
    violations = Axe().run(page, options=options).response["violations"]
    return {
        v["id"]: [f"{node['html'][:120]} {node['failureSummary'][-200:]}" for node in v["nodes"][:3]]
        for v in violations
        if v["impact"] in ("serious", "critical")
    }


def in_turn(turn: int) -> list[tuple[Literal["light", "dark"], dict[str, Any]]]:
    """Light and dark at full size; otherwise one of them, by turns."""
    schemes = list(SCHEMES.items())
    return sized([schemes[turn % len(schemes)]], schemes)


def conversations(page: Page, base: str) -> list[str]:
    """One conversation of each list: open, snoozed, closed, spam have their own signs."""
    found = []
    for box in ("open", "snoozed", "pending", "closed", "spam", "inbox-4"):
        page.goto(f"{base}/inbox/{box}")
        if page.locator("a[data-row]").count():
            found.append(page.locator("a[data-row]").first.get_attribute("href") or "")
    return found


@pytest.mark.browser
@pytest.mark.sized
@pytest.mark.timeout(600)
def test_axe_finds_nothing_serious_on_any_screen(
    demo_house: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    tamada = demo_house
    page = new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    sign_in(page, tamada.base_url)
    person = first_link(page, tamada.base_url, "/customers/", "tbody a[href^='/customers/']")
    found: dict[str, dict[str, list[str]]] = {}
    of_people = (*conversations(page, tamada.base_url), person, *(person + part for part in OF_A_PERSON))
    for turn, path in enumerate((*some_of(PAGES), *sized(of_people[::2], of_people))):
        for scheme, options in in_turn(turn):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            answer = page.goto(tamada.base_url + path)
            assert answer is not None
            assert answer.status == 200, path
            if trouble := serious(page, **options):
                found[f"{scheme} {path}"] = trouble
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)


@pytest.mark.browser
@pytest.mark.proof
@full_only
@pytest.mark.timeout(600)
def test_axe_finds_nothing_serious_where_a_team_has_been_at_work(
    running: Callable[..., RunningTamada], new_context: Callable[..., BrowserContext]
) -> None:
    base = running(demo=True).base_url
    page = new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    sign_in(page, base)
    screens = furnish(page, base)
    found: dict[str, dict[str, list[str]]] = {}
    for scheme, options in SCHEMES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for path in some_of(tuple(screens.pages)):
            answer = page.goto(base + path)
            assert answer is not None
            assert answer.status == 200, path
            if trouble := serious(page, **options):
                found[f"{scheme} {path}"] = trouble
        for name, where in screens.dialogs.items():
            opened(page, base, where)
            dialog = page.get_by_role("dialog")
            assert dialog.evaluate("d => document.getElementById(d.getAttribute('aria-labelledby'))?.innerText"), name
            if trouble := serious(page, **options):
                found[f"{scheme} {name}"] = trouble
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)


MENUS = ("#me-menu", "[id^=owner-]", "[id^=snooze-]", "[id^=tags-]", "[id^=more-]", "[id^=message-menu-]")


@pytest.mark.browser
@pytest.mark.proof
@full_only
@pytest.mark.timeout(240)
def test_axe_finds_nothing_serious_in_open_menus_dialogs_and_on_a_phone(
    demo_house: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    tamada = demo_house
    page = new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    sign_in(page, tamada.base_url)
    found: dict[str, dict[str, list[str]]] = {}
    [talk, *_] = conversations(page, tamada.base_url)
    page.goto(tamada.base_url + talk)
    for menu in MENUS:
        page.locator(menu).first.evaluate("menu => menu.showPopover()")
        if trouble := serious(page):
            found[menu] = trouble
        page.locator(menu).first.evaluate("menu => menu.hidePopover()")
    page.keyboard.press("Control+KeyK")
    expect(page.get_by_role("dialog")).to_be_visible()
    if trouble := serious(page):
        found["palette"] = trouble
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/inbox/open", talk, "/customers/", "/settings/inboxes"):
        page.goto(tamada.base_url + path)
        if trouble := serious(page):
            found[f"phone {path}"] = trouble
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)
