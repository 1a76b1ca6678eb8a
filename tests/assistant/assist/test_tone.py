"""Hints about an answer before it is sent: by rules, in four languages, each with what must not be hinted at."""

import pytest

from tamada.assistant.assist.tone import MOST, Hint, Letter, findings


def hints(text: str, **known: object) -> set[Hint]:
    return {finding.hint for finding in findings(Letter(text, **known))}  # type: ignore[arg-type]


GOOD = (
    "Hello Ani! Thank you for writing. The modem will be replaced tomorrow, and it costs nothing. Best regards",
    "Здравствуйте, Ани! Спасибо за письмо. Завтра мы заменим модем, это бесплатно. С уважением, Нарэ",
    "Բարև Ձեզ, Անի։ Շնորհակալություն նամակի համար։ Վաղը կփոխենք մոդեմը, դա անվճար է։ Հարգանքով՝ Նարե",
    "გამარჯობა, ანი! მადლობა წერილისთვის. ხვალ მოდემს შევცვლით, ეს უფასოა. პატივისცემით, ნარე",
)


@pytest.mark.parametrize("text", GOOD)
def test_a_good_answer_has_no_hints(text: str) -> None:
    assert hints(text, is_first=True) == set()


def test_an_empty_one_has_none() -> None:
    assert findings(Letter("  \n ")) == []


@pytest.mark.parametrize(
    "text",
    [
        "THIS WILL NEVER WORK for you",
        "МЫ УЖЕ ВСЁ ВАМ СКАЗАЛИ ПИСЬМЕННО вчера",
        "ՄԵՆՔ ԱՐԴԵՆ ԳՐԵԼ ԵՆՔ ԱՅԴ ՄԱՍԻՆ ՆԱՄԱԿՈՎ",
        "Please read!!!",
        "Что?!",
        "Կարդացե՜՜ք",
    ],
)
def test_shouting(text: str) -> None:
    assert Hint.SHOUTING in hints(text)


@pytest.mark.parametrize("text", ["Your HDMI and USB-C cables", "Сервис VIVA MTS и UCOM", "Great! Thank you!", "PDF"])
def test_abbreviations_and_one_exclamation_are_no_shouting(text: str) -> None:
    assert Hint.SHOUTING not in hints(text)


@pytest.mark.parametrize(
    "text",
    [
        "As I already told you, restart it.",
        "As we have already written, no.",
        "Как я уже говорила, перезагрузите.",
        "Это не наша проблема.",
        "Ինչպես արդեն ասացի՝ վերագործարկեք։",
        "როგორც უკვე გითხარით, გადატვირთეთ.",
    ],
)
def test_lost_patience(text: str) -> None:
    assert Hint.HARSH in hints(text)


@pytest.mark.parametrize(
    "text",
    [
        "The contract is attached to this mail.",
        "I attach the invoice.",
        "Договор во вложении, посмотрите.",
        "Прикрепляю счёт.",
        "Կցում եմ պայմանագիրը։",
        "ხელშეკრულება თან ერთვის.",
        "ვურთავ ანგარიშს.",
    ],
)
def test_a_forgotten_file(text: str) -> None:
    assert Hint.ATTACHMENT in hints(text)
    assert Hint.ATTACHMENT not in hints(text, has_files=True)


@pytest.mark.parametrize(
    "text", ["Please send us the file.", "Пришлите файл.", "Ուղարկեք ֆայլը։", "გამოგვიგზავნეთ ფაილი."]
)
def test_asking_for_one_is_not_forgetting_it(text: str) -> None:
    assert Hint.ATTACHMENT not in hints(text)


@pytest.mark.parametrize(
    "text", ["Dear {{customer.name}}", "Dear [NAME_1]", "Order [number]", "Your code is ____", "On […] we come", "XXX"]
)
def test_placeholders_that_were_left(text: str) -> None:
    assert Hint.GAP in hints(text)


@pytest.mark.parametrize(
    "text", ["See [our site](https://a.example)", "2 < 3 and 5 > 4", "Press [1] now", "a <b@c.example>"]
)
def test_brackets_of_other_kinds(text: str) -> None:
    assert Hint.GAP not in hints(text)


@pytest.mark.parametrize(
    "text",
    [
        "The modem is broken and we replace it.",
        "Модем сломан, и мы его заменим.",
        "Մոդեմը փչացել է, և մենք կփոխենք այն։",
        "მოდემი გაფუჭდა და შევცვლით მას.",
    ],
)
def test_no_greeting_in_the_first_answer_alone(text: str) -> None:
    assert Hint.GREETING in hints(text, is_first=True)
    assert Hint.GREETING not in hints(text)


def test_a_sentence_that_nobody_reads_to_its_end() -> None:
    assert Hint.LONG in hints("We " + "really want to " * 15 + "help.")
    assert Hint.LONG not in hints("We want to help. " * 15)


def test_another_language_than_the_customers() -> None:
    assert Hint.LANGUAGE in hints("Здравствуйте, мы заменим ваш модем", language="hy")
    assert Hint.LANGUAGE not in hints("Здравствуйте, мы заменим ваш модем", language="ru")
    assert Hint.LANGUAGE not in hints("OK 12345", language="hy")


@pytest.mark.parametrize(
    ("question", "answer", "words"),
    [
        (
            "When will the technician come? And how much does the router cost?",
            "The technician comes tomorrow.",
            "And how much does the router cost?",
        ),
        (
            "Когда приедет мастер? И сколько стоит роутер?",
            "Мастер приедет завтра.",
            "И сколько стоит роутер?",
        ),
        (
            "Ե՞րբ կգա վարպետը։ Որքա՞ն արժե երթուղիչը։",
            "Վարպետը կգա վաղը։",
            "Որքա՞ն արժե երթուղիչը։",
        ),
        ("როდის მოვა ოსტატი? რა ღირს როუტერი?", "ოსტატი ხვალ მოვა.", "რა ღირს როუტერი?"),
    ],
)
def test_one_of_two_questions_is_forgotten(question: str, answer: str, words: str) -> None:
    found = [finding for finding in findings(Letter(answer, question)) if finding.hint == Hint.UNANSWERED]
    assert [finding.words for finding in found] == [words]


def test_both_answered_and_a_single_one_in_any_words() -> None:
    question = "When will the technician come? How much is the router?"
    assert Hint.UNANSWERED not in hints("The technician comes today, the router is free.", question=question)
    assert Hint.UNANSWERED not in hints("Tomorrow at ten, as agreed.", question="When will he come?")


def test_no_more_hints_than_are_read() -> None:
    text = "AS I ALREADY TOLD {{x.y}} ATTACHED!!! " + "and so on " * 50
    assert len(findings(Letter(text, language="hy", is_first=True))) == MOST


def test_a_megabyte_is_read_in_time() -> None:
    assert isinstance(findings(Letter("Hello. " * 150_000, "What? " * 150_000)), list)
    assert isinstance(findings(Letter("A" * 1_000_000, "[" * 1_000_000)), list)
