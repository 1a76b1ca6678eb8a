"""Over which channel a reply goes, on the real server: as the customer and the person at the desk change it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.cast import PASSWORD
from tests.helpers.polling import until
from tests.helpers.smtp import FakeSMTP
from tests.helpers.tamada import RunningTamada

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
SUPPORT, ANI = "support@help.example", "ani@home.example"


@dataclass
class Chat:
    """Olga's open page of a chat, and its visitor."""

    tamada: RunningTamada
    page: Page
    visitor: httpx.Client
    url: str
    thread: str | None = None
    said: int = 0

    @property
    def text(self) -> Locator:
        return self.page.locator("trix-editor")

    @property
    def channel(self) -> Locator:
        return self.page.locator("[data-channel]")

    @property
    def told(self) -> Locator:
        return self.page.locator('[data-banner="way"]')

    def way(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=f"{name} instead")

    def say(self, text: str) -> None:
        """The visitor writes in the chat, and the page shows it."""
        self.said += 1
        given = {"client_id": str(self.said), "text": text, "conversation": self.thread}
        self.thread = self.visitor.post("messages", json=given).raise_for_status().json()["conversation"]["id"]
        if self.url:
            expect(self.page.locator("tamada-thread")).to_contain_text(text)

    def mail(self, text: str) -> None:
        """They answer our last mail, and the page shows it."""
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"], letter["Message-ID"] = ANI, SUPPORT, "Re:", "<1@home.example>"
        answers = (
            "SELECT external_id FROM conversations_message WHERE kind = 'out' AND channel = 'email' ORDER BY id DESC"
        )
        letter["In-Reply-To"] = self.tamada.rows(answers)[0][0]
        letter.set_content(text)
        self.tamada.send_mail(letter, sender=ANI, recipients=[SUPPORT])
        expect(self.page.locator("tamada-thread")).to_contain_text(text)

    def sent(self) -> list[tuple[str, str, str]]:
        """What was written here, the newest first."""
        asked = "SELECT kind, channel, text FROM conversations_message WHERE kind IN ('out', 'note') ORDER BY id DESC"
        return self.tamada.rows(asked)


@pytest.fixture
def chat(
    running: Callable[..., RunningTamada], smtp_server: FakeSMTP, new_context: Callable[..., BrowserContext]
) -> Iterator[Chat]:
    tamada = running(environment={"TAMADA_SMTP_URL": smtp_server.url})
    tamada.add_user("olga@desk.example", name="Olga", role="admin", password=PASSWORD)
    tamada.add_inbox("Support", "--email", SUPPORT)
    key = tamada.add_inbox("Site", "--chat")["key"]
    page = new_context(locale="en", viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    with httpx.Client(base_url=f"{tamada.base_url}/widget/v1/") as visitor:
        token = visitor.post("visitors", json={"key": key}).raise_for_status().json()["token"]
        visitor.headers["Authorization"] = f"Bearer {token}"
        made = Chat(tamada, page, visitor, "")
        made.say("Is anybody there?")
        number = tamada.rows("SELECT max(id) FROM conversations_conversation")[0][0]
        made.url = f"{tamada.base_url}/conversations/{number}"
        page.goto(f"{tamada.base_url}/login?next=/conversations/{number}")
        page.get_by_label("E-mail").fill("olga@desk.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Password").press("Enter")
        expect(page.locator("body")).to_have_attribute("data-stream", "online")
        yield made


def identified(chat: Chat) -> None:
    """The visitor types an address; e-mail is offered at once."""
    expect(chat.way("By e-mail")).to_have_count(0)
    chat.visitor.patch("visitor", json={"email": ANI}).raise_for_status()
    expect(chat.way("By e-mail")).to_be_visible()


def test_who_changes_the_channel_goes_on_writing_the_reply_over_it(chat: Chat) -> None:
    identified(chat)
    page = chat.page
    page.keyboard.press("r")
    page.keyboard.type("Hello.")
    page.keyboard.press("Home")
    chat.way("By e-mail").click()
    expect(chat.text).to_be_focused()
    page.keyboard.type(" Everything: Now")
    expect(chat.text).to_have_text("Hello. Everything: Now")
    expect(chat.channel).to_have_text("Reply by e-mail")
    expect(page.locator("[data-address-field=to]")).to_contain_text(ANI)
    expect(chat.told).to_have_count(0)
    page.keyboard.press("Control+Enter")
    until(lambda: len(chat.sent()) == 1)
    assert chat.sent() == [("out", "email", "Hello. Everything: Now")]

    # It stays so, also for a page that is loaded anew; and back again it goes at once, before anything is drawn.
    page.reload()
    expect(chat.channel).to_have_text("Reply by e-mail")
    page.route("**/*fragment=talk*", lambda route: route.abort())
    chat.way("In the chat").click()
    expect(chat.channel).to_have_text("Reply")
    page.keyboard.type("Now here")
    page.keyboard.press("Control+Enter")
    until(lambda: len(chat.sent()) == 2)
    assert chat.sent()[0] == ("out", "chat", "Now here")
    assert chat.tamada.rows("SELECT status FROM conversations_conversation") != [("closed",)]


def test_an_open_composer_follows_the_channel_over_which_the_customer_wrote_last(chat: Chat) -> None:
    identified(chat)
    page = chat.page
    chat.way("By e-mail").click()
    page.keyboard.type("By mail")
    page.keyboard.press("Control+Enter")
    until(lambda: len(chat.sent()) == 1)
    expect(chat.text).to_have_text("")

    # The choice holds for whatever else happens in the conversation, and ends where they write after it.
    chat.visitor.patch("visitor", json={"name": "Ani"}).raise_for_status()
    expect(page.locator(".about .person")).to_contain_text("Ani")
    expect(chat.channel).to_have_text("Reply by e-mail")
    page.locator("tamada-thread").focus()
    chat.say("I am here again")
    expect(chat.channel).to_have_text("Reply")
    expect(page.locator("tamada-thread")).to_be_focused()
    expect(chat.told).to_have_count(0)

    # They answer by mail while one writes: the words stay, the caret too, and one is told.
    page.keyboard.press("r")
    page.keyboard.type("Half a ")
    chat.mail("I answer by mail")
    expect(chat.channel).to_have_text("Reply by e-mail")
    expect(chat.told).to_have_text("Your reply now goes by e-mail.")
    expect(page.locator("[data-address-field=to]")).to_contain_text(ANI)
    expect(chat.text).to_be_focused()
    page.keyboard.type("word")
    expect(chat.text).to_have_text("Half a word")

    # And in the chat after all: who goes on is told again; a note is no reply and keeps the focus.
    page.get_by_role("tab", name="Internal note").click()
    page.keyboard.type("She waits")
    chat.say("Or here")
    expect(chat.told).to_have_text("Your reply now goes into the chat.")
    expect(page.locator("textarea[name=text]")).to_be_focused()
    page.get_by_role("tab", name="Reply").click()
    expect(page.locator(".composer-to")).to_be_hidden()
    expect(page.locator("[data-format-toggle]")).to_be_hidden()
    page.locator('[data-banner="newer"] button').click()
    chat.text.click()
    page.keyboard.press("Control+Enter")
    until(lambda: len(chat.sent()) == 2)
    assert chat.sent()[0] == ("out", "chat", "Half a word")
