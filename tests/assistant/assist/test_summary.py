"""A conversation in short: picked out in four languages, nothing made up."""

from datetime import UTC, datetime, timedelta

import pytest

from tamada.assistant.assist.sentences import questions, sentences
from tamada.assistant.assist.summary import MOST_FACTS, Line, summarise

START = datetime(2026, 5, 1, 9, tzinfo=UTC)


def talk(*lines: str) -> list[Line]:
    """`> words` are the customer's, the others ours; an hour apart."""
    return [
        Line(
            line.startswith(">"),
            "Ani" if line.startswith(">") else "Nare",
            line.lstrip("> "),
            START + timedelta(hours=n),
        )
        for n, line in enumerate(lines)
    ]


@pytest.mark.parametrize(
    ("lines", "wants", "open_question", "promise", "fact"),
    [
        (
            (
                "> Hello! My modem blinks red since yesterday. Can you replace it? My order is A-48213.",
                "Hello Ani! I am sorry to hear that. We will send a technician on Monday.",
                "> Thank you. At what time will he come?",
            ),
            "My modem blinks red since yesterday. Can you replace it? My order is A-48213.",
            "At what time will he come?",
            "We will send a technician on Monday.",
            "A-48213",
        ),
        (
            (
                "> Здравствуйте! Модем мигает красным. Можно его заменить? Заказ № 48213.",
                "Здравствуйте! Завтра мы пришлём мастера.",
                "> Спасибо. А во сколько он приедет?",
            ),
            "Модем мигает красным. Можно его заменить?",
            "А во сколько он приедет?",
            "Завтра мы пришлём мастера.",
            "№ 48213",
        ),
        (
            (
                "> Բարև Ձեզ։ Մոդեմը կարմիր է թարթում։ Կարո՞ղ եք փոխել այն։ Պատվերը՝ № 48213։",
                "Բարև Ձեզ։ Վաղը կուղարկենք վարպետին։",
                "> Շնորհակալություն։ Ժամը քանիսի՞ն կգա նա։",
            ),
            "Մոդեմը կարմիր է թարթում։ Կարո՞ղ եք փոխել այն։",
            "Ժամը քանիսի՞ն կգա նա։",
            "Վաղը կուղարկենք վարպետին։",
            "№ 48213",
        ),
        (
            (
                "> გამარჯობა! მოდემი წითლად ციმციმებს. შეგიძლიათ შეცვალოთ? შეკვეთა № 48213.",
                "გამარჯობა! ხვალ ოსტატს გამოგიგზავნით.",
                "> მადლობა. რომელ საათზე მოვა?",
            ),
            "მოდემი წითლად ციმციმებს. შეგიძლიათ შეცვალოთ?",
            "რომელ საათზე მოვა?",
            "ხვალ ოსტატს გამოგიგზავნით.",
            "№ 48213",
        ),
    ],
)
def test_what_is_wanted_open_promised_and_known(
    lines: tuple[str, ...], wants: str, open_question: str, promise: str, fact: str
) -> None:
    found = summarise(talk(*lines))
    assert found.wants == wants
    assert found.open_questions == (open_question,)
    assert [one.words for one in found.promises] == [promise]
    assert fact in found.facts


