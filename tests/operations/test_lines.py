"""What a conversation tells of its promises: to us, in each reader's language, and to nobody else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations import erasing  # noqa: F401  registered
from tamada.conversations.actions import merge_conversations
from tamada.conversations.models import Conversation, Delivery, Inbox, Kind, Message
from tamada.core.personal import Subject, erasers, holdings
from tamada.core.tasks import run_pending
from tamada.desk.lines import sentence
from tamada.operations import actions
from tamada.operations.errors import ReasonOwed
from tamada.operations.models import Commitment
from tests.cast import SignedIn
from tests.channels.chat.conftest import Answer, Write, answer, visitor, write
from tests.conversations.conftest import Receive

__all__ = ["Answer", "Write", "answer", "visitor", "write"]
pytestmark = pytest.mark.django_db

AT = datetime(2031, 5, 6, 12, tzinfo=UTC)


@pytest.fixture
def talk(receive: Receive) -> Conversation:
    return Conversation.objects.get(pk=receive(text="No internet", sender="ani@mail.am").conversation_id)


def by(agent: Agent) -> dict[str, Any]:
    return {"agent": agent, "actor": actor_of(agent)}


def promised(agent: Agent, talk: Conversation, text: str = "Call Ani back", **more: Any) -> Commitment:
    more.setdefault("conversation", talk)
    due = timezone.now() + timedelta(days=2)
    return actions.make_commitment(**by(agent), customer=talk.customer, text=text, due_at=due, **more)


def told(talk: Conversation) -> list[str]:
    return [sentence(line) for line in talk.messages.filter(kind=Kind.SYSTEM).order_by("seq")]


def everything(agent: Agent, talk: Conversation) -> Commitment:
    """A promise is put off, given up, opened again and kept in the end."""
    row = promised(agent, talk)
    actions.change_commitment(**by(agent), commitment=row, due_at=AT, reason="The part is late")
    actions.settle_commitment(**by(agent), commitment=row, status="broken", reason="No part at all")
    actions.settle_commitment(**by(agent), commitment=row, status="open")
    return actions.settle_commitment(**by(agent), commitment=row, status="kept")


def test_each_thing_that_happens_to_a_promise_is_one_line(teammate: Agent, talk: Conversation) -> None:
    everything(teammate, talk)
    made, *others = told(talk)
    assert made.startswith(f"{teammate.name} recorded a promise for ")
    assert made.endswith(": “Call Ani back”")
    assert others == [
        f"{teammate.name} moved the promise “Call Ani back” to May 6, 2031, 12:00. Reason: The part is late",
        f"{teammate.name} said that the promise “Call Ani back” can't be kept. Reason: No part at all",
        f"{teammate.name} opened the promise “Call Ani back” again",
        f"{teammate.name} said that the promise “Call Ani back” was kept",
    ]


@pytest.mark.parametrize(("language", "word"), [("hy", "խոստ"), ("ka", "დაპირებ"), ("ru", "обещани")])
def test_it_is_told_in_the_readers_language(teammate: Agent, talk: Conversation, language: str, word: str) -> None:
    everything(teammate, talk)
    with translation.override(language):
        assert all(word in line.casefold() and "promise" not in line for line in told(talk))


def test_what_changes_nothing_of_it_is_no_line(teammate: Agent, talk: Conversation) -> None:
    row = promised(teammate, talk)
    actions.change_commitment(**by(teammate), commitment=row, text="Call her", due_at=row.due_at)
    with pytest.raises(ReasonOwed):
        actions.settle_commitment(**by(teammate), commitment=row, status="broken")
    actions.settle_commitment(**by(teammate), commitment=row, status="kept")
    actions.settle_commitment(**by(teammate), commitment=row, status="kept")
    promised(teammate, talk, conversation=None)
    assert len(told(talk)) == 2


def test_what_somebody_says_yes_to_is_told_and_what_is_only_proposed_is_not(
    teammate: Agent, talk: Conversation
) -> None:
    row = promised(teammate, talk, conversation=None)
    Commitment.objects.filter(pk=row.pk).update(state="proposed", conversation=talk)
    row.refresh_from_db()
    assert not told(talk)
    actions.answer_proposal(**by(teammate), commitment=row, track=True, text="Call Ani")
    assert "“Call Ani”" in told(talk)[0]


def test_it_is_read_by_who_sees_the_conversation_and_moves_nothing(
    teammate: Agent, outsider: Agent, talk: Conversation, signed_in: SignedIn
) -> None:
    kept = ("status", "waiting_since", "last_activity_at", "assignee", "preview", "first_replied_at")
    before = Conversation.objects.values(*kept).get(pk=talk.pk)
    everything(teammate, talk)
    run_pending()
    assert Conversation.objects.values(*kept).get(pk=talk.pk) == before
    shown = signed_in(teammate).get(f"/conversations/{talk.pk}").text
    assert "The part is late" in shown
    assert 'class="event"' in shown
    assert signed_in(outsider).get(f"/conversations/{talk.pk}").status_code == 404


def test_no_customer_reads_it(teammate: Agent, chat: Inbox, write: Write, answer: Answer) -> None:
    line = write("Is there work in our street?")
    talk = Conversation.objects.get(pk=line.message.conversation_id)
    everything(teammate, talk)
    answer(line, "We look into it.")
    run_pending()
    assert [one.message.kind for one in line.thread.lines.all()] == ["in", "out"]
    assert [row["kind"] for row in holdings.get("messages").rows(talk.customer_id)] == ["in", "out"]
    assert not Delivery.objects.filter(message__kind=Kind.SYSTEM).exists()


def test_it_goes_along_with_its_conversation(
    teammate: Agent, owner: Agent, talk: Conversation, receive: Receive
) -> None:
    row = promised(teammate, talk)
    other = Conversation.objects.get(pk=receive(text="And this", sender="ani@mail.am").conversation_id)
    merge_conversations(**by(owner), sources=[talk], target=other)
    actions.settle_commitment(**by(teammate), commitment=row, status="kept")
    assert "was kept" in told(other)[-1]


def test_who_is_erased_is_in_no_line(teammate: Agent, talk: Conversation, receive: Receive) -> None:
    everything(teammate, talk)
    other = Conversation.objects.get(pk=receive(text="Hello", sender="gor@mail.am").conversation_id)
    promised(teammate, other, "Write to ani@mail.am too")
    promised(teammate, other, "Call Gor")
    subject = Subject((talk.customer_id,), (("email", "ani@mail.am"),), (), timezone.now())
    for name in ("messages", "commitments"):
        erasers.get(name).erase(subject, 0)
    data = str(list(Message.objects.filter(kind=Kind.SYSTEM).values_list("data", flat=True)))
    assert "Ani" not in data
    assert "ani@mail.am" not in data
    assert "part" not in data
    assert "Call Gor" in data
