"""One conversation made two: what was another matter goes on by itself, and can be taken back."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tamada.accounts.models import Agent
from tamada.conversations import actions, counts
from tamada.conversations.errors import BadSplit
from tamada.conversations.models import Conversation, Kind, Mention, Message, ReadMark
from tamada.conversations.queries import get_visible
from tamada.core.models import AuditEntry, StoredEvent
from tamada.search.queries import search
from tests.conversations.conftest import Receive
from tests.conversations.test_merge import by, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(receive: Receive, teammate: Agent) -> list[Message]:
    """Three letters and an answer to the first; the third is of something else."""
    first = receive(text="router")
    reply = actions.send_reply(**by(teammate), conversation=first.conversation, text="We come.")
    second = receive(text="and the bill", subject="Bill", answers=[first.external_id])
    third = receive(text="bill again", answers=[second.external_id])
    return [first, reply, second, third]


def split(agent: Agent, conversation: Conversation, **which: Any) -> Conversation:
    return actions.split_conversation(**by(agent), conversation=conversation, **which)


def test_all_from_one_message_on_goes_on_by_itself(thread: list[Message], receive: Receive, teammate: Agent) -> None:
    first, reply, second, third = thread
    origin = get_visible(teammate, first.conversation_id)
    actions.mark_read(**by(teammate), conversation=origin, seq=second.seq)
    part = split(teammate, origin, first=second.pk)
    origin, part = get_visible(teammate, origin.pk), get_visible(teammate, part.pk)
    assert (said(origin), said(part)) == (["router", "We come."], ["and the bill", "bill again"])
    assert (part.linked_to, part.customer, part.subject) == (origin, origin.customer, "Bill")
    assert (origin.message_count, origin.preview, part.message_count, part.preview) == (2, "We come.", 2, "bill again")
    assert (origin.waiting_since, part.waiting_since) == (None, second.created_at)
    assert (part.first_replied_at, part.created_at) == (None, second.created_at)
    assert ReadMark.objects.get(conversation=part).seq == 1
    assert counts.stored() == counts.recounted()
    assert [h.item.pk for h in search(teammate, "bill again", kind="conversations").hits] == [part.pk]
    # Answers find what they answer, though the address that they go to names the old one.
    assert receive(text="x", answers=[third.external_id], signed=[origin.pk]).conversation_id == part.pk
    assert receive(text="y", answers=[reply.external_id], signed=[origin.pk]).conversation_id == origin.pk
    started = StoredEvent.objects.filter(type="conversation.started").latest("pk")
    assert started.data["conversation"] == part.pk
    assert AuditEntry.objects.filter(action="conversation.split", object_id=origin.pk).exists()


def test_chosen_messages_go_and_come_back(thread: list[Message], teammate: Agent, outsider: Agent) -> None:
    first, _reply, second, third = thread
    origin = first.conversation
    note = actions.add_note(**by(teammate), conversation=origin, text="@Otto look")
    part = split(teammate, origin, messages=[first.pk, note.pk])
    assert said(part) == ["router", "@Otto look"]
    assert Mention.objects.get().conversation == part
    assert get_visible(outsider, part.pk).pk == part.pk
    actions.merge_conversations(**by(teammate), sources=[part], target=origin)
    assert said(origin) == ["router", "and the bill", "bill again", "We come.", "@Otto look"]  # by time
    assert second.conversation_id == third.conversation_id == origin.pk


def test_what_the_answer_that_stays_said_nothing_to_still_waits(receive: Receive, teammate: Agent) -> None:
    first = receive(text="router")
    other = receive(text="and the bill", answers=[first.external_id])
    origin = first.conversation
    actions.send_reply(**by(teammate), conversation=origin, text="We come for the router.")
    part = split(teammate, origin, messages=[other.pk])
    assert (get_visible(teammate, origin.pk).waiting_since, part.waiting_since) == (None, other.created_at)
    changed = StoredEvent.objects.filter(type="conversation.updated", data__conversation=part.pk).latest("pk")
    assert changed.data["fields"] == ["messages"]


def test_nothing_and_everything_is_no_split(thread: list[Message], receive: Receive, teammate: Agent) -> None:
    origin, stranger = thread[0].conversation, receive(text="other")
    for which in ({"first": thread[0].pk}, {"messages": [m.pk for m in thread]}, {"messages": [stranger.pk]}, {}):
        with pytest.raises(BadSplit):
            split(teammate, origin, **which)
    assert Conversation.objects.count() == 2
    assert not Message.objects.filter(kind=Kind.SYSTEM).exists()


def test_who_does_not_see_it_splits_nothing(thread: list[Message], outsider: Agent, observer: Agent) -> None:
    with pytest.raises(Conversation.DoesNotExist):
        split(outsider, thread[0].conversation, first=thread[2].pk)
    with pytest.raises(PermissionDenied):
        split(observer, thread[0].conversation, first=thread[2].pk)
    assert Conversation.objects.count() == 1
