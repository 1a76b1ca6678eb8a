"""An answer that stays unseen goes out by e-mail, once; the reply to that mail lands in the same conversation."""

from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.channels.chat.actions import describe_visitor, mail_unseen_answers, mark_seen_by_visitor, start_visitor
from tamada.channels.chat.models import Line, Visitor
from tamada.channels.chat.queries import lines_of, reached_by_mail, reply_seconds, threads_of
from tamada.channels.email.accounts import update_mail_account
from tamada.channels.email.compose import compose
from tamada.channels.email.models import MailAccount
from tamada.channels.email.outgoing import outgoing
from tamada.channels.email.threads import reply_address
from tamada.conversations.actions import attach
from tamada.conversations.actions.waiting import last_standing
from tamada.conversations.models import Conversation, Delivery, Inbox, Kind, Message
from tamada.core.actors import SYSTEM
from tamada.core.models import QueuedTask
from tests.channels.chat.conftest import SERVER, Answer, Write
from tests.channels.conftest import Deliver, mail

pytestmark = pytest.mark.django_db
ADDRESS = "ani@home.example"


def three_minutes_pass() -> None:
    Line.objects.update(created_at=timezone.now() - timedelta(minutes=3, seconds=1))


def mails() -> list[Message]:
    return list(Message.objects.filter(kind=Kind.OUT, channel="email").order_by("pk"))


def test_unseen_answers_are_mailed_together_and_once(
    write: Write,
    answer: Answer,
    visitor: Visitor,
    account: MailAccount,
) -> None:
    describe_visitor(visitor=visitor, email=ADDRESS, name="Ani")
    line = write("Hello")
    answer(line, "Good morning")
    answer(line, "We open at nine")
    assert not mail_unseen_answers(thread_id=line.thread_id), "three minutes have not passed"
    three_minutes_pass()
    assert mail_unseen_answers(thread_id=line.thread_id)
    assert not mail_unseen_answers(thread_id=line.thread_id)
    (sent,) = mails()
    assert "Good morning" in sent.text
    assert "We open at nine" in sent.text
    assert (sent.to, sent.inbox, sent.conversation) == (
        [{"name": "Ani", "email": ADDRESS}],
        account.inbox,
        line.message.conversation,
    )
    assert sent.external_id.endswith("@company.example>")
    assert Delivery.objects.get(message=sent).channel == "email"
    assert [m.message.text for m in lines_of(line.thread)] == ["Hello", "Good morning", "We open at nine"]


def test_what_was_read_is_not_mailed(write: Write, answer: Answer, visitor: Visitor, account: MailAccount) -> None:
    describe_visitor(visitor=visitor, email=ADDRESS)
    line = write("Hello")
    answer(line, "Good morning")
    mark_seen_by_visitor(thread=line.thread, seq=2, read=True)
    three_minutes_pass()
    assert not mail_unseen_answers(thread_id=line.thread_id)
    answer(line, "One more thing")
    three_minutes_pass()
    assert mail_unseen_answers(thread_id=line.thread_id)
    assert "Good morning" not in mails()[0].text


def test_without_an_address_or_a_mailbox_nothing_goes_out(
    write: Write, answer: Answer, visitor: Visitor, chat: Inbox
) -> None:
    line = write("Hello")
    answer(line, "Good morning")
    three_minutes_pass()
    assert not mail_unseen_answers(thread_id=line.thread_id)
    describe_visitor(visitor=visitor, email=ADDRESS)
    assert not mail_unseen_answers(thread_id=line.thread_id)
    assert mails() == []


def test_an_answer_waits_for_a_server_that_is_away(
    write: Write, answer: Answer, visitor: Visitor, account: MailAccount
) -> None:
    MailAccount.objects.update(sending_error="The server refuses connections.")
    describe_visitor(visitor=visitor, email=ADDRESS)
    line = write("Hello")
    answer(line, "Good morning")
    assert reached_by_mail(line.message.conversation) == (ADDRESS, False), "it is not promised"
    three_minutes_pass()
    assert mail_unseen_answers(thread_id=line.thread_id)


def test_where_no_server_is_set_up_none_is_tried_and_it_is_looked_again_for_a_day(
    write: Write, answer: Answer, visitor: Visitor, account: MailAccount
) -> None:
    MailAccount.objects.update(smtp_url="")
    describe_visitor(visitor=visitor, email=ADDRESS)
    line = write("Hello")
    answer(line, "Good morning")
    three_minutes_pass()
    QueuedTask.objects.all().delete()
    assert not mail_unseen_answers(thread_id=line.thread_id)
    assert mails() == [], "it would fail before the agent's eyes"
    assert QueuedTask.objects.get().run_after > timezone.now() + timedelta(minutes=30)
    QueuedTask.objects.all().delete()
    Line.objects.update(created_at=timezone.now() - timedelta(days=1, seconds=1))
    assert not mail_unseen_answers(thread_id=line.thread_id)
    assert not QueuedTask.objects.exists(), "it waits in the chat alone"
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=SERVER)
    assert mail_unseen_answers(thread_id=line.thread_id), "a server is there, and it is unread"


