"""Beside a chat: whether its visitor is there, and what becomes of an answer if not."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.channels.chat.actions import (
    describe_visitor,
    mail_unseen_answers,
    mark_seen_by_visitor,
    receive_from_visitor,
    start_visitor,
)
from tamada.channels.chat.models import Line, Visitor
from tamada.channels.chat.outbox import deliver_due
from tamada.channels.email.accounts import open_mail_inbox, update_mail_account
from tamada.conversations.actions import merge_conversations, send_reply, start_conversation
from tamada.conversations.models import Delivery, Inbox, Message
from tamada.core.actors import SYSTEM, Actor
from tamada.customers.actions import merge_customers
from tests.cast import SignedIn
from tests.helpers.smtp import FakeSMTP

pytestmark = pytest.mark.django_db
COMES_BACK = "The visitor has left: they will see your answer when they come back."
NO_ADDRESS = "The visitor has left and gave no address: they will see your answer when they come back."
MAILED = "The visitor has left: what stays unread for 3 minutes is mailed to ani@home.example."
WAITS = "Not read yet; they will see it when they come back."
IS_MAILED = "Not read yet; it is mailed to ani@home.example if it stays so for 3 minutes."


@pytest.fixture
def line(chat: Inbox) -> Line:
    visitor = start_visitor(inbox=chat, language="en")[0]
    return receive_from_visitor(visitor=visitor, thread=None, client_id="a", text="Is the pool open?").line


@pytest.fixture
def mail_inbox(db: None, smtp_server: FakeSMTP) -> Inbox:
    account = open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@company.example")
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=smtp_server.url)
    return account.inbox


def answer(agent: Agent, line: Line) -> Message:
    actor = Actor("agent", agent.pk, agent.name)
    message = send_reply(agent=agent, actor=actor, conversation=line.message.conversation, text="Yes, daily")
    deliver_due()
    return message


def leave(line: Line) -> None:
    Visitor.objects.filter(pk=line.thread.visitor_id).update(seen_at=timezone.now() - timedelta(minutes=2))


def told(signed_in: SignedIn, agent: Agent, line: Line) -> str:
    """What the agent reads beside the chat."""
    return signed_in(agent).get(reverse("desk:conversation", args=[line.message.conversation_id])).text


def test_nothing_is_said_of_an_answer_to_who_is_there(signed_in: SignedIn, teammate: Agent, line: Line) -> None:
    answer(teammate, line)
    page = told(signed_in, teammate, line)
    assert page.count("Here now") == 2
    assert "has left" not in page
    assert "Not read yet" not in page


def test_nobody_left_before_they_wrote_their_last_words(signed_in: SignedIn, teammate: Agent, line: Line) -> None:
    """Listening is noted once a minute alone."""
    leave(line)
    wrote = timezone.now().replace(microsecond=0) - timedelta(minutes=1)
    Line.objects.filter(pk=line.pk).update(created_at=wrote)
    page = told(signed_in, teammate, line)
    assert re.findall(r'(?:Left · |<dt>Last seen</dt><dd>)<time datetime="([^"]+)', page) == [wrote.isoformat()] * 2


def test_without_an_address_an_answer_waits_for_who_left(
    signed_in: SignedIn, teammate: Agent, line: Line, mail_inbox: Inbox
) -> None:
    leave(line)
    page = told(signed_in, teammate, line)
    assert "Here now" not in page
    assert 'data-visitor="left"' in page
    assert NO_ADDRESS in page
    assert "Not read yet" not in page, "nothing was answered yet"
    answer(teammate, line)
    assert WAITS in told(signed_in, teammate, line)
    mark_seen_by_visitor(thread=line.thread, seq=2, read=True)
    leave(line)
    assert "Not read yet" not in told(signed_in, teammate, line)


def test_with_an_address_it_is_mailed_as_it_is_said(
    signed_in: SignedIn, teammate: Agent, line: Line, mail_inbox: Inbox
) -> None:
    describe_visitor(visitor=line.thread.visitor, email="ani@home.example")
    leave(line)
    assert MAILED in told(signed_in, teammate, line)
    answer(teammate, line)
    assert IS_MAILED in told(signed_in, teammate, line)
    Line.objects.update(created_at=timezone.now() - timedelta(minutes=3, seconds=1))
    assert mail_unseen_answers(thread_id=line.thread_id)
    assert "Not read yet" not in told(signed_in, teammate, line), "the mail below says it"


def test_no_mail_is_promised_where_none_will_leave(
    signed_in: SignedIn, teammate: Agent, line: Line, smtp_server: FakeSMTP
) -> None:
    describe_visitor(visitor=line.thread.visitor, email="ani@home.example")
    leave(line)
    answer(teammate, line)
    page = told(signed_in, teammate, line)
    assert COMES_BACK in page
    assert WAITS in page
    mail = open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@company.example")
    page = told(signed_in, teammate, line)
    assert COMES_BACK in page, "the inbox has no server to send by"
    assert WAITS in page
    update_mail_account(agent=None, actor=SYSTEM, account=mail, smtp_url=smtp_server.url)
    assert IS_MAILED in told(signed_in, teammate, line)
    long_ago = timezone.now() - timedelta(minutes=5)
    Message.objects.update(created_at=long_ago)
    Delivery.objects.update(settled_at=long_ago)
    page = told(signed_in, teammate, line)
    assert MAILED in page
    assert WAITS in page, "the look for it was long ago"


def test_who_looks_is_told_when_that_changes(signed_in: SignedIn, teammate: Agent, outsider: Agent, line: Line) -> None:
    url = reverse("desk:presence", args=[line.message.conversation_id])
    assert signed_in(teammate).post(url, {"state": "viewing"}).json() == {"visitor": "here"}
    leave(line)
    assert signed_in(teammate).post(url, {"state": "viewing"}).json() == {"visitor": "left"}
    assert signed_in(teammate).post(url, {"state": "typing"}).status_code == 204
    assert signed_in(outsider).post(url, {"state": "viewing"}).status_code == 404


def test_a_mail_that_went_on_in_a_chat_is_told_too(
    signed_in: SignedIn, owner: Agent, teammate: Agent, line: Line, mail_inbox: Inbox
) -> None:
    actor = Actor("agent", owner.pk, owner.name)
    mailed, _message = start_conversation(
        agent=owner, actor=actor, inbox=mail_inbox, to=["ani@home.example"], subject="The pool", text="It is open"
    )
    chat = line.message.conversation
    merge_customers(agent=owner, actor=actor, source=chat.customer, target=mailed.customer)
    merge_conversations(agent=owner, actor=actor, sources=[chat], target=mailed)
    client, url = signed_in(teammate), reverse("desk:conversation", args=[mailed.pk])
    asks = reverse("desk:presence", args=[mailed.pk])
    for state in ("here", "left"):
        page = client.get(url, {"via": chat.inbox_id}).text
        assert page.count(f'data-visitor="{state}"') == 2, "the talk, and what stands about them"
        assert client.post(asks, {"state": "viewing"}).json() == {"visitor": state}
        leave(line)


def test_where_several_visitors_read_an_answer_it_is_said_before_and_after_the_merge(
    signed_in: SignedIn, owner: Agent, chat: Inbox, line: Line
) -> None:
    two, will = "2 different visitors read what you write here.", "2 different visitors will read what you write there"

    def another(user: str = "") -> Line:
        visitor = start_visitor(inbox=chat, language="en")[0]
        if user:
            Visitor.objects.filter(pk=visitor.pk).update(user=user)
            visitor.refresh_from_db()
        return receive_from_visitor(visitor=visitor, thread=None, client_id="a", text="And the sauna?").line

    def before(one: Line, into: Line) -> str:
        url = reverse("desk:merge", args=[one.message.conversation_id])
        return signed_in(owner).get(url, {"into": into.message.conversation_id}).text

    def merge(one: Line, into: Line) -> str:
        sources, target = [one.message.conversation], into.message.conversation
        merge_conversations(agent=owner, actor=Actor("agent", owner.pk, owner.name), sources=sources, target=target)
        return told(signed_in, owner, into)

    assert "different visitors" not in told(signed_in, owner, line)
    other = another()
    assert will in before(other, line)
    assert two in merge(other, line)
    leave(line)
    leave(other)
    assert two in told(signed_in, owner, line), "they read it later"
    phone, laptop = another("karine"), another("karine")
    assert "different visitors" not in before(laptop, phone), "one user of the site in two browsers"
    assert "different visitors" not in merge(laptop, phone)
    assert "3 different visitors" in before(phone, line)


def test_who_gave_no_name_is_blocked_by_the_word_for_them(signed_in: SignedIn, teammate: Agent, line: Line) -> None:
    assert "refuse everything Somebody sends from now on?" in told(signed_in, teammate, line)


def test_who_only_reads_is_not_told_what_would_stand_still(
    signed_in: SignedIn, observer: Agent, teammate: Agent, line: Line
) -> None:
    for _ in range(2):
        page = told(signed_in, observer, line)
        assert "data-visitor" not in page
        assert "Here now" not in page
        assert "Last seen" not in page
        assert "On the site" not in page, "nothing is known"
        assert "On the site" in told(signed_in, teammate, line)
        leave(line)
    describe_visitor(visitor=line.thread.visitor, email="ani@home.example")
    assert "Typed address" in told(signed_in, observer, line)


def test_beside_a_mail_nobody_is_there_or_has_left(
    signed_in: SignedIn, teammate: Agent, line: Line, mail_inbox: Inbox
) -> None:
    mailed, _message = start_conversation(
        agent=teammate,
        actor=Actor("agent", teammate.pk, teammate.name),
        inbox=mail_inbox,
        to=["ani@home.example"],
        subject="The pool",
        text="It is open",
    )
    page = signed_in(teammate).get(reverse("desk:conversation", args=[mailed.pk])).text
    assert "data-visitor" not in page
    assert "has left" not in page
    url = reverse("desk:presence", args=[mailed.pk])
    assert signed_in(teammate).post(url, {"state": "viewing"}).status_code == 204
