"""Many rows at once: the same rows that the ORM would write, and ids that nobody else has."""

import pytest
from django.utils import timezone

from tamada.conversations.models import Conversation, Inbox, Message
from tamada.core import bulk
from tamada.core.models import AuditEntry
from tamada.customers.models import Customer


@pytest.fixture
def conversation(customer: Customer, team) -> Conversation:
    inbox = Inbox.objects.create(name="Support", channel="email", team=team)
    now = timezone.now()
    return Conversation.objects.create(
        inbox=inbox, channel="email", customer=customer, team=team, created_at=now, last_activity_at=now
    )


def message(conversation: Conversation, seq: int, **values: object) -> Message:
    fixed = {"channel": "email", "inbox": conversation.inbox, "author_kind": "customer", "kind": "in"}
    return Message(conversation=conversation, seq=seq, created_at=timezone.now(), **{**fixed, **values})


def test_inserted_rows_are_those_that_save_would_make(conversation):
    awkward = {"text": "%s ' \" \\ \0".replace("\0", ""), "data": {"a": [1, None]}, "to": [{"email": "x@y.example"}]}
    saved, inserted = message(conversation, 1, **awkward), message(conversation, 2, **awkward)
    saved.save()
    bulk.insert(Message, [inserted])
    first, second = map(dict, Message.objects.order_by("seq").values())
    different = {name for name in first if first[name] != second[name]}
    assert different <= {"id", "seq", "created_at"}
    assert inserted.pk == second["id"]


def test_ids_follow_each_other_and_the_next_save_gets_another(conversation):
    rows = [message(conversation, seq) for seq in range(1, 4)]
    bulk.insert(Message, rows)
    last = message(conversation, 4)
    last.save()
    ids = [row.pk for row in rows] + [last.pk]
    assert len(set(ids)) == 4
    assert ids == sorted(ids)
    rows[0].text = "changed"
    rows[0].save()
    assert Message.objects.filter(text="changed").count() == 1


def test_times_that_a_field_makes_itself_are_made(conversation):
    inbox = Inbox(name="Sales", channel="email", team=conversation.team)
    bulk.insert(Inbox, [inbox])
    assert Inbox.objects.get(pk=inbox.pk).created_at is not None


def test_update_writes_the_named_fields_only(conversation):
    rows = [message(conversation, seq, text="old", subject="old") for seq in (1, 2)]
    bulk.insert(Message, rows)
    for row in rows:
        row.text, row.subject, row.data = f"new {row.seq}", "ignored", {"new": True}
    bulk.update(Message, rows, ["text", "data"])
    stored = list(Message.objects.order_by("seq").values_list("text", "subject", "data"))
    assert stored == [("new 1", "old", {"new": True}), ("new 2", "old", {"new": True})]


def test_nothing_is_no_statement(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert(AuditEntry, [])
        bulk.update(AuditEntry, [], ["action"])
