"""Many who write at once: each message once, each refusal its own."""

import threading

import pytest
from django.db import connection

from tamada.channels.chat.actions import receive_from_visitor, start_visitor
from tamada.channels.chat.actions.storing import Letter, Sent, store
from tamada.channels.chat.actions.writers import Browser, Writer
from tamada.channels.chat.errors import NoFile, NoThread, Stranger, UsedBefore, WrongSite
from tamada.channels.chat.models import Line, Visitor
from tamada.channels.chat.queries import digest_of
from tamada.conversations.actions import create_inbox
from tamada.conversations.models import Inbox, Message
from tamada.core.actors import SYSTEM
from tests.cast import first_team


def words(visitor: Visitor, text: str, client_id: str, thread: object = None, files: tuple[int, ...] = ()) -> Letter:
    return Letter(Writer(visitor, thread), client_id, text, "en", "", files, None)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_batch_stores_each_once_and_refuses_alone() -> None:
    first_team()
    inbox = create_inbox(agent=None, actor=SYSTEM, name="Site", channel="chat")
    ani, bob = (start_visitor(inbox=inbox)[0] for _ in range(2))
    batch = [
        words(ani, "One", "a"),
        words(bob, "One", "a"),
        words(ani, "One", "a"),
        words(ani, "Two", "a"),
        words(bob, "Picture", "b", files=(999,)),
    ]
    first, second, again, other, missing = store(batch)
    assert isinstance(first, Sent)
    assert isinstance(second, Sent)
    assert isinstance(again, Sent)
    assert (first.is_new, second.is_new, again.is_new) == (True, True, False)
    assert again.line.pk == first.line.pk
    assert isinstance(other, UsedBefore)
    assert isinstance(missing, NoFile)
    assert Message.objects.count() == 2
    more = store([words(ani, f"Go on {n}", f"n{n}", first.line.thread) for n in range(5)])
    assert [one.line.seq for one in more if isinstance(one, Sent)] == [2, 3, 4, 5, 6]
    assert list(Line.objects.filter(thread=first.line.thread).values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db
def test_who_may_not_write_spoils_nobody_elses_words() -> None:
    first_team()
    inbox = create_inbox(agent=None, actor=SYSTEM, name="Site", channel="chat")
    inbox.settings = {"chat": {"origins": ["https://shop.example"]}}
    inbox.save()
    (ani, token), (bob, _other) = (start_visitor(inbox=inbox) for _ in range(2))
    (mine,) = store([words(ani, "Mine", "a")])
    (theirs,) = store([words(bob, "Theirs", "b")])
    assert isinstance(mine, Sent)
    assert isinstance(theirs, Sent)
    site = "https://shop.example"

    def said(token: str, thread: int | None, client_id: str, origin: str = site) -> Letter:
        return Letter(Browser(digest_of(token), origin, thread), client_id, "Words", "en", "", (), None)

    went, stranger, elsewhere, foreign, absent, begun = store([
        said(token, mine.line.thread_id, "c"),
        said("made up", mine.line.thread_id, "d"),
        said(token, mine.line.thread_id, "e", "https://evil.example"),
        said(token, theirs.line.thread_id, "f"),
        said(token, 987654, "g"),
        said(token, None, "h"),
    ])  # fmt: skip
    assert isinstance(went, Sent)
    assert (went.line.thread_id, went.line.seq, went.visitor) == (mine.line.thread_id, 2, ani)
    assert isinstance(stranger, Stranger)
    assert isinstance(elsewhere, WrongSite)
    assert isinstance(foreign, NoThread)
    assert isinstance(absent, NoThread)
    assert isinstance(begun, Sent)
    assert begun.line.seq == 1
    assert Message.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_many_threads_write_everything_once() -> None:

    first_team()
    inbox: Inbox = create_inbox(agent=None, actor=SYSTEM, name="Site", channel="chat")
    visitors = [start_visitor(inbox=inbox)[0] for _ in range(6)]
    errors: list[Exception] = []

    def write(visitor: Visitor) -> None:
        thread = None
        try:
            for n in range(5):
                for _try in range(2):  # each is sent twice, as a browser does whose network broke
                    sent = receive_from_visitor(visitor=visitor, thread=thread, client_id=f"m{n}", text=f"Number {n}")
                thread = sent.line.thread
        except Exception as error:  # noqa: BLE001  whatever it is, the test shows it
            errors.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(visitor,)) for visitor in visitors]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert errors == []
    assert Message.objects.count() == 30
    for visitor in visitors:
        lines = Line.objects.filter(thread__visitor=visitor).order_by("seq").values_list("seq", "message__text")
        assert list(lines) == [(n + 1, f"Number {n}") for n in range(5)]
