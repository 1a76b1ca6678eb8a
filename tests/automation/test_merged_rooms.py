"""Conversations merged and parted while every room follows: what was due and why rules fired is as before."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.automation.actions import create_policy, create_rule
from tamada.automation.actions.rules import RuleTerms
from tamada.automation.actions.sla import Terms
from tamada.automation.models import Deadline, RuleTrace
from tamada.conversations import actions
from tamada.conversations.envelopes import Party, ThreadKeys
from tamada.conversations.models import Conversation, Inbox
from tamada.core.actors import SYSTEM
from tests.automation.scene import arrive, envelope, make_inbox, settle
from tests.helpers.proof import sized
from tests.helpers.rows import every_row

pytestmark = pytest.mark.django_db
ACTS = ("mail", "reply", "note", "close", "open", "assign")
histories = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2)), max_size=8)
# What says that it happened stays. Deadlines are worked out anew (decision 17), so they may have other ids.
STAYS = {
    "conversations.Merge", "conversations.ConversationCount", "conversations.Conversation.updated_at",
    "core.AuditEntry", "core.StoredEvent", "core.QueuedTask", "automation.Deadline",
}  # fmt: skip


def everything() -> dict[str, list[Any]]:
    """Every row of every room."""
    owed = Deadline.objects.order_by("conversation", "target")
    names = [f.attname for f in Deadline._meta.concrete_fields if f.name not in ("id", "remaining")]
    return every_row(but=STAYS) | {"deadlines": list(owed.values_list(*names))}


def do(act: str, conversation: Conversation, agent: Agent) -> None:
    common: dict[str, Any] = {"agent": agent, "actor": actor_of(agent), "conversation": conversation}
    if act == "mail":
        first, writer = conversation.messages.order_by("seq")[0], conversation.customer
        sender = Party(type="email", value=writer.identities.get().value, name=writer.name)
        answer = ThreadKeys(external_ids=[first.external_id])
        actions.receive_messages(envelopes=[envelope(conversation.inbox, sender=sender, thread=answer)])
    elif act == "reply":
        actions.send_reply(**common, text="We come")
    elif act == "note":
        actions.add_note(**common, text="Look")
    else:
        changes: dict[str, dict[str, Any]] = {
            "close": {"status": "closed"},
            "open": {"status": "open"},
            "assign": {"assignee": agent},
        }
        actions.update_conversation(**common, **changes[act])
    settle()


@pytest.fixture
def inbox(db: None) -> Inbox:
    """An inbox with a promise, and rules that keep their reasons."""
    terms = Terms(name="Usual", first_minutes=60, next_minutes=120, resolution_minutes=480)
    create_policy(agent=None, actor=SYSTEM, terms=terms)
    for trigger in ("received", "sent"):
        rule = RuleTerms(name=trigger, trigger=trigger, steps=[{"do": "add_tags", "value": f"has {trigger}"}])
        create_rule(agent=None, actor=SYSTEM, terms=rule)
    made = make_inbox()
    settle()
    return made


@pytest.mark.sized
@settings(max_examples=sized(10, 150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
def test_every_room_is_as_it_was(inbox: Inbox, owner: Agent, teammate: Agent, history: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        talks = [arrive(inbox) for _ in range(3)]
        for n, (act, which) in enumerate(history):
            do(act, Conversation.objects.get(pk=talks[which].pk), teammate if n % 2 else owner)
        before = everything()
        assert RuleTrace.objects.exists()
        rows = [Conversation.objects.get(pk=talk.pk) for talk in talks]
        made = actions.merge_conversations(agent=owner, actor=actor_of(owner), sources=rows[1:], target=rows[0])
        settle()
        assert not Deadline.objects.filter(conversation__in=rows[1:], met_at=None).exists()
        assert not RuleTrace.objects.filter(conversation__in=rows[1:]).exists()
        actions.undo_merge(agent=owner, actor=actor_of(owner), merge=made)
        settle()
        assert everything() == before
        transaction.set_rollback(True)
