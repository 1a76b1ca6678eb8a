"""What visitors write comes in once, what we answer reaches them, and nobody sees another's."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.channels.chat.actions import (
    deliver_answer,
    describe_visitor,
    mark_seen_by_us,
    mark_seen_by_visitor,
    start_visitor,
    upload_file,
)
from tamada.channels.chat.errors import (
    BadEmail,
    FileKind,
    FormFirst,
    NoFile,
    NothingSaid,
    Refused,
    TooLong,
    UsedBefore,
)
from tamada.channels.chat.models import Line, Thread, Visitor
from tamada.channels.chat.outbox import deliver_due
from tamada.channels.chat.queries import lines_of, threads_of, visitor_for
from tamada.conversations.actions import add_note, attach, merge_conversations, send_reply, undo_merge
from tamada.conversations.models import Attachment, Conversation, Delivery, DeliveryState, Inbox, Message, Status
from tamada.core import tasks
from tamada.core.actors import Actor
from tamada.core.models import StoredEvent
from tamada.customers.actions import block_sender
from tamada.search.queries import search
from tests.channels.chat.conftest import Answer, Write
from tests.channels.conftest import Deliver, mail

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def seen_by(visitor: Visitor) -> list[list[tuple[int, str]]]:
    return [[(line.seq, line.message.text) for line in lines_of(t).order_by("seq")] for t in threads_of(visitor)]


def test_a_token_opens_its_visitor_and_no_other(chat: Inbox, visitor: Visitor) -> None:
    made, token = start_visitor(inbox=chat)
    found = visitor_for(token)
    assert found is not None
    assert found.pk == made.pk
    assert visitor_for(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert visitor_for("") is None
    assert token not in str(list(Visitor.objects.values_list("token")))
    Inbox.objects.update(is_active=False)
    assert visitor_for(token) is None


def test_the_first_message_makes_a_customer_and_a_conversation(write: Write, visitor: Visitor, chat: Inbox) -> None:
    line = write("Hello, is the pool open?")
    found = line.message.conversation
    assert (found.channel, found.inbox, found.status, found.subject) == (
        "chat",
        chat,
        "open",
        "Hello, is the pool open?",
    )
    assert found.waiting_since
    visitor.refresh_from_db()
    assert visitor.customer == found.customer
    assert line.message.data["page"] == "https://shop.example/prices"
    assert seen_by(visitor) == [[(1, "Hello, is the pool open?")]]


def test_the_same_client_id_is_one_message(write: Write, visitor: Visitor) -> None:
    first = write("Hello", client_id="x")
    assert write("Hello", client_id="x").pk == first.pk
    assert Message.objects.count() == 1
    with pytest.raises(UsedBefore):
        write("Something else", client_id="x")
    other = start_visitor(inbox=visitor.inbox)[0]
    assert write("Hello", by=other, client_id="x").message_id != first.message_id


def test_who_writes_was_seen_by_then_and_who_does_not_was_not(write: Write, visitor: Visitor) -> None:
    other = start_visitor(inbox=visitor.inbox)[0]
    line, long_ago = write("Hello"), timezone.now() - timedelta(hours=1)
    Visitor.objects.update(seen_at=long_ago)
    visitor.refresh_from_db()
    write("Are you there?", line.thread)
    visitor.refresh_from_db()
    other.refresh_from_db()
    assert visitor.seen_at > long_ago
    assert other.seen_at == long_ago


def test_a_thread_goes_on_in_its_conversation(write: Write, visitor: Visitor, answer: Answer) -> None:
    line = write("Hello")
    answer(line, "Good morning")
    again = write("And now?", line.thread)
    assert again.message.conversation_id == line.message.conversation_id
    assert seen_by(visitor) == [[(1, "Hello"), (2, "Good morning"), (3, "And now?")]]
    write("Another matter")
    assert len(seen_by(visitor)) == 2


def test_an_answer_is_numbered_when_it_can_be_seen(
    write: Write, visitor: Visitor, teammate: Agent, answer: Answer
) -> None:
    """One that is held back comes after what was written meanwhile: who asks for what follows misses nothing."""
    from datetime import timedelta

    from django.utils import timezone

    from tamada.channels.chat.outbox import deliver_due
    from tamada.conversations.models import Delivery

    line = write("Hello")
    held = answer(line, "Held back", not_before=timezone.now() + timedelta(minutes=1))
    assert held.delivery == DeliveryState.QUEUED
    write("Are you there?", line.thread)
    assert seen_by(visitor) == [[(1, "Hello"), (2, "Are you there?")]]
    Delivery.objects.update(not_before=timezone.now())
    deliver_due()
    assert seen_by(visitor) == [[(1, "Hello"), (2, "Are you there?"), (3, "Held back")]]
    assert deliver_due() == 0


def test_notes_and_colleagues_words_stay_with_us(write: Write, visitor: Visitor, teammate: Agent) -> None:
    line = write("Hello")
    actor = Actor("agent", teammate.pk, teammate.name)
    add_note(agent=teammate, actor=actor, conversation=line.message.conversation, text="Difficult person")
    assert seen_by(visitor) == [[(1, "Hello")]]
    heard = StoredEvent.objects.filter(audience__contains="visitor:")
    assert set(heard.values_list("type", flat=True)) == {"chat.message"}


def test_formatting_of_the_desk_arrives_as_text(write: Write, answer: Answer) -> None:
    sent = answer(write("Hello"), "", html="<p>Open <b>daily</b> &lt;9–18&gt;</p>")
    assert (sent.text, sent.html, sent.to) == ("Open daily <9–18>", "", [])
    assert sent.delivery == DeliveryState.SENT


@pytest.mark.parametrize("read", [False, True])
def test_many_answers_are_marked_by_as_few_queries_as_one(write: Write, answer: Answer, *, read: bool) -> None:
    def marked(line: Line) -> int:
        with CaptureQueriesContext(connection) as asked:
            mark_seen_by_visitor(thread=line.thread, seq=99, read=read)
        return len(asked)

    one, many = write("Hello"), write("And you?")
    answer(one, "Good morning")
    sent = [answer(many, f"Answer {n}") for n in range(12)]
    before = StoredEvent.objects.latest("pk").pk
    queries = marked(many)
    state = DeliveryState.READ if read else DeliveryState.DELIVERED
    assert set(Message.objects.filter(pk__in=[m.pk for m in sent]).values_list("delivery", flat=True)) == {state}
    told = StoredEvent.objects.filter(pk__gt=before, type="delivery.changed").order_by("pk")
    assert [(e.data["message"], e.data["state"]) for e in told] == [(m.pk, state) for m in sent]
    assert queries == marked(one)


def test_marks_go_forward_on_both_sides(write: Write, answer: Answer) -> None:
    line = write("Hello")
    sent = answer(line, "Good morning")
    thread = line.thread
    mark_seen_by_visitor(thread=thread, seq=2, read=False)
    sent.refresh_from_db()
    assert sent.delivery == DeliveryState.DELIVERED
    mark_seen_by_visitor(thread=thread, seq=99, read=True)
    sent.refresh_from_db()
    thread.refresh_from_db()
    assert (sent.delivery, thread.got_seq, thread.read_seq, thread.seen_seq) == (DeliveryState.READ, 2, 2, 1)
    mark_seen_by_visitor(thread=thread, seq=1, read=True)
    thread.refresh_from_db()
    assert thread.read_seq == 2

    more = write("And?", thread)
    mark_seen_by_us(conversation_id=more.message.conversation_id, seq=more.message.seq)
    thread.refresh_from_db()
    assert thread.seen_seq == 3


def test_a_closed_conversation_opens_again(write: Write) -> None:
    line = write("Hello")
    Conversation.objects.update(status=Status.CLOSED)
    write("One more thing", line.thread)
    assert Conversation.objects.get().status == Status.OPEN


def test_a_merge_shows_nobody_what_is_not_theirs(write: Write, visitor: Visitor, answer: Answer, owner: Agent) -> None:
    mine = write("Hello")
    other = start_visitor(inbox=visitor.inbox)[0]
    theirs = write("My card is 1234", by=other)
    answer(theirs, "Never write that")
    actor = Actor("agent", owner.pk, owner.name)
    merge = merge_conversations(
        agent=owner, actor=actor, sources=[theirs.message.conversation], target=mine.message.conversation
    )
    assert seen_by(visitor) == [[(1, "Hello")]]
    assert seen_by(other) == [[(1, "My card is 1234"), (2, "Never write that")]]
    further = write("More", Thread.objects.get(pk=theirs.thread_id), by=other)
    assert further.message.conversation_id == mine.message.conversation_id
    assert seen_by(visitor) == [[(1, "Hello")]]
    undo_merge(agent=owner, actor=actor, merge=merge)
    assert Thread.objects.get(pk=theirs.thread_id).conversation_id == theirs.message.conversation_id


def test_two_chats_of_one_visitor_that_became_one_are_answered_once(
    write: Write, visitor: Visitor, answer: Answer, owner: Agent
) -> None:
    first, second = write("My router blinks"), write("And what does it cost?")
    actor = Actor("agent", owner.pk, owner.name)
    sources, target = [second.message.conversation], first.message.conversation
    merge_conversations(agent=owner, actor=actor, sources=sources, target=target)
    told = answer(first, "A hundred a month")
    assert seen_by(visitor) == [[(1, "And what does it cost?"), (2, "A hundred a month")], [(1, "My router blinks")]]
    write("And the router?", Thread.objects.get(pk=first.thread_id))
    answer(first, "Switch it off and on")
    assert seen_by(visitor) == [
        [(1, "My router blinks"), (2, "And the router?"), (3, "Switch it off and on")],
        [(1, "And what does it cost?"), (2, "A hundred a month")],
    ]
    # Sent once more, what stands in one thread comes into no other.
    Delivery.objects.filter(message=told).update(settled_at=None)
    deliver_answer(delivery_id=Delivery.objects.get(message=told).pk)
    assert [len(thread) for thread in seen_by(visitor)] == [3, 2]


def test_a_chat_merged_into_a_mail_is_answered_by_mail(write: Write, owner: Agent, deliver: Deliver) -> None:
    deliver(mail("My router is broken"))
    letter = Conversation.objects.get()
    line = write("It is me again")
    actor = Actor("agent", owner.pk, owner.name)
    merge_conversations(agent=owner, actor=actor, sources=[line.message.conversation], target=letter)
    sent = send_reply(agent=owner, actor=actor, conversation=letter, text="We come")
    assert (sent.channel, [one["email"] for one in sent.to]) == ("email", ["karine@customer.example"])


def test_files_are_told_by_their_content(write: Write, visitor: Visitor) -> None:
    file = upload_file(visitor=visitor, name="../../a.png", content=PNG)
    assert (file.name, file.type) == ("a.png", "image/png")
    line = write("", files=[file.pk])
    assert [a.name for a in line.message.attachments.all()] == ["a.png"]
    assert Attachment.objects.count() == 1
    with pytest.raises(NoFile):
        write("Again", files=[file.pk])
    with pytest.raises(FileKind):
        upload_file(visitor=visitor, name="a.png", content=b"<html><script>alert(1)</script>")
    with pytest.raises(FileKind):
        upload_file(visitor=visitor, name="a.png", content=b"MZ" + b"\0" * 90)


@pytest.mark.parametrize("text", ["", "Here it is"])
def test_files_of_both_sides_are_found_by_their_names(
    write: Write, answer: Answer, visitor: Visitor, teammate: Agent, text: str
) -> None:
    def found(q: str) -> list[int]:
        return [hit.message.pk for hit in search(teammate, q).hits]

    theirs = write(text, files=[upload_file(visitor=visitor, name="xray.png", content=PNG).pk])
    for q in ("xray", "xray.png"):
        assert found(q) == [theirs.message_id]
    ours = answer(theirs, text, attachments=[attach(agent=teammate, draft=None, name="bill.png", content=PNG)])
    assert found("bill.png") == [ours.pk]
    assert not found("teeth")


def test_a_file_of_another_visitor_is_no_file(write: Write, visitor: Visitor) -> None:
    other = start_visitor(inbox=visitor.inbox)[0]
    file = upload_file(visitor=other, name="a.png", content=PNG)
    with pytest.raises(NoFile):
        write("Mine now", files=[file.pk])
    assert not Message.objects.exists()


def test_what_can_not_be_said(write: Write, visitor: Visitor) -> None:
    with pytest.raises(NothingSaid):
        write(" \n\0")
    with pytest.raises(TooLong):
        write("ա" * 10_001)
    assert write("ա" * 10_000).message.text == "ա" * 10_000


@pytest.mark.parametrize(("named", "email"), [("@spam.example", "Bob@SPAM.example"), ("@пример.рф", "bob@пример.рф")])
def test_who_is_blocked_is_refused(write: Write, visitor: Visitor, owner: Agent, named: str, email: str) -> None:
    block_sender(agent=owner, actor=Actor("agent", owner.pk), value=named)
    write("I am nobody in particular")
    describe_visitor(visitor=visitor, email=email)
    with pytest.raises(Refused):
        write("Hello")
    assert Line.objects.count() == 1


def test_the_form_is_asked_first_where_the_inbox_asks_it(write: Write, visitor: Visitor, chat: Inbox) -> None:
    chat.settings = {"chat": {"ask_email": "required", "ask_name": "optional"}}
    chat.save()
    visitor.inbox = chat
    with pytest.raises(FormFirst) as refused:
        write("Hello")
    assert refused.value.fields == ["email"]
    with pytest.raises(BadEmail):
        describe_visitor(visitor=visitor, email="no address")
    describe_visitor(visitor=visitor, email="ani@home.example")
    assert write("Hello").seq == 1


def test_a_purged_conversation_takes_its_thread_along(write: Write, visitor: Visitor) -> None:
    line = write("Hello")
    Conversation.everything.update(deleted_at=line.created_at)
    assert seen_by(visitor) == []


def test_handlers_run(write: Write, answer: Answer) -> None:
    """What a message sets off finds nothing strange in a chat."""
    answer(write("Hello"), "Good morning")
    tasks.run_pending()
    assert connection.is_usable()


def test_both_sides_see_one_order(write: Write, visitor: Visitor, teammate: Agent) -> None:
    """An answer has its place when it is sent: what the visitor writes before any worker looked comes after it."""
    line = write("one")
    actor = Actor("agent", teammate.pk, teammate.name)
    sent = send_reply(agent=teammate, actor=actor, conversation=line.thread.conversation, text="two")
    assert sent.delivery == DeliveryState.SENT
    write("three", line.thread)
    assert seen_by(visitor) == [[(1, "one"), (2, "two"), (3, "three")]]
    stored = Message.objects.filter(kind__in=("in", "out")).order_by("seq").values_list("text", flat=True)
    assert list(stored) == ["one", "two", "three"]
    assert deliver_due() == 0


def test_an_answer_that_can_not_leave_at_once_is_left_to_the_sender(
    write: Write, visitor: Visitor, teammate: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = write("one")

    def broken(*_arguments: object, **_more: object) -> None:
        raise RuntimeError

    actor = Actor("agent", teammate.pk, teammate.name)
    with monkeypatch.context() as patched:
        patched.setattr("tamada.channels.chat.actions.outgoing.add_lines", broken)
        sent = send_reply(agent=teammate, actor=actor, conversation=line.thread.conversation, text="two")
    assert sent.delivery == DeliveryState.QUEUED
    assert seen_by(visitor) == [[(1, "one")]]
    assert deliver_due() == 1
    assert seen_by(visitor) == [[(1, "one"), (2, "two")]]


def test_an_answer_for_later_has_its_place_when_it_leaves(write: Write, visitor: Visitor, teammate: Agent) -> None:
    line = write("one")
    actor, later = Actor("agent", teammate.pk, teammate.name), timezone.now() + timedelta(hours=1)
    held = send_reply(
        agent=teammate, actor=actor, conversation=line.thread.conversation, text="later", not_before=later
    )
    assert held.delivery == DeliveryState.QUEUED
    write("two", line.thread)
    Delivery.objects.update(not_before=timezone.now())
    assert deliver_due() == 1
    assert seen_by(visitor) == [[(1, "one"), (2, "two"), (3, "later")]]
