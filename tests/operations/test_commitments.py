"""Promises: recorded, found in what was written, told of before they slip, settled with a reason where one is owed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.actions import (
    forward_message,
    merge_conversations,
    send_reply,
    undo_merge,
    undo_send,
)
from tamada.conversations.models import Conversation, Message
from tamada.core.models import AuditEntry
from tamada.core.personal import Subject, erasers, holdings
from tamada.core.tasks import run_pending
from tamada.customers.actions import merge_customers, undo_customer_merge
from tamada.notifications.models import Notification
from tamada.operations import actions, queries
from tamada.operations.errors import Invalid, ReasonOwed, Settled
from tamada.operations.models import Commitment, State
from tests.conversations.conftest import Receive

pytestmark = pytest.mark.django_db

TEXT = "I will call you tomorrow by 12"


def soon(**span: int) -> datetime:
    return timezone.now() + timedelta(**(span or {"days": 1}))


@pytest.fixture
def talk(receive: Receive) -> Conversation:
    return Conversation.objects.get(pk=receive(text="No internet", sender="ani@mail.am").conversation_id)


def promised(agent: Agent, talk: Conversation, due_at: datetime | None = None, **more: Any) -> Commitment:
    more.setdefault("conversation", talk)
    return actions.make_commitment(
        agent=agent, actor=actor_of(agent), customer=talk.customer, text=TEXT, due_at=due_at or soon(), **more
    )


def settle(agent: Agent, row: Commitment, status: str, reason: str = "") -> Commitment:
    return actions.settle_commitment(agent=agent, actor=actor_of(agent), commitment=row, status=status, reason=reason)


def change(agent: Agent, row: Commitment, **changes: Any) -> Commitment:
    return actions.change_commitment(agent=agent, actor=actor_of(agent), commitment=row, **changes)


def test_it_is_recorded_by_who_made_it_and_seen_with_its_conversation(
    teammate: Agent, outsider: Agent, talk: Conversation
) -> None:
    row = promised(teammate, talk)
    assert (row.owner, row.status, row.first_due_at) == (teammate, "open", row.due_at)
    assert list(queries.of_seen_conversation(talk.pk)) == [row]
    assert list(queries.of_customer(teammate, talk.customer_id)) == [row]
    assert not queries.visible_to(outsider).exists()
    assert AuditEntry.objects.filter(action="commitment.made", actor_id=teammate.pk).exists()


def test_who_may_not_write_or_not_see_promises_nothing(
    teammate: Agent, observer: Agent, outsider: Agent, talk: Conversation
) -> None:
    with pytest.raises(PermissionDenied):
        promised(observer, talk)
    with pytest.raises(ObjectDoesNotExist):
        promised(outsider, talk)
    row = promised(teammate, talk)
    with pytest.raises(Commitment.DoesNotExist):
        settle(outsider, row, "kept")
    with pytest.raises(PermissionDenied):
        settle(observer, row, "kept")
    for nobody in (outsider, observer):
        with pytest.raises(Invalid):
            promised(teammate, talk, owner=nobody)


@pytest.mark.parametrize("text", ["", " \0 ", "x" * 301])
def test_words_are_neither_empty_nor_endless(teammate: Agent, talk: Conversation, text: str) -> None:
    with pytest.raises(Invalid):
        actions.make_commitment(
            agent=teammate, actor=actor_of(teammate), customer=talk.customer, text=text, due_at=soon()
        )


def test_a_time_that_has_passed_is_late_at_once_and_one_out_of_reach_is_none(
    teammate: Agent, talk: Conversation
) -> None:
    assert promised(teammate, talk, soon(hours=-1)).status == "late"
    with pytest.raises(Invalid):
        promised(teammate, talk, soon(days=9_999))


def test_another_customers_conversation_is_not_where_it_was_promised(
    teammate: Agent, talk: Conversation, receive: Receive
) -> None:
    other = Conversation.objects.get(pk=receive(text="Hello", sender="gor@mail.am").conversation_id)
    with pytest.raises(Invalid):
        promised(teammate, talk, conversation=other)


def test_to_break_it_or_put_it_off_owes_a_reason(teammate: Agent, talk: Conversation) -> None:
    row = promised(teammate, talk)
    with pytest.raises(ReasonOwed):
        settle(teammate, row, "broken", " ")
    with pytest.raises(ReasonOwed):
        change(teammate, row, due_at=soon(days=2))
    earlier = change(teammate, row, due_at=soon(hours=5))
    assert (earlier.moved, earlier.reason) == (0, "")
    later = change(teammate, row, due_at=soon(days=3), reason="The part is late")
    assert (later.moved, later.reason, later.first_due_at) == (1, "The part is late", row.first_due_at)
    broken = settle(teammate, row, "broken", "No part at all")
    assert (broken.status, broken.reason, broken.settled_by) == ("broken", "No part at all", teammate)


def test_what_is_settled_is_not_settled_otherwise_silently(teammate: Agent, talk: Conversation) -> None:
    row = promised(teammate, talk)
    kept = settle(teammate, row, "kept")
    assert kept.was_in_time
    assert settle(teammate, row, "kept").settled_at == kept.settled_at
    with pytest.raises(Settled):
        settle(teammate, row, "broken", "why")
    with pytest.raises(Settled):
        change(teammate, row, text="Something else")
    assert settle(teammate, row, "open").status == "open"
    with pytest.raises(Invalid):
        settle(teammate, row, "late")


def test_its_owner_is_told_before_and_when_it_is_late_once_each(teammate: Agent, talk: Conversation) -> None:
    row = promised(teammate, talk, soon(minutes=30))
    assert [actions.tell_due(), actions.tell_due()] == [1, 0]
    Commitment.objects.filter(pk=row.pk).update(due_at=soon(minutes=-1))
    assert [actions.tell_due(), actions.tell_due()] == [1, 0]
    run_pending()
    kinds = (
        Notification.objects.filter(agent=teammate, conversation_id=talk.pk)
        .order_by("pk")
        .values_list("type", flat=True)
    )
    assert list(kinds) == ["promise_soon", "promise_late"]
    settle(teammate, row, "kept")
    Commitment.objects.filter(pk=row.pk).update(told="")
    assert actions.tell_due() == 0


def test_of_one_without_a_conversation_its_owner_is_told_too(teammate: Agent, talk: Conversation) -> None:
    promised(teammate, talk, soon(minutes=-5), conversation=None)
    actions.tell_due()
    run_pending()
    assert Notification.objects.get(agent=teammate, type="promise_late").data["promise"]


def test_a_new_time_is_told_of_anew(teammate: Agent, talk: Conversation) -> None:
    row = promised(teammate, talk, soon(minutes=-5))
    actions.tell_due()
    change(teammate, row, due_at=soon(minutes=30), reason="On the way")
    assert actions.tell_due() == 1


# --- found in what was written ----------------------------------------------------------------------------------------


def said(agent: Agent, talk: Conversation, text: str) -> Message:
    message: Message = send_reply(agent=agent, actor=actor_of(agent), conversation=talk, text=text)
    run_pending()
    return message


def test_its_writer_is_asked_whether_it_is_one(teammate: Agent, lead: Agent, talk: Conversation) -> None:
    message = said(teammate, talk, "Hello Ani.\nI'll call you tomorrow.")
    (row,) = queries.proposals(teammate, talk.pk)
    assert (row.message_id, row.state, row.due_at > timezone.now()) == (message.pk, State.PROPOSED, True)
    assert not queries.proposals(lead, talk.pk)
    for delivery, asks in (("failed", False), ("bounced", False), ("sent", True)):
        Message.objects.filter(pk=message.pk).update(delivery=delivery)
        assert queries.proposals(teammate, talk.pk).exists() is asks
    assert not queries.visible_to(teammate).exists()
    actions.propose(message_id=message.pk)
    assert queries.proposals(teammate, talk.pk).count() == 1
    by: dict[str, Any] = {"agent": teammate, "actor": actor_of(teammate), "commitment": row}
    tracked = actions.answer_proposal(**by, track=True, text="Call Ani", due_at=soon(hours=20))
    assert tracked is not None
    assert (tracked.text, tracked.status, tracked.first_due_at) == ("Call Ani", "open", tracked.due_at)
    with pytest.raises(Commitment.DoesNotExist):
        actions.answer_proposal(**by, track=False)


def test_what_is_none_is_forgotten_and_nobody_else_may_say_so(teammate: Agent, lead: Agent, talk: Conversation) -> None:
    said(teammate, talk, "I'll call you tomorrow.")
    (row,) = queries.proposals(teammate, talk.pk)
    with pytest.raises(Commitment.DoesNotExist):
        actions.answer_proposal(agent=lead, actor=actor_of(lead), commitment=row, track=True)
    assert actions.answer_proposal(agent=teammate, actor=actor_of(teammate), commitment=row, track=False) is None
    assert not Commitment.objects.exists()


def test_nobody_is_asked_about_what_was_taken_back_or_for_ever(teammate: Agent, talk: Conversation) -> None:
    message = said(teammate, talk, "I'll call you tomorrow.")
    undo_send(agent=teammate, actor=actor_of(teammate), message=message)
    run_pending()
    assert not Commitment.objects.exists()
    said(teammate, talk, "I'll write to you on Monday.")
    assert actions.forget_unanswered() == 0
    Commitment.objects.update(created_at=soon(days=-8))
    kept = promised(teammate, talk)
    Commitment.objects.filter(pk=kept.pk).update(created_at=soon(days=-8))
    assert actions.forget_unanswered() == 1
    assert Commitment.objects.get() == kept


def test_what_we_forward_promises_the_customer_nothing(teammate: Agent, talk: Conversation) -> None:
    first = talk.messages.get()
    forward_message(
        agent=teammate,
        actor=actor_of(teammate),
        message=first,
        to=["shop@supplier.am"],
        text="I'll call you tomorrow.",
    )
    run_pending()
    assert not Commitment.objects.exists()


# --- how often they are kept ------------------------------------------------------------------------------------------


def test_the_rate_counts_what_was_due_by_the_time_promised_at_first(
    teammate: Agent, lead: Agent, talk: Conversation
) -> None:
    rows = [promised(teammate, talk, soon(days=-2)) for _ in range(4)]
    rows.append(promised(lead, talk, soon(days=-1)))
    promised(teammate, talk, soon(days=2))  # not due yet
    moved = promised(teammate, talk, soon(days=-3))
    change(teammate, moved, due_at=soon(days=1), reason="Later")  # still to come
    for row in rows[:2]:
        settle(teammate, row, "kept")
    Commitment.objects.filter(pk=rows[0].pk).update(settled_at=soon(days=-2, hours=-1))
    settle(teammate, rows[2], "broken", "No")
    rates = {rate.name: (rate.kept, rate.due, rate.percent) for rate in queries.rates(teammate, by="owner")}
    assert rates == {teammate.name: (1, 4, 25), lead.name: (0, 1, 0)}
    (team,) = queries.rates(teammate, by="team")
    assert (team.kept, team.due) == (1, 5)
    assert queries.total(queries.rates(teammate, by="owner")).percent == 20


# --- together with the rest of the house ------------------------------------------------------------------------------


def test_it_goes_along_when_conversations_or_customers_become_one_and_back(
    teammate: Agent, talk: Conversation, receive: Receive, owner: Agent
) -> None:
    row = promised(teammate, talk)
    other = Conversation.objects.get(pk=receive(text="Hello", sender="ani.s@mail.am").conversation_id)
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    people = merge_customers(**by, source=talk.customer, target=other.customer)
    row.refresh_from_db()
    assert row.customer_id == other.customer_id
    made = merge_conversations(**by, sources=[talk], target=other)
    row.refresh_from_db()
    assert row.conversation_id == other.pk
    undo_merge(**by, merge=made)
    undo_customer_merge(**by, merge=people)
    row.refresh_from_db()
    assert (row.conversation_id, row.customer_id) == (talk.pk, talk.customer_id)


def test_a_person_gets_it_told_and_erased_with_what_names_them(
    teammate: Agent, talk: Conversation, receive: Receive
) -> None:
    promised(teammate, talk)
    other = Conversation.objects.get(pk=receive(text="Hello", sender="gor@mail.am").conversation_id)
    naming = promised(teammate, other)
    Commitment.objects.filter(pk=naming.pk).update(text="Call ani@mail.am back")
    (told,) = holdings.get("commitments").rows(talk.customer_id)
    assert told["promise"] == TEXT
    subject = Subject((talk.customer_id,), (("email", "ani@mail.am"),), (), timezone.now())
    eraser = erasers.get("commitments")
    assert eraser.count(subject) == 2
    eraser.erase(subject, 0)
    naming.refresh_from_db()
    assert (Commitment.objects.count(), naming.text) == (1, "—")
