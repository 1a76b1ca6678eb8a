"""Putting off: a time that has passed is refused, and what was typed is not lost over it."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.calendars.actions import create_calendar
from tamada.calendars.queries import schedule
from tamada.conversations.actions import update_conversation
from tamada.conversations.envelopes import Party
from tamada.conversations.errors import PastTime
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.core.actors import SYSTEM, Actor
from tamada.desk import times
from tamada.desk.snooze import choices
from tests.cast import SignedIn
from tests.desk.conftest import Ask, Post

pytestmark = pytest.mark.django_db

WEEK = {day: [(10 * 60, 18 * 60)] for day in range(5)}
OTHER = Party(type="email", value="levon@mail.example", name="Levon")


@pytest.mark.parametrize("name", ["update", "bulk"])
@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("2020-01-01T00:00", "This time has passed."),
        ("<b>perhaps</b>", "This time was not understood. Say it for example like this: Thursday at 10."),
    ],
)
def test_a_snooze_into_the_past_or_to_no_time_is_refused_with_words(
    ask: Ask, post: Post, name: str, until: str, words: str
) -> None:
    asked = ask()
    args = (asked.conversation_id,) if name == "update" else ()
    selected = {} if name == "update" else {"selected": asked.conversation_id}
    answer = post(name, *args, snooze="custom", until=until, **selected)
    assert answer.status_code == 422
    assert json.loads(answer["HX-Trigger"])["toast"] == {"text": words, "kind": "error"}
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


def test_every_choice_says_when_it_means(ask: Ask, teammate: Agent, signed_in: SignedIn) -> None:
    teammate.time_zone = "Asia/Yerevan"
    teammate.save()
    client, asked = signed_in(teammate), ask()
    office = create_calendar(agent=None, actor=SYSTEM, name="Office", time_zone="Asia/Yerevan", week=WEEK)
    address = f"/conversations/{asked.conversation_id}"
    assert "open again" not in client.get(address).text
    Inbox.objects.update(calendar=office)
    with timezone.override("Asia/Yerevan"):
        found = [one for one in choices(hours=schedule(office)) if one.kind != "later"]
        page = client.get(address).text
        assert found
        for choice in found:
            assert page.count(f'<time class="count">{times.upcoming(choice.at)}</time>') >= 2, choice


def test_the_snoozed_are_listed_as_they_wake(ask: Ask, teammate: Agent, signed_in: SignedIn) -> None:
    first, second = ask().conversation, ask(subject="Another", sender=OTHER).conversation
    for conversation, days in ((first, 3), (second, 1)):
        until = timezone.now() + timedelta(days=days)
        update_conversation(agent=teammate, actor=SYSTEM, conversation=conversation, snoozed_until=until)
        Conversation.objects.filter(pk=conversation.pk).update(status="snoozed")
    page = signed_in(teammate).get("/inbox/snoozed").text
    assert page.index(f"/conversations/{second.pk}") < page.index(f"/conversations/{first.pk}")


def test_nothing_is_sent_at_a_time_that_has_passed(ask: Ask, post: Post) -> None:
    asked = ask()
    fields = {"kind": "out", "text": "We come.", "send_at": "custom", "send_at_custom": "2020-01-01T00:00"}
    answer = post("send", asked.conversation_id, **fields)
    assert (answer.status_code, answer.json()["errors"]) == (422, {"send_at": ["This time has passed."]})
    assert not Message.objects.filter(kind="out").exists()


def test_a_time_is_said_in_words_and_shown_before_it_is_set(
    ask: Ask, post: Post, teammate: Agent, signed_in: SignedIn
) -> None:
    teammate.time_zone = "Asia/Yerevan"
    teammate.save()
    client, asked = signed_in(teammate), ask()
    shown = client.get(reverse("desk:said_time"), {"until": "վաղը 10-ին"}).text
    assert post("update", asked.conversation_id, snooze="custom", until="վաղը 10-ին").status_code == 204
    until = Conversation.objects.get().snoozed_until
    assert until
    with timezone.override("Asia/Yerevan"):
        assert timezone.localtime(until).hour == 10
        assert timezone.localtime(until).date() == timezone.localdate() + timedelta(days=1)
        assert shown == times.upcoming(until)
    assert client.get(reverse("desk:said_time"), {"until": "perhaps"}).text == "Not understood yet."
    assert client.get(reverse("desk:said_time")).text == ""
