"""Clusters, questions, phrases and signs of trouble, without a database."""

import time
from datetime import timedelta
from random import Random

import pytest

from tamada.insights.asking import asks_more, begins_matter, is_question, telling
from tamada.insights.clustering import clusters
from tamada.insights.phrases import Words, is_personal, phrase, redacted
from tamada.insights.troubles import Facts, Reason, Said, look

NO_INTERNET = (
    "The internet does not work since this morning.",
    "Hello! Internet is not working at home.",
    "my internet doesnt work, please help",
    "No internet connection again, it stopped working.",
)
INVOICE = ("Please send me the invoice for May.", "I need an invoice for last month", "Where is my invoice?")
MOVE = ("We are moving to a new flat, can you move the router?", "Moving house: how do I transfer my contract?")


def test_texts_that_ask_the_same_come_together() -> None:
    found = clusters([*NO_INTERNET, *INVOICE], "en")
    assert set(found[0].members) == {0, 1, 2, 3}
    assert {4, 6} <= set(found[1].members)
    assert any("internet" in word for word in found[0].words)


@pytest.mark.parametrize(
    ("language", "same", "other"),
    [
        ("hy", ("Ինտերնետը չի աշխատում առավոտից", "Իմ ինտերնետը դադարել է աշխատել"), "Խնդրում եմ ուղարկել հաշիվը"),
        ("ka", ("ინტერნეტი არ მუშაობს დილიდან", "ინტერნეტი აღარ მუშაობს სახლში"), "გთხოვთ გამომიგზავნოთ ინვოისი"),
        ("ru", ("Интернет не работает с утра", "Не работает интернет дома"), "Пришлите счёт за май"),
    ],
)
def test_in_every_language(language: str, same: tuple[str, str], other: str) -> None:
    assert [set(one.members) for one in clusters([*same, other], language)] == [{0, 1}, {2}]


def test_nothing_one_and_endless() -> None:
    assert clusters([], "en") == []
    assert [one.members for one in clusters(["Where is my order?"], "en")] == [(0,)]
    assert [one.members for one in clusters(["order " * 200_000], "en")] == [(0,)]
    assert clusters(["!!! 123 ???"], "en") == []


def test_the_same_texts_give_the_same_clusters() -> None:
    texts = [*NO_INTERNET, *INVOICE, *MOVE]
    assert clusters(texts, "en") == clusters(texts, "en")


def test_ten_thousand_messages_take_seconds() -> None:
    random = Random(7)
    nouns = [
        f"{a}{b}" for a in ("mod", "rout", "pay", "bill", "cabl", "lin", "spe", "sig") for b in ("emo", "era", "ita")
    ]
    texts = [" ".join(random.choices(nouns, k=6)) + f" w{random.randrange(3_000)}x" for _ in range(10_000)]
    begun = time.monotonic()
    found = clusters(texts, "en")
    assert time.monotonic() - begun < 40  # a few seconds on an idle core
    assert sum(len(one.members) for one in found) == 10_000


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("How much is it?", True),
        ("how much is it", True),
        ("որքա՞ն արժե", True),
        ("რამდენი ღირს", True),
        ("сколько стоит", True),
        ("Thank you, it works now.", False),
        ("Շնորհակալություն", False),
    ],
)
def test_questions_are_told_from_thanks(text: str, asks: bool) -> None:
    assert is_question(text) is asks


def test_a_greeting_asks_nothing() -> None:
    assert not begins_matter("", "Hello!\n")
    assert not begins_matter("", "Բարև ձեզ")
    assert begins_matter("", "Hello! The modem is broken")
    assert telling("Dear all,\nThe modem is broken.\nBest regards") == ["The modem is broken."]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("", "Thanks!"), ("", "Большое спасибо за помощь"), ("", "Շատ շնորհակալ եմ"), ("", "დიდი მადლობა!"),
        ("Re: The internet is slow", "Got it, thanks!"), ("Re: Счёт", "Спасибо, всё получилось"),
        ("Thank you", "I want to thank your engineer Aram, who came on time and left no dirt behind him at all."),
        ("", "Спасибо вашему мастеру: приехал вовремя, всё сделал аккуратно, и скорость теперь именно та."),
        ("Շնորհակալություն", "Բարև Ձեզ։\n\nՏարիներ շարունակ ձեր հաճախորդն եմ և գոհ եմ։"),
        ("Շնորհակալություն", "Ուզում եմ շնորհակալություն հայտնել Արամին. եկավ և ամեն ինչ արեց շատ մաքուր։"),
        ("მადლობა", "წლებია თქვენი კლიენტი ვარ და ძალიან კმაყოფილი ვარ."),
        ("", "Any news?"), ("Repair of my router", "Hello, is there any news?"), ("", "Есть новости?"),
        ("", "Կա՞ նորություն։"), ("", "სიახლე არის?"),
    ],
)  # fmt: skip
def test_thanks_and_any_news_begin_no_matter(subject: str, text: str) -> None:
    assert not begins_matter(subject, text)
    assert not asks_more(text)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("", "Thanks for the answer, but the internet is still slow."), ("Invoice for May, please", "Thank you, Anna"),
        ("Thank you", "And how do I pay the next one?"), ("", "Спасибо. Но роутер всё равно мигает."),
        ("", "Շնորհակալություն, բայց կապը դեռ չկա"),
        ("", "მადლობა, მაგრამ ინტერნეტი ისევ ნელია"), ("", "Any news on when the tariff for offices begins?"),
        ("When do you open?", "Thanks"),
    ],
)  # fmt: skip
def test_thanks_before_a_matter_hide_it_not(subject: str, text: str) -> None:
    assert begins_matter(subject, text)


