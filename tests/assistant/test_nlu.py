"""The intent model tells what it was taught, says when it doesn't know, and is read from a file without running it."""

import zipfile
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.assistant.nlu import Band, IntentModel, NothingToLearn

TAUGHT = {
    "delivery": ["Where is my parcel?", "My order has not come yet", "When will the courier bring it?",
                 "Has the package left?", "The delivery is late", "Track my parcel please"],
    "outage": ["The internet does not work", "No connection since morning", "My router blinks red",
               "The network is down again", "There is no internet at home", "Connection drops all the time"],
    "invoice": ["I got the wrong bill", "Send me the invoice again", "Why is my bill so high?",
                "I paid twice this month", "Where can I pay the bill?", "The invoice has a mistake"],
}  # fmt: skip
ARMENIAN = {
    "delivery": ["Որտե՞ղ է իմ ծանրոցը", "Պատվերը դեռ չի հասել", "Ե՞րբ կբերի առաքիչը", "Առաքումն ուշանում է"],
    "outage": ["Ինտերնետը չի աշխատում", "Առավոտից կապ չկա", "Մոդեմը կարմիր է թարթում", "Ցանցը նորից չկա"],
}
ROMANISED = IntentModel.train([(t, label) for label, texts in ARMENIAN.items() for t in texts], language="hy")
EXAMPLES = [(text, label) for label, texts in TAUGHT.items() for text in texts]


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return IntentModel.train(EXAMPLES, language="en")


@pytest.mark.parametrize(
    ("text", "label"),
    [("the parcels have not come", "delivery"), ("router blinking, no internet", "outage"), ("wrong bills", "invoice")],
)
def test_what_was_taught_is_told_in_other_words(model: IntentModel, text: str, label: str) -> None:
    told = model.predict(text)
    assert (told.label, told.in_scope) == (label, True)
    assert 0 < told.confidence <= 1
    chances = [told.confidence, *(confidence for _, confidence in told.alternatives)]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1, abs=1e-4)


def test_inflected_words_are_known_by_their_lemma() -> None:
    model = IntentModel.train([(t, label) for label, texts in ARMENIAN.items() for t in texts], language="hy")
    assert model.predict("մոդեմների մասին").label == "outage"
    assert model.predict("ծանրոցներս չկան, առաքիչին սպասում եմ").label == "delivery"


@pytest.mark.parametrize("text", ["", "   ", "?!", "ჩემი პასპორტი დავკარგე", "Խաղողի բերքահավաքը", "zzz qqq"])
def test_what_says_nothing_known_is_out_of_scope(model: IntentModel, text: str) -> None:
    assert not model.predict(text).in_scope


def test_of_a_megabyte_the_beginning_is_read(model: IntentModel) -> None:
    assert model.predict("My router blinks red. " + "lorem ipsum " * 90_000).label == "outage"


def test_half_a_surrogate_is_no_letter(tmp_path: Path) -> None:
    model = IntentModel.train([*EXAMPLES, ("my \ud800parcel", "delivery")], language="en")
    model.save(tmp_path / "model")
    assert IntentModel.load(tmp_path / "model").predict("where is my \udfffparcel \ud800").label == "delivery"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("barev dzez, internety chi ashxatum", "outage"),
        ("internets chi ashkhatum", "outage"),
        ("vortex e im tsanrotsy", "delivery"),
        ("patverners der chen hasel", "delivery"),
    ],
)
def test_armenian_in_latin_letters_is_understood(text: str, label: str) -> None:
    told = ROMANISED.predict(text)
    assert (told.label, told.in_scope) == (label, True)


def test_english_is_not_read_as_armenian() -> None:
    assert not ROMANISED.predict("how can I change the password of my account").in_scope


@pytest.mark.parametrize("language", ["de", "xx", ""])
def test_a_language_never_seen_is_learned_by_its_words(language: str) -> None:
    said = [("Wo bleibt mein Paket?", "lieferung"), ("Das Internet geht nicht", "störung")]
    model = IntentModel.train(said, language=language)
    assert model.predict("mein Paket ist nicht da").label == "lieferung"
    assert not model.predict("Որտե՞ղ է իմ ծանրոցը").in_scope


def test_a_single_example_of_each_is_enough_to_begin_with() -> None:
    model = IntentModel.train([(texts[0], label) for label, texts in TAUGHT.items()], language="en")
    assert model.predict("where is the parcel").label == "delivery"
    assert not model.predict("a nice weekend in the mountains").in_scope


def test_one_label_is_told_only_of_what_is_like_it() -> None:
    model = IntentModel.train([(text, "delivery") for text in TAUGHT["delivery"]], language="en")
    assert model.predict("my parcel is late").in_scope
    assert not model.predict("bake bread").in_scope


def test_contradictions_are_doubted() -> None:
    model = IntentModel.train([*EXAMPLES, *((t, "invoice") for t in TAUGHT["delivery"])], language="en")
    doubted, clear = model.predict("Where is my parcel?"), model.predict("The internet does not work")
    assert {doubted.label, doubted.alternatives[0].label} == {"delivery", "invoice"}
    assert doubted.confidence < clear.confidence


@pytest.mark.parametrize("examples", [[], [("", "delivery"), (" \n", "outage"), ("?!", "outage")]])
def test_without_words_there_is_nothing_to_learn(examples: list[tuple[str, str]]) -> None:
    with pytest.raises(NothingToLearn):
        IntentModel.train(examples, language="en")


