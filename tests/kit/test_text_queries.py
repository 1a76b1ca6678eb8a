"""Queries, highlighting, and the language of a text."""

import gzip
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tamada.kit.text import analyse, detect_language, highlight, near_terms, query_terms
from tests.helpers.data import shared_data


def matches(text: str, query: str) -> bool:
    """As the database would: every group of the query has a term, or the beginning of one, in the text."""
    terms = analyse(text)
    return all(
        any(
            any(term.startswith(wanted[:-1]) for term in terms) if wanted.endswith("*") else wanted in terms
            for wanted in group
        )
        for group in query_terms(query)
    )


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Իմ հաճախորդներից մեկը բողոքեց", "հաճախորդը"),
        ("Իմ հաճախորդներից մեկը բողոքեց", "հաճախորդնե"),  # half typed
        ("Իմ հաճախորդներից մեկը բողոքեց", "hachaxord"),
        ("ინტერნეტი არ მუშაობს", "ინტერნეტში მუშაობა "),
        ("ინტერნეტი არ მუშაობს", "internet"),
        ("Не работает интернет на Баграмяна", "интернета баграмян"),
        ("Не работает интернет", "internet"),
        ("The deliveries are late", "delivery lat"),
        ("barev, im internety chi ashxatum", "ինտերնետ"),
        ("Anna Petrosyan", "Աննա"),
        ("Աննա Պետրոսյան", "Anna Petrosyan"),
        ("my Wi-Fi is slow", "wifi"),
        ("my wifi is slow", "Wi-Fi"),
        ("order INV-2024/55 please", "inv-2024/55"),
        ("write to anna.b@example.am", "anna.b@example.am"),
        ("call +374 91 123456", "091 123456"),
        ("call 091-12-34-56", "+37491123456"),
        ("ՀՀ-ում", "ՀՀ"),
    ],
)
def test_a_query_finds_the_text(text: str, query: str) -> None:
    assert matches(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The deliveries are late", "delivery early "),
        ("Իմ հաճախորդներից մեկը", "հաշիվ "),
        ("order INV-2024/55", "inv-2025/55"),
        ("call +374 91 123456", "091 123457"),
        ("the caravan", "car "),
    ],
)
def test_and_does_not_find_another(text: str, query: str) -> None:
    assert not matches(text, query)


def test_only_the_last_word_is_a_prefix_and_only_while_it_is_typed() -> None:
    first, last = query_terms("order deliv")
    assert not any(term.endswith("*") for term in first)
    assert "deliv*" in last
    assert not any(term.endswith("*") for term in query_terms("order deliv ")[1])
    assert not any(term.endswith("*") for group in query_terms("order deliv", live=False) for term in group)


def test_a_query_of_nothing_asks_nothing() -> None:
    assert query_terms("") == query_terms("  ") == query_terms("?! --") == []


@given(st.text(max_size=60))
@example("թթ")  # the dictionary knows it as an abbreviation, with a point
@example("\u02bc")
@settings(deadline=None)
def test_every_query_is_terms_with_at_most_one_star(query: str) -> None:
    for group in query_terms(query):
        assert group
        for term in group:
            assert term.removesuffix("*").isalnum()


def marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in highlight(text, query)]


def test_highlighting_marks_every_form_of_the_words() -> None:
    text = "Բարև ձեզ, ինտերնետը չկա։ Ինտերնետից դժգոհ եմ։"
    assert marked(text, "ինտերնետ") == ["ինտերնետը", "Ինտերնետից"]
    assert marked("My Wi-Fi, my wifi", "wifi ") == ["Wi-Fi", "wifi"]
    assert marked("Call 091 12-34-56 now", "+37491123456") == ["091 12-34-56"]
    assert marked("order INV-2024/55", "2024 ") == ["2024"]
    assert marked("nothing", "something ") == []


@given(st.text(max_size=100), st.text(max_size=20))
@settings(deadline=None)
def test_marks_lie_in_order_within_the_text_and_never_overlap(text: str, query: str) -> None:
    end = 0
    for start, stop in highlight(text, query):
        assert end <= start < stop <= len(text)
        end = stop


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Բարև ձեզ, wifi-ն չի աշխատում", "hy"),
        ("გამარჯობა", "ka"),
        ("Здравствуйте, где мой заказ?", "ru"),
        ("Hello, where is my order?", "en"),
        ("Invoice", "en"),
        ("barev dzez, inch arzhe?", "hy"),
        ("vonc kareli e vcharel hashivy", "hy"),
        ("gamarjoba, ra ghirs interneti?", "ka"),
        ("rogor gadavixado", "ka"),
        ("zdravstvuyte, kogda budet dostavka", "ru"),
        ("", ""),
        ("12345 +374 91 000000", ""),
        ("👍👍", ""),
        ("日本語", ""),
        ("https://example.am/hello?where=here", ""),
        ("Iphone 15 Pro Max 256 GB - გაქვთ?", "ka"),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert detect_language(text) == language


FEW = {
    "hy-AM": ["արթնացրու ինձ ժամը ինին", "ինչ եղանակ է"],
    "ka-GE": ["გამაღვიძე ცხრაზე", "როგორი ამინდია"],
    "ru-RU": ["разбуди меня в девять", "какая погода"],
    "en-US": ["wake me up at nine", "what is the weather"],
}


def utterances(name: str) -> list[str]:
    """Short commands to a voice assistant; a few of our own where the collection is not at hand."""
    path = shared_data("nlu", f"massive.{name}.train_dev.jsonl.gz")
    if path is None:
        return FEW[name]
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["utt"] for line in lines][:4000]


@pytest.mark.parametrize(("language", "name"), [("hy", "hy-AM"), ("ka", "ka-GE"), ("ru", "ru-RU"), ("en", "en-US")])
def test_the_language_of_short_utterances(language: str, name: str) -> None:
    texts = utterances(name)
    assert sum(detect_language(text) == language for text in texts) / len(texts) >= 0.995


@pytest.mark.parametrize(
    ("typed", "term", "spelling"),
    [
        ("միանոմ", "միանալ", "միանում"),
        ("մյս", "մյուս", "մյուս"),  # ու is one letter to who writes it
        ("роутр", "роутер", "роутер"),
        ("paymnts", "payment", "payments"),
        ("Retrun", "return", "return"),
    ],
)
def test_one_letter_put_right_leads_to_the_terms_of_the_right_word(typed: str, term: str, spelling: str) -> None:
    assert spelling in near_terms(typed)[term]


def test_what_is_no_word_or_right_already_is_near_to_nothing_of_its_own() -> None:
    for typed in ("", "12345", "a1b2", "x" * 99, "漢字"):
        assert near_terms(typed) == {}
    assert "return" not in near_terms("returns")
