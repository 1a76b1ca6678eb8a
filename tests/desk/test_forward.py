"""Passing a message on, whole and as no answer to the customer; quoting one in an answer; answering everybody."""

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from tamada.accounts.models import Agent
from tamada.conversations.actions import add_note, forward_message, send_reply
from tamada.conversations.envelopes import IncomingAttachment
from tamada.conversations.models import Attachment, Conversation, Draft, Message
from tamada.core import storage
from tamada.core.actors import Actor
from tests.cast import SignedIn
from tests.desk.conftest import JSON, PNG, Ask, Post, send_due
from tests.helpers.smtp import FakeSMTP

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 5, 10, 30, tzinfo=UTC)
PICTURE = IncomingAttachment(
    name="logo.png", type="image/png", size=len(PNG), blob=storage.put(PNG), content_id="logo@mail", is_inline=True
)
PLAN = IncomingAttachment(name="plan.pdf", type="application/pdf", size=4, blob=storage.put(b"%PDF"))
HTML = '<p>The <b>modem</b> <img src="cid:logo@mail"> <img data-src="https://cdn.example/a.png"> blinks.</p>'
OLDER = "<blockquote>We came on Monday.</blockquote>"


@pytest.fixture
def asked(ask: Ask) -> Message:
    """A letter with formatting, a picture in its text, a file, and an older letter quoted below."""
    return ask(
        "The modem blinks.",
        html=HTML + OLDER,
        attachments=[PICTURE, PLAN],
        quoted_text="> We came on Monday.",
        received_at=AT,
        cc=[{"name": "Boss", "email": "boss@mail.example"}],
    )


def begun(signed_in: SignedIn, who: Agent, message: Message, how: str) -> dict[str, Any]:
    """What the composer is given when it is to begin."""
    path = f"/conversations/{message.conversation_id}/begin?message={message.pk}&how={how}"
    given: dict[str, Any] = signed_in(who).get(path, headers=JSON).json()
    return given


def sent_on(post: Post, message: Message, given: dict[str, Any], **more: Any) -> Any:
    """What the composer then sends."""
    fields = {
        "kind": "out",
        "cite": given["cite"],
        "subject": given["subject"],
        "attachments": [f["id"] for f in given["attachments"]],
        "to": "aram@repair.example",
        "html": "<div>Aram, can you go there?</div>",
    }
    return post("send", message.conversation_id, **fields | more)


def body_of(mail: EmailMessage, kind: str) -> str:
    """The text of a mail, `plain` or `html`."""
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


# --- forward --------------------------------------------------------------------------------------------------------


def test_a_forward_begins_with_nobody_in_to_and_everything_that_came(
    asked: Message, teammate: Agent, signed_in: SignedIn
) -> None:
    given = begun(signed_in, teammate, asked, "forward")
    assert (given["to"], given["cc"], given["bcc"]) == ("", "", "")
    assert (given["subject"], given["cite"]) == ("Fwd: Modem", f"forward:{asked.pk}")
    assert [f["name"] for f in given["attachments"]] == ["plan.pdf"]
    assert "Ani Petrosyan" in given["cited"]
    assert Attachment.objects.count() == 2


def test_a_forward_without_a_receiver_goes_to_nobody(
    asked: Message, teammate: Agent, post: Post, signed_in: SignedIn
) -> None:
    answer = sent_on(post, asked, begun(signed_in, teammate, asked, "forward"), to="")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["to"])
    assert not Message.objects.filter(kind="out").exists()


def test_a_forward_arrives_whole(
    asked: Message, teammate: Agent, post: Post, signed_in: SignedIn, smtp_server: FakeSMTP
) -> None:
    teammate.language, teammate.time_zone = "ru", "Asia/Yerevan"
    teammate.save()
    assert sent_on(post, asked, begun(signed_in, teammate, asked, "forward")).status_code == 201
    send_due()
    [received] = smtp_server.received
    mail = received.message
    assert received.rcpt_to == ["aram@repair.example"]
    assert mail["Subject"].startswith("Fwd: Modem")
    assert mail["In-Reply-To"] is None
    text, html = body_of(mail, "plain"), body_of(mail, "html")
    for body in (text, html):
        assert body.index("Aram, can you go there?") < body.index("Пересланное сообщение") < body.index("blinks.")
        assert "5 мар. 2026" in body
        assert "14:30" in body
        assert "We came on Monday." in body
    assert "От: Ani Petrosyan <ani@mail.example>" in text
    assert "Копия: Boss <boss@mail.example>" in text
    assert "<b>modem</b>" in html
    assert 'src="cid:logo@mail"' in html
    assert 'src="https://cdn.example/a.png"' in html
    files = {p.get_filename(): p.get_payload(decode=True) for p in mail.walk() if p.get_filename()}
    assert files == {"logo.png": PNG, "plan.pdf": b"%PDF"}


