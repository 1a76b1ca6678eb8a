"""What an agent sees when a server refuses, hangs up, is busy, or takes only some: a word, the reason, and a way on."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.cast import PASSWORD
from tests.desk.test_folded_mail import SUPPORT, open_desk, received
from tests.helpers.polling import until
from tests.helpers.smtp import FakeSMTP
from tests.helpers.tamada import RunningTamada

pytestmark = pytest.mark.browser


def last(page: Page) -> str:
    """What stands above and around the newest message of ours."""
    return page.locator("article.message.ours").last.inner_text()


def test_every_way_of_failing_is_seen_with_its_reason_and_can_be_tried_again(
    running: Callable[..., RunningTamada], smtp_server: FakeSMTP, new_context: Callable[..., BrowserContext]
) -> None:
    tamada = running(environment={"TAMADA_SMTP_URL": smtp_server.url})
    tamada.add_user("olga@desk.example", name="Olga", role="admin", password=PASSWORD)
    tamada.add_inbox("Support", "--email", SUPPORT)
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "karine@mail.example", SUPPORT, "Letter 1"
    letter.set_content("Hello")
    tamada.send_mail(letter, sender="karine@mail.example", recipients=[SUPPORT])
    page = new_context(locale="en", viewport={"width": 1280, "height": 900}).new_page()
    open_desk(page, tamada)
    with tamada.api(tamada.token("olga@desk.example")) as api:
        number = received(api, 1)["Letter 1"]
        page.goto(f"{tamada.base_url}/conversations/{number}")

        def say(text: str, **more: list[str]) -> None:
            answer = api.post(f"conversations/{number}/messages", json={"kind": "out", "text": text, **more})
            assert answer.status_code == 201
            expect(page.locator("article.message.ours").last).to_contain_text(text)

        smtp_server.refuse = lambda address: "550 5.1.1 No such user" if address.startswith("nobody") else None
        say("one", to=["nobody@mail.example"])
        until(lambda: "Not sent" in last(page), what="the failure")
        assert "5.1.1 No such user" in last(page)

        say("two", to=["karine@mail.example"], cc=["nobody@mail.example"])
        until(lambda: "Sent" in last(page), what="the sending")
        expect(page.locator("tamada-thread")).to_contain_text("nobody@mail.example did not get the message")

        smtp_server.hang_up = True
        say("three")
        until(lambda: "Perhaps sent" in last(page), what="the doubt")
        assert "It may have taken the message" in last(page)
        smtp_server.hang_up = False
        count = len(smtp_server.received)
        page.locator("article.message.ours").last.get_by_role("button", name="Send again").click()
        until(lambda: "Sent" in last(page), what="the second try")
        assert len(smtp_server.received) == count + 1
        assert smtp_server.received[-1].message["Message-ID"] == smtp_server.received[-2].message["Message-ID"]

        smtp_server.answer = "451 4.3.0 Busy"
        say("four")
        until(lambda: "trying again" in last(page), what="the waiting")
        assert "4.3.0 Busy" in last(page)
        smtp_server.answer = "250 OK"
        until(lambda: "Sent" in last(page), seconds=40, what="the end of the waiting")
    page.goto(f"{tamada.base_url}/notifications")
    expect(page.locator("body")).to_contain_text(f"A message in conversation #{number} could not be delivered")
