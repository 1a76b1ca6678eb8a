"""Undo of a reply: everything as it was before, and nothing lost that was written since."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.conversations.actions import attach, send_reply, update_conversation
from tamada.conversations.counts import rebuild
from tamada.conversations.models import Attachment, Conversation, ConversationCount, Draft, Kind, Message
from tamada.core.actors import Actor
from tests.desk.conftest import PNG, Ask, Post

pytestmark = pytest.mark.django_db


def actor(agent: Agent) -> Actor:
    return Actor("agent", agent.pk, agent.name)


def state() -> dict[str, Any]:
    """Everything of the only conversation but its clock of changes, its counter of messages, and who may look."""
    [values] = Conversation.objects.values()
    return {name: value for name, value in values.items() if name not in ("updated_at", "last_seq")}


def thread() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("seq").values_list("kind", "text"))


def counted() -> list[tuple[int, str, int]]:
    rows = ConversationCount.objects.filter(total__gt=0).order_by("assignee_id", "status")
    return list(rows.values_list("assignee_id", "status", "total"))


WAYS: tuple[dict[str, str], ...] = (
    {},
    {"then": "close"},
    {"then": "snooze", "snooze": "tomorrow"},
    {"then": "snooze", "snooze": "reply"},
    {"send_at": "tomorrow_9"},
)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_undo_leaves_the_conversation_as_it_was(ask: Ask, post: Post, way: dict[str, str]) -> None:
    asked = ask()
    before, said = state(), thread()
    assert before["waiting_since"] == asked.created_at
    sent = post("send", asked.conversation_id, kind="out", text="We come.", **way).json()
    assert state() != before
    assert post("undo", sent["message"]).status_code == 200
    assert (state(), thread()) == (before, said)
    counts = counted()
    rebuild()
    assert counts == counted() == [(0, "open", 1)]


def test_a_question_that_was_settled_without_an_answer_stays_settled(ask: Ask, post: Post, teammate: Agent) -> None:
    asked = ask()
    update_conversation(agent=teammate, actor=actor(teammate), conversation=asked.conversation, status="closed")
    before = state()
    sent = post("send", asked.conversation_id, kind="out", text="We come.", then="close").json()
    post("undo", sent["message"])
    assert state() == before
    assert before["waiting_since"] is None


def test_what_others_did_meanwhile_stays(ask: Ask, post: Post, teammate: Agent, lead: Agent) -> None:
    asked = ask()
    sent = post("send", asked.conversation_id, kind="out", text="We come.", then="close").json()
    update_conversation(
        agent=lead, actor=actor(lead), conversation=asked.conversation, assignee=lead, status="pending", priority="high"
    )
    post("undo", sent["message"])
    after = Conversation.objects.get()
    assert (after.assignee, after.status, after.priority) == (lead, "pending", "high")
    assert (after.waiting_since, after.first_replied_at) == (asked.created_at, None)


def test_a_colleagues_answer_meanwhile_is_the_answer(ask: Ask, post: Post, lead: Agent) -> None:
    asked = ask()
    sent = post("send", asked.conversation_id, kind="out", text="We come.").json()
    theirs = send_reply(agent=lead, actor=actor(lead), conversation=asked.conversation, text="I come.")
    post("undo", sent["message"])
    after = Conversation.objects.get()
    assert (after.waiting_since, after.first_replied_at) == (None, theirs.created_at)
    assert (after.preview, after.last_kind) == ("I come.", Kind.OUT)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_held_answers_are_undone_in_either_order(ask: Ask, post: Post, order: tuple[int, int]) -> None:
    asked = ask()
    before = state()
    sent = [post("send", asked.conversation_id, kind="out", text=t, then="close").json() for t in ("One.", "Two.")]
    post("undo", sent[order[0]]["message"])
    assert Conversation.objects.get().waiting_since is None
    post("undo", sent[order[1]]["message"])
    assert state() == before


def test_a_forward_between_settles_nothing(ask: Ask, post: Post) -> None:
    asked = ask()
    before = state()
    sent = post("send", asked.conversation_id, kind="out", text="We come.").json()
    passed = post("send", asked.conversation_id, to="a@b.example", cite=f"forward:{asked.pk}").json()
    post("undo", sent["message"])
    after = Conversation.objects.get()
    assert (after.waiting_since, after.first_replied_at) == (asked.created_at, None)
    post("undo", passed["message"])
    assert {**state(), "assignee_id": None} == before


def test_the_customer_who_wrote_meanwhile_waits_since_the_first_question(ask: Ask, post: Post) -> None:
    asked = ask()
    sent = post("send", asked.conversation_id, kind="out", text="We come.", then="close").json()
    ask("Hello?", answers=[asked.external_id], received_at=timezone.now() + timedelta(seconds=1))
    post("undo", sent["message"])
    after = Conversation.objects.get()
    assert (after.status, after.waiting_since, after.preview) == ("open", asked.created_at, "Hello?")


# --- what was written since -----------------------------------------------------------------------------------------


def test_words_written_since_are_kept_below_the_ones_that_come_back(ask: Ask, post: Post, teammate: Agent) -> None:
    asked = ask()
    first = attach(agent=teammate, draft=None, name="one.png", content=PNG)
    second = attach(agent=teammate, draft=None, name="two.png", content=PNG + b"2")
    fields = {"kind": "out", "to": "ani@mail.example"}
    sent = post("send", asked.conversation_id, html="<div>bye</div>", attachments=first.pk, **fields).json()
    post("draft", asked.conversation_id, html="<div>second thoughts</div>", attachments=second.pk, **fields)
    back = post("undo", sent["message"]).json()
    draft = Draft.objects.get()
    assert draft.html.index("bye") < draft.html.index("second thoughts")
    assert back["html"] == draft.html
    assert back["undone"] == "<div>bye</div>"
    assert {f["name"] for f in back["attachments"]} == {"one.png", "two.png"}
    assert set(Attachment.objects.values_list("draft", flat=True)) == {draft.pk}
    assert back["version"] == draft.updated_at.isoformat()
    assert back["conversation"] == str(asked.conversation_id)


def test_plain_words_come_back_as_lines(ask: Ask, post: Post) -> None:
    asked = ask()
    sent = post("send", asked.conversation_id, kind="out", text="Dear Ani,\nwe come.").json()
    post("draft", asked.conversation_id, kind="out", html="<div>more</div>")
    back = post("undo", sent["message"]).json()
    assert "Dear Ani,<br>we come." in back["html"]
    assert back["html"].endswith("<div>more</div>")


def test_a_note_begun_since_stays_a_note(ask: Ask, post: Post) -> None:
    asked = ask()
    sent = post("send", asked.conversation_id, kind="out", text="We come.").json()
    post("draft", asked.conversation_id, kind="note", text="Call Aram")
    post("undo", sent["message"])
    assert dict(Draft.objects.values_list("kind", "text")) == {"note": "Call Aram", "out": "We come."}
