"""Servers that refuse some, hang up, are slow, busy, full or without TLS: what is kept, tried again, and seen.

Every case ends as sent once, or as failed or uncertain with a reason and a button; none ends in silence.
"""

import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tamada.channels.email import outbox, send
from tamada.channels.email.accounts import troubles_of, update_mail_account
from tamada.channels.email.models import MailAccount
from tamada.channels.email.outbox import ABANDONED, ClaimLost, Sending, claim, release_abandoned
from tamada.channels.events import ChannelTroubled
from tamada.conversations.actions import send_again, send_reply
from tamada.conversations.models import Attachment, Conversation, Delivery, DeliveryAttempt, Message
from tamada.core import storage
from tamada.core.actors import SYSTEM, Actor
from tamada.core.models import StoredEvent
from tamada.core.tasks import run_pending
from tamada.notifications.models import Notification
from tests.channels.conftest import mail, send_due
from tests.helpers.certificates import self_signed
from tests.helpers.smtp import FakeSMTP

pytestmark = pytest.mark.sqlite

KARINE, CLERK, BOSS = "karine@customer.example", "clerk@customer.example", "boss@customer.example"


@dataclass
class Desk:
    """A conversation with a customer, an agent who answers, and the server in between."""

    reply: Callable[..., Message]
    again: Callable[[Message], None]
    server: FakeSMTP

    def told(self, message: Message) -> tuple[str, str]:
        """How it stands, and why."""
        return Message.objects.get(pk=message.pk).delivery, Delivery.objects.get(message=message).last_error

    def pass_time(self) -> None:
        """Every pause is over, and what is due is sent."""
        Delivery.objects.filter(settled_at=None).update(not_before=timezone.now())
        send_due()

    def reached(self) -> list[list[str]]:
        return [received.rcpt_to for received in self.server.received]


@pytest.fixture
def desk(deliver, account: MailAccount, smtp_server: FakeSMTP, teammate) -> Desk:
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=smtp_server.url)
    deliver(mail())
    conversation = Conversation.objects.get()
    actor = Actor("agent", teammate.pk, teammate.name)

    def reply(text: str = "We are looking into it.", **options) -> Message:
        return send_reply(agent=teammate, actor=actor, conversation=conversation, text=text, **options)

    def again(message: Message) -> None:
        send_again(agent=teammate, actor=actor, message=Message.objects.get(pk=message.pk))
        send_due()

    return Desk(reply, again, smtp_server)


def lines(event: str) -> list[dict[str, str]]:
    """The system lines of a kind in the conversation."""
    return [m.data for m in Message.objects.filter(kind="system", data__event=event).order_by("seq")]


def notified() -> list[str]:
    """Who is told that a message did not arrive."""
    run_pending()
    return list(Notification.objects.filter(type="failed").values_list("agent__email", flat=True))


# -- one of three recipients ------------------------------------------------------------------------------------------


def test_one_of_three_refused_for_good_is_said_and_its_writer_told(desk, teammate):
    message = desk.reply(to=[KARINE], cc=[CLERK, BOSS])
    desk.server.refuse = lambda address: "550 5.1.1 No such user" if address == CLERK else None
    send_due()
    assert desk.told(message) == ("sent", "")
    assert desk.reached() == [[KARINE, BOSS]]
    assert lines("refused") == [{"event": "refused", "address": CLERK, "detail": "5.1.1 No such user"}]
    assert notified() == [teammate.email]
    desk.pass_time()
    assert len(desk.server.received) == 1


def test_one_of_three_refused_for_now_and_then_for_good_leaves_the_others_alone(desk, teammate):
    message = desk.reply(to=[KARINE], cc=[CLERK, BOSS])
    desk.server.refuse = lambda address: "450 4.2.0 Greylisted" if address == CLERK else None
    send_due()
    assert desk.told(message) == ("queued", f"Not taken yet for {CLERK}: 4.2.0 Greylisted")
    desk.server.refuse = lambda address: "550 5.1.1 No such user" if address == CLERK else None
    desk.pass_time()
    # It is not called unsent: a click on "send again" would send it to the other two once more.
    assert desk.told(message) == ("sent", "")
    assert desk.reached() == [[KARINE, BOSS]]
    assert lines("refused")[0]["address"] == CLERK
    assert notified() == [teammate.email]


