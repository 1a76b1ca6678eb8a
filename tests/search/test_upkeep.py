"""Making the index anew, and the table of words."""

import json
from itertools import islice

import pytest
from django.db import connection, transaction

from tamada import cli
from tamada.accounts.models import Agent
from tamada.conversations.actions import add_note
from tamada.conversations.models import Attachment, Message
from tamada.core.actors import Actor
from tamada.customers.models import Customer
from tamada.kit.text import ANALYSIS
from tamada.search import lookup, upkeep, vocabulary
from tamada.search.index import Document, forget_customers, forget_messages, index_customers, index_messages
from tamada.search.queries import search
from tamada.search.vocabulary import Kind
from tests.conversations.conftest import Receive


def everything_there() -> int:
    return Customer.objects.count() + Message.objects.exclude(kind="system").count()


def wipe() -> None:
    with connection.cursor() as db:
        for table in ("search_message", "search_customer", "search_term", "search_gram"):
            db.execute(f"DELETE FROM {table}")


def found(agent: Agent, q: str, kind: str = "conversations") -> list[int]:
    return [item.pk for item in search(agent, q, kind=kind).items]


def test_a_rebuilt_index_finds_the_same(owner: Agent, receive: Receive) -> None:
    message = receive(text="The blue modem", subject="Blinking", sender="karine@mail.am")
    conversation = message.conversation
    note = add_note(agent=owner, actor=Actor("agent", owner.pk), conversation=conversation, text="discount given")
    Attachment.objects.create(message=note, name="plan-of-works.pdf", type="application/pdf", size=1, blob="x")
    type(note).objects.filter(pk=note.pk).update(has_attachments=True)
    questions = ["modem", "blink", "karine", "discount", "to:support@help.example", "from:karine", "from:me"]
    before = [found(owner, q) for q in questions]
    assert all(before)
    wipe()
    assert not any(found(owner, q) for q in questions)
    assert sum(upkeep.rebuild()) == everything_there()
    assert [found(owner, q) for q in questions] == before
    assert found(owner, "plan-of-works.pdf has:file") == [conversation.pk]
    assert found(owner, "karine", "customers") == [message.customer_id]


def test_a_rebuild_drops_what_no_longer_exists(owner: Agent, receive: Receive) -> None:
    message = receive(text="The blue modem")
    index_messages([Document(message.pk + n, "ghost") for n in (1, 2, 50_000)])
    index_customers([Document(77_000, "ghost")])
    list(upkeep.rebuild(afresh=True))
    assert lookup.newest(Kind.MESSAGE, [["ghost"]], before=None, limit=9) == []
    assert lookup.newest(Kind.CUSTOMER, [["ghost"]], before=None, limit=9) == []
    assert vocabulary.completions(Kind.MESSAGE, ["ghos"]) == []
    assert found(owner, "modem") == [message.conversation_id]


def test_an_index_of_another_analysis_is_made_anew_in_portions(
    owner: Agent, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = receive(text="The blue modem")
    while upkeep.renew(seconds=0):
        pass
    wipe()
    assert not upkeep.renew()  # by now it is of this analysis, so nothing is looked at
    assert found(owner, "modem") == []
    monkeypatch.setattr(upkeep, "ANALYSIS", ANALYSIS + 1)
    assert upkeep.renew(seconds=0)
    while upkeep.renew(seconds=0):
        pass
    assert found(owner, "modem") == [message.conversation_id]
    wipe()
    assert not upkeep.renew()
    assert found(owner, "modem") == []


def test_an_interrupted_rebuild_goes_on_where_it_stopped(owner: Agent, receive: Receive) -> None:
    for n in range(5):
        receive(text=f"modem {n}", sender=f"p{n}@mail.am")
    everything = found(owner, "modem")
    wipe()
    done = sum(islice(upkeep.rebuild(batch=2), 5))
    rest = sum(upkeep.rebuild(batch=2))
    assert (done > 0, rest > 0, done + rest) == (True, True, everything_there())
    assert found(owner, "modem") == everything
    assert sum(upkeep.rebuild(batch=2)) == everything_there()


def test_the_command_says_how_much_it_did(owner: Agent, receive: Receive, capsys: pytest.CaptureFixture[str]) -> None:
    receive(text="The blue modem")
    from tamada.cli import reindex

    parser = cli.Parser()
    reindex.add_arguments(parser)
    assert reindex.run(parser.parse_args(["--afresh"])) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"indexed": everything_there()}


