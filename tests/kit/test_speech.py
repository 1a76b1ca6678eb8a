"""Sentences, politeness and what names somebody, in the four languages."""

import pytest

from tamada.kit.text.speech import GREETING, has_question_mark, is_personal, is_polite, sentences


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Hello! Is it open? Yes.", ["Hello!", "Is it open?", "Yes."]),
        ("Здравствуйте. Вы открыты? Да…  Спасибо", ["Здравствуйте.", "Вы открыты?", "Да…", "Спасибо"]),
        ("Բարև: Ինչպե՞ս վճարել հաշիվը քարտով։ Լավ եմ", ["Բարև:", "Ինչպե՞ս վճարել հաշիվը քարտով։", "Լավ եմ"]),
        ("გამარჯობა! როდის მუშაობთ? ხვალ.", ["გამარჯობა!", "როდის მუშაობთ?", "ხვალ."]),
        ("a line that\nis broken\n\nnext\n- one\n- two", ["a line that is broken", "next", "- one", "- two"]),
        ("“Is it?” she asked. At 9.30: yes", ["“Is it?", "she asked.", "At 9.30: yes"]),
        (" \n ", []),
    ],
)
def test_sentences_end_where_each_language_ends_them(text: str, whole: list[str]) -> None:
    assert sentences(text) == whole


def test_a_line_may_end_one_too() -> None:
    assert sentences("The modem\nis broken. Ինչո՞ւ", by_line=True) == ["The modem", "is broken.", "Ինչո՞ւ"]


@pytest.mark.parametrize(
    ("line", "greets", "polite", "asks", "personal"),
    [
        ("Hello Ani,", True, True, False, False),
        ("Best regards, Olga", False, True, False, False),
        ("Thank you in advance!", False, True, False, False),
        ("Добрый день!", True, True, False, False),
        ("С уважением, Ольга", False, True, False, False),
        ("Заранее спасибо", False, True, False, False),
        ("Բարև Ձեզ", True, True, False, False),
        ("Հարգանքով՝ Աննա", False, True, False, False),
        ("Նախապես շնորհակալ եմ", False, True, False, False),
        ("დილა მშვიდობისა", True, True, False, False),
        ("პატივისცემით, ანა", False, True, False, False),
        ("The best price?", False, False, True, False),
        ("Best price of a modem?", False, False, True, False),
        ("Какая цена, и добрый ли мастер?", False, False, True, False),
        ("Ինչպե՞ս վճարել", False, False, True, False),
        ("რა ღირს?", False, False, True, False),
        ("Where is order AB-12345?", False, False, True, True),
        ("call me on 091 23 45 67", False, False, False, True),
        ("պատվեր 77123455", False, False, False, True),
        ("ani@mail.example", False, False, False, True),
        ("see https://pay.example/i", False, False, False, True),
        ("passport AN1234567", False, False, False, True),
        ("open from 9:00, 5000 drams, 24/7", False, False, False, False),
    ],
)
def test_what_a_line_is(line: str, greets: bool, polite: bool, asks: bool, personal: bool) -> None:
    found = GREETING.search(line) is not None, is_polite(line), has_question_mark(line), is_personal(line)
    assert found == (greets, polite, asks, personal)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("run", ["7", "a", "1-", "@", " \n", '."', "a@", "Ա: ", "добрый "])
def test_runs_of_one_kind_are_read_in_time(run: str) -> None:
    text = (run * 20_000)[:20_000]
    assert len(sentences(text)) + len(sentences(text, by_line=True)) >= 0
    assert isinstance(is_polite(text), bool)
    assert isinstance(is_personal(text[:4_000]), bool)
