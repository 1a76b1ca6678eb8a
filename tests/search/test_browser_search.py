"""The road of search in a real browser: a mail comes in, and its words are found while one types."""

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.polling import until
from tests.helpers.tamada import RunningTamada

PASSWORD = "correct horse battery staple"


def mail(text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Karine Grigoryan <karine@mail.example>"
    message["To"] = "support@help.example"
    message["Subject"] = "Հարց ինտերնետի մասին"
    message.set_content(text)
    return message


@pytest.mark.browser
@pytest.mark.servers
@pytest.mark.timeout(300)
def test_words_are_found_while_typing(page: Page, running: Callable[..., RunningTamada]) -> None:
    tamada = running()
    tamada.add_user("ani@help.example", password=PASSWORD)
    tamada.add_inbox("Support", "--email", "support@help.example")
    sent = mail("The blue modems blink since the morning.")
    tamada.send_mail(sent, sender="karine@mail.example", recipients=["support@help.example"])
    with tamada.api(tamada.token("ani@help.example")) as api:
        until(
            lambda: api.get("search", params={"q": "modem"}).json()["items"], seconds=60, what="the mail in the index"
        )

    page.goto(f"{tamada.base_url}/login")
    page.fill("input[type=email]", "ani@help.example")
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#rail")

    page.keyboard.press("Slash")
    page.wait_for_selector("#search-q")
    page.locator("#search-q").press_sequentially("modem", delay=30)
    hit = page.locator("a.hit")
    expect(hit).to_have_count(1)
    expect(hit.locator("mark").first).to_have_text("modems")
    expect(page).to_have_url(re.compile(r"q=modem&kind=conversations$"))

    page.locator("#search-q").fill("ինտերնետը is:closed")
    expect(page.locator(".empty")).to_be_visible()
    page.get_by_role("link", name="is:closed").click()
    expect(page.locator("a.hit mark").first).to_have_text("ինտերնետի")
    page.locator("a.hit").click()
    expect(page.locator("#main")).to_contain_text("The blue modems")

    page.keyboard.press("Control+KeyK")
    page.locator("dialog.palette input").press_sequentially("karin", delay=30)
    found = page.locator("[data-results] .palette-item")
    expect(found.first).to_be_visible()
    expect(page.locator("[data-results]")).to_contain_text("Karine Grigoryan")
