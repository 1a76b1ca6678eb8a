"""What a chat keeps of a person is told to them, and goes with them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tamada.channels.chat.actions import (
    describe_visitor,
    forget_idle,
    identify_visitor,
    start_visitor,
    upload_file,
)
from tamada.channels.chat.models import Line, Thread, Visitor
from tamada.channels.chat.queries import threads_of, visitor_for
from tamada.conversations.actions import drop_uploads
from tamada.conversations.models import Attachment, Inbox
from tamada.core.personal import Subject, erasers, holdings
from tests.channels.chat.conftest import Write, proof

pytestmark = pytest.mark.django_db


def subject_of(visitor: Visitor, *addresses: tuple[str, str]) -> Subject:
    ids = (visitor.customer_id,) if visitor.customer_id else ()
    return Subject(ids=ids, addresses=addresses, names=("Ani",), at=timezone.now())


def test_an_export_tells_of_the_browser(visitor: Visitor, write: Write) -> None:
    describe_visitor(visitor=visitor, name="Ani", email="ani@home.example")
    write("Hello")
    visitor.refresh_from_db()
    assert visitor.customer_id
    holding = holdings.all()["chat_visitors"]
    (row,) = holding.rows(visitor.customer_id)
    assert (row["name"], row["e-mail"], row["page"]) == ("Ani", "ani@home.example", "https://shop.example/prices")
    assert holding.count(visitor.customer_id) == 1


def test_an_erased_person_leaves_no_browser(chat: Inbox, visitor: Visitor, write: Write) -> None:
    line = write("Hello")
    other, token = start_visitor(inbox=chat)
    write("Somebody else", by=other)
    typed = start_visitor(inbox=chat)[0]
    describe_visitor(visitor=typed, email="Ani@home.example")
    silent = start_visitor(inbox=chat)[0]
    identify_visitor(visitor=silent, user="ani", proof=proof(chat, "ani"))
    visitor.refresh_from_db()
    known = (("email", "ani@home.example"), ("email", "Ani@home.example"), ("external", f"chat-{chat.pk}:ani"))
    subject = subject_of(visitor, *known)
    eraser = erasers.all()["chat_visitors"]
    assert eraser.count(subject) == 3
    eraser.erase(subject, 0)
    assert list(Visitor.objects.values_list("pk", flat=True)) == [other.pk]
    assert not Thread.objects.filter(pk=line.thread_id).exists()
    assert Line.objects.count() == 1
    assert visitor_for(token) is not None
    assert eraser.count(subject) == 0


def test_browsers_that_only_looked_are_forgotten(chat: Inbox, visitor: Visitor, write: Write) -> None:
    write("Hello")
    start_visitor(inbox=chat)
    # A proven one that never wrote goes, too; one that did stays, and so does what its user finds again.
    phone, desk = start_visitor(inbox=chat)[0], start_visitor(inbox=chat)[0]
    for one in (phone, desk):
        identify_visitor(visitor=one, user="ani", proof=proof(chat, "ani"), email="ani@home.example")
    desk.refresh_from_db()
    line = write("I am Ani", by=desk)
    Visitor.objects.update(seen_at=timezone.now() - timedelta(days=31))
    fresh = start_visitor(inbox=chat)[0]
    assert forget_idle() == 2
    assert set(Visitor.objects.values_list("pk", flat=True)) == {visitor.pk, desk.pk, fresh.pk}
    again, _token = identify_visitor(visitor=fresh, user="ani", proof=proof(chat, "ani"))
    assert [thread.pk for thread in threads_of(again)] == [line.thread_id]


def test_a_file_that_was_never_sent_is_forgotten(visitor: Visitor) -> None:
    upload_file(visitor=visitor, name="a.png", content=b"\x89PNG\r\n\x1a\n" + b"\0" * 32)
    Attachment.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert drop_uploads()
    assert not Attachment.objects.exists()
