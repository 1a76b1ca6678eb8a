"""What tests of the widget do again and again, by the names that people and screen readers see."""

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.frontend.fake_chat import FakeChat


def opened(page: Page, chat: FakeChat, path: str = "/") -> Page:
    """Go to the site and open the chat."""
    page.goto(chat.site + path)
    page.get_by_role("button").click()
    expect(page.get_by_role("textbox")).to_be_focused()
    return page


def write(page: Page, text: str) -> None:
    """Write a message and send it."""
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def bubbles(page: Page, kind: str = "li") -> Locator:
    """The messages that are shown; `kind` may be `.mine` or `.theirs`."""
    return page.locator(f".messages {kind} .text")


def remember(context: BrowserContext, token: str) -> None:
    """The browser knows this visitor from before."""
    context.add_init_script(f"localStorage.setItem('tamada:KEY:token', '{token}')")