def test_indexing_twice_replaces(db: None) -> None:
    index_messages([Document(1, "blue modem")])
    index_messages([Document(1, "red modem", ("=i1",))])
    assert lookup.newest(Kind.MESSAGE, [["blue"]], before=None, limit=9) == []
    assert lookup.newest(Kind.MESSAGE, [["modem"], ["=i1"]], before=None, limit=9) == [1]
    forget_messages([1, 2])
    assert lookup.newest(Kind.MESSAGE, [["modem"]], before=None, limit=9) == []
    index_customers([Document(1, "")])
    forget_customers([1])


@pytest.mark.postgres
@pytest.mark.parametrize("dear", [0, 3])
def test_the_newest_are_found_however_common_a_word_is(db: None, monkeypatch: pytest.MonkeyPatch, dear: int) -> None:
    """Among the newest rows, among more of them, or in the whole index: it is the same answer."""
    monkeypatch.setattr(lookup, "_WINDOW", 8)
    monkeypatch.setattr(lookup, "_DEAR", dear)
    every = {"word": 1, "half": 2, "fifth": 5, "rare": 31}
    rows = [(i, [word for word, step in every.items() if i % step == 0]) for i in range(1, 101)]
    old = [(i, "old") for i in range(1, 30)]
    index_messages([Document(i, " ".join([*words, *(word for pk, word in old if pk == i)])) for i, words in rows])
    for word, ids in [*((word, [i for i, said in rows if word in said]) for word in every), ("old", range(1, 30))]:
        for before in (None, 62, 30, 3):
            below = sorted((i for i in ids if before is None or i < before), reverse=True)
            for limit in (1, 3, 9, 200):
                assert lookup.newest(Kind.MESSAGE, [[word]], before=before, limit=limit) == below[:limit]


def test_a_rolled_back_message_is_not_found(db: None) -> None:
    with transaction.atomic():
        index_messages([Document(1, "modem")])
        transaction.set_rollback(True)
    assert lookup.newest(Kind.MESSAGE, [["modem"]], before=None, limit=9) == []
    assert vocabulary.completions(Kind.MESSAGE, ["mod"]) == []


def test_words_that_nothing_holds_are_forgotten(db: None) -> None:
    index_messages([Document(1, "karine modem"), Document(2, "modem")])
    forget_messages([1])
    upkeep.prune_all()
    assert vocabulary.completions(Kind.MESSAGE, ["karine", "mod"]) == ["modem"]
    assert vocabulary.alike(Kind.MESSAGE, "karime") == []


def test_many_words_of_messages_leave_room_for_those_of_articles(db: None) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary.remember(Kind.MESSAGE, (f"telescop{a}{b}" for a in letters for b in letters))
    vocabulary.remember(Kind.ARTICLE, ["telescope"])
    assert vocabulary.alike(Kind.ARTICLE, "telescpoes") == ["telescope"]
    assert vocabulary.known(Kind.ARTICLE, ["telescope", "telescopaa", "t", "x" * 99]) == {"telescope"}


def test_words_are_completed_shortest_first_and_kinds_kept_apart(db: None) -> None:
    index_messages([Document(1, "modems modem modern 12345 x")])
    index_customers([Document(1, "modesta")])
    assert vocabulary.completions(Kind.MESSAGE, ["mod"]) == ["modem", "modems", "modern"]
    assert vocabulary.completions(Kind.CUSTOMER, ["mod"]) == ["modesta"]
    assert vocabulary.completions(Kind.MESSAGE, ["mod"], limit=1) == ["modem"]
    assert vocabulary.completions(Kind.MESSAGE, ["123"]) == []


@pytest.mark.parametrize(
    ("a", "b", "steps"),
    [("modem", "modem", 0), ("modem", "moden", 1), ("modem", "mdoem", 1), ("", "ab", 2), ("a", "abcdef", 5)],
)
def test_distance(a: str, b: str, steps: int) -> None:
    assert vocabulary.distance(a, b) == vocabulary.distance(b, a) == steps
