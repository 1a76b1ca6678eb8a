"""Which answers fit a text: sure, unsure or none, and never what is not published."""

import pytest

from tamada.assistant import brain
from tamada.assistant.answering import State, best_answers
from tamada.assistant.brain import NEWEST, Band
from tamada.assistant.models import Learned
from tamada.core import settings_store
from tests.assistant.shop import Shelf

pytestmark = pytest.mark.django_db


def test_a_clear_question_is_surely_answered(taught: Learned) -> None:
    best = best_answers("When are you open on Saturday?")
    assert (best.band, best.answers[0].answer.key, best.language) == (Band.SURE, "hours", "en")
    assert best.version == taught.pk


@pytest.mark.parametrize("text", ["what will the weather be like", "write me a poem about a dog", "xqzt brfl", ""])
def test_what_is_off_topic_never_gets_an_answer(taught: Learned, text: str) -> None:
    assert best_answers(text, "en").band == Band.NONE
    assert not best_answers(text, "en").answers


def test_a_withdrawn_answer_is_not_given_whatever_was_learned(taught: Learned, shelf: Shelf) -> None:
    shelf.withdraw("hours")
    best = best_answers("When are you open on Saturday?")
    assert best.band == Band.NONE
    assert not best.answers


def test_what_is_for_us_alone_is_told_to_us_alone(taught: Learned) -> None:
    ours = best_answers("who has the keys of the office", internal=True)
    assert ours.answers[0].answer.key == "staff"
    theirs = best_answers("who has the keys of the office")
    assert "staff" not in [one.answer.key for one in theirs.answers]
    assert theirs.band != Band.SURE


def test_a_language_that_nothing_is_known_in_says_so(taught: Learned) -> None:
    assert best_answers("Երբ եք բաց", "hy").state == State.LANGUAGE


def test_before_anything_was_learned_it_says_so(db: None, shelf: Shelf) -> None:
    assert best_answers("When are you open?").state == State.UNTRAINED


def test_an_empty_base_says_so(taught: Learned) -> None:
    row = Learned.objects.create(made_of="nothing", blob="")
    settings_store.note(NEWEST, row.pk)
    assert best_answers("When are you open?").state == State.EMPTY


def test_a_broken_file_leaves_the_brain_before(taught: Learned) -> None:
    assert best_answers("When are you open?").state == State.READY
    row = Learned.objects.create(made_of="broken", blob="0" * 64)
    settings_store.note(NEWEST, row.pk)
    assert best_answers("When are you open?").band == Band.SURE


def test_a_megabyte_is_read_from_its_beginning_in_no_time(taught: Learned) -> None:
    assert best_answers("when are you open " * 60_000).state == State.READY


def newer(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A brain that can't be read is the newest; how often it was tried."""
    row = Learned.objects.create(made_of="broken", blob="0" * 64)
    settings_store.note(NEWEST, row.pk)
    tried: list[int] = []

    def load(version: int) -> None:
        tried.append(version)

    monkeypatch.setattr(brain, "_load", load)
    return tried


def test_a_store_that_is_away_is_asked_once_in_a_while(taught: Learned, monkeypatch: pytest.MonkeyPatch) -> None:
    assert best_answers("When are you open?").state == State.READY
    tried = newer(monkeypatch)
    for _time in range(3):
        assert best_answers("When are you open?").version == taught.pk
    assert len(tried) == 1
    monkeypatch.setattr(brain, "PAUSE", 0.0)
    assert best_answers("When are you open?").version == taught.pk
    assert len(tried) == 2


def test_while_somebody_loads_a_newer_one_the_one_before_answers(
    taught: Learned, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert best_answers("When are you open?").state == State.READY
    tried = newer(monkeypatch)
    with brain._guard:  # a process-wide lock, which another thread holds
        assert best_answers("When are you open?").version == taught.pk
    assert not tried
