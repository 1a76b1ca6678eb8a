"""Rules and macros begin jobs: once at a time, for who writes, and only of what is offered."""

from typing import Any

import pytest

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.automation.actions import create_rule, take_steps
from tamada.automation.actions.rules import RuleTerms
from tamada.automation.points import Missing, Step
from tamada.conversations.actions import receive_messages
from tamada.conversations.envelopes import ThreadKeys
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry
from tamada.operations.models import Job, Service
from tests.automation.scene import arrive, envelope, make_inbox, settle

from .jobs import plumbing

pytestmark = pytest.mark.django_db

START = {"do": "start_job", "value": "plumbing"}


def rule(**more: Any) -> None:
    usual: dict[str, Any] = {"name": "A leak", "trigger": "started", "steps": [START]}
    create_rule(agent=None, actor=SYSTEM, terms=RuleTerms(**(usual | more)))


def test_a_rule_begins_one_for_who_writes(owner: Agent, lead: Agent) -> None:
    plumbing()
    rule(conditions=[{"ask": "text", "is": "contains", "value": "leaks"}])
    inbox = make_inbox()
    arrive(inbox, text="The modem blinks")
    assert not Job.objects.exists()
    conversation = arrive(inbox, text="A pipe leaks")
    job = Job.objects.get()
    assert (job.conversation, job.customer, job.status) == (conversation, conversation.customer, "active")
    assert job.owner is not None
    assert AuditEntry.objects.get(action="job.started").actor_kind == "rule"


def test_what_goes_on_is_not_begun_a_second_time(owner: Agent, lead: Agent) -> None:
    plumbing()
    rule(trigger="received")
    inbox = make_inbox()
    conversation = arrive(inbox, text="A pipe leaks")
    again = envelope(inbox, text="It still leaks", thread=ThreadKeys(conversation_ids=(conversation.pk,)))
    receive_messages(envelopes=[again])
    settle()
    assert conversation.messages.filter(kind="in").count() == 2
    assert Job.objects.count() == 1


def test_a_macro_begins_one_by_hand_and_nothing_that_is_not_offered(teammate: Agent, owner: Agent, lead: Agent) -> None:
    service = plumbing()
    conversation = arrive(make_inbox(), text="A pipe leaks")
    by: dict[str, Any] = {"agent": teammate, "actor": actor_of(teammate), "conversation": conversation}
    take_steps(**by, steps=[Step.read(START)])
    assert Job.objects.get().owner == teammate
    assert Step.read(START).words() == "Start the job Plumbing"
    Service.objects.filter(pk=service.pk).update(is_active=False)
    with pytest.raises(Missing):
        Step.read(START).words()
    with pytest.raises(Missing):
        take_steps(**by, steps=[Step.read(START)])
