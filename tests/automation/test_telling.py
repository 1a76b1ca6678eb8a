"""What comes near and what passes is told: each once, to whom it concerns."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.automation import tasks
from tamada.automation.actions import deadlines as actions
from tamada.automation.actions import tell_deadlines
from tamada.automation.models import Deadline
from tamada.conversations import actions as conversations
from tamada.conversations.models import Conversation
from tamada.core import events
from tamada.core.models import StoredEvent
from tamada.core.tasks import run_pending
from tamada.notifications.models import Notification
from tests.automation.conftest import Ask, Promise, deadlines

pytestmark = pytest.mark.django_db


def told(conversation: Conversation) -> list[str]:
    """What was told of a conversation's deadlines, oldest first."""
    run_pending()
    kinds = ("sla.warning", "sla.breached")
    rows = StoredEvent.objects.filter(type__in=kinds, data__conversation=conversation.pk).order_by("pk")
    return [f"{row.type.removeprefix('sla.')} {row.data['target']}" for row in rows]


def notified(agent: Agent) -> list[str]:
    run_pending()
    kinds = ("sla_warning", "sla_breached")
    return list(Notification.objects.filter(agent=agent, type__in=kinds).order_by("pk").values_list("type", flat=True))


def later(minutes: float) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)


def test_first_a_warning_then_a_breach_and_each_once(promise: Promise, ask: Ask) -> None:
    promise(resolution_minutes=None)
    conversation = ask()
    assert tell_deadlines(now=later(44)) == 0
    for minutes, total in ((46, 1), (46, 0), (59, 0), (61, 1), (62, 0), (500, 0)):
        assert tell_deadlines(now=later(minutes)) == total
    assert told(conversation) == ["warning first", "breached first"]


def test_what_was_due_before_anybody_looked_is_told_as_late_alone(promise: Promise, ask: Ask) -> None:
    promise(resolution_minutes=None)
    conversation = ask(ago=300)
    assert told(conversation) == ["breached first"]
    tasks.tell_deadlines()
    tasks.tell_deadlines()
    assert told(conversation) == ["breached first"]


def test_a_death_while_telling_tells_neither_and_the_next_run_tells_once(
    promise: Promise, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise(resolution_minutes=None)
    conversation = ask()

    def die(*facts: Any, **more: Any) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(events, "record", die)
        with pytest.raises(SystemError):
            tell_deadlines(now=later(61))
    assert not Deadline.objects.exclude(breached_at=None).exists()
    assert told(conversation) == []
    tell_deadlines(now=later(61))
    assert told(conversation) == ["breached first"]


def test_an_answer_that_comes_too_late_is_a_breach_of_which_nobody_needs_to_be_notified(
    promise: Promise, ask: Ask, teammate: Agent, lead: Agent
) -> None:
    promise(resolution_minutes=None)
    conversation = ask()
    Deadline.objects.update(due_at=None, warn_at=None)  # As if nobody had looked until the answer came.
    conversation.messages.filter(kind="in").update(created_at=later(-90))
    conversations.send_reply(agent=teammate, actor=actor_of(teammate), conversation=conversation, text="Sorry.")
    assert told(conversation) == ["breached first"]
    assert notified(lead) == []
    row = deadlines(conversation)["first"]
    assert row.met_at is not None
    assert row.is_late


def test_a_new_clock_is_told_of_anew(promise: Promise, ask: Ask, teammate: Agent) -> None:
    promise(resolution_minutes=None)
    conversation = ask(ago=300)
    for _round in range(2):
        conversations.send_reply(agent=teammate, actor=actor_of(teammate), conversation=conversation, text="We come.")
        run_pending()
        ask(numbers=(conversation.pk,))
        tell_deadlines(now=later(121))
    assert told(conversation) == ["breached first", "breached next", "breached next"]


def test_a_pause_after_the_warning_does_not_warn_again(promise: Promise, ask: Ask, teammate: Agent) -> None:
    promise(resolution_minutes=None)
    conversation = ask(ago=50)
    tell_deadlines()
    for status in ("pending", "open"):
        conversations.update_conversation(
            agent=teammate, actor=actor_of(teammate), conversation=conversation, status=status
        )
        run_pending()
    tell_deadlines(now=later(5))
    assert told(conversation) == ["warning first"]


def test_what_stands_still_or_is_spam_is_not_told(promise: Promise, ask: Ask, teammate: Agent) -> None:
    promise()
    still, spam = ask(sender="a@mail.am"), ask(sender="b@mail.am")
    actor = actor_of(teammate)
    conversations.update_conversation(agent=teammate, actor=actor, conversation=still, status="pending")
    conversations.mark_spam(agent=teammate, actor=actor, conversation=spam)
    run_pending()
    assert tell_deadlines(now=later(5_000)) == 0


def test_the_owner_is_notified(promise: Promise, ask: Ask, teammate: Agent, lead: Agent, outsider: Agent) -> None:
    promise(resolution_minutes=None)
    conversation = ask()
    conversations.update_conversation(agent=lead, actor=actor_of(lead), conversation=conversation, assignee=teammate)
    for minutes in (46, 61):
        tell_deadlines(now=later(minutes))
    assert notified(teammate) == ["sla_warning", "sla_breached"]
    assert notified(lead) == notified(outsider) == []


def test_of_what_nobody_owns_the_leads_are_notified_or_the_admins(
    promise: Promise, ask: Ask, owner: Agent, teammate: Agent, outsider: Agent, request: pytest.FixtureRequest
) -> None:
    promise(resolution_minutes=None)
    ask()
    tell_deadlines(now=later(46))
    assert notified(owner) == ["sla_warning"]
    lead: Agent = request.getfixturevalue("lead")
    tell_deadlines(now=later(61))
    assert notified(lead) == ["sla_breached"]
    assert notified(owner) == ["sla_warning"]
    assert notified(teammate) == notified(outsider) == []


def test_only_who_sees_the_conversation_hears_of_it(promise: Promise, ask: Ask) -> None:
    promise(resolution_minutes=None)
    conversation = ask(ago=300)
    run_pending()
    keys = {f"inbox:{conversation.inbox_id}", f"team:{conversation.team_id}", "role:admin"}
    rows = StoredEvent.objects.filter(type__in=("sla.changed", "sla.breached"))
    assert rows
    assert all(row.audience_keys == keys for row in rows)


def test_many_are_told_in_portions(promise: Promise, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    promise(resolution_minutes=None)
    for number in range(5):
        ask(sender=f"p{number}@mail.am")
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    assert tell_deadlines(now=later(61)) == 5
