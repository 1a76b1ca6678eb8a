"""Deadlines follow from what happens in a conversation, whatever the order in which it is heard."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.automation.actions import refresh_deadlines
from tamada.automation.models import Deadline
from tamada.automation.queries import countdowns, deadlines_of
from tamada.conversations import actions as conversations
from tamada.conversations.models import Conversation, Delivery, Inbox, Message
from tamada.core.models import StoredEvent
from tamada.core.tasks import run_pending
from tamada.customers.actions import update_customer
from tests.automation.conftest import MINUTE, Ask, Promise, deadlines, seconds_apart
from tests.conversations.conftest import Receive

pytestmark = pytest.mark.django_db


def change(by: Agent, conversation: Conversation, **changes: object) -> None:
    conversations.update_conversation(agent=by, actor=actor_of(by), conversation=conversation, **changes)  # type: ignore[arg-type]
    run_pending()


def answer(by: Agent, conversation: Conversation, **more: object) -> Message:
    sent = conversations.send_reply(
        agent=by,
        actor=actor_of(by),
        conversation=conversation,
        text="We look at it.",
        **more,  # type: ignore[arg-type]
    )
    run_pending()
    return sent


def test_without_a_policy_nothing_is_due(ask: Ask) -> None:
    assert deadlines(ask()) == {}


def test_a_customers_message_starts_the_first_answer_and_the_solution(promise: Promise, ask: Ask) -> None:
    promise(warn_percent=50)
    conversation = ask(ago=10)
    found = deadlines(conversation)
    assert set(found) == {"first", "resolution"}
    first = found["first"]
    assert first.started_at == conversation.waiting_since
    assert first.due_at == first.started_at + 60 * MINUTE
    assert first.warn_at == first.started_at + 30 * MINUTE
    assert found["resolution"].due_at == first.started_at + 480 * MINUTE
    assert countdowns([conversation.pk])[conversation.pk].state == "running"


def test_an_answer_meets_it_and_the_next_message_starts_the_next_one(
    promise: Promise, ask: Ask, teammate: Agent
) -> None:
    promise()
    conversation = ask(ago=10)
    sent = answer(teammate, conversation)
    found = deadlines(conversation)
    assert found["first"].met_at == sent.created_at
    assert "next" not in found
    ask(numbers=(conversation.pk,))
    ask(numbers=(conversation.pk,))
    following = deadlines(conversation)["next"]
    conversation.refresh_from_db()
    assert following.started_at == conversation.waiting_since
    assert following.due_at == following.started_at + 120 * MINUTE
    answer(teammate, conversation)
    assert deadlines(conversation)["next"].met_at is not None


def test_an_answer_that_is_taken_back_never_met_it(promise: Promise, ask: Ask, teammate: Agent) -> None:
    promise()
    conversation = ask(ago=10)
    sent = answer(teammate, conversation, not_before=timezone.now() + timedelta(hours=1))
    conversations.undo_send(agent=teammate, actor=actor_of(teammate), message=sent)
    first = deadlines(conversation)["first"]
    assert (first.met_at, first.due_at) == (None, first.started_at + 60 * MINUTE)


def test_an_answer_counts_when_it_leaves_and_one_that_nobody_got_is_none(
    promise: Promise, ask: Ask, teammate: Agent
) -> None:
    promise()
    conversation = ask(ago=10)
    sent = answer(teammate, conversation, not_before=timezone.now() + timedelta(hours=1))
    assert deadlines(conversation)["first"].met_at is None
    left = timezone.now() + timedelta(minutes=30)
    Delivery.objects.filter(message=sent).update(settled_at=left)
    for delivery, met in (("sent", left), ("failed", None), ("bounced", None), ("delivered", left)):
        Message.objects.filter(pk=sent.pk).update(delivery=delivery)
        refresh_deadlines(conversations=[conversation.pk])
        assert deadlines(conversation)["first"].met_at == met


def test_what_was_closed_as_the_same_thing_closes_no_clock_of_what_it_is_merged_with(
    promise: Promise, ask: Ask, teammate: Agent
) -> None:
    promise()
    kept, same, put_off = ask(ago=30), ask(ago=20), ask(ago=10)
    change(teammate, same, status="closed")
    change(teammate, put_off, status="pending")
    common: dict[str, Any] = {"agent": teammate, "actor": actor_of(teammate)}
    first = conversations.merge_conversations(**common, sources=[same], target=put_off)
    conversations.merge_conversations(**common, sources=[put_off], target=kept)
    assert deadlines(put_off) == {}
    found = deadlines(kept)["first"]
    assert (found.started_at, found.met_at, found.paused_at) == (kept.waiting_since, None, None)
    assert found.due_at == found.started_at + 60 * MINUTE
    kept.refresh_from_db()
    change(teammate, kept, status="closed")
    change(teammate, kept, status="open")
    closed = deadlines(kept)["resolution"]
    assert (closed.met_at, len(closed.pauses)) == (None, 1)
    assert first.target_id == put_off.pk


def test_a_note_and_a_forward_answer_nobody(promise: Promise, ask: Ask, teammate: Agent) -> None:
    promise()
    conversation = ask(ago=10)
    actor = actor_of(teammate)
    conversations.add_note(agent=teammate, actor=actor, conversation=conversation, text="Who knows?")
    message = conversation.messages.get(kind="in")
    conversations.forward_message(agent=teammate, actor=actor, message=message, to=["master@repairs.example"])
    assert deadlines(conversation)["first"].met_at is None


def test_a_conversation_that_we_began_owes_no_first_answer(
    promise: Promise, ask: Ask, inbox: Inbox, teammate: Agent
) -> None:
    promise()
    conversation, _sent = conversations.start_conversation(
        agent=teammate, actor=actor_of(teammate), inbox=inbox, to=["ani@mail.am"], subject="Ready", text="It is ready."
    )
    assert deadlines(conversation) == {}
    ask(signed=(conversation.pk,))
    assert set(deadlines(conversation)) == {"next", "resolution"}


@pytest.mark.parametrize("fields", [{"is_automatic": True, "quiet": True}, {"is_automatic": True}])
def test_what_a_machine_sent_starts_and_meets_nothing(promise: Promise, ask: Ask, fields: dict[str, bool]) -> None:
    promise()
    assert deadlines(ask(**fields)) == {}
    conversation = ask(ago=10)
    before = deadlines(conversation)["first"].due_at
    ask(numbers=(conversation.pk,), **fields)
    assert deadlines(conversation)["first"].due_at == before
    assert deadlines(conversation)["first"].met_at is None


def test_spam_owes_nothing_until_it_is_none(promise: Promise, ask: Ask, teammate: Agent) -> None:
    promise()
    conversation = ask(ago=10)
    started = deadlines(conversation)["first"].started_at
    for spam in (True, False):
        conversations.mark_spam(agent=teammate, actor=actor_of(teammate), conversation=conversation, spam=spam)
        found = deadlines(conversation)
        assert bool(found) is not spam
    assert found["first"].started_at == started


def test_what_an_archive_brings_is_never_due_but_what_follows_is(promise: Promise, receive: Receive, ask: Ask) -> None:
    promise()
    old = receive(imported=True, quiet=True).conversation
    assert deadlines(old) == {}
    ask(numbers=(old.pk,), ago=5)
    found = deadlines(old)
    old.refresh_from_db()
    assert found["first"].started_at == found["resolution"].started_at == old.waiting_since


def test_it_stands_still_while_we_wait_and_goes_on_when_the_customer_writes(
    promise: Promise, ask: Ask, teammate: Agent
) -> None:
    promise()
    conversation = ask(ago=20)
    change(teammate, conversation, status="pending")
    first = deadlines(conversation)["first"]
    assert first.due_at is None
    assert first.remaining == pytest.approx(40 * 60, abs=5)
    assert {one.state for one in deadlines_of(conversation.pk)} == {"paused"}
    ask(numbers=(conversation.pk,))
    first = deadlines(conversation)["first"]
    assert (first.paused_at, first.remaining) == (None, None)
    assert seconds_apart(first.due_at, first.started_at + 60 * MINUTE) < 5
    assert len(first.pauses) == 1


def test_a_snooze_pauses_too_unless_the_policy_does_not(promise: Promise, ask: Ask, teammate: Agent) -> None:
    policy = promise()
    conversation = ask(ago=20)
    change(teammate, conversation, snoozed_until=timezone.now() + timedelta(days=1))
    assert deadlines(conversation)["first"].paused_at is not None
    policy.pauses = False
    policy.save()
    refresh_deadlines(conversations=[conversation.pk])
    first = deadlines(conversation)["first"]
    assert (first.paused_at, first.due_at) == (None, first.started_at + 60 * MINUTE)


def test_a_pause_that_was_heard_of_too_late_still_counts(promise: Promise, ask: Ask, teammate: Agent) -> None:
    """The worker slept while the conversation was put off and taken up again."""
    promise()
    conversation = ask(ago=20)
    actor = actor_of(teammate)
    for status in ("pending", "open"):
        conversations.update_conversation(agent=teammate, actor=actor, conversation=conversation, status=status)
    lines = list(conversation.messages.filter(kind="system").order_by("seq"))
    Message.objects.filter(pk=lines[0].pk).update(created_at=lines[0].created_at - 10 * MINUTE)
    first = deadlines(conversation)["first"]
    assert seconds_apart(first.due_at, first.started_at + 70 * MINUTE) < 5


def test_closing_is_the_solution_and_drops_an_answer_that_nobody_gave(
    promise: Promise, ask: Ask, teammate: Agent
) -> None:
    promise()
    conversation = ask(ago=20)
    change(teammate, conversation, status="closed")
    found = deadlines(conversation)
    assert set(found) == {"resolution"}
    conversation.refresh_from_db()
    assert seconds_apart(found["resolution"].met_at, conversation.closed_at or timezone.now()) < 5
    assert countdowns([conversation.pk]) == {}
    change(teammate, conversation, status="open")
    again = deadlines(conversation)
    assert (again["resolution"].met_at, again["resolution"].started_at) == (None, found["resolution"].started_at)
    assert "first" not in again, "Nobody waits: closing said so."


def test_a_closing_that_is_undone_never_was(promise: Promise, ask: Ask, teammate: Agent) -> None:
    promise()
    conversation = ask(ago=20)
    before = {name: row.due_at for name, row in deadlines(conversation).items()}
    actor = actor_of(teammate)
    record = conversations.change_conversations(
        agent=teammate, actor=actor, conversations=[conversation], changes=lambda _: {"status": "closed"}
    )
    assert record
    assert set(deadlines(conversation)) == {"resolution"}
    conversations.undo_change(agent=teammate, actor=actor, record=record)
    assert {name: row.due_at for name, row in deadlines(conversation).items()} == before


def test_the_first_policy_that_fits_counts(
    promise: Promise, ask: Ask, inbox: Inbox, other_inbox: Inbox, lead: Agent
) -> None:
    promise(name="Elsewhere", position=1, first_minutes=1, inboxes=[other_inbox])
    promise(name="Urgent", position=2, first_minutes=15, priorities=["urgent"], inboxes=[inbox])
    promise(name="Off", position=3, first_minutes=2, is_active=False)
    promise(name="All", position=4)
    conversation = ask()
    first = deadlines(conversation)["first"]
    assert (first.policy and first.policy.name, first.minutes) == ("All", 60)
    change(lead, conversation, priority="urgent")
    first = deadlines(conversation)["first"]
    assert (first.policy and first.policy.name, first.minutes) == ("Urgent", 15)
    assert first.due_at == first.started_at + 15 * MINUTE


def test_a_customers_tag_chooses_a_policy(promise: Promise, ask: Ask, lead: Agent) -> None:
    conversation = ask()
    customer = conversation.customer
    update_customer(agent=lead, actor=actor_of(lead), customer=customer, tags=["vip"])
    promise(name="VIP", position=1, first_minutes=5, tags=list(customer.tags.all()))
    promise(name="All", position=2)
    assert deadlines(conversation)["first"].minutes == 5
    update_customer(agent=lead, actor=actor_of(lead), customer=customer, tags=[])
    assert deadlines(conversation)["first"].minutes == 60


def test_hearing_twice_changes_nothing_and_tells_nobody(promise: Promise, ask: Ask) -> None:
    promise()
    conversation = ask()
    before = Deadline.objects.order_by("pk").values_list()
    rows, told = list(before), StoredEvent.objects.count()
    refresh_deadlines(conversations=[conversation.pk])
    assert list(before) == rows
    assert StoredEvent.objects.count() == told


def test_many_conversations_take_no_more_questions_than_one(
    promise: Promise, ask: Ask, django_assert_max_num_queries: object
) -> None:
    promise()
    ids = [ask(sender=f"p{n}@mail.am").pk for n in range(12)]
    Deadline.objects.all().delete()
    with django_assert_max_num_queries(26):  # type: ignore[operator]
        refresh_deadlines(conversations=ids)
    assert Deadline.objects.count() == 24
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        assert len(countdowns(ids)) == 12