def test_one_of_three_greylisted_until_we_give_up_is_said_to_have_missed_it(desk):
    message = desk.reply(to=[KARINE], cc=[CLERK, BOSS])
    desk.server.refuse = lambda address: "450 4.2.0 Greylisted" if address == CLERK else None
    send_due()
    DeliveryAttempt.objects.update(started_at=timezone.now() - timedelta(days=3))
    desk.pass_time()
    assert desk.told(message) == ("sent", "")
    assert [line["address"] for line in lines("refused")] == [CLERK]
    assert desk.reached() == [[KARINE, BOSS]]


def test_one_of_three_greylisted_by_a_server_that_then_vanishes_is_said_to_have_missed_it(desk):
    message = desk.reply(to=[KARINE], cc=[CLERK, BOSS])
    desk.server.refuse = lambda address: "450 4.2.0 Greylisted" if address == CLERK else None
    send_due()
    desk.server.stop()
    DeliveryAttempt.objects.update(started_at=timezone.now() - timedelta(days=3))
    desk.pass_time()
    assert desk.told(message) == ("sent", "")
    assert lines("refused") == [{"event": "refused", "address": CLERK, "detail": "The server refuses connections."}]


def test_a_recipient_who_is_waited_for_holds_up_no_later_answer(desk):
    desk.reply("first", to=[KARINE], cc=[CLERK])
    desk.server.refuse = lambda address: "450 4.2.0 Greylisted" if address == CLERK else None
    send_due()
    second = desk.reply("second", to=[KARINE])
    send_due()
    assert desk.told(second) == ("sent", "")
    assert desk.reached() == [[KARINE], [KARINE]]


def test_an_uncertain_try_for_the_last_of_three_is_sent_again_to_that_one_alone(desk):
    message = desk.reply(to=[KARINE], cc=[CLERK, BOSS])
    desk.server.refuse = lambda address: "450 4.2.0 Greylisted" if address == CLERK else None
    send_due()
    desk.server.refuse, desk.server.hang_up = (lambda _address: None), True
    desk.pass_time()
    assert desk.told(message)[0] == "uncertain"
    desk.server.hang_up = False
    desk.again(message)
    assert desk.told(message) == ("sent", "")
    assert desk.reached() == [[KARINE, BOSS], [CLERK], [CLERK]]


def test_when_all_are_refused_the_reason_to_wait_is_told(desk):
    message = desk.reply(to=[KARINE], cc=[CLERK])
    desk.server.refuse = lambda a: "550 5.1.1 No such user" if a == KARINE else "450 4.2.0 Greylisted"
    send_due()
    assert desk.told(message) == ("queued", "4.2.0 Greylisted")
    assert desk.server.received == []


# -- after DATA -------------------------------------------------------------------------------------------------------


def test_a_line_cut_between_the_dot_and_the_answer_is_uncertain_and_told(desk, teammate):
    message = desk.reply()
    desk.server.hang_up = True
    send_due()
    state, reason = desk.told(message)
    assert state == "uncertain"
    assert "hung up without an answer" in reason
    assert notified() == [teammate.email]
    desk.server.hang_up = False
    desk.pass_time()
    desk.pass_time()
    assert len(desk.server.received) == 1
    desk.again(message)
    assert desk.told(message) == ("sent", "")
    assert {r.message["Message-ID"] for r in desk.server.received} == {message.external_id}


@pytest.mark.parametrize("answer", ["2x0 taken, I think", "354 go on", "199 hm"])
def test_an_answer_that_is_none_is_uncertain(desk, answer):
    message = desk.reply()
    desk.server.answer = answer
    send_due()
    assert desk.told(message)[0] == "uncertain"
    desk.pass_time()
    assert len(DeliveryAttempt.objects.all()) == 1


def test_a_slow_answer_is_waited_for(desk):
    message = desk.reply()
    desk.server.gate.clear()
    timer = threading.Timer(1.0, desk.server.gate.set)
    timer.start()
    send_due()
    timer.join()
    assert desk.told(message) == ("sent", "")
    assert len(desk.server.received) == 1


def test_an_answer_that_comes_too_late_is_uncertain_and_never_sent_twice_by_itself(desk, monkeypatch):
    monkeypatch.setattr(send, "FINAL_SECONDS", 0.3)
    message = desk.reply()
    desk.server.gate.clear()
    send_due()
    state, reason = desk.told(message)
    assert (state, "did not answer in time" in reason) == ("uncertain", True)
    desk.server.gate.set()
    desk.pass_time()
    desk.pass_time()
    assert DeliveryAttempt.objects.count() == 1
    assert len(desk.server.received) <= 1


