"""A bot is connected by its token, its updates come as was chosen, and known customers come to it by their links."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.channels.base import troubles_of
from tamada.channels.ingest import Ingest
from tamada.channels.journal import Journal, default_journal
from tamada.channels.models import RawInput
from tamada.channels.originals import remove_originals
from tamada.channels.telegram.actions import (
    BadBot,
    check_bot,
    forget_links,
    make_link,
    open_telegram_inbox,
    update_bot,
)
from tamada.channels.telegram.models import Bot, Mode, StartLink
from tamada.channels.telegram.polling import Poller
from tamada.channels.telegram.webhooks import HEADER
from tamada.conversations.models import Message
from tamada.core import secrets
from tamada.core.actors import SYSTEM, Actor
from tamada.core.models import AuditEntry
from tamada.core.personal import Subject, erasers, holdings
from tamada.core.takeout import datasets
from tamada.customers.actions import create_customer
from tamada.customers.models import Customer, Identity
from tests.channels.telegram.conftest import Take
from tests.helpers.telegram import BOT, TOKEN, BotApi

pytestmark = pytest.mark.django_db
OTHER = "987654321:AAE-another-token-of-a-bot-0123456789abc"


def actor_of(agent: Agent) -> Actor:
    return Actor("agent", agent.pk, agent.name)


# -- connecting -------------------------------------------------------------------------------------------------------


def test_a_bot_is_asked_who_it_is_and_its_token_is_kept_encrypted(bot: Bot, telegram: BotApi) -> None:
    assert (bot.username, bot.inbox.address, bot.mode) == ("ararat_help_bot", "@ararat_help_bot", Mode.POLLING)
    assert TOKEN not in bot.token
    assert secrets.decrypt(bot.token) == TOKEN
    assert [call.method for call in telegram.calls] == ["getMe", "deleteWebhook"]
    assert not any(TOKEN in json.dumps(e.changes) for e in AuditEntry.objects.all())


@pytest.mark.parametrize("token", ["", "nonsense", "123456789:short", TOKEN.replace("AAE", "XXX")])
def test_a_wrong_token_opens_nothing(telegram: BotApi, db: None, token: str) -> None:
    with pytest.raises(BadBot) as refused:
        open_telegram_inbox(agent=None, actor=SYSTEM, name="T", token=token)
    assert refused.value.field == "token"
    assert not Bot.objects.exists()


def test_one_bot_has_one_inbox(bot: Bot) -> None:
    with pytest.raises(BadBot, match="belongs to an inbox"):
        open_telegram_inbox(agent=None, actor=SYSTEM, name="Again", token=TOKEN)


def test_only_an_admin_connects_and_a_lead_of_the_team_changes(
    bot: Bot, owner: Agent, lead: Agent, teammate: Agent, telegram: BotApi
) -> None:
    calls = len(telegram.calls)
    for agent in (lead, teammate):
        with pytest.raises(PermissionDenied):
            open_telegram_inbox(agent=agent, actor=actor_of(agent), name="T", token=OTHER)
    with pytest.raises(PermissionDenied):
        update_bot(agent=teammate, actor=actor_of(teammate), bot=bot, mode=Mode.WEBHOOK)
    with pytest.raises(PermissionDenied):
        check_bot(agent=teammate, bot=bot)
    assert len(telegram.calls) == calls  # nobody was asked
    update_bot(agent=owner, actor=actor_of(owner), bot=bot, mode=Mode.WEBHOOK)
    entry = AuditEntry.objects.get(action="telegram_bot.updated")
    assert entry.changes == {"fields": ["mode"]}


def test_the_official_address_needs_https_for_a_webhook(bot: Bot, settings: Any) -> None:
    settings.TAMADA = replace(settings.TAMADA, telegram_url=None, base_url="http://desk.example")
    with pytest.raises(BadBot, match="https") as refused:
        update_bot(agent=None, actor=SYSTEM, bot=bot, mode=Mode.WEBHOOK)
    assert refused.value.field == "mode"
    assert Bot.objects.get().mode == Mode.POLLING


def test_nobody_but_who_runs_tamada_names_an_address_inside(telegram: BotApi, db: None, settings: Any) -> None:
    """The exception of the guard is the setting's own host, and nothing else."""
    from tamada.channels.telegram.api import Api, Unreached

    with Api(TOKEN) as api:
        assert api.call("getMe")["username"] == "ararat_help_bot"
        api._calls = api._calls.replace("127.0.0.1", "127.0.0.2")
        with pytest.raises(Unreached, match="leads inside this network"):
            api.call("getMe")


def test_a_health_check_says_what_telegram_says(bot: Bot, owner: Agent, telegram: BotApi) -> None:
    assert not check_bot(agent=owner, bot=bot).trouble
    telegram.webhook = {"url": "https://elsewhere.example/hook"}
    found = check_bot(agent=owner, bot=bot)
    assert (found.webhook, found.is_ours) == ("https://elsewhere.example/hook", False)
    telegram.token = "revoked"
    assert "does not know the bot's token" in check_bot(agent=owner, bot=bot).trouble