def test_it_is_the_same_from_the_same_examples_and_from_its_file(model: IntentModel, tmp_path: Path) -> None:
    again = IntentModel.train(EXAMPLES, language="en")
    again.save(tmp_path / "model")
    kept = IntentModel.load(tmp_path / "model")
    assert kept.labels == model.labels
    for text in ("where is it", "the bill", "nothing of the kind"):
        here, there = model.predict(text), kept.predict(text)
        assert (here.label, here.in_scope) == (there.label, there.in_scope)
        assert here.confidence == pytest.approx(there.confidence, abs=0.01)
        assert here.band == there.band


def test_a_foreign_file_is_refused_and_nothing_in_it_runs(tmp_path: Path) -> None:
    ran: list[str] = []

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return ran.append, ("ran",)

    np.savez(tmp_path / "evil.npz", told=np.array([Evil()], dtype=object))
    (tmp_path / "text").write_text("no model")
    with zipfile.ZipFile(tmp_path / "zip.npz", "w") as file:
        file.writestr("told.npy", b"no array")
    for name in ("evil.npz", "text", "zip.npz", "missing"):
        with pytest.raises(ValueError, match="no intent model"):
            IntentModel.load(tmp_path / name)
    assert ran == []


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_answered(text: str) -> None:
    told = LEARNED.predict(text)
    assert told.label in TAUGHT
    assert 0 <= told.confidence <= 1


LEARNED = IntentModel.train(EXAMPLES, language="en")


def test_too_few_examples_make_nothing_sure(model: IntentModel) -> None:
    assert model.trials == []
    assert model.predict("Where is my parcel?").band == Band.NONE


THINGS = ("modem", "bill", "parcel", "card", "password", "phone", "address", "contract", "speed", "cable", "refund")
ASKED = (
    *("my {} is broken", "where is the {}", "the {} has not come", "I want a new {}", "{} please", "help with {}"),
    *("change the {}", "lost {}", "your {} is bad", "is there a {} for me", "when do I get my {}", "no {} here"),
    *("how do I cancel my {}", "the {} costs too much", "tell me about the {}", "my {} came too late"),
)
STRANGE = ("how old is the moon", "sing a song for her", "what is love", "who won the match", "is it cold in Rome")


def test_out_of_many_labels_strangers_are_told_apart() -> None:
    """With enough examples it learns from what it holds out where its knowledge ends."""
    said = [(way.format(thing), thing) for n, thing in enumerate(THINGS) for way in (*ASKED[:n], *ASKED[n + 1 :])]
    model = IntentModel.train(said, language="en", out_of_scope=STRANGE)
    left = [model.predict(ASKED[n].format(thing)) for n, thing in enumerate(THINGS)]
    assert [told.label for told in left] == list(THINGS)
    assert sum(told.in_scope for told in left) >= len(THINGS) - 1
    assert len(model.trials) > len(said)  # each example once, and strangers
    assert model.bands.questions == len(model.trials)
    assert model.bands.right >= 0.98 or model.bands.sure == inf
    assert not any(model.predict(text).in_scope for text in ("how deep is the ocean", "who sings it", "why is it cold"))


def test_what_answers_say_is_learned_from_and_never_asked() -> None:
    said = [(way.format(thing), thing) for thing in THINGS for way in ASKED[:4]]
    answers = [("Its lamps glow crimson when thunder was near.", "modem"), ("Keep dry what is wet.", "phone")]
    plain, taught = (IntentModel.train(said, language="en", answers=more) for more in ((), answers))
    assert len(plain.trials) == len(taught.trials)
    assert not plain.predict("crimson lamps").in_scope
    assert taught.predict("crimson lamps").label == "modem"
    alone = IntentModel.train(said, language="en", answers=[("A yacht floats.", "yacht")])
    assert alone.labels == sorted(THINGS)  # nobody asks for it


def test_the_best_label_is_never_less_likely_than_another() -> None:
    said = [(way.format(thing), thing) for thing in THINGS for way in ASKED]
    model = IntentModel.train(said, language="en", out_of_scope=STRANGE)
    for text in ("modem bill parcel card", "my modem is broken", "what is love", "lost", "password of the phone"):
        told = model.predict(text)
        assert all(0 <= other.confidence <= told.confidence for other in told.alternatives)
        assert told.confidence + sum(other.confidence for other in told.alternatives) <= 1.0001


def test_with_examples_enough_a_network_is_heard_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It knows what features mean together, doesn't depend on chance, and is kept in the file."""
    monkeypatch.setattr("tamada.assistant.nlu.learning.ENOUGH", 100)
    said = [(way.format(thing), thing) for thing in THINGS for way in ASKED[1:]]
    model, again = (IntentModel.train(said, language="en", out_of_scope=STRANGE) for _ in range(2))
    model.save(tmp_path / "model")
    kept = IntentModel.load(tmp_path / "model")
    for thing in THINGS:
        told = model.predict(ASKED[0].format(thing))
        assert told.label == thing
        assert told == again.predict(ASKED[0].format(thing))
        assert kept.predict(ASKED[0].format(thing)).confidence == pytest.approx(told.confidence, abs=0.01)
    assert not model.predict("how deep is the ocean").in_scope
