"""A conversation begun from our side, in the composer: formatting, Bcc, a draft, and where it leads."""

import re

import pytest

from tamada.accounts.models import Agent
from tamada.conversations.actions import attach
from tamada.conversations.models import Draft, Inbox, Message
from tests.cast import SignedIn
from tests.desk.conftest import PNG, Ask, Post, send_due
from tests.helpers.smtp import FakeSMTP

pytestmark = pytest.mark.django_db
WRITTEN = {
    "to": "Nare <nare@mail.example>",
    "bcc": "boss@desk.example",
    "subject": "Your contract",
    "html": "<div>It ends in <strong>May</strong>.</div>",
}


def test_it_leaves_formatted_to_all_and_with_its_files(
    wired: Inbox, post: Post, teammate: Agent, smtp_server: FakeSMTP
) -> None:
    file = attach(agent=teammate, draft=None, name="plan.png", content=PNG)
    answer = post("start", inbox=wired.pk, **WRITTEN, attachments=file.pk)
    message = Message.objects.get(kind="out")
    assert (answer.status_code, answer.json()["location"]) == (201, f"/conversations/{message.conversation_id}")
    send_due()
    assert {address for mail in smtp_server.received for address in mail.rcpt_to} == {
        "nare@mail.example",
        "boss@desk.example",
    }
    [received] = [mail.message for mail in smtp_server.received if "nare@mail.example" in mail.rcpt_to]
    html = received.get_body(("html",))
    assert html
    assert "<strong>May</strong>" in html.get_content()
    assert "boss" not in str(received)
    assert [part.get_filename() for part in received.iter_attachments()] == ["plan.png"]


def test_the_page_it_leads_to_offers_to_undo_it(wired: Inbox, post: Post, signed_in: SignedIn, teammate: Agent) -> None:
    client = signed_in(teammate)
    place = client.post("/conversations/new/messages", {"inbox": wired.pk, **WRITTEN}).json()["location"]
    undo = f"/messages/{Message.objects.get(kind='out').pk}/undo"
    assert re.search(f'data-toast[^>]* data-undo="{undo}" data-seconds="10"[^>]*>Sending…', client.get(place).text)


def test_what_is_wrong_is_said_and_nothing_begins(wired: Inbox, post: Post) -> None:
    answer = post("start", inbox=wired.pk, **WRITTEN | {"to": "nobody"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["to"])
    assert not Message.objects.exists()


def test_the_draft_is_kept_found_again_and_gone_when_it_is_sent(
    wired: Inbox, post: Post, signed_in: SignedIn, teammate: Agent, lead: Agent
) -> None:
    first = post("new_draft", inbox=wired.pk, **WRITTEN).json()
    second = post("new_draft", inbox=wired.pk, **WRITTEN | {"subject": "Contract"}, **first).json()
    assert first["draft"] == second["draft"]
    page = signed_in(teammate).get("/conversations/new").text
    for words in ("Nare &lt;nare@mail.example&gt;", "boss@desk.example", 'value="Contract"', "&lt;strong&gt;May"):
        assert words in page
    assert "Contract" not in signed_in(lead).get("/conversations/new").text
    post("start", inbox=wired.pk, **WRITTEN, draft=second["draft"])
    assert not Draft.objects.exists()


def test_another_window_is_not_overwritten_and_another_person_neither(wired: Inbox, post: Post, lead: Agent) -> None:
    first = post("new_draft", inbox=wired.pk, **WRITTEN).json()
    post("new_draft", inbox=wired.pk, **WRITTEN | {"html": "newer"}, **first)
    assert post("new_draft", inbox=wired.pk, **WRITTEN, **first).status_code == 409
    assert post("new_draft", inbox=wired.pk, **WRITTEN, **first, by=lead).json()["draft"] != first["draft"]


def test_discarding_deletes_ones_own_draft_and_no_other(
    wired: Inbox, post: Post, signed_in: SignedIn, teammate: Agent, lead: Agent
) -> None:
    draft = post("new_draft", inbox=wired.pk, **WRITTEN).json()["draft"]
    assert signed_in(lead).delete(f"/conversations/new/draft?draft={draft}").status_code == 204
    assert Draft.objects.exists()
    assert signed_in(teammate).delete(f"/conversations/new/draft?draft={draft}").status_code == 204
    assert not Draft.objects.exists()


def test_names_in_to_are_completed_in_latin_letters(ask: Ask, signed_in: SignedIn, teammate: Agent) -> None:
    ask()
    assert [a["address"] for a in signed_in(teammate).get("/addresses?q=petros").json()] == ["ani@mail.example"]


def test_discarding_a_reply_leaves_the_note_that_is_begun(ask: Ask, signed_in: SignedIn, teammate: Agent) -> None:
    place = f"/conversations/{ask().conversation_id}/draft"
    client = signed_in(teammate)
    for kind in ("out", "note"):
        assert client.post(place, {"kind": kind, "text": "begun"}).status_code == 200
    assert client.delete(f"{place}?kind=out").status_code == 204
    assert [draft.kind for draft in Draft.objects.all()] == ["note"]


def test_a_note_that_is_begun_is_never_offered_as_a_reply(ask: Ask, signed_in: SignedIn, teammate: Agent) -> None:
    place = f"/conversations/{ask().conversation_id}"
    client = signed_in(teammate)
    client.post(f"{place}/draft", {"kind": "note", "text": "between us"})
    [reply, note] = re.findall(r"<textarea name=\"(text_out|text)\"[^>]*>([^<]*)<", client.get(place).text)
    assert (reply, note) == (("text_out", ""), ("text", "between us"))
