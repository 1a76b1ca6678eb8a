"""What the tests of the help centre share: a centre that is open, articles in it, and a reader's browser."""

from typing import Any

import pytest
from django.test import Client

from tamada.accounts.models import Agent
from tamada.conversations.actions import create_inbox
from tamada.conversations.models import Inbox
from tamada.core.actors import SYSTEM
from tamada.knowledge.models import HelpCentre
from tamada.knowledge.queries import main_centre
from tests.cast import first_team
from tests.knowledge.conftest import Write, write

__all__ = ["Write", "write"]


@pytest.fixture
def mail(db: None) -> Inbox:
    first_team()
    return create_inbox(agent=None, actor=SYSTEM, name="Mail", channel="email", address="help@our.example")


@pytest.fixture
def centre(db: None, lead: Agent) -> HelpCentre:
    """The main centre, in English, Armenian, Georgian and Russian."""
    found = main_centre()
    HelpCentre.objects.filter(pk=found.pk).update(
        is_published=True, names={"en": "Ararat Net"}, language_order=["en", "hy", "ka", "ru"]
    )
    found.refresh_from_db()
    return found


class Reader:
    """Somebody's browser, without JavaScript."""

    def __init__(self, address: str = "203.0.113.7", **headers: str) -> None:
        self.client = Client(REMOTE_ADDR=address, headers=headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def post(self, path: str, form: dict[str, str], **headers: str) -> Any:
        return self.client.post(path, form, headers=headers)


@pytest.fixture
def reader(centre: HelpCentre) -> Reader:
    return Reader()