def big(desk: Desk, teammate, size: int = 3_000_000) -> Message:
    key = storage.put(b"a" * size)
    file = Attachment.objects.create(name="plan.bin", type="image/png", size=size, blob=key, uploaded_by=teammate)
    return desk.reply(attachments=[file])


def test_a_line_cut_in_the_middle_of_the_message_is_tried_again_for_the_dot_was_never_said(desk, teammate):
    # Large enough that the machine's own buffers don't swallow it whole, dot and all.
    message = big(desk, teammate, 14_000_000)
    desk.server.cut_after = 500_000
    send_due()
    state, reason = desk.told(message)
    assert state == "queued"
    assert "while the message was leaving" in reason
    desk.server.cut_after = None
    desk.pass_time()
    assert desk.told(message) == ("sent", "")
    assert len(desk.server.received) == 1


def test_a_server_that_says_why_before_it_hangs_up_is_heard(desk, teammate):
    message = big(desk, teammate)
    desk.server.cut_after, desk.server.last_words = 500_000, "552 5.3.4 Message too big"
    send_due()
    assert desk.told(message) == ("failed", "5.3.4 Message too big")
    assert notified() == [teammate.email]


def test_a_large_message_may_take_longer_than_any_one_answer(desk, teammate, monkeypatch):
    # The limit holds for each piece and not for the whole: on a slow line 25 MB take minutes.
    monkeypatch.setattr(send, "ANSWER_SECONDS", 1.0)
    desk.server.pace = 4_000_000
    message = big(desk, teammate, 16_000_000)
    send_due()
    assert desk.told(message) == ("sent", "")
    [part] = desk.server.received[0].message.iter_attachments()
    assert part.get_content() == b"a" * 16_000_000


# -- busy, full, too large --------------------------------------------------------------------------------------------


def test_busy_for_an_hour_is_told_after_twenty_minutes_and_sent_once_when_it_is_over(desk):
    message = desk.reply()
    desk.server.answer = "451 4.3.0 Busy"
    waited = 0.0
    while waited < 3600:
        began = timezone.now()
        desk.pass_time()
        waited += (Delivery.objects.get().not_before - began).total_seconds()
        assert desk.told(message) == ("queued", "4.3.0 Busy")
        assert len(lines("delayed")) == (waited > 1300 + 1)
    assert lines("delayed") == [{"event": "delayed", "address": KARINE, "detail": "4.3.0 Busy"}]
    assert DeliveryAttempt.objects.filter(outcome="retry").count() == 7
    desk.server.answer = "250 OK"
    desk.pass_time()
    desk.pass_time()
    assert desk.told(message) == ("sent", "")
    assert len(desk.server.received) == 1


@pytest.mark.parametrize("told_before", [True, False])
def test_too_large_fails_at_once_with_the_servers_words(desk, teammate, told_before):
    desk.server.stop()
    with FakeSMTP(size_limit=100_000) as small:
        small.offers_size = told_before
        update_mail_account(agent=None, actor=SYSTEM, account=MailAccount.objects.get(), smtp_url=small.url)
        message = big(desk, teammate)
        send_due()
        state, reason = desk.told(message)
        assert state == "failed"
        assert "size" in reason.lower() or "too much" in reason.lower()
        assert small.received == []
        assert (b"DATA" in small.said) is not told_before
    assert notified() == [teammate.email]
    assert troubles_of(message.inbox).first == ""


# -- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def untrusted(tmp_path: Path) -> Iterator[FakeSMTP]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*self_signed(tmp_path))
    with FakeSMTP(tls=context) as made:
        yield made


@pytest.fixture
def broken() -> Iterator[FakeSMTP]:
    """It offers STARTTLS and has no certificate to go on with."""
    with FakeSMTP(tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)) as made:
        yield made


@pytest.mark.parametrize(
    ("which", "words"), [("untrusted", "certificate is not trusted"), ("broken", "No encrypted connection")]
)
def test_a_tls_failure_waits_and_never_goes_on_in_the_clear(desk, request, account, which, words):
    server: FakeSMTP = request.getfixturevalue(which)
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=server.url)
    message = desk.reply()
    send_due()
    state, reason = desk.told(message)
    assert state == "queued"
    assert words in reason
    assert b"mail FROM" not in server.said
    # The inbox's settings show it, until something leaves again.
    assert words in troubles_of(account.inbox).first
    desk.pass_time()
    assert StoredEvent.objects.filter(type=ChannelTroubled.type).count() == 1
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=desk.server.url)
    desk.pass_time()
    assert desk.told(message) == ("sent", "")
    assert troubles_of(account.inbox).first == ""


