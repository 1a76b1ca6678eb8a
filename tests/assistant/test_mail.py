"""By mail the assistant answers like any machine must: marked, capped, never another machine, once a question."""

import pytest

from tamada.assistant.models import Dialogue, InboxAssistant
from tamada.channels.email.automatic import note_answer
from tamada.channels.email.compose import compose
from tamada.channels.email.models import AutoReply, MailAccount
from tamada.channels.email.outgoing import outgoing
from tamada.channels.journal import Journal
from tamada.conversations.models import Conversation, Kind, Message
from tests.assistant.shop import Shelf, switch_on, teach
from tests.automation.scene import settle
from tests.channels.conftest import Deliver, account, deliver, journal, mail

__all__ = ["account", "deliver", "journal"]

pytestmark = pytest.mark.django_db

HOURS = "When are you open on Saturday?"


@pytest.fixture
def mailing(journal: Journal, account: MailAccount, shelf: Shelf, learned: bytes) -> InboxAssistant:
    teach(learned)  # into the folder of this test's journal
    return switch_on(account.inbox)


def ours() -> list[Message]:
    return list(Message.objects.filter(kind=Kind.OUT).order_by("pk"))


def test_a_question_by_mail_is_answered_as_a_machine(
    mailing: InboxAssistant, deliver: Deliver, account: MailAccount
) -> None:
    deliver(mail(HOURS))
    settle()
    (message,) = ours()
    assert "from 9 to 18" in message.text
    assert "Anahit, an automatic assistant. To talk to a person, just write so." in message.text
    assert message.to == [{"name": "Karine", "email": "karine@customer.example"}]
    assert b"Auto-Submitted: auto-replied" in compose(outgoing(message, account))
    assert AutoReply.objects.get().address == "karine@customer.example"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Auto_Response_Suppress": "All"},
        {"X_Loop": "us"},
        {"Return_Path": "<>"},
    ],
)
def test_a_machine_is_not_answered(mailing: InboxAssistant, deliver: Deliver, headers: dict[str, str]) -> None:
    deliver(mail(HOURS, **headers))
    settle()
    assert not ours()


def test_an_address_that_nobody_reads_is_not_answered(mailing: InboxAssistant, deliver: Deliver) -> None:
    deliver(mail(HOURS, sender="Shop <noreply@customer.example>"))
    settle()
    assert not ours()
    assert Dialogue.objects.get().reason == "machine"
    assert Conversation.objects.get().waiting_since


def test_after_ten_answers_in_ten_minutes_a_person_answers(
    mailing: InboxAssistant, deliver: Deliver, account: MailAccount
) -> None:
    for _ in range(10):
        note_answer(inbox_id=account.inbox_id, address="karine@customer.example")
    deliver(mail(HOURS))
    settle()
    assert not ours()


def test_a_question_it_can_t_answer_makes_no_mail_at_all(mailing: InboxAssistant, deliver: Deliver) -> None:
    deliver(mail("My cousin says that your sign is blue. Is he right about the moon?"))
    settle()
    assert not [message for message in ours() if "colleague" in message.text]
    assert Dialogue.objects.get().stand == "handed"


def test_one_answer_to_a_mail_and_another_only_when_asked_again(mailing: InboxAssistant, deliver: Deliver) -> None:
    deliver(mail(HOURS))
    settle()
    settle()
    assert len(ours()) == 1
    answer = ours()[0].external_id
    deliver(mail("How can I pay?", message_id="<m2@customer.example>", in_reply_to=answer))
    settle()
    assert len(ours()) == 2
    assert Conversation.objects.count() == 1
