"""Writing from the desk: sent once however often one presses, with everything that was attached."""

from datetime import timedelta
from typing import Any

import pytest

from tamada.accounts.models import Agent
from tamada.conversations.actions import attach, drop_uploads
from tamada.conversations.models import Conversation, Draft, Inbox, Message
from tests.cast import SignedIn
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


def test_a_draft_that_comes_after_its_message_is_dropped(ask: Ask, post: Post) -> None:
    asked = ask()
    fields = {"kind": "out", "html": "<div>We <b>come</b>.</div>", "client_id": "one"}
    post("send", asked.conversation_id, **fields)
    assert post("draft", asked.conversation_id, **fields).json() == {"version": ""}
    assert not Draft.objects.exists()
    post("draft", asked.conversation_id, **fields | {"html": "<div>We come at three.</div>"})
    assert Draft.objects.get().html == "<div>We come at three.</div>"
    note = {"kind": "note", "text": "She called.", "client_id": "two"}
    post("send", asked.conversation_id, **note)
    post("draft", asked.conversation_id, **note)
    assert not Draft.objects.filter(kind="note").exists()


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


# --- with everything that was attached ------------------------------------------------------------------------------


def test_a_file_that_is_gone_fails_the_sending_by_name(ask: Ask, post: Post, teammate: Agent) -> None:
    asked = ask()
    plan = attach(agent=teammate, draft=None, name="plan.png", content=PNG)
    fields: dict[str, Any] = {"text": "See attached.", "attachments": ["999", plan.pk]}
    for kind, more in (("out", {"attachment_names": ["old plan.pdf", "plan.png"]}), ("note", {})):
        answer = post("send", asked.conversation_id, kind=kind, **fields, **more)
        assert answer.status_code == 422
        assert ("old plan.pdf" if more else "999") in answer.json()["errors"]["attachments"][0]
    assert ours() == []
    assert post("send", asked.conversation_id, kind="out", text="See attached.", attachments=plan.pk).status_code == 201


def test_a_file_that_was_dropped_overnight_is_named(ask: Ask, post: Post, teammate: Agent) -> None:
    asked = ask()
    picture = attach(agent=teammate, draft=None, name="shot 1.png", content=PNG, is_inline=True)
    drop_uploads(older_than=timedelta(0))
    html = f'<div><img src="/attachments/{picture.pk}/shot%201.png"></div>'
    answer = post("send", asked.conversation_id, kind="out", html=html)
    assert answer.status_code == 422
    assert "shot 1.png" in answer.json()["errors"]["attachments"][0]


def test_somebody_elses_upload_is_nobodys_attachment(ask: Ask, post: Post, lead: Agent) -> None:
    asked = ask()
    secret = attach(agent=lead, draft=None, name="salaries.png", content=PNG)
    answer = post("send", asked.conversation_id, kind="out", text="Look", attachments=secret.pk)
    assert answer.status_code == 422
    assert ours() == []
    assert "salaries" not in answer.text


def test_a_new_conversation_with_a_file_that_is_gone_keeps_its_words(wired: Inbox, post: Post) -> None:
    fields = {"inbox": wired.pk, "to": "ani@mail.example", "subject": "Hello", "text": "See attached."}
    answer = post("new", **fields, attachments="999")
    assert (answer.status_code, "See attached." in answer.text) == (422, True)
    assert not Conversation.objects.exists()


def test_a_draft_lets_go_of_what_was_taken_out(ask: Ask, post: Post, teammate: Agent) -> None:
    asked = ask()
    one, two = (attach(agent=teammate, draft=None, name=f"{n}.png", content=PNG) for n in "12")
    post("draft", asked.conversation_id, kind="out", text="x", attachments=[one.pk, two.pk])
    post("draft", asked.conversation_id, kind="out", text="x", attachments=[two.pk])
    assert [f.name for f in Draft.objects.get().attachments.all()] == ["2.png"]


# --- what is said ---------------------------------------------------------------------------------------------------


def test_what_can_still_be_undone_is_being_sent_and_not_sent(
    ask: Ask, post: Post, signed_in: SignedIn, teammate: Agent
) -> None:
    asked = ask()
    answer = post("send", asked.conversation_id, kind="out", text="We come.").json()
    assert (answer["toast"], answer["seconds"]) == ("Sending…", 10)
    page = signed_in(teammate).get(f"/conversations/{asked.conversation_id}").text
    assert "sending…" in page
    assert "will be sent at" not in page
    send_due()
    assert "sending…" not in signed_in(teammate).get(f"/conversations/{asked.conversation_id}").text
