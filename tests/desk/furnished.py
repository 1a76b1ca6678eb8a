"""The screens of a team at work, and what the demo company lacks to fill them, made as an admin makes it."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from tamada.demo import PASSWORD, SIGN_IN

TABLE = b"name,email,city\nAnahit Sargsyan,anahit@mail.example,Gyumri\nGiorgi Beridze,giorgi@mail.example,Batumi\n"


@dataclass
class Screens:
    """Addresses, and what opens a dialog: the page it stands on, the keys or the button that open it."""

    pages: list[str] = field(default_factory=list)
    dialogs: dict[str, tuple[str, str]] = field(default_factory=dict)


def sign_in(page: Page, base: str) -> None:
    """As the demo's first person."""
    page.goto(base + "/login")
    page.locator("input[name=email]").fill(SIGN_IN)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page).to_have_url(re.compile("/inbox/mine$"))


def first_link(page: Page, base: str, listing: str, link: str) -> str:
    """The address of the first such link of a page."""
    page.goto(base + listing)
    return page.locator(link).first.get_attribute("href") or ""


def furnish(page: Page, base: str) -> Screens:
    """Make a webhook with a delivery, an import, an export, a purpose, a trial of a rule; the screens of all of it."""
    pages = [_webhook(page, base), _delivery(page, base), _import(page, base), _tried_rule(page, base)]
    pages += ["/settings/webhooks", "/settings/import", _exported(page, base), *_purpose(page, base)]
    talk = first_link(page, base, "/inbox/open", "a[data-row]")
    person = first_link(page, base, "/customers/", "tbody a[href^='/customers/']")
    colleague = "/settings/people/2"
    pages += [talk, f"{talk}/rules", person, f"{person}/privacy", f"{person}/edit"]
    pages += [f"{colleague}/leave", f"{colleague}/second-step/reset", "/settings/hours/1", "/profile"]
    dialogs = {
        "merge": (talk, "m"),
        "merge customers": (person, "m"),
        "begin a job": ("/jobs", "[data-dialog='/jobs/new']"),
        "what rules did": (talk, f"[data-dialog='{talk}/rules']"),
        "link for the customer": (talk, "[data-dialog*='/requests?conversation=']"),
        "addresses and checks": (talk, "[data-dialog$='/details']"),
        "leave": (colleague, f"[data-dialog='{colleague}/leave']"),
        "delete a team": ("/settings/teams/2", "[data-dialog='/settings/teams/2/delete']"),
    }
    return Screens(pages, dialogs)


def opened(page: Page, base: str, where: tuple[str, str]) -> None:
    """Open a dialog on its page: by a key, or by what bears its address, in a menu or not."""
    path, how = where
    page.goto(base + path)
    expect(page.locator("tamada-dialog")).to_be_attached()
    if len(how) == 1:
        page.keyboard.press(how)
    else:
        opener = page.locator(how).first
        menu = opener.locator("xpath=ancestor::*[@popover][1]")
        if menu.count():
            menu.evaluate("menu => menu.showPopover()")
        opener.focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()


def _webhook(page: Page, base: str) -> str:
    page.goto(base + "/settings/webhooks/new")
    page.locator("main input[name=url]").fill("https://shop.invalid/hooks/tamada")
    page.locator("main form:has([name=url]) button[type=submit]").click()
    expect(page.locator("#new-secret")).to_be_visible()
    link = "main a[href^='/settings/webhooks/']:not([href$='/new'])"
    return first_link(page, base, "/settings/webhooks", link)


def _delivery(page: Page, base: str) -> str:
    page.locator("main a[href^='/settings/webhooks/']:not([href$='/new'])").first.click()
    page.locator("form[action$='/test'] button").click()
    expect(page).to_have_url(re.compile(r"/deliveries/\d+$"))
    return page.url.removeprefix(base)


def _import(page: Page, base: str) -> str:
    page.goto(base + "/settings/import")
    page.locator("input[type=file]").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": TABLE})
    page.locator("main form:has(input[type=file]) button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/settings/import/\d+$"))
    return page.url.removeprefix(base)


def _tried_rule(page: Page, base: str) -> str:
    page.goto(base + "/settings/rules/1")
    page.locator("#dry-run button[type=submit]").click()
    expect(page.locator("#dry-run [role=status]")).to_be_visible()
    return "/settings/rules/1"


def _exported(page: Page, base: str) -> str:
    page.goto(base + "/settings/export")
    page.locator(".settings-main > header button[type=submit]").click()
    expect(page.locator("#exports li").first).to_be_visible()
    return "/settings/export"


def _purpose(page: Page, base: str) -> list[str]:
    page.goto(base + "/settings/consent/new")
    page.locator("main input[name=name]").fill("Newsletter")
    page.locator("main [name=text_en]").fill("May we write to you about new tariffs?")
    page.locator("main form:has([name=text_en]) button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/settings/consent$"))
    return ["/settings/consent", first_link(page, base, "/settings/consent", "main a[href^='/settings/consent/']")]
