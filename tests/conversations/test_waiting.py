"""Whom we owe an answer: an answer ends the waiting when it is written or leaves, and failing opens it again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations import actions, counts
from tamada.conversations.actions import update
from tamada.conversations.envelopes import Bounce
from tamada.conversations.models import Conversation, ConversationCount, DeliveryState, Inbox, Message
from tamada.conversations.queries import ListFilter, list_page
from tamada.core.models import StoredEvent

from .conftest import Receive, envelope_to

pytestmark = pytest.mark.django_db

FAILED, SENT = DeliveryState.FAILED, DeliveryState.SENT


def answer(agent: Agent, asked: Message, **more: Any) -> Message:
    return actions.send_reply(
        agent=agent, actor=actor_of(agent), conversation=asked.conversation, text="We come.", **more
    )


def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


def became(message: Message, state: DeliveryState) -> None:
    """What the channel's sender says of it."""
    actions.set_delivery(message=Message.objects.get(pk=message.pk), state=state)


def returned(inbox: Inbox, message: Message) -> None:
    report = Bounce(external_id=message.external_id, address="ani@mail.am", permanent=True, detail="550 no such user")
    actions.receive_messages(envelopes=[envelope_to(inbox, sender="mailer-daemon@mail.am", bounce=report)])


def again(agent: Agent, message: Message) -> None:
    actions.send_again(agent=agent, actor=actor_of(agent), message=Message.objects.get(pk=message.pk))


def undo(agent: Agent, message: Message) -> None:
    actions.undo_send(agent=agent, actor=actor_of(agent), message=message)


def waiting(asked: Message) -> datetime | None:
    return Conversation.objects.get(pk=asked.conversation_id).waiting_since


def test_an_answer_that_fails_opens_the_question_again_and_tells(receive: Receive, teammate: Agent) -> None:
    asked, younger = receive(), receive(sender="two@mail.am")
    ours = answer(teammate, asked)
    assert waiting(asked) is None
    began = StoredEvent.objects.order_by("-id").values_list("id", flat=True)[0]
    became(ours, FAILED)
    assert waiting(asked) == asked.created_at
    told = StoredEvent.objects.filter(id__gt=began).order_by("id").values_list("type", "data")
    assert [name for name, _ in told] == ["delivery.changed", "conversation.updated"]
    assert told[1][1]["fields"] == ["waiting_since"]
    listed = list_page(teammate, ListFilter(status="open"), order="waiting").items
    assert [c.pk for c in listed] == [asked.conversation_id, younger.conversation_id]
    kept = list(ConversationCount.objects.filter(total__gt=0).order_by("pk").values_list("status", "total"))
    counts.rebuild()
    assert kept == list(ConversationCount.objects.filter(total__gt=0).order_by("pk").values_list("status", "total"))