def test_a_forward_is_no_answer_to_the_customer(
    asked: Message, teammate: Agent, post: Post, signed_in: SignedIn
) -> None:
    sent_on(post, asked, begun(signed_in, teammate, asked, "forward"))
    conversation = Conversation.objects.get()
    assert (conversation.waiting_since, conversation.first_replied_at) == (AT, None)
    assert (conversation.status, conversation.assignee) == ("open", None)
    thread = signed_in(teammate).get(f"/conversations/{conversation.pk}?fragment=talk").text
    assert "aram@repair.example" in thread
    assert "Fwd: Modem" in thread
    assert "logo.png" not in thread.rpartition("Fwd: Modem")[2]


def test_files_taken_out_of_a_forward_stay_behind_and_others_go_along(
    asked: Message, teammate: Agent, post: Post, signed_in: SignedIn, smtp_server: FakeSMTP
) -> None:
    given = begun(signed_in, teammate, asked, "forward")
    sent_on(post, asked, given, attachments=[])
    send_due()
    names = [p.get_filename() for p in smtp_server.received[0].message.walk() if p.get_filename()]
    assert names == ["logo.png"]


def test_a_forward_is_sent_once(asked: Message, teammate: Agent, post: Post, signed_in: SignedIn) -> None:
    given = begun(signed_in, teammate, asked, "forward")
    answers = [sent_on(post, asked, given, client_id="one") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert Message.objects.filter(kind="out").count() == 1


def test_a_forward_of_our_own_message_takes_its_files_along(
    asked: Message, teammate: Agent, post: Post, signed_in: SignedIn, smtp_server: FakeSMTP
) -> None:
    first = sent_on(post, asked, begun(signed_in, teammate, asked, "forward")).json()["message"]
    ours = Message.objects.get(pk=first)
    given = begun(signed_in, teammate, ours, "forward")
    assert given["subject"] == "Fwd: Modem"
    assert sent_on(post, ours, given, to="second@repair.example").status_code == 201
    assert [f.name for f in ours.attachments.all()] == ["plan.pdf", "logo.png"]
    send_due()
    mail = next(r.message for r in smtp_server.received if r.rcpt_to == ["second@repair.example"])
    assert {p.get_filename() for p in mail.walk() if p.get_filename()} == {"logo.png", "plan.pdf"}
    assert body_of(mail, "plain").count("Forwarded message") == 2


def test_a_forward_is_kept_as_a_draft_and_undone_into_one(
    asked: Message, teammate: Agent, post: Post, signed_in: SignedIn
) -> None:
    given = begun(signed_in, teammate, asked, "forward")
    fields = {"kind": "out", "cite": given["cite"], "to": "", "html": "<div>Aram</div>", "subject": given["subject"]}
    post("draft", asked.conversation_id, **fields, attachments=[f["id"] for f in given["attachments"]])
    page = signed_in(teammate).get(f"/conversations/{asked.conversation_id}?fragment=talk").text
    assert f'name="cite" value="forward:{asked.pk}"' in page
    assert 'data-name="plan.pdf"' in page
    assert 'data-address-field="to" data-value=""' in page
    sent = sent_on(post, asked, given).json()
    assert not Draft.objects.exists()
    back = post("undo", sent["message"]).json()
    assert (back["cite"], back["to"], back["subject"]) == (given["cite"], "aram@repair.example", "Fwd: Modem")
    assert [f["name"] for f in back["attachments"]] == ["plan.pdf"]
    assert sent_on(post, asked, back).status_code == 201
    assert Conversation.objects.get().waiting_since == AT


def test_notes_and_what_one_does_not_see_are_not_passed_on(
    asked: Message, teammate: Agent, outsider: Agent, observer: Agent, post: Post, signed_in: SignedIn
) -> None:
    actor = Actor("agent", teammate.pk, teammate.name)
    note = add_note(agent=teammate, actor=actor, conversation=asked.conversation, text="She is difficult.")
    client = signed_in(teammate)
    path = f"/conversations/{asked.conversation_id}/begin"
    assert client.get(f"{path}?how=forward&message={note.pk}").status_code == 404
    assert client.get(f"{path}?how=nonsense&message={asked.pk}").status_code == 404
    assert (
        post("send", note.conversation_id, kind="out", to="a@b.example", cite=f"forward:{note.pk}").status_code == 404
    )
    assert signed_in(outsider).get(f"{path}?how=forward").status_code == 404
    assert post("send", asked.conversation_id, by=outsider, cite=f"forward:{asked.pk}").status_code == 404
    assert post("send", asked.conversation_id, by=observer, cite=f"forward:{asked.pk}").status_code == 403
    with pytest.raises(Conversation.DoesNotExist):
        forward_message(
            agent=outsider, actor=Actor("agent", outsider.pk, ""), message=asked, to=["a@b.example"], text="x"
        )
    with pytest.raises(ValueError, match="note"):
        forward_message(agent=teammate, actor=actor, message=note, to=["a@b.example"], text="x")
    assert not Message.objects.filter(kind="out").exists()


def test_without_a_message_the_last_one_said_is_passed_on(asked: Message, teammate: Agent, signed_in: SignedIn) -> None:
    actor = Actor("agent", teammate.pk, teammate.name)
    add_note(agent=teammate, actor=actor, conversation=asked.conversation, text="She is difficult.")
    given = signed_in(teammate).get(f"/conversations/{asked.conversation_id}/begin?how=forward").json()
    assert given["cite"] == f"forward:{asked.pk}"


def test_who_has_passed_it_on_answers_the_customer_again(
    asked: Message, teammate: Agent, post: Post, signed_in: SignedIn
) -> None:
    sent_on(post, asked, begun(signed_in, teammate, asked, "forward"))
    client, path = signed_in(teammate), f"/conversations/{asked.conversation_id}/begin"
    for how in ("all", "sender"):
        assert client.get(f"{path}?how={how}").json()["to"] == "Ani Petrosyan <ani@mail.example>"
    assert client.get(f"{path}?how=quote").json()["cite"] == f"reply:{asked.pk}"
    assert client.get(f"{path}?how=forward").json()["cite"] == f"forward:{asked.pk}"


# --- to whom, and with what below ------------------------------------------------------------------------------------


def test_an_answer_goes_to_the_sender_or_to_everybody_on_that_message(
    asked: Message, ask: Ask, teammate: Agent, signed_in: SignedIn
) -> None:
    ask("Still red.", answers=[asked.external_id])
    one = begun(signed_in, teammate, asked, "sender")
    assert (one["to"], one["cc"]) == ("Ani Petrosyan <ani@mail.example>", "")
    everybody = begun(signed_in, teammate, asked, "all")
    assert (everybody["to"], everybody["cc"]) == (one["to"], "Boss <boss@mail.example>")
    assert (everybody["subject"], everybody["cite"]) == ("", "")


def test_an_answer_to_ones_own_message_goes_to_whom_it_went(
    asked: Message, teammate: Agent, signed_in: SignedIn
) -> None:
    actor = Actor("agent", teammate.pk, teammate.name)
    ours = send_reply(agent=teammate, actor=actor, conversation=asked.conversation, text="We come.", cc=["x@y.example"])
    again = begun(signed_in, teammate, ours, "all")
    assert (again["to"], again["cc"]) == ("Ani Petrosyan <ani@mail.example>", "x@y.example")


def test_a_quote_stands_below_the_answer_in_the_language_of_the_conversation(
    asked: Message, teammate: Agent, post: Post, signed_in: SignedIn, smtp_server: FakeSMTP
) -> None:
    Conversation.objects.update(language="hy")
    given = begun(signed_in, teammate, asked, "quote")
    assert given["cite"] == f"reply:{asked.pk}"
    assert "attachments" not in given
    post("send", asked.conversation_id, kind="out", html="<div>We come.</div>", cite=given["cite"])
    send_due()
    mail = smtp_server.received[0].message
    text, html = body_of(mail, "plain"), body_of(mail, "html")
    assert text.index("We come.") < text.index("Ani Petrosyan <ani@mail.example>-ը գրել է") < text.index("> The modem")
    assert 'class="gmail_quote"' in html
    assert 'src="cid:logo@mail"' in html
    assert mail["In-Reply-To"] == asked.external_id
    assert Conversation.objects.get().waiting_since is None
    message = Message.objects.get(kind="out")
    assert (message.text, "> The modem blinks." in message.quoted_text) == ("We come.", True)


def test_without_being_asked_nothing_is_quoted(asked: Message, post: Post, smtp_server: FakeSMTP) -> None:
    post("send", asked.conversation_id, kind="out", html="<div>We come.</div>")
    send_due()
    assert b"modem" not in smtp_server.received[0].raw.partition(b"\r\n\r\n")[2]


# --- subjects -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["", "forward"])
def test_a_subject_is_one_line_that_fits_wherever_it_is_written(
    asked: Message, post: Post, teammate: Agent, how: str
) -> None:
    """PostgreSQL refuses what SQLite keeps: a longer one than the column."""
    pasted = "Հարց\r\nBcc: everybody@x.example " + "x" * 3000
    fits = ("Հարց Bcc: everybody@x.example " + "x" * 3000)[:998]
    given = {"kind": "out", "subject": pasted, "html": "<div>We come.</div>", "to": "aram@repair.example"}
    given |= {"cite": f"{how}:{asked.pk}"} if how else {}
    assert post("draft", asked.conversation_id, **given).status_code == 200
    assert Draft.objects.get().subject == fits
    sent = post("send", asked.conversation_id, **given)
    assert (sent.status_code, Message.objects.get(kind="out").subject) == (201, fits)
