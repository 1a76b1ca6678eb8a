"""The widget in pages of others: styles stay apart; keyboard, screen readers, languages, colours, phones."""

import re
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.fake_chat import FakeChat, talk
from tests.frontend.test_look import SIDEWAYS, serious
from tests.frontend.widget_steps import bubbles, opened, remember, write
from tests.helpers.polling import until
from tests.helpers.proof import sized

TABLES = Path(__file__).resolve().parents[2] / "frontend" / "ts" / "widget"
STYLE_OF = "one => Object.fromEntries([...getComputedStyle(one)].map(name => [name, getComputedStyle(one)[name]]))"
SEEN = (
    "color",
    "font-size",
    "letter-spacing",
    "text-transform",
    "visibility",
    "opacity",
    "float",
    "direction",
    "position",
)
FOCUSED = "document.querySelector('tamada-chat').shadowRoot.activeElement?.closest('.panel') !== null"
NAMES = {
    "en": ("Chat with us", "Your message"),
    "hy": ("Գրեք մեզ", "Ձեր հաղորդագրությունը"),
    "ka": ("მოგვწერეთ", "თქვენი შეტყობინება"),
    "ru": ("Написать нам", "Ваше сообщение"),
}


def looks(page: Page) -> dict[str, Any]:
    """Where the parts of the open widget stand, and how they are drawn."""
    expect(bubbles(page)).to_have_count(4)
    expect(page.locator(".messages img")).to_have_js_property("complete", value=True)
    page.evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )  # Its height is drawn.
    page.mouse.move(0, 0)
    found = {}
    for part in (".launcher", ".panel", ".composer textarea", ".theirs .text", ".who h2", ".send"):
        style = page.locator(part).first.evaluate(STYLE_OF)
        found[part] = (page.locator(part).first.bounding_box(), {name: style[name] for name in SEEN})
    return found


@pytest.mark.browser
def test_the_pages_styles_do_not_leak_in(page: Page, chat: FakeChat, complaints: list[str]) -> None:
    page.emulate_media(reduced_motion="reduce")
    remember(page.context, talk(chat))
    plain = looks(opened(page, chat))
    chat.page = "hostile"
    assert looks(opened(page, chat)) == plain
    assert plain[".launcher"][0] == {"x": 1202, "y": 642, "width": 58, "height": 58}
    write(page, "works all the same")
    until(lambda: "works all the same" in chat.said)
    assert complaints == []


@pytest.mark.browser
def test_nothing_of_the_widget_leaks_out(page: Page, chat: FakeChat) -> None:
    page.goto(chat.site + "/?inbox=WRONG")
    until(lambda: chat.asked("GET", "config") == 1)
    before = [page.locator(part).evaluate(STYLE_OF) for part in ("h1", "p", "body")]
    opened(page, chat)
    assert [page.locator(part).first.evaluate(STYLE_OF) for part in ("h1", "main > p", "body")] == before
    assert page.evaluate("document.querySelectorAll('style, [style]').length + document.adoptedStyleSheets.length") == 0
    names = "Object.keys(window).filter(name => /tamada/i.test(name)).sort()"
    assert page.evaluate(names) == ["Tamada", "tamadaWidget"]


@pytest.mark.browser
def test_the_keyboard_alone_does_everything(page: Page, chat: FakeChat) -> None:
    page.goto(chat.site)
    expect(page.get_by_role("button", name="Chat with us")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    until(lambda: chat.said == ["one\ntwo"])
    for key in ("Tab", "Shift+Tab"):
        for _ in range(10):
            page.keyboard.press(key)
            assert page.evaluate(FOCUSED)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Chat with us")).to_be_focused()


@pytest.mark.browser
def test_new_messages_are_read_aloud(page: Page, chat: FakeChat) -> None:
    opened(page, chat)
    write(page, "Hello")
    until(lambda: chat.said == ["Hello"])
    log = page.get_by_role("log", name="Messages")
    expect(log).to_have_attribute("aria-live", "polite")
    chat.answer("Good day")
    expect(log.get_by_role("listitem").last).to_have_text(re.compile("^Nare:Good day"))
    expect(page.get_by_text("Good day")).to_have_count(1)
    page.keyboard.press("Escape")
    chat.answer("Are you there?")
    expect(page.locator(".frame > [role=status]")).to_have_text("Chat with us, 1 new")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, chat: FakeChat, scheme: Literal["light", "dark"]) -> None:
    chat.page = "dark" if scheme == "dark" else "plain"
    page.emulate_media(reduced_motion="reduce")
    chat.config |= {"contacts": [{"type": "email", "value": "a@nur.example", "label": ""}], "hours": []}
    chat.config["offers"] = [{"id": "1", "when": "same_page", "after": 1, "text": ""}]
    page.goto(chat.site + "/?with=contact")
    expect(page.get_by_role("region", name="A message from us")).to_be_visible()
    expect(page.locator("tamada-contact dl")).to_be_visible()
    assert serious(page) == []
    token = talk(chat)
    chat.answer("unread")
    remember(page.context, token)
    opened(page, chat)
    expect(bubbles(page)).to_have_count(5)
    page.get_by_role("button", name="Emoji").click()
    assert serious(page) == []
    page.get_by_role("button", name="All conversations").click()
    assert serious(page) == []
    chat.config |= {"form": [{"name": "name", "required": True}], "open": False}
    page.evaluate("Tamada.setLocale('en')")
    until(lambda: chat.asked("GET", "config") >= 3)
    page.get_by_role("button", name="New conversation").click()
    page.get_by_role("button", name="Send the message").click()
    assert serious(page) == []


