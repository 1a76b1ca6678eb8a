"""A conversation goes on over another channel of the same customer, and what they answer there comes back to it."""

from typing import Any

import pytest

from tamada.accounts.models import Agent
from tamada.channels.email.accounts import open_mail_inbox
from tamada.channels.email.models import MailAccount
from tamada.channels.telegram.models import Bot
from tamada.conversations.actions import receive_messages, send_reply
from tamada.conversations.envelopes import Envelope, Party, ThreadKeys
from tamada.conversations.errors import NoRecipient
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.conversations.ways import ways_of
from tamada.core.actors import SYSTEM
from tamada.customers.models import Identity
from tests.cast import SignedIn, make_agent
from tests.channels.telegram.conftest import Answer, Take
from tests.desk.conftest import JSON
from tests.helpers.telegram import ANI, BotApi

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(bot: Bot) -> MailAccount:
    return open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@company.example")


def mail(inbox: Inbox, text: str, *answers: str) -> Message:
    envelope = Envelope(
        inbox_id=inbox.pk,
        channel="email",
        sender=Party(type="email", value="ani@home.example", name="Ani"),
        external_id=f"<{len(text)}@home.example>",
        digest=text,
        subject="Router",
        text=text,
        received_at=inbox.created_at,
        thread=ThreadKeys(external_ids=answers),
    )
    (result,) = receive_messages(envelopes=[envelope])
    return Message.objects.select_related("conversation__inbox", "conversation__customer").get(
        pk=result.message_id or 0
    )


@pytest.fixture
def by_mail(mailbox: MailAccount, telegram: BotApi, take: Take) -> Conversation:
    """A mail of somebody who once wrote to the bot."""
    question = mail(mailbox.inbox, "My router is broken.")
    telegram.say("An old matter")
    take()
    Conversation.objects.exclude(pk=question.conversation_id).update(status="closed")
    Identity.objects.filter(type="telegram").update(customer=question.conversation.customer)
    return Conversation.objects.get(pk=question.conversation_id)


def test_a_mail_is_answered_by_telegram_and_the_answer_comes_back(
    by_mail: Conversation, bot: Bot, telegram: BotApi, teammate: Agent, take: Take, answer: Answer
) -> None:
    (way,) = ways_of(teammate, by_mail)
    assert way == bot.inbox
    message = answer(by_mail, "Is it blinking?", via=way)
    assert (message.channel, message.inbox, message.delivery, message.to) == ("telegram", bot.inbox, "sent", [])
    assert telegram.sent[-1].given["chat_id"] == ANI["id"]
    telegram.say("Yes, red")
    take()
    answered = Message.objects.get(text="Yes, red")
    assert (answered.conversation, answered.channel) == (by_mail, "telegram")
    by_mail.refresh_from_db()
    assert (by_mail.channel, by_mail.waiting_since is not None) == ("email", True)


def test_the_composer_offers_the_ways_and_follows_the_customer(
    by_mail: Conversation, bot: Bot, telegram: BotApi, teammate: Agent, take: Take, answer: Answer, signed_in: SignedIn
) -> None:
    client, page = signed_in(teammate), f"/conversations/{by_mail.pk}"
    shown = client.get(page).text
    heard = Message.objects.get(kind="in", conversation=by_mail).pk
    assert f'href="{page}?via={bot.inbox_id}&amp;heard={heard}"' in shown
    assert "Reply by e-mail" in shown
    chosen = client.get(f"{page}?via={bot.inbox_id}").text
    assert "Reply by Telegram" in chosen
    assert 'longest="4096"' in chosen
    assert "composer-to forward-only" in chosen
    given = {"kind": "out", "text_out": "Is it blinking?", "via": str(bot.inbox_id)}
    assert client.post(f"{page}/messages", given, headers=JSON).status_code == 201
    assert Message.objects.get(text="Is it blinking?").channel == "telegram"
    answer(by_mail, "Well?", via=bot.inbox)
    telegram.say("Yes, red")
    take()
    shown = client.get(page).text  # over which they wrote last
    assert "Reply by Telegram" in shown
    assert "By e-mail instead" in shown
    by_hand = f"{page}?via={by_mail.inbox_id}&heard="
    assert "Reply by Telegram" in client.get(f"{by_hand}{heard}").text  # chosen before they wrote
    assert "Reply by e-mail" in client.get(f"{by_hand}{Message.objects.get(text='Yes, red').pk}").text


def test_telegram_goes_on_by_mail(
    bot: Bot, mailbox: MailAccount, telegram: BotApi, teammate: Agent, take: Take
) -> None:
    telegram.say("Send me the contract")
    take()
    conversation = Conversation.objects.get()
    assert ways_of(teammate, conversation) == []
    Identity.objects.create(customer=conversation.customer, type="email", value="ani@home.example")
    conversation = Conversation.objects.select_related("customer", "inbox").get()
    message = send_reply(agent=teammate, actor=SYSTEM, conversation=conversation, text="Here it is", via=mailbox.inbox)
    assert (message.channel, [one["email"] for one in message.to]) == ("email", ["ani@home.example"])
    back = mail(mailbox.inbox, "Thank you.", message.external_id)
    assert back.conversation == conversation


def test_nobody_goes_by_a_way_that_is_none_or_not_theirs(
    by_mail: Conversation, bot: Bot, mailbox: MailAccount, teammate: Agent, other_team: Any
) -> None:
    bot.inbox.team = other_team
    bot.inbox.save()
    with pytest.raises(NoRecipient):
        send_reply(agent=teammate, actor=SYSTEM, conversation=by_mail, text="Hi", via=bot.inbox)
    both = make_agent("Both", "agent", by_mail.inbox.team, other_team)  # type: ignore[arg-type]
    assert ways_of(both, by_mail) == [bot.inbox]
    Identity.objects.filter(type="telegram").update(paused_at=bot.created_at)
    by_mail = Conversation.objects.select_related("customer").get(pk=by_mail.pk)
    assert ways_of(both, by_mail) == []
    assert not Message.objects.filter(text="Hi").exists()