def test_an_address_given_later_gets_what_is_still_unread(write: Write, answer: Answer, visitor: Visitor) -> None:
    line = write("Hello")
    answer(line, "Good morning")
    QueuedTask.objects.all().delete()
    describe_visitor(visitor=visitor, email=ADDRESS)
    assert QueuedTask.objects.filter(name__endswith="mail_unseen").count() == 1


@pytest.mark.parametrize("by", ["in_reply_to", "address"])
def test_the_reply_lands_in_the_same_conversation(
    write: Write,
    answer: Answer,
    visitor: Visitor,
    account: MailAccount,
    deliver: Deliver,
    by: str,
) -> None:
    MailAccount.objects.update(reply_domain="company.example")
    describe_visitor(visitor=visitor, email=ADDRESS)
    line = write("Hello")
    answer(line, "Good morning")
    three_minutes_pass()
    mail_unseen_answers(thread_id=line.thread_id)
    (sent,) = mails()
    conversation = line.message.conversation
    how: dict[str, Any] = {"in_reply_to": sent.external_id}
    if by == "address":
        how = {"to": reply_address(conversation.pk, "company.example")}
    deliver(mail("Thank you!", sender=f"Ani <{ADDRESS}>", subject="Re: Your chat", **how))
    came = Message.objects.get(text="Thank you!")
    assert (came.conversation, came.channel) == (conversation, "email")
    assert Conversation.objects.count() == 1
    # What came by mail may be from whoever reads there: the chat shows what was said in it.
    assert [m.message.text for m in lines_of(threads_of(visitor)[0])] == ["Hello", "Good morning"]
    answer(line, "You are welcome")
    assert [m.message.text for m in lines_of(threads_of(visitor)[0])][-1] == "You are welcome"


def test_a_signed_address_opens_no_chat_that_never_mailed(
    write: Write,
    account: MailAccount,
    deliver: Deliver,
) -> None:
    MailAccount.objects.update(reply_domain="company.example")
    conversation = write("Hello").message.conversation
    deliver(mail("Let me in", to=reply_address(conversation.pk, "company.example")))
    assert Message.objects.get(text="Let me in").conversation != conversation


def test_the_expected_time_is_the_median_of_first_answers(chat: Inbox, write: Write) -> None:
    from django.core.cache import cache

    now = timezone.now()
    for minutes in (1, 2, 60):
        other = start_visitor(inbox=chat)[0]
        found = write("Hello", by=other).message.conversation
        began = now - timedelta(hours=5)
        Conversation.objects.filter(pk=found.pk).update(
            created_at=began, first_replied_at=began + timedelta(minutes=minutes), waiting_since=None
        )
    assert reply_seconds(chat) == 120
    for _ in range(4):  # who has waited for five hours counts, unanswered
        found = write("Hello?", by=start_visitor(inbox=chat)[0]).message.conversation
        Conversation.objects.filter(pk=found.pk).update(created_at=began, waiting_since=began)
    cache.clear()
    assert (reply_seconds(chat) or 0) > 3600
    Conversation.objects.filter(first_replied_at__isnull=False).first().delete()  # type: ignore[union-attr]
    cache.clear()
    assert reply_seconds(chat) is None


def test_the_mail_carries_files_and_a_signed_reply_address(
    write: Write, answer: Answer, visitor: Visitor, account: MailAccount, teammate: Agent
) -> None:
    MailAccount.objects.update(reply_domain="company.example")
    describe_visitor(visitor=visitor, email=ADDRESS, language="ru")
    line = write("Hello")
    file = attach(agent=teammate, draft=None, name="plan.txt", content=b"The plan")
    answer(line, "See the plan", attachments=[file])
    three_minutes_pass()
    mail_unseen_answers(thread_id=line.thread_id)
    (sent,) = mails()
    account.refresh_from_db()
    letter = message_from_bytes(compose(outgoing(sent, account)), policy=policy.default)
    assert f"[#{line.message.conversation_id}]" in letter["Subject"]
    assert letter["Reply-To"].startswith("reply+c")
    assert [part.get_filename() for part in letter.iter_attachments()] == ["plan.txt"]
    assert "Мы ответили вам в чате" in sent.text
    assert [file.name for file in line.thread.lines.get(seq=2).message.attachments.all()] == ["plan.txt"]


def test_the_copy_counts_as_no_answer(write: Write, answer: Answer, visitor: Visitor, account: MailAccount) -> None:
    describe_visitor(visitor=visitor, email=ADDRESS)
    line = write("Hello")
    answer(line, "Good morning")
    write("And when do you close?", line.thread)
    three_minutes_pass()
    mail_unseen_answers(thread_id=line.thread_id)
    conversation = Conversation.objects.get()
    assert conversation.waiting_since
    assert last_standing(conversation) == Message.objects.get(text="Good morning").pk