@pytest.mark.parametrize(
    ("lines", "wants", "now"),
    [
        (("> Hello", "> My modem blinks red. Can you replace it?", "> Any news about the modem?", "> Thank you!"),
         "My modem blinks red. Can you replace it?", "Any news about the modem?"),
        (("> Здравствуйте, как дела?", "> Не работает интернет", "> Спасибо, когда приедет мастер?", "> Спасибо, жду"),
         "Не работает интернет", "Спасибо, когда приедет мастер?"),
        (("> Բարև, ինչպե՞ս եք", "> Ինտերնետը չի աշխատում", "> Ե՞րբ կգա վարպետը։", "> Շնորհակալություն"),
         "Ինտերնետը չի աշխատում", "Ե՞րբ կգա վարպետը։"),
        (("> გამარჯობა, როგორ ხართ?", "> ინტერნეტი არ მუშაობს", "> როდის მოვა ოსტატი?", "> გმადლობთ"),
         "ინტერნეტი არ მუშაობს", "როდის მოვა ოსტატი?"),
        (("> Where is my parcel?", "> my number is 091 123456", "> I want to talk to a person"),
         "Where is my parcel?", ""),
        (("> Where is my parcel?", "> That didn't help", "> A-48213", "> ok"), "Where is my parcel?", ""),
        (("> Refund?", "> It is broken, get me a real person at last please"),
         "Refund?", "It is broken, get me a real person at last please"),
        (("> " + "It is a long story. " * 20 + "Where is my parcel?",), "Where is my parcel?", ""),
        (("> Hello!", "> Thanks"), "", ""),
    ],
)  # fmt: skip
def test_what_was_wanted_at_first_and_what_now(lines: tuple[str, ...], wants: str, now: str) -> None:
    found = summarise(talk(*lines))
    assert (found.wants, found.now) == (wants, now)


def test_everything_in_it_stands_in_the_conversation() -> None:
    said = talk("> Hi. My router 12345678 is slow. Why?", "We will look. I'll call you.", "> ok")
    found = summarise(said)
    text = " ".join(one.text for one in said)
    parts = [found.wants, found.answered, *found.open_questions, *found.facts, *(p.words for p in found.promises)]
    assert all(part in text for part in parts)


@pytest.mark.parametrize(
    "text",
    [
        "Please send the file.",
        "Вопрос с решением и оформлением закрыт, замену и доставку оплатили.",
        "Can we come tomorrow?",
        "Շնորհակալություն նամակի համար։",
        "მადლობა წერილისთვის.",
    ],
)
def test_what_is_no_promise(text: str) -> None:
    assert summarise(talk("> Hello there everybody", text)).promises == ()


def test_what_is_answered_is_not_open_and_an_automatic_answer_answers_nothing() -> None:
    said = talk("> Can you help me?", "Yes, surely we can help.")
    assert summarise(said).open_questions == ()
    automatic = [said[0], Line(False, "Rule", "We got your mail.", START + timedelta(hours=1), is_automatic=True)]
    assert summarise(automatic).open_questions == ("Can you help me?",)


def test_nothing_said() -> None:
    assert summarise([]).is_empty
    assert summarise(talk("> ", "> 👍")).is_empty


def test_facts_are_each_told_once() -> None:
    found = summarise(
        talk("> Order #A12345 of 12.05.2026 for 12 500 dram, call +374 91 12 34 56", "> It is order #A12345")
    )
    assert found.facts == ("12 500 dram", "#A12345", "12.05.2026", "+374 91 12 34 56")


def test_sentences_end_where_each_language_ends_them() -> None:
    assert sentences("Բարև: Ինչպե՞ս եք։ Լավ եմ") == ["Բարև:", "Ինչպե՞ս եք։", "Լավ եմ"]
    assert questions("Is it? Да? Ինչպե՞ս եք։ No.") == ["Is it?", "Ինչպե՞ս եք։"]


def test_a_megabyte_is_read_in_time() -> None:
    assert summarise(talk("> " + "but why? 12345 " * 100_000, "We will. " * 100_000)).wants


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "run", ["7", "12, 34. ", "a", "A", "a.b+", "1-", "A123-", "$1 ", "@", "№1", "12345 ", " \n", '."']
)
def test_runs_of_one_kind_are_read_in_time_too(run: str) -> None:
    """A token, a file in letters, a table of numbers: none of them may hold up everybody else."""
    text = (run * 1_000_000)[:1_000_000]
    assert len(summarise(talk(*[f"> Where is order A-48213? {text}", f"We will look. {text}"] * 4)).facts) <= MOST_FACTS
