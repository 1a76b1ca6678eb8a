"""What a model said is shown only when it stands on what it was given."""

from typing import Any

import pytest

from tamada.assistant.llm import checks
from tamada.assistant.llm.errors import Reason, Unavailable
from tamada.assistant.llm.redaction import Redactor

SOURCE = "We open at 10:00 on Sundays. Call +374 10 111111 or see https://help.example/hours."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ready",
        "[]",
        '"a"',
        "null",
        '{"answer": "cut',
        'Sure! {"answer": "x"}',
        '{"a": 1} {"b": 2}',
        "{" * 50_000,
        "NaN",
    ],
)
def test_anything_but_one_object_is_dropped(text: str) -> None:
    with pytest.raises(Unavailable) as failure:
        checks.read_object(text)
    assert failure.value.reason == Reason.USELESS


def test_an_object_in_a_code_block_is_one() -> None:
    assert checks.read_object('```json\n{"text": "a"}\n```') == {"text": "a"}


@pytest.mark.parametrize("value", [{}, {"text": None}, {"text": " "}, {"text": ["a"]}, {"text": "a" * 10_000}])
def test_a_text_is_a_text(value: dict[str, Any]) -> None:
    with pytest.raises(Unavailable):
        checks.read_text(value, "text")


@pytest.mark.parametrize(
    "quotes",
    [
        None,
        [],
        "We open at 10:00",
        [{"source": 1}],
        [{"source": "1", "words": "We open at 10:00 on Sundays"}],
        [{"source": True, "words": "We open at 10:00 on Sundays"}],
        [{"source": 0, "words": "We open at 10:00 on Sundays"}],
        [{"source": 2, "words": "We open at 10:00 on Sundays"}],
        [{"source": 1, "words": "open"}],
        [{"source": 1, "words": "We open at 11:00 on Sundays"}],
        [{"source": 1, "words": "We open at 10:00 on Sundays"}, {"source": 1, "words": "and give refunds to all"}],
    ],
)
def test_an_answer_that_does_not_quote_its_source_is_dropped(quotes: Any) -> None:
    with pytest.raises(Unavailable):
        checks.quoted_sources({"quotes": quotes}, [SOURCE])


def test_a_quote_may_differ_in_signs_and_letter_case() -> None:
    quotes = [{"source": 1, "words": "we open at 10:00, on “Sundays”"}]
    assert checks.quoted_sources({"quotes": quotes}, [SOURCE]) == [0]


@pytest.mark.parametrize(
    "text",
    [
        "We open at 9:00.",
        "See https://evil.example/pay",
        "See www.evil.example",
        "Write to boss@evil.example",
        "Call +374 99 999999",
        "Dear [NAME_1], we open at 10:00.",
    ],
)
def test_what_nobody_said_is_dropped(text: str) -> None:
    with pytest.raises(Unavailable):
        checks.check_facts(text, [SOURCE])


def test_what_was_said_passes() -> None:
    checks.check_facts("On Sundays at 10:00. Call +374 10 111111, see https://help.example/hours", [SOURCE])


@pytest.mark.parametrize(("text", "wanted"), [("Здравствуйте, мы открыты", "en"), ("We are open on Sundays", "hy")])
def test_another_language_is_dropped(text: str, wanted: str) -> None:
    with pytest.raises(Unavailable):
        checks.check_language(text, wanted)


def test_a_few_signs_tell_no_language() -> None:
    checks.check_language("OK, 12", "hy")
    checks.check_language("Մենք բաց ենք [NAME_1]", "hy")


@pytest.mark.parametrize(
    "text", ["Come.", "[NAME_1], come at 10 to [ADDRESS_1] and bring 2 more", "[NAME_1], come at 10", "x" * 600]
)
def test_other_words_must_say_the_same(text: str) -> None:
    with pytest.raises(Unavailable):
        checks.check_same_facts(text, "[NAME_1], please come at 10 to [ADDRESS_1].")


def test_a_placeholder_of_its_own_is_not_shown() -> None:
    redactor = Redactor(["Ani"])
    redactor.hide("Ani")
    assert checks.shown("Dear [NAME_1]", redactor) == "Dear Ani"
    with pytest.raises(Unavailable):
        checks.shown("Dear [NAME_2]", redactor)
