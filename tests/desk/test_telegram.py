"""Telegram at the desk: connecting a bot, how it does, what is shown of messages, and inviting a customer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.channels.telegram.actions import open_telegram_inbox
from tamada.channels.telegram.models import Bot, Mode
from tamada.channels.telegram.reasons import TOKEN_REFUSED
from tamada.conversations.actions import receive_messages
from tamada.conversations.envelopes import AwaitedFile, Envelope, Party, ThreadKeys
from tamada.conversations.models import Attachment, Conversation, Delivery, Message
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry
from tests.cast import SignedIn, first_team
from tests.desk.conftest import JSON
from tests.helpers.telegram import TOKEN, BotApi, bot_api

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
AT = datetime(2026, 1, 5, 10, tzinfo=UTC)


@pytest.fixture
def telegram(settings: Any) -> Iterator[BotApi]:
    with bot_api() as api:
        settings.TAMADA = replace(settings.TAMADA, telegram_url=api.url)
        yield api


@pytest.fixture
def bot(db: None, telegram: BotApi) -> Bot:
    first_team()
    return open_telegram_inbox(agent=None, actor=SYSTEM, name="Telegram", token=TOKEN)


def said(bot: Bot, text: str, number: int = 1, **more: Any) -> Message:
    envelope = Envelope(
        inbox_id=bot.inbox_id,
        channel="telegram",
        sender=Party(type="telegram", value="555", name="Ani"),
        external_id=f"telegram:1:555:{number}",
        digest=text,
        subject=text,
        text=text,
        received_at=AT,
        thread=ThreadKeys(goes_on=AT - AT),
        **more,
    )
    (result,) = receive_messages(envelopes=[envelope])
    return Message.objects.get(pk=result.message_id or 0)


def test_an_admin_connects_a_bot_and_chooses_how_messages_come(
    owner: Agent, signed_in: SignedIn, telegram: BotApi
) -> None:
    client, page = signed_in(owner), reverse("desk:new_inbox")
    assert "Telegram needs the token" in client.post(page, {"name": "T", "channel": "telegram"}).text
    wrong = {"name": "T", "channel": "telegram", "token": TOKEN.replace("AAE", "XXX")}
    assert "does not know this token." in client.post(page, wrong).text
    assert not Bot.objects.exists()
    made = client.post(page, {"name": "T", "channel": "telegram", "token": TOKEN})
    bot = Bot.objects.get()
    page = reverse("desk:settings_inbox", args=[bot.inbox_id])
    assert made["Location"] == page
    shown = client.get(page).text
    assert "https://t.me/ararat_help_bot" in shown
    assert "For messages to customers whose own language is unknown." in shown
    assert TOKEN not in shown
    Bot.objects.update(sending_error="Telegram refused it: no")
    shown = client.get(page).text
    assert 'href="#telegram"' in shown
    assert 'id="telegram"' in shown
    given = {"name": "Bot", "team": bot.inbox.team_id, "is_active": "on", "mode": Mode.WEBHOOK}
    assert client.post(page, given).status_code == 302
    bot.refresh_from_db()
    bot.inbox.refresh_from_db()
    assert (bot.mode, bot.inbox.name) == (Mode.WEBHOOK, "Bot")
    entries = AuditEntry.objects.filter(actor_kind="agent", object_id=bot.inbox_id)
    assert {e.action for e in entries} >= {"inbox.created", "telegram_bot.updated", "inbox.updated"}
    assert telegram.webhook["url"].endswith(bot.key)


def test_a_mode_that_telegram_refuses_is_said_beside_it(
    owner: Agent, signed_in: SignedIn, bot: Bot, telegram: BotApi
) -> None:
    telegram.refuse("setWebhook", 400, "Bad Request: bad webhook: HTTPS url must be provided for webhook")
    given = {"name": "Other", "team": bot.inbox.team_id, "is_active": "on", "mode": Mode.WEBHOOK}
    answer = signed_in(owner).post(reverse("desk:settings_inbox", args=[bot.inbox_id]), given)
    assert answer.status_code == 422
    assert "HTTPS url must be provided" in answer.text
    bot.inbox.refresh_from_db()
    assert (Bot.objects.get().mode, bot.inbox.name) == (Mode.POLLING, "Telegram")


def test_how_the_bot_is_who_settles_the_inbox_may_ask(
    owner: Agent, lead: Agent, teammate: Agent, signed_in: SignedIn, bot: Bot, telegram: BotApi
) -> None:
    page = reverse("desk:check_inbox", args=[bot.inbox_id])
    assert "Telegram knows the bot; 0 messages wait there." in signed_in(lead).post(page).text
    telegram.webhook = {"url": "https://elsewhere.example/"}
    assert "https://elsewhere.example/" in signed_in(owner).post(page).text
    telegram.token = "revoked"
    Bot.objects.update(last_error=TOKEN_REFUSED, last_error_at=timezone.now())
    told = signed_in(owner).post(page).text
    assert told.count("does not know the bot") == 1
    given = {"name": "Bot", "team": bot.inbox.team_id, "is_active": "on", "mode": Mode.WEBHOOK}
    settings = reverse("desk:settings_inbox", args=[bot.inbox_id])
    assert f'action="{settings}"' in told  # this page has another address, at which nothing is saved
    assert "does not know the bot&#x27;s token any more" in signed_in(owner).post(settings, given).text
    given = {**given, "mode": Mode.POLLING, "token": TOKEN}
    assert "does not know this token." in signed_in(owner).post(settings, given).text
    asked = len(telegram.calls)
    assert signed_in(teammate).post(page).status_code == 403
    assert len(telegram.calls) == asked


def test_why_telegram_is_out_of_reach_is_a_sentence_in_the_readers_language(
    owner: Agent, signed_in: SignedIn, bot: Bot, settings: Any
) -> None:
    client, page = signed_in(owner), reverse("desk:check_inbox", args=[bot.inbox_id])
    with bot_api() as api:
        settings.TAMADA = replace(settings.TAMADA, telegram_url=api.url)
    assert "a connection could not be made." in client.post(page).text
    settings.TAMADA = replace(settings.TAMADA, telegram_url="http://telegram.invalid")
    said = {
        "en": "Telegram can't be reached: its name is not found.",
        "hy": "Telegram-ը հասանելի չէ. դրա անունը չի գտնվում։",
        "ka": "Telegram მიუწვდომელია: მისი სახელი ვერ მოიძებნა.",
        "ru": "Telegram недоступен: его имя не найдено.",
    }
    for language, words in said.items():
        Agent.objects.filter(pk=owner.pk).update(language=language)
        assert words in unescape(client.post(page).text)


def test_what_a_new_inbox_needs_does_not_read_optional(owner: Agent, signed_in: SignedIn) -> None:
    client, page = signed_in(owner), reverse("desk:new_inbox")
    assert "(optional)" not in client.get(page).text
    assert "Only for" not in client.get(page).text  # what is another channel's is not shown
    assert "(optional)" not in client.post(page, {"name": "T", "channel": "telegram"}).text


def test_a_message_shows_what_it_said_before_and_which_files_are_on_their_way(
    teammate: Agent, signed_in: SignedIn, bot: Bot
) -> None:
    file = AwaitedFile(id="F", unique="", name="film.mp4", type="video/mp4", size=1, state="large")
    message = said(bot, "I ordered <b>to</b>", awaited=[file])
    said(bot, "I ordered two", html="I <b>ordered</b> two", revises="edit", sent_at=AT)
    page = signed_in(teammate).get(reverse("desk:conversation", args=[message.conversation_id])).text
    assert "I <b>ordered</b> two" in page
    assert "I ordered &lt;b&gt;to&lt;/b&gt;" in page
    assert "only in the customer&#x27;s app" in page
    assert 'longest="4096" splits largest-file="52428800"' in page
    assert "data-format-toggle" in page
    assert "composer-to forward-only" in page
    begun = signed_in(teammate).get(reverse("desk:begin", args=[message.conversation_id]), {"how": "sender"}).json()
    assert begun["to"] == ""  # an account is no address


def test_an_answer_can_be_undone_and_a_file_that_is_too_large_is_refused(
    teammate: Agent, signed_in: SignedIn, bot: Bot
) -> None:
    said(bot, "Hello")
    page = reverse("desk:send", args=[Conversation.objects.get().pk])
    client = signed_in(teammate)
    assert client.post(page, {"kind": "out", "text_out": "Hi"}, headers=JSON).json()["seconds"] == 10
    assert Delivery.objects.get().channel == "telegram"
    large = Attachment.objects.create(
        name="film.mp4", type="video/mp4", size=60 * 1024 * 1024, blob="x", uploaded_by=teammate
    )
    answer = client.post(page, {"kind": "out", "text_out": "Hi", "attachments": large.pk}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"attachments": ["film.mp4 is larger than 50 MB."]}


def test_a_customer_is_invited_by_a_link_that_is_shown_once(
    teammate: Agent, observer: Agent, signed_in: SignedIn, bot: Bot
) -> None:
    customer = said(bot, "Hello").conversation.customer_id
    page = reverse("desk:telegram_link", args=[customer])
    client = signed_in(teammate)
    assert "@ararat_help_bot" in client.get(page).text
    assert "https://t.me/ararat_help_bot?start=" in client.post(page, {"bot": bot.pk}).text
    assert "?start=" not in client.get(page).text
    assert AuditEntry.objects.filter(action="telegram_link.made", object_id=customer).count() == 1
    assert signed_in(observer).post(page, {"bot": bot.pk}).status_code == 403
