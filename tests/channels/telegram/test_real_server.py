"""A bot on a running Tamada: what is written while it is killed and gone is there once, and answers leave once."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.helpers.polling import until
from tests.helpers.tamada import RunningTamada, running_tamada
from tests.helpers.telegram import ANI, TOKEN, BotApi, bot_api

pytestmark = [pytest.mark.servers, pytest.mark.sqlite, pytest.mark.timeout(240)]


@pytest.fixture
def telegram() -> Iterator[BotApi]:
    with bot_api() as api:
        yield api


@pytest.fixture
def house(telegram: BotApi) -> Iterator[RunningTamada]:
    with running_tamada(environment={"TAMADA_TELEGRAM_URL": telegram.url}) as tamada:
        tamada.add_user("ani@desk.example")
        tamada.add_inbox("Bot", "--telegram", given=f"{TOKEN}\n")
        yield tamada


def items(api: httpx.Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(path).raise_for_status().json()["items"]
    return found


def test_everything_is_there_once_after_a_kill(house: RunningTamada, telegram: BotApi) -> None:
    token = house.token("ani@desk.example")
    with house.api(token) as api:
        telegram.say("One")
        (row,) = until(lambda: items(api, "conversations"), seconds=30, what="the conversation")
        house.kill()
    telegram.say("Two")
    telegram.say("Three")
    house.restart()
    path = f"conversations/{row['id']}/messages"
    with house.api(token) as api:
        until(lambda: len(items(api, path)) == 3, seconds=60, what="what was written meanwhile")
        assert [one["text"] for one in items(api, path)] == ["One", "Two", "Three"]
        api.post(path, json={"text": "Four"}).raise_for_status()
        until(lambda: items(api, path)[-1]["delivery"] == "sent", seconds=30, what="the answer")
        telegram.cut.add("sendMessage")
        api.post(path, json={"text": "Five"}).raise_for_status()
        until(lambda: items(api, path)[-1]["delivery"] == "uncertain", seconds=30, what="the end of the other")
        house.kill()
    telegram.cut.clear()
    house.restart()
    with house.api(token) as api:
        telegram.say("Six")
        until(lambda: items(api, path)[-1]["text"] == "Six", seconds=60, what="one more")
    assert [(call.given["chat_id"], call.given["text"]) for call in telegram.sent] == [
        (ANI["id"], "Four"),
        (ANI["id"], "Five"),
    ]
