"""HTML mail in the thread, in Chromium: signatures and quotes lie behind "···", and come out with their formatting."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tamada.kit.html import to_text
from tests.cast import PASSWORD
from tests.helpers.mail_programs import TONGUES, words, written
from tests.helpers.polling import until
from tests.helpers.proof import full_only
from tests.helpers.tamada import RunningTamada

pytestmark = pytest.mark.browser

SUPPORT = "support@help.example"
# A picture that the person put into their letter makes the desk show its own formatting.
PICTURE = "<div><table><tr><td>A</td><td>B</td></tr></table></div>"
SENT = (("hy", "gmail on the web"), ("ka", "outlook on the web"), ("ru", "mail.ru"), ("en", "apple mail on a desktop"))


@pytest.fixture
def tamada(running: Callable[..., RunningTamada]) -> RunningTamada:
    tamada = running()
    tamada.add_user("olga@desk.example", name="Olga", role="admin", password=PASSWORD)
    tamada.add_inbox("Support", "--email", SUPPORT)
    return tamada


def send(tamada: RunningTamada, number: int, html: str, text: str = "", file: bytes = b"", **headers: str) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = f"c{number}@mail.example", SUPPORT, f"Letter {number}"
    letter["Message-ID"] = f"<{number}@mail.example>"
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    if text:
        letter.set_content(text)
        letter.add_alternative(html, subtype="html")
    else:
        letter.set_content(html, subtype="html")
    if file:
        letter.add_attachment(file, maintype="text", subtype="csv", filename="prices.csv")
    tamada.send_mail(letter, sender=f"c{number}@mail.example", recipients=[SUPPORT])


def received(api: httpx.Client, count: int) -> dict[str, str]:
    """The conversations by subject, once there are so many."""
    found: dict[str, str] = {}

    def look() -> bool:
        found.update({row["subject"]: row["id"] for row in api.get("conversations").json()["items"]})
        return len(found) == count

    until(look, seconds=30, what="the letters")
    return found


def open_desk(page: Page, tamada: RunningTamada) -> None:
    page.goto(tamada.base_url + "/login")
    page.get_by_label("E-mail").fill("olga@desk.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/inbox/mine$"))


def framed_text(message: Locator, at: str) -> str:
    """What the frame shows, once it has loaded."""
    frame = message.frame_locator(f"{at} iframe").locator("body")
    expect(frame).not_to_be_empty()
    return frame.inner_text()


def is_as_tall_as_its_mail(frame: Locator) -> bool:
    heights = frame.evaluate("frame => [frame.offsetHeight, frame.contentDocument.documentElement.offsetHeight]")
    return bool(heights[0] == max(heights[1], 48))


def test_signatures_and_quotes_come_out_behind_their_button(
    tamada: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    for number, (code, program) in enumerate(SENT):
        tongue = TONGUES[code]
        html = written(program, tongue).replace(tongue.more, tongue.more + PICTURE, 1)
        send(tamada, number, html, to_text(html) if number % 2 else "")
    page = new_context(locale="en", viewport={"width": 1280, "height": 1000}).new_page()
    open_desk(page, tamada)
    with tamada.api(tamada.token("olga@desk.example")) as api:
        numbers = received(api, len(SENT))
        for number, (code, _program) in enumerate(SENT):
            tongue = TONGUES[code]
            [told] = api.get(f"conversations/{numbers[f'Letter {number}']}/messages").json()["items"]
            page.goto(f"{tamada.base_url}/conversations/{told['conversation']}")
            message = page.locator(f"#message-{told['id']}")
            shown = framed_text(message, ".text > tamada-mailframe")
            assert words(shown) == words(to_text(told["html"])) == words(told["text"])
            assert tongue.said in shown
            assert tongue.name not in shown
            assert tongue.name not in told["text"]
            assert "old words" not in shown
            assert not message.locator(".fold iframe").is_visible()
            message.locator(".fold > summary").click()
            folded = framed_text(message, ".fold")
            assert tongue.name in folded
            assert "old words" in folded
            assert tongue.name in told["quoted_text"]
            assert words(folded) == words(to_text(told["quoted_html"]))
            frame = message.locator(".fold iframe")
            expect(frame).to_be_visible()
            until(partial(is_as_tall_as_its_mail, frame), seconds=10, what="the frame's height")
            assert is_as_tall_as_its_mail(message.locator(".text > tamada-mailframe iframe"))


@pytest.mark.proof
@full_only
def test_the_original_formatting_shows_the_whole_in_its_order(
    tamada: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    html = (
        f'<blockquote type="cite">one?</blockquote><p>Yes.</p>{PICTURE}<blockquote type="cite">two?</blockquote>'
        "<p>No.</p><div class='gmail_signature'>Ani</div>"
    )
    send(tamada, 1, html)
    page = new_context(locale="en").new_page()
    open_desk(page, tamada)
    with tamada.api(tamada.token("olga@desk.example")) as api:
        number = received(api, 1)["Letter 1"]
        [told] = api.get(f"conversations/{number}/messages").json()["items"]
    assert told["text"].split() == ["Yes.", "A", "|", "B", "No."]
    page.goto(f"{tamada.base_url}/messages/{told['id']}/html")
    assert page.locator("body").inner_text().split() == ["one?", "Yes.", "A", "B", "two?", "No.", "Ani"]


def test_pictures_come_when_asked_for_and_the_frame_stays_while_news_arrive(
    tamada: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    send(tamada, 1, "<p>Hello</p><img src='https://pictures.example/logo.png' width='80' height='80'>")
    page = new_context(locale="en").new_page()
    open_desk(page, tamada)
    with tamada.api(tamada.token("olga@desk.example")) as api:
        number = received(api, 1)["Letter 1"]
    page.goto(f"{tamada.base_url}/conversations/{number}")
    frame = page.locator("tamada-mailframe iframe")
    page.get_by_role("button", name="Show remote pictures").click()
    expect(frame).to_have_attribute("src", re.compile(r"remote=1$"))
    send(tamada, 2, "<p>Still there?</p>", in_reply_to="<1@mail.example>")
    expect(page.locator("article.message")).to_have_count(2)
    expect(frame).to_have_count(1)
    expect(frame).to_have_attribute("src", re.compile(r"remote=1$"))
    expect(page.frame_locator("tamada-mailframe iframe").locator("img")).to_have_attribute(
        "src", re.compile("^/remote|^/.*u=")
    )


def passed_on(api: httpx.Client, number: str) -> list[dict[str, Any]]:
    return [told for told in api.get(f"conversations/{number}/messages").json()["items"] if told["kind"] == "out"]


@pytest.mark.proof
@full_only
def test_a_mail_is_passed_on_whole_with_its_files_and_to_nobody_yet(
    tamada: RunningTamada, new_context: Callable[..., BrowserContext]
) -> None:
    tongue = TONGUES["ru"]
    html = written("gmail on the web", tongue).replace(tongue.more, tongue.more + PICTURE, 1)
    send(tamada, 1, html, file=b"a,b\r\n1,2\r\n")
    page = new_context(locale="en").new_page()
    open_desk(page, tamada)
    with tamada.api(tamada.token("olga@desk.example")) as api:
        number = received(api, 1)["Letter 1"]
        page.goto(f"{tamada.base_url}/conversations/{number}")
        page.get_by_role("button", name="About this message").click()
        page.get_by_role("menuitem", name="Forward").click()
        composer = page.locator("tamada-composer")
        expect(composer.locator("[data-cited-line]")).not_to_be_empty()
        expect(composer.locator("[data-address]")).to_have_count(0)
        expect(composer.locator("[data-attachments] .attachment button")).to_have_count(1)
        composer.get_by_role("combobox", name="To").press_sequentially("smith@repair.example,")
        composer.get_by_role("button", name="Send", exact=True).click()
        until(lambda: passed_on(api, number), what="the forward")
        [told] = passed_on(api, number)
    assert told["to"] == ["smith@repair.example"]
    assert told["subject"].startswith("Fwd: Letter 1")
    below = told["quoted_text"]
    assert all(words in below for words in ("c1@mail.example", tongue.said, tongue.more, tongue.name, "old words"))
    assert "Show remote pictures" not in below
    assert [(file["name"], file["size"]) for file in told["attachments"]] == [("prices.csv", 10)]