def test_a_recipients_refusal_is_no_trouble_of_the_server(desk, account):
    message = desk.reply()
    desk.server.refuse = lambda _address: "550 5.1.1 No such user"
    send_due()
    assert desk.told(message)[0] == "failed"
    assert troubles_of(account.inbox).first == ""


# -- our own side -----------------------------------------------------------------------------------------------------


def test_a_file_that_is_gone_fails_with_its_name_and_is_sent_whole_when_it_is_back(desk, teammate):
    key = storage.put(b"%PDF-1.4 bill")
    file = Attachment.objects.create(name="bill.pdf", type="application/pdf", size=13, blob=key, uploaded_by=teammate)
    message = desk.reply(attachments=[file])
    storage.store().delete(key)
    send_due()
    state, reason = desk.told(message)
    assert (state, "bill.pdf" in reason) == ("failed", True)
    assert notified() == [teammate.email]
    assert desk.server.received == []
    storage.put(b"%PDF-1.4 bill")
    desk.again(message)
    [part] = desk.server.received[0].message.iter_attachments()
    assert part.get_content() == b"%PDF-1.4 bill"


def test_a_storage_that_is_away_is_waited_for_with_growing_pauses(desk, teammate, monkeypatch):
    key = storage.put(b"%PDF-1.4 bill")
    file = Attachment.objects.create(name="bill.pdf", type="application/pdf", size=13, blob=key, uploaded_by=teammate)
    message = desk.reply(attachments=[file])

    def away(_key: str) -> bytes:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(storage, "read", away)
        send_due()
    state, reason = desk.told(message)
    assert (state, "can't be read now" in reason) == ("queued", True)
    assert Delivery.objects.get().attempts == 1
    desk.pass_time()
    assert desk.told(message) == ("sent", "")


@pytest.fixture
def sending() -> Iterator[Callable[..., Sending]]:
    """Claims what is due for a machine, and begins to send it."""
    connections = send.Connections()

    def begin(name: str = "far:1:1") -> Sending:
        [pk] = claim(name, 1)
        return Sending(pk, connections, threading.Event())

    yield begin
    connections.close_idle(all_of_them=True)


def taken_for_dead() -> None:
    Delivery.objects.filter(settled_at=None).update(claimed_at=timezone.now() - ABANDONED - timedelta(minutes=1))
    release_abandoned("another:1:1")


def test_a_machine_that_was_taken_for_dead_hands_nothing_over(desk, sending):
    message = desk.reply()
    slow = sending()
    taken_for_dead()
    with pytest.raises(ClaimLost):
        slow.mark_data()
    slow.run()
    assert desk.server.received == []
    send_due()
    assert desk.told(message) == ("sent", "")
    assert len(desk.server.received) == 1


def test_a_failure_of_a_machine_that_was_taken_for_dead_does_not_undo_the_next_claim(desk, sending):
    message = desk.reply()
    slow = sending()
    taken_for_dead()
    now = sending("near:1:1")
    slow.settle(send.Result("retry", "too late"))
    assert Delivery.objects.get().claimed_by == "near:1:1"
    now.run()
    assert desk.told(message) == ("sent", "")


def test_a_machine_that_was_taken_for_dead_while_its_message_left_says_how_it_ended(desk, sending):
    message = desk.reply()
    slow = sending()
    slow.mark_data()
    taken_for_dead()
    assert desk.told(message)[0] == "uncertain"
    slow.settle(send.Result("sent"))
    assert desk.told(message) == ("sent", "")


def test_what_breaks_after_the_dot_is_uncertain(desk, monkeypatch):
    message = desk.reply()

    def broken(*_given):
        raise RuntimeError

    monkeypatch.setattr(send, "_finished", broken)
    send_due()
    assert desk.told(message)[0] == "uncertain"
    monkeypatch.undo()
    desk.pass_time()
    assert len(desk.server.received) == 1


def test_the_first_try_and_its_pauses_are_as_documented():
    assert sum(outbox.PAUSES[: outbox.TOLD_AFTER]) == 1300
