"""Short texts are found by what a question says, in any form and spelling, with scores that may be compared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.assistant.nlu.retrieval import Retriever

BASE = [
    ("delivery", "Where is my parcel?", "en"),
    ("delivery", "How long does a delivery take?", "en"),
    ("refund", "How do I get my money back?", "en"),
    ("outage", "The internet does not work", "en"),
    ("delivery-hy", "Որտե՞ղ է իմ ծանրոցը", "hy"),
    ("outage-hy", "Ինտերնետը չի աշխատում", "hy"),
    ("opening-hy", "Ե՞րբ եք աշխատում շաբաթ օրերին", "hy"),
    ("delivery-ka", "სად არის ჩემი ამანათი", "ka"),
    ("outage-ka", "ინტერნეტი არ მუშაობს", "ka"),
    ("delivery-ru", "Где моя посылка?", "ru"),
    ("outage-ru", "Не работает интернет", "ru"),
    ("any", "INV-2024/55", ""),
]


@pytest.fixture(scope="module")
def base() -> Retriever:
    return Retriever.build(BASE)


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("where are my parcels", "delivery"),
        ("I want the money back please", "refund"),
        ("internt doesnt wrok", "outage"),  # misspelt: its letters are found
        ("ծանրոցներիս մասին", "delivery-hy"),
        ("ինտերնետի աշխատանքը", "outage-hy"),
        ("ինտերնետս չաշխատեց", "outage-hy"),
        ("barev dzez, internety chi ashxatum", "outage-hy"),  # Armenian in Latin letters
        ("ამანათების შესახებ", "delivery-ka"),
        ("gamarjoba, interneti ar mushaobs", "outage-ka"),
        ("о посылках", "delivery-ru"),
        ("privet, internet ne rabotaet", "outage-ru"),
        ("about INV-2024/55", "any"),
    ],
)
def test_a_question_finds_what_says_the_same_in_another_form(base: Retriever, question: str, key: str) -> None:
    assert base.search(question)[0].key == key


def test_scores_say_how_much_of_the_question_is_held(base: Retriever) -> None:
    same, other = base.search("Where is my parcel?"), base.search("Where is my other grey elephant?")
    assert same[0].score > 0.9
    assert other[0].score < 0.6
    assert [hit.score for hit in same] == sorted((hit.score for hit in same), reverse=True)


def test_texts_of_one_key_are_found_once(base: Retriever) -> None:
    keys = [hit.key for hit in base.search("delivery of my parcel, how long", limit=20)]
    assert len(keys) == len(set(keys))
    assert keys[0] == "delivery"


def test_a_language_finds_its_own_texts_and_those_of_none(base: Retriever) -> None:
    found = {hit.key for hit in base.search("parcel INV-2024/55 ինտերնետ", language="hy", limit=20)}
    assert "any" in found
    assert found <= {"any", "delivery-hy", "outage-hy", "opening-hy"}


@pytest.mark.parametrize("language", ["de", "xx", ""])
def test_a_language_never_seen(language: str) -> None:
    base = Retriever.build([("lieferung", "Wo bleibt mein Paket?", language), ("rechnung", "Die Rechnung", language)])
    assert base.search("mein Paket", language)[0].key == "lieferung"


def test_a_limit_is_held(base: Retriever) -> None:
    assert len(base.search("internet parcel money", limit=2)) == 2
    assert base.search("internet", limit=0) == []


@pytest.mark.parametrize("documents", [[], [("a", "", "en")], [("a", "?!", "en"), ("b", " \n", "")]])
def test_where_nothing_is_said_nothing_is_found(documents: list[tuple[str, str, str]]) -> None:
    assert Retriever.build(documents).search("anything at all") == []


@pytest.mark.parametrize("question", ["", "  ", "?!…", "\x00", "\ud800"])
def test_a_question_without_words_finds_nothing(base: Retriever, question: str) -> None:
    assert base.search(question) == []


def test_one_document_is_enough() -> None:
    base = Retriever.build([("only", "The internet does not work", "en")])
    assert [hit.key for hit in base.search("no internet")] == ["only"]
    assert base.search("bake bread quickly") == []


def test_of_a_megabyte_the_beginning_is_read(base: Retriever) -> None:
    assert base.search("Where is my parcel? " + "lorem ipsum " * 90_000)[0].key == "delivery"
    assert base.search("w" * 1_000_000) == [] or base.search("w" * 1_000_000)[0].score < 0.2


@given(st.lists(st.text(max_size=60), max_size=8), st.text(max_size=100))
@settings(max_examples=150, deadline=None)
def test_any_texts_and_questions(texts: list[str], question: str) -> None:
    base = Retriever.build((str(n), text, "") for n, text in enumerate(texts))
    found = base.search(question)
    assert len(found) <= min(5, len(texts)) == min(5, len(base))
    assert all(0 < hit.score <= 1 for hit in found)
