"""The helpers that other tests lean on: a misbehaving mail server, waiting, real servers."""

import imaplib
import smtplib
import urllib.request

import pytest
from playwright.sync_api import Page

from tests.helpers.polling import until
from tests.helpers.servers import Mailbox
from tests.helpers.smtp import FakeSMTP

MESSAGE = b"Subject: Hello\r\n\r\nWorld\r\n"


def send(server: FakeSMTP, *recipients: str, password: str = "") -> None:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as client:
        if password:
            client.login(server.user, password)
        client.sendmail("ani@company.example", recipients or ["customer@example.com"], MESSAGE)


def test_a_good_server_keeps_what_it_took(smtp_server: FakeSMTP) -> None:
    send(smtp_server)
    [received] = smtp_server.wait_for(1)
    assert received.rcpt_to == ["customer@example.com"]
    assert received.message["Subject"] == "Hello"


def test_it_refuses_a_recipient(smtp_server: FakeSMTP) -> None:
    smtp_server.refuse = lambda address: "550 5.1.1 No such user" if address.startswith("nobody") else None
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtp_server, "nobody@example.com")
    assert smtp_server.received == []


def test_it_hangs_up_after_it_took_a_message(smtp_server: FakeSMTP) -> None:
    smtp_server.hang_up = True
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp_server)
    smtp_server.wait_for(1)


def test_it_answers_badly_and_keeps_nothing(smtp_server: FakeSMTP) -> None:
    smtp_server.answer = "451 4.3.0 Try again later"
    with pytest.raises(smtplib.SMTPDataError):
        send(smtp_server)
    assert smtp_server.received == []


def test_it_is_down_and_comes_back(smtp_server: FakeSMTP) -> None:
    smtp_server.stop()
    with pytest.raises(ConnectionRefusedError):
        send(smtp_server)
    smtp_server.start()
    send(smtp_server)
    smtp_server.wait_for(1)


def test_it_asks_for_a_password() -> None:
    with FakeSMTP(user="ani", password="secret") as server:
        send(server, password="secret")
        with pytest.raises(smtplib.SMTPAuthenticationError):
            send(server, password="wrong")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(server)
        assert len(server.received) == 1


def test_waiting_returns_what_came_true() -> None:
    answers = iter([0, "", "yes"])
    assert until(lambda: next(answers)) == "yes"


def test_waiting_shows_the_last_complaint() -> None:
    def probe() -> bool:
        raise AssertionError("one is not two")

    with pytest.raises(AssertionError, match="one is not two"):
        until(probe, seconds=0)


@pytest.mark.servers
def test_dovecot_holds_what_was_delivered(dovecot: Mailbox) -> None:
    dovecot.deliver(MESSAGE, name="1.first.here")
    with imaplib.IMAP4(dovecot.host, dovecot.port) as client:
        client.login(dovecot.user, dovecot.password)
        assert client.select("INBOX") == ("OK", [b"1"])


@pytest.mark.browser
def test_the_browser_shows_four_scripts(page: Page) -> None:
    page.set_content("<h1>Hi Բարև გამარჯობა Привет</h1>")
    assert page.inner_text("h1") == "Hi Բարև გამარჯობა Привет"


def test_no_test_reaches_another_machine() -> None:
    with pytest.raises(Exception, match=r"192\.0\.2\.1"):
        urllib.request.urlopen("http://192.0.2.1/", timeout=2)


@pytest.mark.django_db
def test_every_way_to_write_is_noticed_and_reading_is_not() -> None:
    from django.db import transaction

    from tamada.accounts.events import access_changed
    from tamada.core import events, settings_store
    from tamada.core.actors import SYSTEM
    from tamada.core.models import StoredEvent
    from tests.helpers.writes import watched

    with transaction.atomic(), watched() as writes:
        assert settings_store.get("company.name") == ""
        assert not StoredEvent.objects.filter(type="deleted").exists()
    assert writes == []
    for write in (
        lambda: settings_store.set("company.name", "Ararat", SYSTEM),
        lambda: events.record(access_changed(1), actor=SYSTEM),
        lambda: StoredEvent.objects.update(type="y"),
        lambda: StoredEvent.objects.all().delete(),
    ):
        with transaction.atomic(), watched() as writes:
            write()
        assert writes
