"""From page to page of one tab the chat goes on where it stood open; not in another tab, nor once it was closed."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.frontend.fake_chat import FakeChat, talk
from tests.frontend.widget_steps import bubbles, opened, remember, write
from tests.helpers.polling import until

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 780}


def with_two(page: Page, chat: FakeChat) -> tuple[str, str]:
    """A visitor with two conversations, and the older of them shown. Returns both, the older first."""
    token = talk(chat)
    older = chat.only
    chat.add(token, None, "in", "Another matter", client_id="b1")
    newer = next(number for number in chat.conversations if number != older)
    remember(page.context, token)
    opened(page, chat)
    expect(bubbles(page)).to_have_text(["Another matter"])
    page.get_by_role("button", name="All conversations").click()
    page.get_by_role("list", name="Conversations").get_by_role("button").last.click()
    expect(bubbles(page)).to_have_count(4)
    return older, newer


def follow(page: Page, chat: FakeChat, path: str) -> None:
    """A link of the site."""
    page.goto(chat.site + path, referer=f"{chat.site}/")


def is_closed(page: Page) -> None:
    """The button is there, and nothing opened by itself before everything was told."""
    launcher = page.locator("tamada-chat .launcher")
    expect(launcher).to_be_visible()
    expect(launcher).to_have_attribute("aria-expanded", "false")
    expect(page.locator(".panel:visible")).to_have_count(0)


def test_on_the_next_page_it_stands_open_where_it_was(page: Page, chat: FakeChat) -> None:
    with_two(page, chat)
    page.get_by_role("textbox").fill("half a sent")
    follow(page, chat, "/prices")
    expect(bubbles(page)).to_have_count(4)
    expect(page.get_by_role("textbox")).to_have_value("half a sent")
    assert page.evaluate("document.activeElement === document.body"), "the page's reader did not ask for it"
    assert page.locator(".panel").evaluate("one => getComputedStyle(one).animationName") == "none"
    page.get_by_role("button", name="All conversations").click()
    follow(page, chat, "/reach")
    rows = page.get_by_role("list", name="Conversations").get_by_role("button")
    expect(rows).to_have_count(2)
    assert page.evaluate("document.activeElement === document.body")
    rows.first.click()
    expect(page.get_by_role("textbox")).to_be_focused()
    follow(page, chat, "/prices")
    expect(page.get_by_role("textbox")).to_be_visible()
    page.evaluate("Tamada.open()")
    expect(page.get_by_role("textbox")).to_be_focused()


def test_a_message_that_waits_goes_on_with_its_new_conversation(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    chat.down = True
    write(page, "one")
    expect(page.locator(".mine .marks")).to_contain_text("Waiting for the connection")
    chat.down = False
    follow(page, chat, "/prices")
    expect(page.locator(".mine .marks")).to_contain_text("Sent")
    page.get_by_role("textbox").fill("half a sent")
    follow(page, chat, "/reach")
    expect(bubbles(page)).to_have_text(["one"])
    expect(page.get_by_role("textbox")).to_have_value("half a sent")
    assert chat.said == ["one"]


def test_after_a_reload_or_from_elsewhere_it_is_closed_and_opens_on_the_newest(page: Page, chat: FakeChat) -> None:
    with_two(page, chat)
    page.reload()
    is_closed(page)
    page.goto(f"{chat.site}/prices")
    is_closed(page)
    page.goto(f"{chat.site}/reach", referer="https://elsewhere.example/")
    is_closed(page)
    follow(page, chat, "/prices")
    is_closed(page)
    page.get_by_role("button").click()
    expect(bubbles(page)).to_have_text(["Another matter"])
    expect(page.get_by_role("textbox")).to_be_focused()


def test_what_was_closed_stays_closed(page: Page, chat: FakeChat) -> None:
    with_two(page, chat)
    page.keyboard.press("Escape")
    follow(page, chat, "/prices")
    is_closed(page)
    opened(page, chat, "/reach")
    expect(bubbles(page)).to_have_text(["Another matter"])


def test_another_tab_begins_closed_and_the_first_one_goes_on(page: Page, chat: FakeChat) -> None:
    with_two(page, chat)
    follow(page, chat, "/reach")
    expect(bubbles(page)).to_have_count(4)
    with page.expect_popup() as popup:
        page.evaluate("window.open('/prices') && null")
    is_closed(popup.value)
    follow(page, chat, "/prices")
    expect(bubbles(page)).to_have_count(4)


def test_after_a_long_while_it_does_not_come_by_itself(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    page.goto("about:blank")
    page.add_init_script("const now = Date.now; Date.now = () => now() + 11 * 60_000")
    follow(page, chat, "/prices")
    is_closed(page)


def test_a_page_that_comes_back_as_it_was_left_is_closed_if_it_was_closed_meanwhile(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    back = "persisted => dispatchEvent(new PageTransitionEvent('pageshow', {persisted}))"
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    page.evaluate(back, True)
    expect(page.get_by_role("textbox")).to_be_visible()
    page.evaluate(back, True)  # Nothing was written on the way: the page between closed it.
    is_closed(page)


def test_a_phones_page_is_not_covered_but_leads_back(browser: Browser, chat: FakeChat) -> None:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    _older, newer = with_two(page, chat)
    page.get_by_role("textbox").fill("half a sent")
    for path in ("/prices", "/reach"):
        follow(page, chat, path)
        is_closed(page)
    until(lambda: chat.streams)
    chat.answer("On that matter", conversation=newer)
    launcher = page.get_by_role("button", name="Chat with us, 1 new")
    launcher.click()
    expect(bubbles(page)).to_have_count(4)
    expect(page.get_by_role("textbox")).to_have_value("half a sent")
    expect(page.get_by_role("textbox")).to_be_focused()
    context.close()


def test_the_next_person_is_not_shown_the_formers(page: Page, chat: FakeChat) -> None:
    with_two(page, chat)
    page.goto("about:blank")
    remember(page.context, chat.visitor("Davit"))
    follow(page, chat, "/prices")
    expect(page.get_by_role("textbox")).to_be_visible()
    until(lambda: chat.asked("GET", "conversations") > 1)
    expect(bubbles(page)).to_have_count(0)
