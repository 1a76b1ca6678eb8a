"""Sending against a real server that behaves, refuses, hangs up and vanishes: once, or said to be uncertain."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from tamada.channels.email import outbox, send
from tamada.channels.email.accounts import update_mail_account
from tamada.channels.email.models import MailAccount
from tamada.channels.email.outbox import Outbox, claim, release_abandoned
from tamada.conversations.actions import send_again, send_reply, undo_send
from tamada.conversations.errors import TooLate
from tamada.conversations.models import Attachment, Conversation, Delivery, DeliveryAttempt, Message
from tamada.core import claims, settings_store, wakeup
from tamada.core.actors import SYSTEM, Actor
from tests.channels.conftest import ME, mail, send_due
from tests.helpers.polling import until
from tests.helpers.ports import free_port
from tests.helpers.smtp import FakeSMTP


@pytest.fixture
def conversation(deliver, account: MailAccount, smtp_server: FakeSMTP) -> Conversation:
    """A customer wrote, and the inbox has a server to answer through."""
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=smtp_server.url)
    deliver(mail())
    return Conversation.objects.get()


@pytest.fixture
def reply(conversation: Conversation, teammate) -> Callable[..., Message]:
    def send(text: str = "We are looking into it.", **options) -> Message:
        actor = Actor("agent", teammate.pk, teammate.name)
        return send_reply(agent=teammate, actor=actor, conversation=conversation, text=text, **options)

    return send


def state(message: Message) -> str:
    return Message.objects.get(pk=message.pk).delivery


def due_again(message: Message) -> Delivery:
    """Pretend that the pause is over."""
    Delivery.objects.filter(message=message).update(not_before=timezone.now())
    return Delivery.objects.get(message=message)


def test_a_reply_arrives_with_its_thread_token_and_marker(reply, smtp_server, conversation):
    message = reply("Добрый день! Разбираемся.")
    send_due()
    [received] = smtp_server.wait_for(1)
    head = received.message
    assert state(message) == "sent"
    assert received.rcpt_to == ["karine@customer.example"]
    assert head["Message-ID"] == message.external_id
    assert head["In-Reply-To"] == "<m1@customer.example>"
    assert head["References"] == "<m1@customer.example>"
    assert f"[#{conversation.pk}]" in head["Subject"]
    assert "Разбираемся" in head.get_content()
    assert "Tamada-Ref:" in head.get_content()
    assert "Auto-Submitted" not in head


@pytest.mark.parametrize(
    ("changes", "company_name", "shown"),
    [
        ({}, "", "Support"),
        ({}, "Ararat Net", "Ararat Net"),
        ({"from_name": "Ararat Help"}, "Ararat Net", "Ararat Help"),
    ],
)
def test_customers_hear_from_the_name_of_the_inbox_until_somebody_says_another(
    reply, smtp_server, account, changes, company_name, shown
):
    settings_store.set("company.name", company_name, SYSTEM)
    update_mail_account(agent=None, actor=SYSTEM, account=account, **changes)
    reply()
    send_due()
    [received] = smtp_server.wait_for(1)
    assert received.message["From"] == f"{shown} <{account.address}>"


def test_references_are_those_of_the_mail_answered_and_name_nothing_that_has_not_left(reply, smtp_server, deliver):
    reply("This one waits.", not_before=timezone.now() + timedelta(days=1))
    deliver(
        mail(
            "More", message_id="<m2@c.example>", in_reply_to="<m1@customer.example>", references="<m1@customer.example>"
        )
    )
    reply("An answer.")
    send_due()
    [sent] = smtp_server.wait_for(1)
    assert sent.message["In-Reply-To"] == "<m2@c.example>"
    assert sent.message["References"].split() == ["<m1@customer.example>", "<m2@c.example>"]


def test_a_message_is_sent_once_however_often_the_loop_runs(reply, smtp_server):
    reply()
    assert len(send_due()) == 1
    assert send_due() == []
    assert len(smtp_server.received) == 1


def test_replies_of_one_conversation_keep_their_order(reply, smtp_server):
    first, second = reply("first"), reply("second")
    send_due()
    assert (state(first), state(second)) == ("sent", "queued")
    send_due()
    assert ["first" in r.raw.decode() for r in smtp_server.received] == [True, False]


def test_a_reply_that_is_tried_again_is_not_passed_by_the_next(reply, smtp_server):
    first, second = reply("first"), reply("second")
    smtp_server.answer = "451 4.3.0 busy"
    send_due()
    assert state(first) == "queued"
    assert send_due() == []
    smtp_server.answer = "250 OK"
    due_again(first)
    send_due()
    send_due()
    assert (state(first), state(second)) == ("sent", "sent")


def test_what_waits_for_another_try_leaves_over_the_new_server_at_once(reply, smtp_server, account):
    waits, later = reply("first"), reply("tomorrow", not_before=timezone.now() + timedelta(days=1))
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    send_due()
    assert (state(waits), send_due()) == ("queued", [])
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=smtp_server.url)
    send_due()
    assert (state(waits), state(later)) == ("sent", "queued")


def test_send_later_waits_and_holds_nobody_up(reply, smtp_server):
    later = reply("tomorrow", not_before=timezone.now() + timedelta(days=1))
    now = reply("now")
    send_due()
    assert (state(later), state(now)) == ("queued", "sent")
    due_again(later)
    send_due()
    assert state(later) == "sent"


def test_a_temporary_refusal_is_tried_again_with_growing_pauses_then_fails_in_view(reply, smtp_server):
    message = reply()
    smtp_server.answer = "451 4.7.1 greylisted"
    send_due()
    delivery = Delivery.objects.get(message=message)
    first_pause = delivery.not_before - timezone.now()
    assert state(message) == "queued"
    assert "greylisted" in delivery.last_error
    due_again(message)
    send_due()
    assert Delivery.objects.get(message=message).not_before - timezone.now() > first_pause
    DeliveryAttempt.objects.update(started_at=timezone.now() - timedelta(days=3))
    due_again(message)
    send_due()
    assert state(message) == "failed"
    assert "greylisted" in Delivery.objects.get(message=message).last_error
    assert smtp_server.received == []


def test_a_permanent_refusal_fails_at_once_and_can_be_sent_again(reply, smtp_server, teammate):
    message = reply()
    smtp_server.refuse = lambda _address: "550 5.1.1 No such user"
    send_due()
    assert state(message) == "failed"
    assert "No such user" in Delivery.objects.get(message=message).last_error
    smtp_server.refuse = lambda _address: None
    send_again(agent=teammate, actor=SYSTEM, message=message)
    send_due()
    assert state(message) == "sent"
    assert smtp_server.received[0].message["Message-ID"] == message.external_id


def test_what_is_sent_again_is_tried_for_two_days_again(reply, smtp_server, teammate):
    message = reply()
    smtp_server.answer = "451 4.7.1 greylisted"
    days_later(message)
    assert state(message) == "failed"
    send_again(agent=teammate, actor=SYSTEM, message=message)
    send_due()
    delivery = Delivery.objects.get(message=message)
    assert (state(message), delivery.attempts) == ("queued", 1)
    assert delivery.not_before - timezone.now() < timedelta(seconds=outbox.PAUSES[1])
    days_later(message)
    assert state(message) == "failed"


def days_later(message: Message) -> None:
    """Try, and once more when the two days are over."""
    due_again(message)
    send_due()
    for row in DeliveryAttempt.objects.filter(delivery__message=message):
        DeliveryAttempt.objects.filter(pk=row.pk).update(started_at=row.started_at - timedelta(days=3))
    due_again(message)
    send_due()


def test_what_may_have_been_delivered_is_not_taken_back(reply, smtp_server, teammate):
    message = reply()
    smtp_server.hang_up = True
    send_due()
    send_again(agent=teammate, actor=SYSTEM, message=message)
    with pytest.raises(TooLate):
        undo_send(agent=teammate, actor=SYSTEM, message=message)
    assert state(message) == "queued"


def test_what_nobody_took_is_taken_back_also_when_it_is_sent_again(reply, smtp_server, teammate):
    message = reply("Wrong window")
    smtp_server.refuse = lambda _address: "550 5.1.1 No such user"
    send_due()
    send_again(agent=teammate, actor=SYSTEM, message=message)
    draft = undo_send(agent=teammate, actor=SYSTEM, message=message)
    assert (draft.text, Message.objects.filter(kind="out").exists()) == ("Wrong window", False)


def test_a_line_cut_after_the_message_is_uncertain_and_never_resent_by_itself(reply, smtp_server, teammate):
    message = reply()
    smtp_server.hang_up = True
    send_due()
    assert state(message) == "uncertain"
    smtp_server.hang_up = False
    due_again(message)
    assert send_due() == []
    assert len(smtp_server.received) == 1
    send_again(agent=teammate, actor=SYSTEM, message=message)
    send_due()
    ids = {r.message["Message-ID"] for r in smtp_server.received}
    assert (state(message), len(smtp_server.received), len(ids)) == ("sent", 2, 1)


def test_a_death_while_the_message_left_is_uncertain(reply):
    message = reply()
    [pk] = claim("gone:1:1", 1)
    DeliveryAttempt.objects.filter(delivery=pk).update(outcome="data")
    Delivery.objects.update(claimed_at=timezone.now() - timedelta(hours=1))
    release_abandoned(ME)
    assert state(message) == "uncertain"
    assert send_due() == []


def test_a_death_before_the_message_left_sends_it_again(reply, smtp_server):
    message = reply()
    claim("gone:1:1", 1)
    Delivery.objects.update(claimed_at=timezone.now() - timedelta(hours=1))
    release_abandoned(ME)
    send_due()
    assert state(message) == "sent"
    assert len(smtp_server.received) == 1


def test_a_claim_of_a_living_process_is_left_alone(reply):
    reply()
    claim(claims.signature(), 1)
    release_abandoned(ME)
    assert Delivery.objects.get().claimed_at is not None


def test_a_dead_process_of_this_machine_is_recognised_at_once(reply):
    reply()
    claim(f"{wakeup.node()}:{2**22 + 1}:1", 1)
    release_abandoned(ME)
    assert Delivery.objects.get().claimed_at is None


@pytest.mark.parametrize("at", ["recipient", "end"])
def test_an_answer_with_a_nul_is_written_all_the_same(reply, smtp_server, at):
    message = reply()
    if at == "recipient":
        smtp_server.refuse = lambda _address: "550 No\0 such user"
    else:
        smtp_server.answer = "550 No\0 such user"
    send_due()
    assert state(message) == "failed"
    assert Delivery.objects.get(message=message).last_error == "No such user"


def test_partly_refused_is_sent_and_says_who_did_not_get_it(reply, smtp_server):
    message = reply(to=["karine@customer.example", "nobody@customer.example"])
    smtp_server.refuse = lambda address: "550 5.1.1 No such user" if "nobody" in address else None
    send_due()
    message.refresh_from_db()
    assert message.delivery == "sent"
    assert message.data["refused"][0]["address"] == "nobody@customer.example"
    line = Message.objects.get(kind="system", data__event="refused")
    assert line.data["address"] == "nobody@customer.example"


def test_recipients_refused_for_now_are_tried_alone(reply, smtp_server):
    message = reply(to=["karine@customer.example", "slow@customer.example"])
    smtp_server.refuse = lambda address: "450 4.2.1 Try later" if "slow" in address else None
    send_due()
    assert state(message) == "queued"
    smtp_server.refuse = lambda _address: None
    due_again(message)
    send_due()
    assert state(message) == "sent"
    assert [r.rcpt_to for r in smtp_server.received] == [["karine@customer.example"], ["slow@customer.example"]]


def test_mail_to_an_international_domain_leaves_with_that_to_the_others(reply, account, smtp_server):
    MailAccount.objects.filter(pk=account.pk).update(address="support@փոստ.հայ")
    message = reply(to=["karine@customer.example", "info@пример.рф"])
    send_due()
    assert state(message) == "sent"
    [received] = smtp_server.received
    assert received.rcpt_to == ["karine@customer.example", "info@xn--e1afmkfd.xn--p1ai"]
    assert received.mail_from == "support@xn--mbbkgn.xn--y9a3aq"


def test_a_connection_speaks_ascii_again_after_a_mail_that_wanted_more(smtp_server):
    client = send.connect(send.Server.from_url(smtp_server.url))
    for recipient, smtputf8, encoding in [("անի@mail.am", True, "utf-8"), ("ani@mail.am", False, "ascii")]:
        result = send.transmit(
            client,
            sender="support@company.example",
            recipients=[recipient],
            raw=mail(),
            smtputf8=smtputf8,
            before_data=lambda: None,
        )
        assert (result.outcome, client.command_encoding) == ("sent", encoding)
    client.quit()


def test_bcc_is_in_the_envelope_only(reply, smtp_server):
    reply(bcc=["hidden@company.example"], cc=["cc@customer.example"])
    send_due()
    [received] = smtp_server.received
    assert set(received.rcpt_to) == {"karine@customer.example", "cc@customer.example", "hidden@company.example"}
    assert b"hidden@" not in received.raw
    assert "cc@customer.example" in received.message["Cc"]


def test_attachments_dropped_an_attachment_that_is_gone_fails_the_send_visibly(reply, smtp_server, teammate):
    file = Attachment.objects.create(
        name="bill.pdf", type="application/pdf", size=3, blob="0" * 64, uploaded_by=teammate
    )
    message = reply(attachments=[file])
    send_due()
    assert state(message) == "failed"
    assert "bill.pdf" in Delivery.objects.get(message=message).last_error
    assert smtp_server.received == []


def test_attachments_arrive(reply, smtp_server, teammate):
    from tamada.core import storage

    key = storage.put(b"%PDF-1.4 bill")
    file = Attachment.objects.create(name="счёт.pdf", type="application/pdf", size=13, blob=key, uploaded_by=teammate)
    reply(attachments=[file])
    send_due()
    [part] = smtp_server.received[0].message.iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("счёт.pdf", b"%PDF-1.4 bill")


def test_no_server_fails_with_a_reason(reply, account, settings):
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url="")
    message = reply()
    send_due()
    assert state(message) == "failed"
    assert "No server" in Delivery.objects.get(message=message).last_error


def test_server_down_keeps_the_message_queued_until_it_is_back(reply, smtp_server):
    smtp_server.stop()
    message = reply()
    send_due()
    assert state(message) == "queued"
    assert "refuses connections" in Delivery.objects.get(message=message).last_error
    smtp_server.start()
    due_again(message)
    send_due()
    assert state(message) == "sent"


def test_a_slow_server_is_waited_for_and_then_uncertain(reply, smtp_server, monkeypatch):
    monkeypatch.setattr("tamada.channels.email.send.FINAL_SECONDS", 0.3)
    smtp_server.gate.clear()
    message = reply()
    send_due()
    assert state(message) == "uncertain"
    smtp_server.gate.set()


def test_the_hourly_cap_of_a_new_inbox_holds_back_until_confirmed(reply, account, smtp_server, owner):
    from tamada.channels.email.accounts import confirm_cap

    MailAccount.objects.update(hourly_cap=1)
    first, second = reply("first"), reply("second")
    send_due()
    send_due()
    assert (state(first), state(second)) == ("sent", "queued")
    assert "limit of 1" in Delivery.objects.get(message=second).last_error
    confirm_cap(agent=owner, actor=SYSTEM, account=account)
    due_again(second)
    send_due()
    assert state(second) == "sent"


def test_mail_to_a_paused_address_fails_with_the_reason(reply, smtp_server):
    from tamada.customers.models import Identity

    Identity.objects.filter(value="karine@customer.example").update(paused_at=timezone.now())
    message = reply()
    send_due()
    assert state(message) == "failed"
    assert smtp_server.received == []


@pytest.mark.parametrize("address", ["Info@Пример.рф", "info@xn--e1afmkfd.xn--p1ai"])
def test_a_pause_finds_a_domain_in_other_letters(reply, smtp_server, address):
    from tamada.customers.actions import customers_for, pause_identity
    from tamada.customers.models import IdentityType

    party = ("info@пример.рф", "", "")
    customers_for(type=IdentityType.EMAIL, parties=[party], at=timezone.now())
    pause_identity(type=IdentityType.EMAIL, value=party[0])
    message = reply(to=["karine@customer.example", address])
    send_due()
    assert state(message) == "sent"
    assert smtp_server.received[0].rcpt_to == ["karine@customer.example"]


def test_the_signed_reply_address_is_used_when_the_inbox_has_a_domain(reply, account, smtp_server, conversation):
    from tamada.channels.email.threads import conversation_of_reply_address

    update_mail_account(agent=None, actor=SYSTEM, account=account, reply_domain="reply.company.example")
    reply()
    send_due()
    [address] = smtp_server.received[0].message["Reply-To"].addresses
    assert conversation_of_reply_address(address.addr_spec) == conversation.pk


def test_a_password_in_the_url_is_used_and_a_wrong_one_is_shown(reply, account):
    with FakeSMTP(user="desk", password="right") as server:
        update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=server.url.replace("right", "wrong"))
        message = reply()
        send_due()
        assert "password" in Delivery.objects.get(message=message).last_error
        update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=server.url)
        due_again(message)
        send_due()
        assert state(message) == "sent"


def test_a_password_is_never_said_in_the_clear_beyond_this_machine(reply, account, monkeypatch):
    monkeypatch.setattr(send, "LOCAL", ())
    with FakeSMTP(user="desk", password="right") as server:
        update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=server.url)
        message = reply()
        send_due()
        assert state(message) == "failed"
        assert "no encryption" in Delivery.objects.get(message=message).last_error
        assert b"AUTH" not in server.said
        assert server.received == []
        # Its owner may say that the server is one of their own.
        update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=f"{server.url}?verify=0")
        second = reply()
        send_due()
        assert state(second) == "sent"


@pytest.mark.django_db(transaction=True)
def test_the_loop_sends_at_once_and_reuses_its_connection(reply, smtp_server, stop):
    before = smtp_server.connections
    thread = threading.Thread(target=Outbox(stop).run)
    thread.start()
    try:
        first = reply("one")
        until(lambda: state(first) == "sent")
        reply("two")
        smtp_server.wait_for(2)
        until(lambda: not Message.objects.filter(delivery="queued").exists())
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
    assert smtp_server.connections == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_was_committed_but_not_confirmed_is_sent(reply, smtp_server, stop, monkeypatch):
    """The database went away between its commit and its answer: the claim is ours, and nobody works on it."""
    lost: list[int] = []

    def unconfirmed(name, limit):
        ids = claim(name, limit)
        if ids and not lost:
            lost.extend(ids)
            raise OperationalError("server closed the connection unexpectedly")
        return ids

    monkeypatch.setattr(outbox, "claim", unconfirmed)
    message = reply()
    thread = threading.Thread(target=Outbox(stop).run)
    thread.start()
    try:
        until(lambda: state(message) == "sent")
    finally:
        stop.set()
        thread.join(20)
    assert (len(lost), len(smtp_server.received)) == (1, 1)


def test_an_inbox_with_a_server_that_does_not_exist_is_told(account):
    from tamada.channels.email.accounts import try_sending

    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    assert "refuses connections" in try_sending(account)


def test_how_a_try_went_is_what_is_known_of_the_server(account, smtp_server):
    from tamada.channels.email.accounts import troubles_of, try_sending

    wrong = f"smtp://127.0.0.1:{free_port()}"
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=wrong)
    assert not troubles_of(account.inbox).sending, "nothing was tried"
    try_sending(account)
    told = troubles_of(account.inbox)
    assert "refuses connections" in told.sending
    assert not told.is_new
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=smtp_server.url)
    assert try_sending(account) == ""
    assert not troubles_of(account.inbox).first
    MailAccount.objects.update(sending_error="The server refuses connections.")
    assert try_sending(account) == ""
    assert not troubles_of(account.inbox).first, "it works again"
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url="")
    try_sending(account)
    assert MailAccount.objects.get().sending_error == "", "none is set up: there is nothing to be in trouble"
    assert troubles_of(account.inbox).is_new


@pytest.mark.django_db(transaction=True)
def test_only_what_passes_is_waited_for(reply, stop, monkeypatch):
    """Who waited for the database to take back a refusal of its words would wait for ever."""
    from django.db import DataError, InternalError

    message = reply()
    sending = outbox.Sending(claim("tests", 1)[0], send.Connections(), stop)
    tries: list[int] = []

    def away() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise InternalError("cannot execute UPDATE in a read-only transaction")

    monkeypatch.setattr(stop, "wait", lambda seconds: False)
    sending.until_written(away)
    assert len(tries) == 3

    def refused() -> None:
        raise DataError("PostgreSQL text fields cannot contain NUL bytes")

    with pytest.raises(DataError):
        sending.until_written(refused)
    assert state(message) == "queued"


@pytest.mark.parametrize("address", ["info@straße.example", "info@xn--strae-oqa.example"])
def test_an_inbox_is_found_by_the_domain_that_mail_is_sent_to(account, address):
    from tamada.channels.email.book import AddressBook
    from tamada.channels.email.compose import checked_email

    update_mail_account(agent=None, actor=SYSTEM, account=account, aliases=[address])
    book = AddressBook()
    assert book.find(checked_email(address)) == account.inbox_id
    assert book.find("INFO@Straße.example") == account.inbox_id
    assert book.find("info@strasse.example") is None


def test_a_signed_reply_address_is_known_in_either_writing_of_its_domain(account, conversation):
    from tamada.channels.email.book import AddressBook
    from tamada.channels.email.threads import reply_address

    update_mail_account(agent=None, actor=SYSTEM, account=account, reply_domain="почта.рф")
    assert AddressBook().find(reply_address(conversation.pk, "xn--80a1acny.xn--p1ai")) == account.inbox_id
    assert AddressBook().find(reply_address(conversation.pk, "xn--p1ai")) is None