def test_a_token_that_was_revoked_is_told_once(bot: Bot, telegram: BotApi, journal: Journal, stop: Any) -> None:
    from tamada.core.models import StoredEvent

    telegram.token = "revoked"
    poller = Poller(bot, journal, stop)
    assert poller.round() >= 2
    assert poller.round(2.0) == 4.0
    assert StoredEvent.objects.filter(type="channel.troubled").count() == 1
    assert "token" in troubles_of(bot.inbox).fetching
    telegram.token = TOKEN
    assert poller.round() == 0
    assert troubles_of(bot.inbox).first == ""


@pytest.mark.parametrize("number", [987654321, BOT["id"]], ids=["another bot", "the same bot"])
def test_an_answer_to_the_old_token_throws_nothing_away_at_the_new_one(
    bot: Bot, telegram: BotApi, journal: Journal, stop: Any, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    asked_before = telegram.say("Before")
    old = Poller(bot, journal, stop)
    under_way = old._ask()
    telegram.token = OTHER
    monkeypatch.setitem(BOT, "id", number)
    update_bot(agent=None, actor=SYSTEM, bot=Bot.objects.get(), token=OTHER)
    old._keep(under_way)
    old._note("The old token is known no more.")
    assert (Bot.objects.get().offset, Bot.objects.get().last_error) == (0, "")
    # Another bot counts its updates from anywhere; of the same one it is not known what reached us.
    waiting = {**telegram.say("Afterwards"), "update_id": 17 if number != BOT["id"] else 99_999}
    telegram.updates = [waiting] if number != BOT["id"] else [asked_before, waiting]
    new = Poller(Bot.objects.get(), journal, stop)
    assert [new.round(), new.round()] == [0, 0]
    assert telegram.updates == []
    Ingest(journal).step()
    assert sorted(Message.objects.values_list("text", flat=True)) == ["Afterwards", "Before"]


def test_who_asked_until_now_says_nothing_about_a_webhook(
    bot: Bot, telegram: BotApi, journal: Journal, stop: Any
) -> None:
    """Telegram breaks off a question when it is to call instead: nobody else reads the bot."""
    telegram.say("Before")
    old = Poller(bot, journal, stop)
    old.round()
    update_bot(agent=None, actor=SYSTEM, bot=Bot.objects.get(), mode=Mode.WEBHOOK)
    telegram.refuse("getUpdates", 409, "Conflict: terminated by setWebhook request")
    old.round()
    row = Bot.objects.get()
    assert (row.offset, row.last_error, row.last_error_at) == (0, "", None)


def test_after_the_installations_key_was_lost_a_new_token_mends_the_bot(
    bot: Bot, telegram: BotApi, settings: Any
) -> None:
    update_bot(agent=None, actor=SYSTEM, bot=bot, mode=Mode.WEBHOOK)
    before = telegram.webhook["secret_token"]
    settings.SECRET_KEY = "the one after the old one was lost"
    update_bot(agent=None, actor=SYSTEM, bot=Bot.objects.get(), token=TOKEN)
    row = Bot.objects.get()
    assert secrets.decrypt(row.token) == TOKEN
    assert secrets.decrypt(row.secret) == telegram.webhook["secret_token"] != before


# -- the webhook ------------------------------------------------------------------------------------------------------


@pytest.fixture
def hooked(bot: Bot) -> Bot:
    return update_bot(agent=None, actor=SYSTEM, bot=bot, mode=Mode.WEBHOOK)


def post(bot: Bot, body: bytes, secret: str | None = None) -> int:
    headers = {HEADER: secret} if secret is not None else {}
    path = f"/hooks/telegram/{bot.key}"
    return Client().post(path, body, content_type="application/json", headers=headers).status_code


def test_an_update_is_on_disk_before_200(hooked: Bot, telegram: BotApi, journal: Journal) -> None:
    secret = telegram.webhook["secret_token"]
    assert telegram.webhook["url"].endswith(f"/hooks/telegram/{hooked.key}")
    assert telegram.webhook["max_connections"] == 1
    body = json.dumps(telegram.say("By the webhook")).encode()
    assert post(hooked, body, secret) == 200
    assert post(hooked, body, secret) == 200  # Telegram did not hear us
    assert len(journal.pending()) == 2
    Ingest(journal).step()
    assert Message.objects.get().text == "By the webhook"
    assert sorted(RawInput.objects.values_list("state", flat=True)) == ["done", "duplicate"]


def test_strangers_are_refused(hooked: Bot, telegram: BotApi, journal: Journal) -> None:
    secret = telegram.webhook["secret_token"]
    body = json.dumps(telegram.say("x")).encode()
    assert post(hooked, body) == 403
    assert post(hooked, body, "wrong") == 403
    assert post(hooked, b"[]", secret) == 400
    assert post(hooked, b"{broken", secret) == 400
    assert Client().get(f"/hooks/telegram/{hooked.key}").status_code == 405
    assert Client().post("/hooks/telegram/guessed", body, content_type="application/json").status_code == 404
    default_journal().reserve = 10**18
    assert post(hooked, body, secret) == 507
    default_journal().reserve = 0
    update_bot(agent=None, actor=SYSTEM, bot=hooked, mode=Mode.POLLING)
    assert post(hooked, body, secret) == 404
    assert journal.pending() == []


# -- links ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def karine(db: None) -> Customer:
    given = [{"type": "email", "value": "karine@customer.example"}]
    return create_customer(agent=None, actor=SYSTEM, name="Karine", identities=given)  # type: ignore[arg-type]


def payload(link: str) -> str:
    return link.partition("?start=")[2]


def test_who_comes_by_the_link_is_the_customer_once(
    bot: Bot, owner: Agent, karine: Customer, telegram: BotApi, take: Take
) -> None:
    link = make_link(agent=owner, actor=actor_of(owner), bot=bot, customer=karine)
    assert link.startswith("https://t.me/ararat_help_bot?start=")
    assert len(payload(link)) <= 64
    assert not StartLink.objects.filter(digest=payload(link)).exists()
    telegram.say(f"/start {payload(link)}")
    take()
    identity = Identity.objects.get(type="telegram")
    assert (identity.customer, identity.verified) == (karine, True)
    message = Message.objects.get(kind="in")
    assert (message.text, message.conversation.customer) == ("/start", karine)
    assert message.conversation.messages.get(kind="system").data["bound"] is True
    # The next person with the same link is nobody's but their own.
    telegram.say(f"/start {payload(link)}", by={"id": 42, "first_name": "Gor"})
    take()
    assert Identity.objects.get(value="42").customer != karine


def test_who_is_somebody_else_already_stays_that(
    bot: Bot, owner: Agent, karine: Customer, telegram: BotApi, take: Take
) -> None:
    telegram.say("Hello")
    take()
    ani = Identity.objects.get(type="telegram").customer
    Identity.objects.create(customer=ani, type="email", value="ani@home.example")
    telegram.say(f"/start {payload(make_link(agent=owner, actor=actor_of(owner), bot=bot, customer=karine))}")
    take()
    assert Identity.objects.get(type="telegram").customer == ani
    assert Message.objects.get(kind="system").data["bound"] is False


@pytest.mark.parametrize("broken", ["old", "unknown"])
def test_a_link_that_is_over_or_made_up_binds_nobody(
    bot: Bot, owner: Agent, karine: Customer, telegram: BotApi, take: Take, broken: str
) -> None:
    text = payload(make_link(agent=owner, actor=actor_of(owner), bot=bot, customer=karine))
    if broken == "old":
        StartLink.objects.update(expires_at=timezone.now() - timedelta(days=8))
    telegram.say(f"/start {text if broken == 'old' else 'x' * 43}")
    take()
    assert Identity.objects.get(type="telegram").customer != karine
    assert forget_links() == (1 if broken == "old" else 0)


def test_only_who_sees_customer_and_inbox_makes_links(
    bot: Bot, karine: Customer, observer: Agent, outsider: Agent
) -> None:
    with pytest.raises(PermissionDenied):
        make_link(agent=observer, actor=actor_of(observer), bot=bot, customer=karine)
    with pytest.raises((PermissionDenied, bot.inbox.DoesNotExist)):
        make_link(agent=outsider, actor=actor_of(outsider), bot=bot, customer=karine)
    assert not StartLink.objects.exists()


# -- what is kept of people -------------------------------------------------------------------------------------------


def test_what_is_kept_is_told_and_goes_with_the_person(
    bot: Bot, owner: Agent, telegram: BotApi, take: Take, journal: Journal
) -> None:
    first = telegram.say("My secret")
    take()
    telegram.edit(first, text="My other secret")
    take()
    customer = Customer.objects.get()
    make_link(agent=owner, actor=actor_of(owner), bot=bot, customer=customer)
    files = {file.path: file.read() for file in holdings.all()["originals"].files(customer.pk)}  # type: ignore[misc]
    assert len(files) == 2
    assert sum(b"secret" in (content or b"") for content in files.values()) == 2
    (told,) = holdings.all()["messages"].rows(customer.pk)
    assert (told["text"], told["said before"]) == ("My other secret", ["My secret"])
    assert holdings.all()["telegram_links"].count(customer.pk) == 1
    assert "token" not in json.dumps([dict(row) for row in datasets.all()["telegram_bots"].rows()], default=str)
    message = Message.objects.get()
    remove_originals([message])
    assert set(RawInput.objects.values_list("state", flat=True)) == {"discarded"}
    assert not list(journal.raw.rglob("*.eml"))
    subject = Subject(ids=(customer.pk,), addresses=(), names=(), at=timezone.now())
    assert erasers.all()["telegram_links"].erase(subject, 0).done == 1
    assert not StartLink.objects.exists()