def test_an_answer_that_is_sent_stays_the_answer_and_tells_nothing_more(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    ours = answer(teammate, asked)
    became(ours, SENT)
    assert waiting(asked) is None
    assert not StoredEvent.objects.filter(type="conversation.updated").exists()


def test_a_later_answer_answers_though_the_first_failed(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    first, second = answer(teammate, asked), answer(teammate, asked)
    became(first, FAILED)
    assert waiting(asked) is None
    became(second, FAILED)
    assert waiting(asked) == asked.created_at


def test_an_earlier_answer_answers_though_the_later_failed(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    first, second = answer(teammate, asked), answer(teammate, asked)
    became(second, FAILED)
    assert waiting(asked) is None
    undo(teammate, first)
    assert waiting(asked) == asked.created_at


def test_who_wrote_again_waits_since_the_first_question(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    ours = answer(teammate, asked)
    receive(text="Hello?", signed=[asked.conversation_id], received_at=timezone.now())
    became(ours, FAILED)
    assert waiting(asked) == asked.created_at


def test_what_was_settled_without_an_answer_stays_settled(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    actions.update_conversation(
        agent=teammate, actor=actor_of(teammate), conversation=asked.conversation, status="closed"
    )
    news = receive(text="One more thing", signed=[asked.conversation_id], received_at=timezone.now())
    ours = answer(teammate, asked)
    became(ours, FAILED)
    assert waiting(asked) == news.created_at


def test_send_and_close_that_fails_leaves_it_closed_with_the_question_open(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    ours = answer(teammate, asked, status_after="closed")
    became(ours, FAILED)
    found = Conversation.objects.get()
    assert (found.status, found.waiting_since) == ("closed", asked.created_at)


@pytest.mark.parametrize(("copies", "waits"), [([], True), (["boss@mail.am"], False)])
def test_an_answer_that_came_back_is_none_unless_others_may_have_it(
    receive: Receive, teammate: Agent, inbox: Inbox, copies: list[str], waits: bool
) -> None:
    asked = receive()
    ours = answer(teammate, asked, to=["ani@mail.am"], cc=copies)
    became(ours, SENT)
    returned(inbox, ours)
    assert waiting(asked) == (asked.created_at if waits else None)


def test_a_forward_that_fails_opens_nothing(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    passed = actions.forward_message(
        agent=teammate, actor=actor_of(teammate), message=asked, to=["boss@mail.am"], not_before=tomorrow()
    )
    became(answer(teammate, asked), SENT)
    became(passed, FAILED)
    assert waiting(asked) is None


def test_sent_again_the_waiting_ends_when_it_leaves(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    ours = answer(teammate, asked)
    became(ours, FAILED)
    again(teammate, ours)
    assert waiting(asked) == asked.created_at
    became(ours, SENT)
    assert waiting(asked) is None


def test_an_answer_for_later_ends_the_waiting_when_it_leaves(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    ours = answer(teammate, asked, not_before=tomorrow())
    assert waiting(asked) == asked.created_at
    became(ours, SENT)
    assert waiting(asked) is None


def test_the_seconds_for_undo_are_no_later(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    answer(teammate, asked, not_before=timezone.now() + timedelta(seconds=10))
    assert waiting(asked) is None


def test_what_came_after_an_answer_for_later_is_still_to_be_answered(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    ours = answer(teammate, asked, not_before=tomorrow())
    note = receive(signed=[asked.conversation_id], received_at=timezone.now(), is_automatic=True, quiet=True)
    news = receive(text="And this?", signed=[asked.conversation_id], received_at=timezone.now())
    became(ours, SENT)
    assert note.seq < news.seq
    assert waiting(asked) == news.created_at


def test_what_was_closed_meanwhile_stays_settled_when_the_answer_leaves(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    ours = answer(teammate, asked, not_before=tomorrow())
    receive(text="And this?", signed=[asked.conversation_id], received_at=timezone.now())
    actions.update_conversation(
        agent=teammate, actor=actor_of(teammate), conversation=asked.conversation, status="closed"
    )
    became(ours, SENT)
    assert waiting(asked) is None


@pytest.mark.parametrize("leaves", [True, False])
def test_an_answer_for_later_that_is_taken_back_opens_nothing_that_was_answered(
    receive: Receive, teammate: Agent, leaves: bool
) -> None:
    asked = receive()
    first, second = (answer(teammate, asked, not_before=tomorrow()) for _ in range(2))
    if leaves:
        became(first, SENT)
    undo(teammate, second)
    assert waiting(asked) == (None if leaves else asked.created_at)


def test_an_answer_for_later_and_closed_that_is_taken_back_is_owed_again(receive: Receive, teammate: Agent) -> None:
    asked = receive()
    ours = answer(teammate, asked, not_before=tomorrow(), status_after="closed")
    assert waiting(asked) is None
    undo(teammate, ours)
    assert waiting(asked) == asked.created_at


def test_what_was_put_off_while_others_woke_sleeps_on(
    receive: Receive, teammate: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sender in ("one@mail.am", "two@mail.am"):
        asked = receive(sender=sender)
        actions.update_conversation(
            agent=teammate, actor=actor_of(teammate), conversation=asked.conversation, snoozed_until=tomorrow()
        )
    Conversation.objects.update(snoozed_until=timezone.now())
    change = update.change

    def meanwhile(*, conversation: Conversation, **given: Any) -> None:
        Conversation.objects.exclude(pk=conversation.pk).update(snoozed_until=tomorrow())
        change(conversation=conversation, **given)

    monkeypatch.setattr(update, "change", meanwhile)
    actions.wake_snoozed()
    assert sorted(Conversation.objects.values_list("status", flat=True)) == ["open", "snoozed"]
