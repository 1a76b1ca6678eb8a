"""Undo of what was done to one conversation or to many: as before, save where somebody else was busy since."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent, Team
from tamada.conversations import actions
from tamada.conversations.actions.changes import change_conversations, forget_changes, undo_change
from tamada.conversations.counts import rebuild
from tamada.conversations.envelopes import Party
from tamada.conversations.errors import TooLate
from tamada.conversations.models import ChangeRecord, Conversation, ConversationCount, Message, SpamWord
from tamada.core.actors import Actor
from tamada.core.models import StoredEvent
from tamada.customers.models import BlockedSender, Customer, Tag
from tests.desk.conftest import Ask, Post

pytestmark = pytest.mark.django_db


def actor(agent: Agent) -> Actor:
    return Actor("agent", agent.pk, agent.name)


def state() -> list[dict[str, Any]]:
    """Everything of the conversations but their clocks of changes and counters of messages; and their tags."""
    left_out = ("updated_at", "last_seq")
    rows = Conversation.objects.order_by("pk").values()
    tags = Conversation.tags.through.objects.order_by("pk").values_list("conversation_id", "tag_id")
    return [*({k: v for k, v in row.items() if k not in left_out} for row in rows), {"tags": list(tags)}]


def toast(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer["HX-Trigger"])["toast"]
    return found


def undo(post: Post, answer: Any, **more: Any) -> Any:
    """Press the undo of a toast."""
    number = int(toast(answer)["undo"].split("/")[2])
    return post("undo_change", number, **more)


CHANGES: tuple[dict[str, str], ...] = (
    {"status": "closed"},
    {"snooze": "tomorrow"},
    {"snooze": "reply"},
    {"spam": "1"},
    {"spam": "1", "block": "1"},
)


def test_undo_lifts_the_block_of_a_domain_in_other_letters(ask: Ask, post: Post) -> None:
    asked = ask(sender=Party(type="email", value="ani@փոստ.հայ"))
    answer = post("update", asked.conversation_id, spam="1", block="1")
    assert BlockedSender.objects.get().value == "ani@xn--mbbkgn.xn--y9a3aq"
    undo(post, answer)
    assert not BlockedSender.objects.exists()


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_undo_of_one_change(ask: Ask, post: Post, change: dict[str, str]) -> None:
    asked = ask()
    before, said = state(), list(Message.objects.values_list("kind", flat=True))
    words = list(SpamWord.objects.filter(spam__gt=0))
    answer = post("update", asked.conversation_id, **change)
    assert state() != before
    back = undo(post, answer)
    assert (back.status_code, back.json()["toast"]) == (200, "Undone.")
    assert state() == before
    assert list(Message.objects.values_list("kind", flat=True)) == said
    assert list(SpamWord.objects.filter(spam__gt=0)) == words
    assert not BlockedSender.objects.exists()
    assert not Customer.objects.filter(blocked_at__isnull=False).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"status": "closed"},
        {"assignee": "me"},
        {"snooze": "tomorrow"},
        {"spam": "1", "block": "1"},
        {"priority": "urgent", "tags": "fibre, vip"},
        {"team": "{team}"},
    ],
    ids=str,
)
def test_undo_of_a_change_to_many(
    ask: Ask, post: Post, teammate: Agent, other_team: Team, change: dict[str, str]
) -> None:
    ids = [ask().conversation_id for _ in range(3)]
    one = Conversation.objects.get(pk=ids[0])
    actions.update_conversation(
        agent=teammate, actor=actor(teammate), conversation=one, status="pending", tags=["old"], priority="low"
    )
    before = state()
    fields = {name: value.format(team=other_team.pk) for name, value in change.items()}
    answer = post("bulk", selected=ids, **fields)
    assert toast(answer)["text"] == "3 conversations changed."
    assert state() != before
    assert undo(post, answer).status_code == 200
    assert state() == before
    counts = set(ConversationCount.objects.filter(total__gt=0).values_list("assignee_id", "team", "status", "total"))
    rebuild()
    assert counts == set(ConversationCount.objects.values_list("assignee_id", "team", "status", "total"))


def test_open_desks_hear_of_an_undo(ask: Ask, post: Post) -> None:
    answer = post("update", ask().conversation_id, status="closed")
    StoredEvent.objects.all().delete()
    undo(post, answer)
    event = StoredEvent.objects.get(type="conversation.updated")
    assert "status" in event.data["fields"]


def test_what_was_changed_since_is_left_alone_and_told(ask: Ask, post: Post, lead: Agent) -> None:
    asked = [ask() for _ in range(4)]
    answer = post("bulk", selected=[a.conversation_id for a in asked], status="closed", priority="high")
    common: dict[str, Any] = {"agent": lead, "actor": actor(lead)}
    actions.update_conversation(**common, conversation=asked[0].conversation, priority="urgent")
    ask("Hello?", answers=[asked[1].external_id])
    actions.send_reply(**common, conversation=asked[2].conversation, text="I have closed it.")
    assert "3" in undo(post, answer).json()["toast"]
    found = {c.pk: c for c in Conversation.objects.all()}
    states = [(found[a.conversation_id].status, found[a.conversation_id].priority) for a in asked]
    assert states == [("closed", "urgent"), ("open", "high"), ("closed", "high"), ("open", "normal")]
    assert found[asked[3].conversation_id].waiting_since == asked[3].created_at


def test_an_undo_is_done_once_by_who_changed_and_not_late(ask: Ask, post: Post, lead: Agent, observer: Agent) -> None:
    asked = ask()
    answer = post("update", asked.conversation_id, status="closed")
    assert undo(post, answer, by=lead).status_code == 404
    assert undo(post, answer, by=observer).status_code == 404
    assert undo(post, answer).status_code == 200
    assert undo(post, answer).status_code == 409
    answer = post("update", asked.conversation_id, status="closed")
    ChangeRecord.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    late = undo(post, answer)
    assert (late.status_code, late.json()["toast"]) == (409, "It is too late to undo this.")
    assert Conversation.objects.get().status == "closed"
    ChangeRecord.objects.update(created_at=timezone.now() - timedelta(days=2))
    forget_changes()
    assert not ChangeRecord.objects.exists()


def test_what_changes_nothing_offers_no_undo(ask: Ask, post: Post) -> None:
    asked = ask()
    post("update", asked.conversation_id, status="closed")
    assert "undo" not in toast(post("update", asked.conversation_id, status="closed"))


def test_a_change_to_many_happens_to_all_or_to_none(ask: Ask, post: Post, teammate: Agent, observer: Agent) -> None:
    ids = [ask().conversation_id for _ in range(2)]
    before = state()
    assert post("bulk", selected=ids, status="closed", assignee=observer.pk).status_code == 400
    assert post("bulk", selected=ids, priority="high", status="nonsense").status_code == 400
    assert state() == before
    assert not Tag.objects.exists()


def test_nobody_changes_or_undoes_what_they_may_not(ask: Ask, teammate: Agent, outsider: Agent, lead: Agent) -> None:
    asked = ask()
    hidden = change_conversations(
        agent=outsider,
        actor=actor(outsider),
        conversations=[asked.conversation],
        changes=lambda _: {"status": "closed"},
    )
    assert (hidden, Conversation.objects.get().status) == (None, "open")
    record = change_conversations(
        agent=teammate,
        actor=actor(teammate),
        conversations=[asked.conversation],
        changes=lambda _: {"status": "closed"},
    )
    assert record
    with pytest.raises(TooLate):
        undo_change(agent=lead, actor=actor(lead), record=record)
