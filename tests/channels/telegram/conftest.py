"""A bot on an emulated Bot API, who writes to it, and what we send."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tamada.accounts.models import Agent
from tamada.channels.ingest import Ingest
from tamada.channels.journal import Journal
from tamada.channels.outbox import claim
from tamada.channels.telegram import pace, sending
from tamada.channels.telegram.actions import open_telegram_inbox
from tamada.channels.telegram.models import Bot
from tamada.channels.telegram.pace import Pace
from tamada.channels.telegram.polling import Poller
from tamada.conversations.actions import send_reply
from tamada.conversations.models import Conversation, Message
from tamada.core import queue
from tamada.core.actors import SYSTEM, Actor
from tests.cast import first_team
from tests.helpers.telegram import TOKEN, BotApi, bot_api

Take = Callable[[], None]
Answer = Callable[..., Message]


@pytest.fixture
def telegram(settings: Any, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> Iterator[BotApi]:
    """Telegram, for this test."""
    monkeypatch.setattr(sending, "PACE", Pace())
    monkeypatch.setattr(pace, "BETWEEN_IN_CHAT", 0.0)  # its own test waits for a second, by a clock of its own
    with bot_api() as api:
        settings.TAMADA = replace(settings.TAMADA, telegram_url=api.url)
        yield api


@pytest.fixture
def bot(db: None, telegram: BotApi) -> Bot:
    first_team()
    return open_telegram_inbox(agent=None, actor=SYSTEM, name="Telegram", token=TOKEN)


def run_tasks() -> None:
    """What the worker does, in this thread."""
    while rows := queue.claim(20):
        queue.settle([(row, queue.run(row)) for row in rows])


@pytest.fixture
def take(bot: Bot, journal: Journal) -> Take:
    """Ask Telegram once, take in what came, and do what follows from it."""
    poller = Poller(bot, journal, threading.Event())

    def run() -> None:
        poller.round()
        ingest = Ingest(journal)
        ingest.recover()
        ingest.step()
        run_tasks()

    return run


def send_due() -> list[int]:
    """What the loop does, in this thread."""
    claimed = claim("telegram", "test:1:1", 10)
    for pk in claimed:
        sending.Sending(pk, threading.Event()).run()
    return claimed


@pytest.fixture
def answer(teammate: Agent) -> Answer:
    """`answer(conversation, "Hi")` writes as an agent, and sends."""

    def run(conversation: Conversation, text: str = "", **more: Any) -> Message:
        actor = Actor("agent", teammate.pk, teammate.name)
        message = send_reply(agent=teammate, actor=actor, conversation=conversation, text=text, **more)
        send_due()
        message.refresh_from_db()
        return message

    return run
