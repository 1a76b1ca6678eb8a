"""A customer's reply that opens a conversation again says so between the messages."""

import re

import pytest

from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation, Message
from tests.cast import SignedIn
from tests.desk.conftest import Ask, Post

pytestmark = pytest.mark.django_db


def lines(client_of: SignedIn, agent: Agent, conversation: int) -> list[str]:
    page = client_of(agent).get(f"/conversations/{conversation}?fragment=talk").text
    found = re.findall(r'<p class="event"[^>]*>(.*?) ·|class="message[^"]*" id="message-(\d+)"', page)
    return [line or message for line, message in found]


@pytest.mark.parametrize(
    ("left", "before", "after"),
    [
        ({"status": "closed"}, "Tamar closed the conversation", "Ani Petrosyan opened the conversation again"),
        ({"snooze": "reply"}, "Tamar snoozed the conversation until", "Ani Petrosyan ended the snooze"),
    ],
)
def test_the_line_stands_above_the_reply(
    ask: Ask, post: Post, signed_in: SignedIn, teammate: Agent, left: dict[str, str], before: str, after: str
) -> None:
    asked = ask()
    post("update", asked.conversation_id, **left)
    reply = ask("Still red!", answers=[asked.external_id])
    [first, closed, opened, second] = lines(signed_in, teammate, asked.conversation_id)
    assert (first, opened, second) == (str(asked.pk), after, str(reply.pk))
    assert closed.startswith(before)
    assert Conversation.objects.get().last_seq == reply.seq == 4


def test_a_reply_to_what_is_open_and_an_out_of_office_note_open_nothing(ask: Ask, post: Post) -> None:
    asked = ask()
    ask("Hello?", answers=[asked.external_id])
    post("update", asked.conversation_id, status="closed")
    ask("I am away.", answers=[asked.external_id], quiet=True, is_automatic=True)
    assert Message.objects.filter(kind="system").count() == 1
    assert Conversation.objects.get().status == "closed"
