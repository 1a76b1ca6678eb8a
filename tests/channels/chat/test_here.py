"""Whether a visitor is there: by what any process noted, at most once a minute, on any of their devices."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tamada.channels.chat.actions import identify_visitor, note_listening, start_visitor
from tamada.channels.chat.models import Visitor
from tamada.channels.chat.queries import HERE_FOR, is_here, visitor_in
from tamada.conversations.models import Inbox
from tests.channels.chat.conftest import Write, proof

pytestmark = pytest.mark.django_db


def left(*visitors: Visitor) -> None:
    """They were there last as long ago as one may be and no longer be taken for present."""
    Visitor.objects.filter(pk__in=[one.pk for one in visitors]).update(seen_at=timezone.now() - HERE_FOR)


def test_who_listens_is_written_down_once_a_minute_in_one_go(visitor: Visitor, chat: Inbox) -> None:
    others = [start_visitor(inbox=chat)[0] for _ in range(3)]
    away = others.pop()
    left(visitor, away, *others)
    ids = [visitor.pk, *(one.pk for one in others)]
    with CaptureQueriesContext(connection) as first:
        note_listening(visitors=ids)
    assert sum(query["sql"].startswith("UPDATE") for query in first) == 1
    assert all(is_here(one) for one in Visitor.objects.filter(pk__in=ids))
    assert not is_here(Visitor.objects.get(pk=away.pk))
    with CaptureQueriesContext(connection) as again:
        note_listening(visitors=ids)
    assert not [query for query in again if query["sql"].startswith("UPDATE")]


def test_a_user_of_the_site_is_there_on_another_device_and_no_other_user_is(
    chat: Inbox, visitor: Visitor, write: Write
) -> None:
    visitor, _ = identify_visitor(visitor=visitor, user="u1", proof=proof(chat, "u1"))
    line = write("Hello", by=visitor)
    phone, stranger = (start_visitor(inbox=chat)[0] for _ in range(2))
    left(visitor)
    identify_visitor(visitor=stranger, user="u2", proof=proof(chat, "u2"))
    found = visitor_in(line.message.conversation)
    assert found is not None
    assert not is_here(found)
    phone, _ = identify_visitor(visitor=phone, user="u1", proof=proof(chat, "u1"))
    found = visitor_in(line.message.conversation)
    assert found is not None
    assert is_here(found)
