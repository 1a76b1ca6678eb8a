"""Putting off: a time that has passed is refused, and what was typed is not lost over it."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.conversations.actions import update_conversation
from tamada.conversations.errors import PastTime
from tamada.conversations.models import Conversation, Message
from tamada.core.actors import Actor
from tests.desk.conftest import Ask, Post

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["update", "bulk"])
def test_a_snooze_into_the_past_is_refused_with_words(ask: Ask, post: Post, name: str) -> None:
    asked = ask()
    args = (asked.conversation_id,) if name == "update" else ()
    selected = {} if name == "update" else {"selected": asked.conversation_id}
    answer = post(name, *args, snooze="custom", until="2020-01-01T00:00", **selected)
    assert answer.status_code == 422
    assert json.loads(answer["HX-Trigger"])["toast"] == {"text": "This time has passed.", "kind": "error"}
    assert Conversation.objects.get().status == "open"


def test_the_action_refuses_it_whoever_asks(ask: Ask, teammate: Agent) -> None:
    conversation = ask().conversation
    actor = Actor("agent", teammate.pk, teammate.name)
    with pytest.raises(PastTime):
        update_conversation(agent=teammate, actor=actor, conversation=conversation, snoozed_until=timezone.now())
    later = timezone.now() + timedelta(minutes=1)
    update_conversation(agent=teammate, actor=actor, conversation=conversation, snoozed_until=later)
    assert Conversation.objects.get().snoozed_until == later
    update_conversation(agent=teammate, actor=actor, conversation=conversation, snoozed_until=None)
    assert Conversation.objects.get().snoozed_until is None


def test_nothing_is_sent_at_a_time_that_has_passed(ask: Ask, post: Post) -> None:
    asked = ask()
    fields = {"kind": "out", "text": "We come.", "send_at": "custom", "send_at_custom": "2020-01-01T00:00"}
    answer = post("send", asked.conversation_id, **fields)
    assert (answer.status_code, answer.json()["errors"]) == (422, {"send_at": ["This time has passed."]})
    assert not Message.objects.filter(kind="out").exists()
