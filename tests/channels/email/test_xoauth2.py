"""Sending through Gmail's and Microsoft 365's servers: SASL XOAUTH2 byte for byte, tokens that end, and refusals.

The server is ours; what it takes and how it refuses is what Google publishes (developers.google.com/gmail/imap/
xoauth2-protocol) and RFC 4954 and RFC 7628 say of such exchanges.
"""

import base64
import json
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone

from tamada.channels.email import oauth
from tamada.channels.email.accounts import open_mail_inbox, troubles_of, try_sending, update_mail_account
from tamada.channels.email.models import ImapAuth, MailAccount
from tamada.conversations.actions import send_again, send_reply
from tamada.conversations.models import Conversation, Delivery, DeliveryAttempt, Message
from tamada.core import secrets, settings_store
from tamada.core.actors import SYSTEM, Actor
from tests.channels.conftest import ADDRESS, mail, send_due
from tests.channels.email.test_oauth import Endpoint, connect, endpoint, oauth_account
from tests.helpers.certificates import self_signed
from tests.helpers.ports import free_port
from tests.helpers.smtp import FakeSMTP

pytestmark = pytest.mark.sqlite

__all__ = ["endpoint", "oauth_account"]

REFUSED = '{"status":"401","schemes":"Bearer","scope":"https://mail.google.com/"}'


