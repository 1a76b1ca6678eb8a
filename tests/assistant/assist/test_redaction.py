"""Nothing personal leaves; what was hidden comes back as it stood."""

import pytest

from tamada.assistant.llm.redaction import PLACEHOLDER, Redactor, is_card

NAMES = ["Karine Grigoryan", "Ani", "Li", "Sam", "Ли Ян", "Ани Петросян", "Կարինե Գրիգորյան", "ქეთევან ბერიძე"]


@pytest.mark.parametrize(
    ("text", "gone", "kind"),
    [
        ("Write to karine.g+shop@mail.example.am please", "karine.g", "EMAIL"),
        ("Call me: +374 91 12-34-56", "12-34-56", "PHONE"),
        ("Call me: 091 123456", "091 123456", "PHONE"),
        ("(091) 12 34 56", "12 34", "PHONE"),
        ("my card 4111 1111 1111 1111 was charged", "4111", "CARD"),
        ("IBAN GE29 NB00 0000 0101 9049 17", "NB00", "ACCOUNT"),
        ("my passport is 123456789", "123456789", "NUMBER"),
        ("I live at 12 Abovyan Street, apt 5", "Abovyan", "ADDRESS"),
        ("Живу на ул. Карла Маркса 12, кв. 5", "Маркса", "ADDRESS"),
        ("Աբովյան փողոց 12, բն. 5", "Աբովյան", "ADDRESS"),
        ("რუსთაველის გამზირი 12", "რუსთაველის", "ADDRESS"),
        ("see https://pay.example/i?token=abc", "token", "LINK"),
        ("I am @karine_g there", "karine_g", "NAME"),
        ("Regards, Karine", "Karine", "NAME"),
        ("GRIGORYAN's order", "GRIGORYAN", "NAME"),
        ("Karineին asatsi, Grigoryanin", "Grigoryanin", "NAME"),
        ("Это сказала Ани Петросяну", "Петросяну", "NAME"),
        ("Կարինեին ասացին", "Կարինեին", "NAME"),
        ("ქეთევანმა დაწერა", "ქეთევანმა", "NAME"),
        ("ბერიძისთვის", "ბერიძისთვის", "NAME"),
        ("es Karine Grigoryann em", "Grigoryann", "NAME"),
        ("ketevan beridze", "ketevan", "NAME"),
        ("Mr Petrosian", "Petrosian", "NAME"),
        ("Это Карине", "Карине", "NAME"),
        ("Карінэ? Нет, Գրիգորյանը", "Գրիգորյանը", "NAME"),
        ("Позовите Ли", "Ли", "NAME"),
        ("Скажите Саму", "Саму", "NAME"),
        ("для Яна", "Яна", "NAME"),
        ("ask LI's manager", "LI", "NAME"),
        ("passport AN1234567", "AN1234567", "NUMBER"),
        ("паспорт АН 1234567", "1234567", "NUMBER"),
        ("პასპორტი 12AB34567", "12AB34567", "NUMBER"),
        ("I am of 12.05.1987", "1987", "DATE"),
        ("1987-05-12", "1987", "DATE"),
        ("12 мая 1987 года", "1987", "DATE"),
        ("May 12, 1987", "1987", "DATE"),
        ("1987 թ. մայիսի 12", "1987", "DATE"),
        ("12 მაისი 1987", "1987", "DATE"),
        ("born on 12.05.87", "12.05", "DATE"),
        ("дата рождения: 12.05.2015", "2015", "DATE"),
        ("Ծննդյան օրը՝ 12.05.2020", "2020", "DATE"),
        ("დაბადების თარიღი 12.05.2020", "2020", "DATE"),
    ],
)
def test_what_is_personal_is_hidden_and_comes_back(text: str, gone: str, kind: str) -> None:
    redactor = Redactor(NAMES)
    hidden = redactor.hide(text)
    assert gone not in hidden
    assert f"[{kind}_1]" in hidden
    assert redactor.show(hidden) == text


@pytest.mark.parametrize(
    "text",
    [
        "The modem blinks red since 12.05.2026",
        "An animal and anise",
        "Order 48213 came on 3 May at 10:30",
        "It costs 12 500 dram",
        "Մոդեմը կարմիր է",
        "მოდემი წითლად ციმციმებს",
        "Модем мигает красным, заказ 48213",
        "Есть ли новости? It is a list",
        "Бланк, янтарь и лист",
        "Он сам купил самый новый самовар",
        "bought on 3 May 2026, order of 2026-05-03",
        "AN 12345 and A1234567",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert Redactor(NAMES).hide(text) == text


def test_the_same_words_have_the_same_placeholder_everywhere() -> None:
    redactor = Redactor()
    first, second = redactor.hide("a@b.example"), redactor.hide("A@B.example and c@d.example")
    assert (first, second) == ("[EMAIL_1]", "[EMAIL_1] and [EMAIL_2]")


def test_a_placeholder_that_somebody_typed_is_none() -> None:
    redactor = Redactor()
    hidden = redactor.hide("a@b.example and [EMAIL_1]")
    assert hidden == "[EMAIL_1] and […]"
    assert PLACEHOLDER.findall(redactor.show(hidden)) == []


def test_one_that_was_never_given_out_is_told() -> None:
    with pytest.raises(KeyError):
        Redactor().show("Dear [NAME_7]")


def test_cards_are_told_by_their_check_digit() -> None:
    assert is_card("4111111111111111")
    assert not is_card("4111111111111112")


def test_a_megabyte_is_read_in_time() -> None:
    text = "улица " * 60_000 + "a" * 300_000 + "1 " * 150_000
    assert Redactor(NAMES).hide(text)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (
            "You were charged twice. 26 400 AMD will be back within 3–5 working days.",
            "You were charged twice. [AMOUNT_1] will be back within 3–5 working days.",
        ),
        (
            "Suren will be with you today around 12:00, or on 5 December from 10:00-12:30.",
            "[NAME_1] will be with you today around [TIME_1], or on [DATE_1] from [TIME_2].",
        ),
        (
            "26.400 դրամը կվերադարձնենք դեկտեմբերի 5-ին, ժամը 12:00-ին։",
            "[AMOUNT_1] կվերադարձնենք [DATE_1], ժամը [TIME_1]-ին։",
        ),
        ("26 400 დრამს დაგიბრუნებთ 5 დეკემბერს, 12:00-ზე", "[AMOUNT_1] დაგიბრუნებთ [DATE_1], [TIME_1]-ზე"),
        ("Вернём 1 200,50 руб. 05.12, в версии 2.4.1, кв. 12", "Вернём [AMOUNT_1] [DATE_1], в версии 2.4.1, кв. 12"),
        (
            "$25 or €1,200.50 for order 10231, after 3.5 hours",
            "[AMOUNT_1] or [AMOUNT_2] for order 10231, after 3.5 hours",
        ),
    ],
)
def test_what_was_so_for_them_alone_is_hidden_where_that_is_asked_for(text: str, hidden: str) -> None:
    redactor = Redactor(["Suren Petrosyan"], facts=True)
    assert redactor.hide(text) == hidden
    assert redactor.show(hidden) == text
    assert "AMOUNT" not in Redactor().hide(text)
