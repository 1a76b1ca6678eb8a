"""What has not left can be taken back: a message for later by its button, a new conversation with everything of it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.conversations.actions import add_note, postpone_delivery
from tamada.conversations.counts import rebuild
from tamada.conversations.models import Conversation, ConversationCount, Delivery, Draft, Inbox, Message
from tamada.core.actors import Actor
from tests.cast import SignedIn
from tests.desk.conftest import PNG, Ask, Post

pytestmark = pytest.mark.django_db


# --- for later ------------------------------------------------------------------------------------------------------


def test_a_message_for_later_can_be_taken_back_by_its_writer_as_long_as_it_is_here(
    ask: Ask, post: Post, teammate: Agent, lead: Agent, signed_in: SignedIn
) -> None:
    asked = ask()
    sent = post("send", asked.conversation_id, kind="out", text="We come.", send_at="tomorrow_9").json()
    Message.objects.update(created_at=timezone.now() - timedelta(hours=5))
    path, undo = f"/conversations/{asked.conversation_id}?fragment=talk", f"/messages/{sent['message']}/undo"
    assert f'data-undo="{undo}"' in signed_in(teammate).get(path).text
    assert "data-undo" not in signed_in(lead).get(path).text
    assert post("undo", sent["message"], by=lead).status_code == 409
    assert post("undo", sent["message"]).json()["text"] == "We come."
    assert not Delivery.objects.exists()


def test_what_some_have_received_is_not_taken_back(ask: Ask, post: Post, teammate: Agent, signed_in: SignedIn) -> None:
    asked = ask()
    sent = post("send", asked.conversation_id, kind="out", text="We come.").json()
    postpone_delivery(delivery=Delivery.objects.get(), seconds=60, error="greylisted")
    message = Message.objects.get(pk=sent["message"])
    Message.objects.filter(pk=message.pk).update(data={**message.data, "deferred": ["b@mail.example"]})
    page = signed_in(teammate).get(f"/conversations/{asked.conversation_id}?fragment=talk").text
    assert "data-undo" not in page
    assert post("undo", sent["message"]).status_code == 409


# --- a new conversation ---------------------------------------------------------------------------------------------

NEW = {
    "to": "Nare <nare@mail.example>",
    "cc": "boss@mail.example",
    "subject": "Your contract",
    "text": "It ends in May.",
}


def begun(post: Post, wired: Inbox, **more: object) -> Message:
    assert post("new", inbox=wired.pk, **NEW, **more).status_code == 302
    return Message.objects.get(kind="out")


def test_a_new_conversation_says_that_it_was_sent_and_offers_to_take_it_back(
    wired: Inbox, post: Post, teammate: Agent, signed_in: SignedIn
) -> None:
    client = signed_in(teammate)
    answer = client.post("/conversations/new", {"inbox": wired.pk, **NEW}, follow=True)
    undo = f"/messages/{Message.objects.get(kind='out').pk}/undo"
    assert f'data-toast data-kind="success" data-undo="{undo}"' in answer.text


def test_undo_of_a_new_conversation_leaves_none_and_gives_the_words_back(
    wired: Inbox, post: Post, teammate: Agent, signed_in: SignedIn
) -> None:
    message = begun(post, wired, files=SimpleUploadedFile("plan.png", PNG))
    back = post("undo", message.pk).json()
    assert not Conversation.objects.exists()
    assert "Your contract" not in signed_in(teammate).get("/search?q=contract").text
    counts = list(ConversationCount.objects.filter(total__gt=0))
    rebuild()
    assert counts == list(ConversationCount.objects.all()) == []
    draft = Draft.objects.get()
    assert back["location"] == f"/conversations/new?draft={draft.pk}"
    page = signed_in(teammate).get(back["location"]).text
    for words in ("nare@mail.example", "boss@mail.example", "Your contract", "It ends in May.", "plan.png"):
        assert words in page
    [file] = draft.attachments.all()
    again = post("new", inbox=wired.pk, **NEW, draft=draft.pk, attachments=file.pk)
    assert again.status_code == 302
    assert [f.name for f in Message.objects.get(kind="out").attachments.all()] == ["plan.png"]
    assert not Draft.objects.exists()


def test_a_draft_of_a_new_conversation_is_its_writers_own(
    wired: Inbox, post: Post, lead: Agent, signed_in: SignedIn
) -> None:
    back = post("undo", begun(post, wired).pk).json()
    assert "It ends in May." not in signed_in(lead).get(back["location"]).text


def test_a_new_conversation_in_which_somebody_wrote_stays(wired: Inbox, post: Post, lead: Agent) -> None:
    message = begun(post, wired)
    add_note(agent=lead, actor=Actor("agent", lead.pk, ""), conversation=message.conversation, text="Wait!")
    back = post("undo", message.pk).json()
    conversation = Conversation.objects.get()
    assert "location" not in back
    assert (conversation.message_count, conversation.first_replied_at) == (1, None)
    assert Draft.objects.get().conversation == conversation
