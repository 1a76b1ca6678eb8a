"""What is said at a start where several machines should be one Tamada, and are not."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent, Team
from tamada.accounts.models_sign_in import TotpKey
from tamada.assistant.models import BusinessAction
from tamada.channels.email.accounts import open_mail_inbox
from tamada.channels.telegram.models import Bot
from tamada.cli.looks import WARNING, WRONG, machines
from tamada.conversations.models import Inbox
from tamada.core import secrets, settings_store
from tamada.core.actors import SYSTEM
from tamada.webhooks.models import Endpoint

pytestmark = pytest.mark.django_db


def test_a_database_that_is_reached_directly_is_no_pool() -> None:
    assert list(machines.pool()) == []


def _password() -> None:
    address = "a@company.example"
    open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address=address, smtp_url="smtp://me:pw@127.0.0.1")


def _bot() -> None:
    inbox = Inbox.objects.create(name="Telegram", channel="telegram", team=Team.objects.all()[0])
    Bot.objects.create(inbox=inbox, bot_id=1, token=secrets.encrypt("1:token"), secret=secrets.encrypt("s"))


STORED: dict[str, Callable[[], object]] = {
    "a setting": lambda: settings_store.set("oauth.google.client_secret", "our-secret", SYSTEM),
    "a password": _password,
    "a bot": _bot,
    "a webhook": lambda: Endpoint.objects.create(url="https://there.example", secret=secrets.encrypt("s")),
    "an action": lambda: BusinessAction.objects.create(url="https://there.example", secret=secrets.encrypt("s")),
    "an app": lambda: TotpKey.objects.create(
        agent=Agent.objects.get(role="admin"), secret=secrets.encrypt("s"), last_step=0, created_at=timezone.now()
    ),
}


@pytest.mark.parametrize("stored", STORED)
def test_another_key_is_noticed(team: Any, owner: Agent, settings: Any, stored: str) -> None:
    STORED[stored]()
    assert list(machines.key()) == []
    settings.SECRET_KEY = "that of another machine"
    (said,) = machines.key()
    assert said.state == WRONG
    assert "another TAMADA_SECRET_KEY" in said.text


def test_a_part_alone_that_shares_no_folder_is_told_where_its_mail_waits(settings: Any, tmp_path: Path) -> None:
    grown = replace(settings.TAMADA, database_url="postgres://tamada@127.0.0.1/tamada", given_shared_dir=None)
    settings.TAMADA = grown
    (said,) = machines.folder()
    assert said == (WARNING, said.text)
    assert str(grown.data_dir) in said.text
    settings.TAMADA = replace(grown, given_shared_dir=tmp_path)
    assert list(machines.folder()) == []
    settings.TAMADA = replace(grown, database_url="sqlite:")
    assert list(machines.folder()) == []