@pytest.mark.browser
@pytest.mark.sized
@pytest.mark.parametrize("code", sized(("hy", "ru"), tuple(NAMES)))
def test_it_speaks_the_language_of_the_page(page: Page, chat: FakeChat, code: str) -> None:
    chat.lang = code
    chat.config |= {"reply_seconds": 240, "name": "1"}
    launcher, composer = NAMES[code]
    page.goto(chat.site)
    page.get_by_role("button", name=launcher).click()
    expect(page.get_by_role("textbox", name=composer)).to_be_focused()
    write(page, "1")
    expect(page.locator(".mine .marks")).to_contain_text("·")
    said = page.locator(".panel").inner_text() + str(
        page.locator(".panel [aria-label]").evaluate_all("all => all.map(one => one.ariaLabel).join()")
    )
    assert code == "en" or not re.search("[A-Za-z]{2,}", said), said
    other = "hy" if code != "hy" else "en"
    page.evaluate("code => Tamada.setLocale(code)", other)
    expect(page.get_by_role("textbox", name=NAMES[other][1])).to_be_visible()
    expect(bubbles(page)).to_have_text(["1"])


@pytest.mark.parametrize("file", ["table.ts", "panel/table.ts"])
def test_every_language_fills_the_same_places(file: str) -> None:
    tables = re.split(r"^export const (\w+).*= \{$", (TABLES / file).read_text(), flags=re.MULTILINE)[1:]
    places = {
        code: {
            name: sorted(re.findall(r"\{\w+\}", text))
            for name, text in re.findall(r'^  (\w+): "(.*)",$', body, re.MULTILINE)
        }
        for code, body in zip(tables[::2], tables[1::2], strict=True)
    }
    assert set(places) == set(NAMES)
    assert all(one == places["en"] for one in places.values())


@pytest.mark.browser
def test_it_follows_the_sites_colours(page: Page, chat: FakeChat) -> None:
    page.goto(chat.site)
    expect(page.locator(".frame")).to_have_attribute("data-scheme", "light")
    chat.page = "dark"
    page.goto(chat.site)
    expect(page.locator(".frame")).to_have_attribute("data-scheme", "dark")
    chat.page = "plain"
    chat.config["theme"] = {"color": "#0a7a5c", "side": "left"}
    page.goto(chat.site)
    expect(page.locator(".launcher")).to_have_css("background-color", "rgb(10, 122, 92)")
    box = page.locator(".launcher").bounding_box()
    assert box
    assert box["x"] == 20


@pytest.mark.browser
def test_on_a_phone_it_fills_the_screen(page: Page, chat: FakeChat) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    opened(page, chat)
    assert page.locator(".panel").bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 640}
    assert page.evaluate(SIDEWAYS) <= 0
    page.get_by_role("button", name="Close chat").click()
    expect(page.get_by_role("button", name="Chat with us")).to_be_focused()


@pytest.mark.browser
def test_text_of_twice_the_size_breaks_nothing(page: Page, chat: FakeChat) -> None:
    remember(page.context, talk(chat))
    opened(page, chat)
    page.locator("tamada-chat").evaluate("""one => {
      const larger = new CSSStyleSheet();
      larger.replaceSync('.frame { font-size: 200% !important }');
      one.shadowRoot.adoptedStyleSheets = [...one.shadowRoot.adoptedStyleSheets, larger];
    }""")
    for part in (".scroll", ".composer", "header"):
        assert page.locator(part).first.evaluate("one => one.scrollWidth - one.clientWidth") <= 1, part
    expect(page.get_by_role("button", name="Send")).to_be_in_viewport()