def test_asking_again_how_it_goes_is_no_other_question() -> None:
    for text in (
        "It is past 11:00 and there is still no connection. Is there any news?",
        "Уже больше 17:00, а связи всё нет. Есть новости?",
        "Ժամը 15:00-ն արդեն անցել է, բայց կապը դեռ չկա։ Նոր տեղեկություն ունե՞ք։",
        "12:00 საათი უკვე გავიდა, კავშირი კი ისევ არ არის. ახალი ინფორმაცია ხომ არ გაქვთ?",
    ):
        assert not asks_more(text)
        assert begins_matter("", text)  # of a conversation that begins so, the rest tells of the matter
    assert asks_more("Any news? And how much will it cost?")


def test_the_phrase_says_what_is_shared_and_names_nobody() -> None:
    said = [
        Words("", "My name is Karine Grigoryan, the internet does not work", "en", ("Karine Grigoryan",)),
        Words("", "The internet does not work. My number is +374 91 234567.", "en"),
        Words("", "The internet does not work at home, contract AB-12345", "en"),
    ]
    assert phrase(said) == "The internet does not work"
    assert phrase([Words("", "It is order 77123455 of anna@mail.am", "en")]) == ""
    assert phrase([]) == ""


def test_what_names_somebody_is_taken_out() -> None:
    text = "Dear Karine,\nwe sent a technician to Karine, phone +374 91 234567, anna@mail.am.\nBest regards, Tamar"
    left = redacted(text, ["Karine Grigoryan", "Tamar"])
    assert "Karine" not in left
    assert "234567" not in left
    assert "anna" not in left
    assert "Tamar" not in left
    assert "technician" in left
    assert is_personal("call me on 091 23 45 67", ())
    for harmless in ("we are open from 9:00", "այցը ժամը 14:00-ից հետո", "it costs 5000 drams"):
        assert not is_personal(harmless, ())
        assert redacted(harmless, ()) == harmless
    assert is_personal("contract AB-12345", ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("This is unacceptable, I will call my lawyer", Reason.ANGRY),
        ("Это безобразие", Reason.ANGRY),
        ("Սա անընդունելի է", Reason.ANGRY),
        ("ეს მიუღებელია", Reason.ANGRY),
        ("WHY DOES NOBODY ANSWER ME AT ALL", Reason.ANGRY),
        ("I am very disappointed", Reason.COMPLAINT),
        ("Никто не отвечает на письма", Reason.COMPLAINT),
        ("Վարպետը չեկավ", Reason.COMPLAINT),
        ("ოსტატი არ მოვიდა", Reason.COMPLAINT),
        ("I already wrote to you", Reason.AGAIN),
        ("Пишу второй раз", Reason.AGAIN),
        ("Նորից եմ գրում", Reason.AGAIN),
        ("მეორედ გწერთ", Reason.AGAIN),
    ],
)
def test_words_that_tell_trouble(text: str, reason: Reason) -> None:
    found = look([Said(text)], Facts())
    assert found is not None
    assert reason in found.reasons


def test_facts_tell_it_too_and_calm_words_nothing() -> None:
    assert look([Said("When are you open on Sunday?")], Facts()) is None
    assert look([], Facts()) is None
    found = look([Said("Hello"), Said("It is bad, I complain", timedelta(hours=1))], Facts(late=True, reopened=True))
    assert found is not None
    assert found.reasons == (Reason.COMPLAINT, Reason.AGAIN, Reason.LATE, Reason.REOPENED)
    assert found.place == 1
    waits = look([], Facts(waited=timedelta(hours=9)))
    assert waits is not None
    assert waits.reasons == (Reason.WAITING,)
    assert waits.place is None
