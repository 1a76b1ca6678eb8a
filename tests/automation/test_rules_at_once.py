"""Rules, while others write: what they find when they may write counts, and nobody's work is overwritten."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tamada.automation import actions
from tamada.automation.actions import running
from tamada.automation.actions.rules import RuleTerms
from tamada.automation.models import Rule, RuleTrace
from tamada.automation.points import Facts, Plan
from tamada.automation.queries.rules import facts_of
from tamada.conversations.actions import receive_messages
from tamada.conversations.envelopes import Party, ThreadKeys
from tamada.conversations.events import ConversationStarted, MessageReceived
from tamada.conversations.models import Conversation, Inbox, Status
from tamada.core.actors import SYSTEM, Actor
from tamada.core.events import Event, EventMeta
from tests.automation.scene import arrive, envelope, make_inbox, settle
from tests.helpers.polling import until

WEEK = 7 * 24 * 60
CLOSE = {"do": "status", "value": "closed"}
_numbers = count(2_000_000)


def make(trigger: str, *steps: dict[str, str], **more: Any) -> Rule:
    terms = RuleTerms(name=f"On {trigger}", trigger=trigger, steps=steps, **more)
    return actions.create_rule(agent=None, actor=SYSTEM, terms=terms)


def quiet(inbox: Inbox, *, days: int) -> Conversation:
    """We wait for the customer, and nothing was heard for so long."""
    address = f"quiet{days}@mail.example"
    conversation = arrive(inbox, sender=Party(type="email", value=address, name="Ani"), handled=False)
    since = timezone.now() - timedelta(days=days)
    Conversation.objects.filter(pk=conversation.pk).update(
        status=Status.PENDING, waiting_since=None, last_activity_at=since
    )
    return conversation


def customer_writes(conversation: Conversation, *, days: int) -> None:
    sender = Party(type="email", value=f"quiet{days}@mail.example", name="Ani")
    thread = ThreadKeys(numbers=(conversation.pk,))
    receive_messages(envelopes=[envelope(conversation.inbox, sender=sender, thread=thread)])
    assert Conversation.objects.get(pk=conversation.pk).status == Status.OPEN


def statuses(*conversations: Conversation) -> list[str]:
    found = Conversation.objects.in_bulk([one.pk for one in conversations])
    return [found[one.pk].status for one in conversations]


@pytest.mark.django_db
def test_who_writes_while_others_are_asked_about_waits_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of those who wait is read once, and long: the last of it is asked about much later."""
    inbox = make_inbox()
    make("quiet", CLOSE, minutes=WEEK)
    first, later = quiet(inbox, days=9), quiet(inbox, days=8)
    carry_out = running.carry_out

    def then_the_other_writes(plan: Plan, actor: Actor) -> None:
        carry_out(plan, actor)
        if plan.conversation.pk == first.pk:
            customer_writes(later, days=8)

    monkeypatch.setattr(running, "carry_out", then_the_other_writes)
    assert actions.run_waits() == 1
    assert statuses(first, later) == [Status.CLOSED, Status.OPEN]
    assert not RuleTrace.objects.filter(conversation=later).exists()


@pytest.mark.django_db
def test_who_writes_in_the_very_moment_before_a_rule_may_write_waits_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    make("quiet", CLOSE, minutes=WEEK)
    conversation = quiet(make_inbox(), days=8)
    after_reading(monkeypatch, lambda: customer_writes(conversation, days=8))
    assert actions.run_waits() == 0
    assert statuses(conversation) == [Status.OPEN]
    assert not RuleTrace.objects.exists()


@pytest.mark.django_db
def test_a_wait_of_the_same_moment_that_goes_on_is_asked_about_later(monkeypatch: pytest.MonkeyPatch) -> None:
    make("quiet", CLOSE, minutes=WEEK)
    conversation = quiet(make_inbox(), days=8)
    same = Conversation.objects.filter(pk=conversation.pk)
    after_reading(monkeypatch, lambda: same.update(status=Status.SNOOZED))
    assert actions.run_waits() == 0
    same.update(status=Status.PENDING)
    assert actions.run_waits() == 1
    assert statuses(conversation) == [Status.CLOSED]


@pytest.mark.django_db
def test_a_rule_that_holds_no_more_by_the_time_it_may_write_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    make("received", CLOSE, conditions=[{"ask": "priority", "is": "is", "value": "normal"}])
    conversation = arrive(make_inbox(), handled=False)
    after_reading(monkeypatch, lambda: Conversation.objects.update(priority="urgent"))
    settle()
    assert statuses(conversation) == [Status.OPEN]
    assert [result["outcome"] for result in RuleTrace.objects.get().results] == ["unmet"]


def after_reading(monkeypatch: pytest.MonkeyPatch, happens: Any) -> None:
    """Something happens once, after the rules read a conversation for the first time."""
    happened = threading.Event()

    def read_and_then(*given: Any, **more: Any) -> Facts | None:
        facts = facts_of(*given, **more)
        if not happened.is_set():
            happened.set()
            happens()
        return facts

    monkeypatch.setattr(running, "facts_of", read_and_then)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_rules_of_two_tasks_that_tag_one_conversation_lose_neither_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new mail is told as two events, whose tasks may run at once. A plan names all tags that there are to be."""
    conversation = arrive(make_inbox(), handled=False)
    events: list[Event] = [
        ConversationStarted(audience=frozenset(), conversation=conversation.pk, customer=conversation.customer_id),
        MessageReceived(audience=frozenset(), conversation=conversation.pk, message=0, seq=1),
    ]
    for name in ("started", "received"):
        make(name, {"do": "add_tags", "value": name})
    planned, written, turn = threading.Event(), threading.Event(), threading.Lock()
    carry_out = running.carry_out

    def carry_out_in_turn(plan: Plan, actor: Actor) -> None:
        """Whoever plans first writes once the other has planned too, or waits for us; the other writes after that."""
        if turn.acquire(blocking=False):
            until(lambda: planned.is_set() or somebody_waits_for_us())
        else:
            planned.set()
            assert written.wait(15)
        carry_out(plan, actor)

    def tell(event: Event) -> None:
        try:
            actions.run_rules(event=event, meta=EventMeta(next(_numbers), timezone.now(), Actor("customer", 1)))
        finally:
            written.set()
            connection.close()

    monkeypatch.setattr(running, "carry_out", carry_out_in_turn)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tell, events))
    assert {tag.name for tag in conversation.tags.all()} == {"started", "received"}


def somebody_waits_for_us() -> bool:
    """By the locks: who is connected (pg_stat_activity) is read once a transaction, and may have come since."""
    with connection.cursor() as db:
        db.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return bool(db.fetchone()[0])
