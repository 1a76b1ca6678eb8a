"""Learning: from what is published and what people judged, apart, when there is something new, and never twice."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.assistant import actions, brain, learning
from tamada.assistant.answering import best_answers
from tamada.assistant.brain import Band
from tamada.assistant.errors import Invalid
from tamada.assistant.models import Learned, Lesson, Mode, Outcome, Said, Verdict
from tamada.conversations.models import Conversation, Inbox
from tamada.core import storage
from tamada.core.models import AuditEntry, QueuedTask
from tamada.core.personal import Subject, erasers, holdings
from tests.assistant.shop import TEXTS, WAYS, Shelf, switch_on
from tests.automation.scene import settle
from tests.channels.chat.conftest import Write
from tests.helpers import files

pytestmark = pytest.mark.django_db


def asked(write: Write, text: str) -> Said:
    line = write(text)
    settle()
    return Said.objects.get(question=line.message)


def judge(agent: Agent, said: Said, verdict: str, label: str = "") -> Said:
    return actions.judge(agent=agent, actor=actor_of(agent), said=said, verdict=verdict, label=label)


@pytest.mark.sqlite
def test_it_learns_by_itself_when_something_is_new(chat: Inbox, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not actions.look_for_news()  # it is on nowhere
    switch_on(chat)
    assert actions.look_for_news()
    assert QueuedTask.objects.filter(unique_key="assistant:learn").count() == 1
    QueuedTask.objects.update(state=QueuedTask.State.LEASED)
    assert not actions.look_for_news()  # it learns: one at a time
    QueuedTask.objects.all().delete()
    row = actions.learn()
    assert row is not None
    told = row.told["en"]
    assert (told["answers"], told["suffices"]) == (len(TEXTS), True)
    assert told["questions"] > 40
    assert not actions.look_for_news()
    assert actions.learn() is None
    best = best_answers("what are your opening hours")
    assert best.answers[0].answer.key == "hours"
    with monkeypatch.context() as patch:
        patch.setattr("tamada.assistant.nlu.model.FORMAT", 0)  # learned by another version of Tamada
        assert learning.version() != row.made_of
    shelf.change("hours", title="Our hours")
    assert actions.look_for_news()


@pytest.mark.sqlite
def test_a_small_base_only_suggests(chat: Inbox, shelf: Shelf) -> None:
    for key in [one for one in TEXTS if one not in ("hours", "staff")]:
        shelf.withdraw(key)
    assert sum(len(WAYS[key]) for key in ("hours", "staff")) < learning.FEWEST
    row = actions.learn()
    assert row is not None
    assert not row.told["en"]["suffices"]
    best = best_answers("what are your opening hours")
    assert best.band == Band.UNSURE
    assert best.answers[0].answer.key == "hours"


def test_an_empty_base_is_learned_as_empty(chat: Inbox, shelf: Shelf) -> None:
    for key in TEXTS:
        shelf.withdraw(key)
    row = actions.learn()
    assert row is not None
    assert (row.blob, row.told) == ("", {})
    assert best_answers("what are your opening hours").state == "empty"


def test_a_text_that_stands_for_two_answers_teaches_neither() -> None:
    kept = learning._each_once([("a b", "x"), ("A  b", "y"), ("c", "x"), ("c", "x"), ("c", "y")])
    assert kept == [("c", "x")]


def test_what_is_judged_becomes_an_example(answering: Inbox, write: Write, teammate: Agent) -> None:
    said = asked(write, "When are you open on Saturday? Call +374 91 123456, ani@mail.am")
    before = learning.version()
    judge(teammate, said, Verdict.RIGHT)
    lesson = Lesson.objects.get()
    assert (lesson.text, lesson.label) == ("When are you open on Saturday? Call 0, @", "shop:hours")
    assert learning.version() != before
    assert AuditEntry.objects.filter(action="assistant.judged").exists()
    judge(teammate, said, Verdict.OTHER, "shop:payment")
    assert Lesson.objects.get().label == "shop:payment"
    said.refresh_from_db()
    assert said.outcome == Outcome.CORRECTED
    judge(teammate, said, Verdict.OFF)
    assert Lesson.objects.get().label == ""
    judge(teammate, said, Verdict.WRONG)
    assert not Lesson.objects.exists()


def test_lessons_are_learned(answering: Inbox, write: Write, teammate: Agent, shelf: Shelf) -> None:
    judge(teammate, asked(write, "Kvartsit glimmer zorba?"), Verdict.OTHER, "shop:warranty")
    material = learning.gather().languages["en"]
    assert ("Kvartsit glimmer zorba?", "shop:warranty") in material.examples


def test_the_whole_question_is_judged_and_learned(answering: Inbox, write: Write, teammate: Agent) -> None:
    line = write("what are your opening hours")
    write("please", line.thread)
    settle()
    said = Said.objects.get()
    assert said.words == "what are your opening hours\nplease"
    judge(teammate, said, Verdict.RIGHT)
    assert Lesson.objects.get().text == "what are your opening hours please"


def test_of_a_judged_word_or_two_nobody_is_told_surely(shelf: Shelf, db: None) -> None:
    for text in ("please", "Delivery", "kvartsit glimmer zorba"):
        Lesson.objects.create(text=text, language="en", label="shop:delivery", created_at=timezone.now())
    everything = learning.gather()
    assert ("please", "shop:delivery") in everything.languages["en"].examples
    asked_ = {text for _label, text, _language in everything.asked()}
    assert "please" not in asked_
    assert {"Delivery", "kvartsit glimmer zorba"} <= asked_  # our own words, and enough of them


def test_another_must_be_an_answer(answering: Inbox, write: Write, teammate: Agent) -> None:
    with pytest.raises(Invalid):
        judge(teammate, asked(write, "When are you open on Saturday?"), Verdict.OTHER, "shop:none")


def test_who_sees_the_conversation_judges_and_nobody_else(
    answering: Inbox, write: Write, outsider: Agent, observer: Agent
) -> None:
    said = asked(write, "When are you open on Saturday?")
    with pytest.raises(Said.DoesNotExist):
        judge(outsider, said, Verdict.RIGHT)
    with pytest.raises(PermissionDenied):
        judge(observer, said, Verdict.RIGHT)


def test_erasing_takes_the_questions_out_of_what_is_learned(answering: Inbox, write: Write, teammate: Agent) -> None:
    said = asked(write, "When are you open on Saturday?")
    judge(teammate, said, Verdict.RIGHT)
    customer = Conversation.objects.get().customer_id
    names = ("assistant_answers", "assistant_dialogues", "assistant_lessons")
    assert [holdings.get(name).count(customer) for name in names] == [1, 1, 1]
    assert [len(list(holdings.get(name).rows(customer))) for name in names] == [1, 1, 1]
    before = learning.version()
    subject = Subject(ids=(customer,), addresses=(), names=(), at=timezone.now())
    for name in ("assistant_dialogues", "assistant_lessons"):
        erasers.get(name).erase(subject, 0)
        assert erasers.get(name).count(subject) == 0
    assert learning.version() != before


def test_old_brains_go_with_their_files(chat: Inbox, taught: Learned, shelf: Shelf) -> None:
    for key in TEXTS:
        shelf.withdraw(key)
    shelf.changes += 1
    files.age()
    actions.learn()
    assert not Learned.objects.filter(pk=taught.pk).exists()  # somebody may have been erased from it
    assert not storage.exists(taught.blob)
    assert brain.current() is not None


def test_while_it_is_on_nowhere_nothing_is_kept(answering: Inbox, taught: Learned) -> None:
    assert storage.exists(taught.blob)
    switch_on(answering, Mode.OFF)
    files.age()
    assert not actions.look_for_news()
    assert not Learned.objects.exists()
    assert not storage.exists(taught.blob)
    assert brain.current() is None