def initial(user: str, token: str) -> bytes:
    return base64.b64encode(b"user=" + user.encode() + b"\x01auth=Bearer " + token.encode() + b"\x01\x01")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FakeSMTP]:
    """A server that offers TLS and takes the token `token-1` for our address."""
    certificate, key = self_signed(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    with FakeSMTP(tls=context) as made:
        made.tokens = {(ADDRESS, "token-1")}
        yield made


@dataclass
class Desk:
    """An answer to a customer through the account, and what became of it."""

    reply: Callable[[], Message]

    def told(self, message: Message) -> tuple[str, str]:
        """How it stands, and why."""
        return Message.objects.get(pk=message.pk).delivery, Delivery.objects.get(message=message).last_error

    def try_again(self, message: Message) -> None:
        """Pretend that the pause is over."""
        Delivery.objects.filter(message=message).update(not_before=timezone.now())
        send_due()


@pytest.fixture
def desk(deliver, oauth_account: MailAccount, endpoint: Endpoint, server: FakeSMTP, teammate) -> Desk:
    url = server.url + "?verify=0"
    update_mail_account(agent=None, actor=SYSTEM, account=oauth_account, smtp_url=url)
    connect(oauth_account, endpoint)
    deliver(mail())
    conversation = Conversation.objects.get()
    actor = Actor("agent", teammate.pk, teammate.name)
    return Desk(lambda: send_reply(agent=teammate, actor=actor, conversation=conversation, text="We look into it."))


def lines(server: FakeSMTP) -> list[bytes]:
    """What was said up to the message."""
    return bytes(server.said).split(b"\r\nDATA\r\n")[0].split(b"\r\n")


def test_the_exchange_is_the_published_one_byte_for_byte(desk, server, oauth_account):
    message = desk.reply()
    send_due()
    assert desk.told(message) == ("sent", "")
    hello, starttls, again, sign_in, sender, recipient = lines(server)
    assert hello == again
    assert hello.startswith(b"ehlo ")
    assert starttls == b"STARTTLS"
    assert sign_in == b"AUTH XOAUTH2 " + initial(ADDRESS, "token-1")
    assert sender.startswith(b"mail FROM:<support@company.example>")
    assert recipient == b"rcpt TO:<karine@customer.example>"
    assert len(server.received) == 1


def test_the_response_is_that_of_googles_example():
    token = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"
    assert base64.b64encode(oauth.xoauth2("someuser@example.com", token).encode()) == (
        b"dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
    )


def test_a_token_too_long_for_a_command_waits_for_the_challenge(desk, server, oauth_account):
    token = "t" * 2400
    oauth._keep(oauth_account, {"access_token": token, "refresh_token": "lasting"})
    server.tokens = {(ADDRESS, token)}
    message = desk.reply()
    send_due()
    assert desk.told(message) == ("sent", "")
    assert lines(server)[3:5] == [b"AUTH XOAUTH2", initial(ADDRESS, token)]


def test_a_token_near_its_end_is_renewed_before_it_is_used(desk, server, endpoint, oauth_account):
    oauth._keep(oauth_account, {"access_token": "token-1", "refresh_token": "lasting", "expires_in": 60})
    server.tokens = {(ADDRESS, "token-2")}
    message = desk.reply()
    send_due()
    assert desk.told(message) == ("sent", "")
    assert [line for line in lines(server) if b"AUTH" in line] == [b"AUTH XOAUTH2 " + initial(ADDRESS, "token-2")]
    assert endpoint.asked[-1]["grant_type"] == "refresh_token"


def test_a_token_refused_before_its_time_is_renewed_on_the_spot(desk, server, endpoint, oauth_account):
    server.tokens = {(ADDRESS, "token-2")}
    message = desk.reply()
    send_due()
    assert desk.told(message) == ("sent", "")
    # The challenge with the refusal is answered by an empty line, and only then is another token offered.
    assert lines(server)[3:6] == [
        b"AUTH XOAUTH2 " + initial(ADDRESS, "token-1"),
        b"",
        b"AUTH XOAUTH2 " + initial(ADDRESS, "token-2"),
    ]
    assert [asked["grant_type"] for asked in endpoint.asked] == ["authorization_code", "refresh_token"]
    assert len(server.received) == 1
    assert DeliveryAttempt.objects.count() == 1
    oauth_account.refresh_from_db()
    assert json.loads(secrets.decrypt(oauth_account.oauth))["access_token"] == "token-2"


def test_a_token_that_another_sender_renewed_meanwhile_is_not_asked_for_again(desk, server, endpoint, oauth_account):
    stale = MailAccount.objects.get(pk=oauth_account.pk)
    oauth._keep(oauth_account, {"access_token": "token-of-another", "refresh_token": "lasting"})
    assert oauth.renewed_token(stale, "token-1") == "token-of-another"
    assert len(endpoint.asked) == 1


def test_a_refusal_fails_with_its_reason_and_nothing_leaves(desk, server, endpoint, oauth_account, teammate):
    server.tokens = {(ADDRESS, "none of ours")}
    message = desk.reply()
    send_due()
    state, reason = desk.told(message)
    assert state == "failed"
    assert reason == (
        f"The server refused our permission for the mailbox: 535 5.7.8 Username and Password not accepted {REFUSED}"
    )
    assert server.received == []
    assert lines(server)[3:7] == [
        b"AUTH XOAUTH2 " + initial(ADDRESS, "token-1"),
        b"",
        b"AUTH XOAUTH2 " + initial(ADDRESS, "token-2"),
        b"",
    ]
    desk.try_again(message)
    assert DeliveryAttempt.objects.count() == 1
    # When the admin has put it right, the agent sends it again: the same message, once.
    server.tokens = {(ADDRESS, "token-2")}
    assert troubles_of(oauth_account.inbox).first == reason
    send_again(agent=teammate, actor=SYSTEM, message=message)
    send_due()
    assert desk.told(message) == ("sent", "")
    assert [r.message["Message-ID"] for r in server.received] == [message.external_id]


def test_a_withdrawn_permission_fails_and_says_what_to_do(desk, server, endpoint, oauth_account):
    oauth._keep(oauth_account, {"access_token": "token-1", "refresh_token": "withdrawn", "expires_in": 1})
    message = desk.reply()
    send_due()
    state, reason = desk.told(message)
    assert state == "failed"
    assert "Connect the mailbox again" in reason
    assert server.received == []
    assert troubles_of(oauth_account.inbox).first == reason
    assert try_sending(oauth_account) == reason


def test_a_provider_that_can_not_be_asked_keeps_the_message_waiting(desk, server, endpoint, oauth_account):
    oauth._keep(oauth_account, {"access_token": "token-1", "refresh_token": "lasting", "expires_in": 1})
    settings_store.set(f"oauth.{oauth_account.auth}.token_url", f"http://127.0.0.1:{free_port()}/token", SYSTEM)
    message = desk.reply()
    send_due()
    state, reason = desk.told(message)
    assert state == "queued"
    assert "could not be asked" in reason
    settings_store.set(f"oauth.{oauth_account.auth}.token_url", endpoint.url, SYSTEM)
    server.tokens = {(ADDRESS, "token-2")}
    desk.try_again(message)
    assert desk.told(message) == ("sent", "")
    assert len(server.received) == 1


def test_a_provider_that_is_busy_keeps_the_message_waiting(desk, server, endpoint, oauth_account):
    oauth._keep(oauth_account, {"access_token": "token-1", "refresh_token": "lasting", "expires_in": 1})
    endpoint.refuse = "temporarily_unavailable"
    message = desk.reply()
    send_due()
    assert desk.told(message)[0] == "queued"


def test_a_server_that_is_busy_signing_in_keeps_the_message_and_the_token(desk, server, endpoint, oauth_account):
    server.tokens = {(ADDRESS, "another")}
    server.token_refusal = "454 4.7.0 Temporary authentication failure"
    message = desk.reply()
    send_due()
    state, reason = desk.told(message)
    assert state == "queued"
    assert "454 4.7.0" in reason
    assert len(endpoint.asked) == 1
    server.tokens = {(ADDRESS, "token-1")}
    desk.try_again(message)
    assert desk.told(message) == ("sent", "")


def test_a_token_is_never_said_in_the_clear(desk, endpoint, oauth_account):
    with FakeSMTP() as plain:
        plain.tokens = {(ADDRESS, "token-1")}
        update_mail_account(agent=None, actor=SYSTEM, account=oauth_account, smtp_url=plain.url)
        message = desk.reply()
        send_due()
        state, reason = desk.told(message)
        assert state == "failed"
        assert "no encryption" in reason
        assert b"AUTH" not in plain.said
        assert plain.received == []


def test_a_certificate_that_is_not_trusted_hears_no_token(desk, server, endpoint, oauth_account):
    update_mail_account(agent=None, actor=SYSTEM, account=oauth_account, smtp_url=server.url)
    message = desk.reply()
    send_due()
    state, reason = desk.told(message)
    assert state == "queued"
    assert "certificate is not trusted" in reason
    assert b"AUTH" not in server.said


def test_a_connection_of_one_mailbox_carries_no_mail_of_another(desk, server, endpoint, oauth_account, teammate):
    other = open_mail_inbox(agent=None, actor=SYSTEM, name="Sales", address="sales@company.example")
    update_mail_account(
        agent=None, actor=SYSTEM, account=other, smtp_url=server.url + "?verify=0", auth=ImapAuth(oauth_account.auth)
    )
    oauth._keep(other, {"access_token": "token-of-sales", "refresh_token": "lasting"})
    server.tokens.add(("sales@company.example", "token-of-sales"))
    first = desk.reply()
    conversation = Conversation.objects.get()
    conversation.pk, conversation.inbox = None, other.inbox
    conversation.save(force_insert=True)
    actor = Actor("agent", teammate.pk, teammate.name)
    second = send_reply(
        agent=teammate, actor=actor, conversation=conversation, text="An offer.", to=["karine@customer.example"]
    )
    send_due()
    assert [desk.told(m)[0] for m in (first, second)] == ["sent", "sent"]
    signed_in = [line for line in bytes(server.said).split(b"\r\n") if line.startswith(b"AUTH XOAUTH2")]
    assert signed_in == [
        b"AUTH XOAUTH2 " + initial(ADDRESS, "token-1"),
        b"AUTH XOAUTH2 " + initial("sales@company.example", "token-of-sales"),
    ]
    assert [r.mail_from for r in server.received] == [ADDRESS, "sales@company.example"]
