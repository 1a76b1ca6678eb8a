"""Data that earlier versions wrote is brought along."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.actions import add_note
from tamada.conversations.models import Access, Inbox

from .conftest import Receive

pytestmark = pytest.mark.django_db


def test_of_the_doors_of_before_those_of_notes_stay(
    receive: Receive, inbox: Inbox, teammate: Agent, lead: Agent, outsider: Agent
) -> None:
    named, owned = receive(inbox).conversation, receive(inbox, sender="two@mail.am").conversation
    add_note(agent=teammate, actor=actor_of(teammate), conversation=named, text=f"@{outsider.name} and @{lead.name}")
    for conversation, agent in ((named, outsider), (named, lead), (owned, outsider), (owned, teammate)):
        Access.objects.update_or_create(conversation=conversation, agent=agent, defaults={"is_open": True})
    import_module("tamada.conversations.migrations.0006_is_open").keep_those_of_notes(apps, connection)
    still = Access.objects.filter(is_open=True).values_list("conversation", "agent")
    assert list(still) == [(named.pk, outsider.pk)]
