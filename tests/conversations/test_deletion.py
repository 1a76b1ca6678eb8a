"""Deleted: out of sight for a month, then gone with all that hangs on it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.conversations import actions, counts
from tamada.conversations.errors import TooLate
from tamada.conversations.merge_queries import deleted
from tamada.conversations.models import Attachment, Conversation, Draft, Inbox, Message
from tamada.conversations.queries import ListFilter, counts_for, get_visible, list_page, visible_to
from tamada.core import storage
from tamada.core.models import AuditEntry, StoredEvent
from tamada.customers.queries import visible_to as customers_visible_to
from tamada.search.queries import search
from tests.conversations.conftest import Receive
from tests.conversations.test_merge import by
from tests.helpers.files import age

pytestmark = pytest.mark.django_db

MONTH = timedelta(days=31)


def delete(agent: Agent, *conversations: Conversation) -> list[int]:
    return actions.delete_conversations(**by(agent), conversations=conversations)


def restore(agent: Agent, *ids: int) -> int:
    return actions.restore_conversations(**by(agent), ids=ids)


def later(by_how_much: timedelta) -> None:
    Conversation.everything.filter(deleted_at__isnull=False).update(deleted_at=timezone.now() - by_how_much)


def test_what_has_begun_to_go_for_good_is_not_restored(receive: Receive, teammate: Agent, lead: Agent) -> None:
    c = receive(text="asparagus").conversation
    delete(teammate, c)
    later(MONTH)
    with pytest.raises(TooLate):
        restore(lead, c.pk)
    assert Conversation.everything.get(pk=c.pk).deleted_at is not None


def test_deleted_is_in_no_list_search_or_count_until_it_is_restored(
    receive: Receive, teammate: Agent, lead: Agent
) -> None:
    c = receive(text="asparagus").conversation
    before = counts.stored()
    assert delete(teammate, c) == [c.pk]
    assert not list_page(teammate, ListFilter()).items
    assert counts_for(teammate).open == 0
    assert not search(teammate, "asparagus", kind="conversations").hits
    assert not search(teammate, f"#{c.pk}", kind="conversations").hits
    with pytest.raises(Conversation.DoesNotExist):
        get_visible(teammate, c.pk)
    assert counts.stored() == counts.recounted() == {}
    assert [row.pk for row in deleted(lead)] == [c.pk]
    assert restore(lead, c.pk) == 1
    assert counts.stored() == counts.recounted() == before
    assert get_visible(teammate, c.pk).deleted_by is None
    audited = AuditEntry.objects.filter(object_id=c.pk, object_type="conversations.conversation")
    names = {"conversation.deleted", "conversation.restored"}
    assert names <= set(audited.values_list("action", flat=True))
    events = StoredEvent.objects.filter(type__in=names)
    assert all(f"inbox:{c.inbox_id}" in e.audience_keys for e in events)
    assert len(events) == 2


def test_who_deletes_takes_it_back_for_ten_minutes_and_leads_for_a_month(
    receive: Receive, teammate: Agent, lead: Agent, outsider: Agent, observer: Agent
) -> None:
    c = receive().conversation
    assert delete(outsider, c) == []
    with pytest.raises(PermissionDenied):
        delete(observer, c)
    assert get_visible(teammate, c.pk).pk == c.pk
    delete(teammate, c)
    assert restore(outsider, c.pk) == 0
    with pytest.raises(PermissionDenied):
        restore(observer, c.pk)
    assert restore(teammate, c.pk) == 1
    delete(teammate, c)
    later(timedelta(minutes=11))
    with pytest.raises(TooLate):
        restore(teammate, c.pk)
    assert restore(lead, c.pk) == 1
    delete(lead, c)
    with pytest.raises(PermissionDenied):
        restore(teammate, c.pk)


def test_what_answers_a_deleted_conversation_begins_a_new_one(receive: Receive, teammate: Agent) -> None:
    first = receive()
    delete(teammate, first.conversation)
    for how in ({"answers": [first.external_id]}, {"signed": [first.conversation_id]}):
        answer = receive(text="And now?", **how)
        assert answer.conversation_id != first.conversation_id
        assert visible_to(teammate).filter(pk=answer.conversation_id, linked_to=None).exists()


def test_deleting_hides_a_customer_from_nobody_and_shows_them_to_nobody(
    receive: Receive, teammate: Agent, outsider: Agent
) -> None:
    c = receive().conversation
    delete(teammate, c)
    assert customers_visible_to(teammate).filter(pk=c.customer_id).exists()
    assert not customers_visible_to(outsider).filter(pk=c.customer_id).exists()


def test_after_a_month_nothing_is_left(receive: Receive, teammate: Agent, lead: Agent, inbox: Inbox) -> None:
    kept, gone, part = (receive(text=f"asparagus {n}") for n in range(3))
    blobs = {name: storage.put(name.encode()) for name in ("alone", "shared", "draft")}
    files = ((gone, "alone"), (gone, "shared"), (kept, "shared"))
    for message, name in files:
        Attachment.objects.create(message=message, name=name, type="text/plain", size=1, blob=blobs[name])
    draft = actions.save_draft(**by(teammate), conversation=gone.conversation, text="so far")
    Attachment.objects.create(draft=draft, name="d", type="text/plain", size=1, blob=blobs["draft"])
    actions.merge_conversations(**by(teammate), sources=[part.conversation], target=gone.conversation)
    delete(teammate, gone.conversation)
    later(timedelta(days=29))
    assert actions.purge_deleted() == 0
    later(MONTH)
    age()
    assert actions.purge_deleted() == 1
    assert list(Conversation.everything.values_list("pk", flat=True)) == [kept.conversation_id]
    assert list(Message.objects.values_list("pk", flat=True)) == [kept.pk]
    assert not Draft.objects.exists()
    assert {name: storage.exists(blob) for name, blob in blobs.items()} == {
        "alone": False,
        "shared": True,
        "draft": False,
    }
    assert len(search(lead, "asparagus", kind="conversations").hits) == 1
    assert restore(lead, gone.conversation_id) == 0
    assert actions.purge_deleted() == 0


def test_a_removal_that_was_cut_off_is_finished_by_the_next(
    receive: Receive, teammate: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tamada.conversations.actions import deletion

    first = receive()
    for _ in range(5):
        receive(answers=[first.external_id])
    delete(teammate, first.conversation)
    later(MONTH)
    monkeypatch.setattr(deletion, "MESSAGES_AT_ONCE", 2)
    rounds: list[Any] = []

    def stop(ids: Any) -> None:
        rounds.append(ids)
        if len(rounds) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(deletion, "forget_messages", stop)
    with pytest.raises(KeyboardInterrupt):
        actions.purge_deleted()
    assert Message.objects.count() == 4
    monkeypatch.undo()
    assert actions.purge_deleted() == 1
    assert not Message.objects.exists()
