"""Writing from the desk: sent once however often one presses, with everything that was attached."""

import pytest

from tamada.accounts.models import Agent
from tamada.conversations.actions import attach
from tamada.conversations.models import Conversation, Draft, Inbox, Message
from tests.desk.conftest import PNG, Ask, Post, send_due
from tests.helpers.smtp import FakeSMTP

pytestmark = pytest.mark.django_db


def ours() -> list[Message]:
    return list(Message.objects.filter(kind__in=("out", "note")).order_by("pk"))


# --- once -----------------------------------------------------------------------------------------------------------


def test_a_reply_whose_answer_was_lost_is_sent_once(
    ask: Ask, post: Post, teammate: Agent, smtp_server: FakeSMTP
) -> None:
    asked = ask()
    file = attach(agent=teammate, draft=None, name="plan.png", content=PNG)
    fields = {"kind": "out", "html": "<div>We come.</div>", "attachments": file.pk, "client_id": "same-id-123"}
    answers = [post("send", asked.conversation_id, last_seen=asked.pk, **fields) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    send_due()
    [received] = smtp_server.received
    assert [part.get_filename() for part in received.message.iter_attachments()] == ["plan.png"]


def test_the_second_try_is_answered_though_the_customer_wrote_in_between(ask: Ask, post: Post) -> None:
    asked = ask()
    fields = {"kind": "out", "text": "We come.", "client_id": "one", "last_seen": asked.pk}
    assert post("send", asked.conversation_id, **fields).status_code == 201
    ask("Still red!", answers=[asked.external_id])
    assert post("send", asked.conversation_id, **fields).status_code == 201
    assert len(ours()) == 1


def test_a_note_is_saved_once(ask: Ask, post: Post) -> None:
    asked = ask()
    for _ in range(2):
        answer = post("send", asked.conversation_id, kind="note", text="She called twice.", client_id="one")
        assert answer.status_code == 201
    assert [m.text for m in ours()] == ["She called twice."]


def test_a_conversation_is_begun_once(wired: Inbox, post: Post) -> None:
    fields = {"inbox": wired.pk, "to": "ani@mail.example", "subject": "Hello", "text": "Hello", "client_id": "one"}
    places = [post("new", **fields)["Location"] for _ in range(2)]
    assert places[0] == places[1]
    assert Conversation.objects.count() == 1


def test_what_was_changed_before_the_second_try_is_not_taken_for_sent(ask: Ask, post: Post) -> None:
    asked = ask()
    post("send", asked.conversation_id, kind="out", html="<div>We come.</div>", client_id="one")
    post("draft", asked.conversation_id, kind="out", html="<div>We come at three.</div>")
    answer = post("send", asked.conversation_id, kind="out", html="<div>We come at three.</div>", client_id="one")
    assert answer.status_code == 422
    assert answer.json()["sent_before"] is True
    assert Draft.objects.get().html == "<div>We come at three.</div>"
    assert [m.text for m in ours()] == ["We come."]
    again = post("send", asked.conversation_id, kind="out", html="<div>We come at three.</div>", client_id="two")
    assert again.status_code == 201


def test_the_same_text_to_somebody_else_is_another_message(ask: Ask, post: Post) -> None:
    asked = ask()
    fields = {"kind": "out", "text": "We come.", "client_id": "one"}
    post("send", asked.conversation_id, **fields, to="ani@mail.example")
    answer = post("send", asked.conversation_id, **fields, to="ani@mail.example, boss@mail.example")
    assert (answer.status_code, answer.json()["sent_before"]) == (422, True)


def test_two_people_may_have_the_same_id(ask: Ask, post: Post, lead: Agent) -> None:
    asked = ask()
    fields = {"kind": "note", "text": "Noted.", "client_id": "one"}
    assert post("send", asked.conversation_id, **fields).status_code == 201
    assert post("send", asked.conversation_id, **fields, by=lead).status_code == 201
    assert len(ours()) == 2


def test_without_an_id_every_message_counts(ask: Ask, post: Post) -> None:
    asked = ask()
    for _ in range(2):
        post("send", asked.conversation_id, kind="out", text="Hello.")
    assert len(ours()) == 2
