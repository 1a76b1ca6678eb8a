"""What is thanks and nothing more, in four languages; and what is a greeting, or a wish for a person."""

import pytest

from tamada.assistant import words


@pytest.mark.parametrize(
    "text",
    [
        "Thank you!",
        "thanks a lot, that helped 👍",
        "OK, got it, thanks",
        "Thanks for your help",
        "Спасибо большое!",
        "Всё понятно, спасибо за быстрый ответ",
        "помогло",
        "Շնորհակալությո՜ւն",
        "Շատ շնորհակալ եմ օգնության համար",
        "Ամեն ինչ պարզ է, շնորհակալություն",
        "დიდი მადლობა",
        "გასაგებია, გმადლობთ დახმარებისთვის",
        "Merci!",
    ],
)
def test_thanks_are_thanks(text: str) -> None:
    assert words.says_it_helped(text)
    assert not words.says_it_did_not(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, please cancel my order 1234",
        "Thank you, but my phone still does not work",
        "thanks, help me",
        "thanks for nothing",
        "Thanks. 1234",
        "спасибо, но отмените мой заказ",
        "не понятно ничего",
        "Спасибо, а доставка",
        "Շնորհակալություն, բայց ինտերնետը չի աշխատում",
        "Շնորհակալություն, չեղարկեք պատվերս",
        "պարզ չէ",
        "მადლობა, მაგრამ ინტერნეტი არ მუშაობს",
        "მადლობა, გააუქმეთ შეკვეთა",
        "Thank you?",
    ],
)
def test_thanks_with_a_request_are_a_request(text: str) -> None:
    assert not words.says_it_helped(text)


@pytest.mark.parametrize("text", ["nothing helped", "не понятно ничего", "պարզ չէ", "ვერ გავიგე"])
def test_what_did_not_help(text: str) -> None:
    assert words.says_it_did_not(text)


@pytest.mark.parametrize("text", ["Hello!", "Բարև", "Բարեւ ձեզ", "Բարև՜ ձեզ", "Здравствуйте", "გამარჯობა"])
def test_greetings(text: str) -> None:
    assert words.is_greeting(text)


@pytest.mark.parametrize(
    "text",
    [
        "I want to talk to a person",
        "can you connect me with your employee",
        "give me an agent please",
        "I need a human, not a bot",
        "I want somebody to look at it",
        "Соедините меня со специалистом",
        "Хочу человека",
        "нужен специалист, пожалуйста",
        "Можно оператора на минуту",
        "Ուզում եմ խոսել մասնագետի հետ",
        "Մարդ է պետք",
        "Օպերատորի հետ կապ եմ ուզում",
        "სპეციალისტთან საუბარი მინდა",
        "ადამიანი მჭირდება",
    ],
)
def test_who_wants_a_person(text: str) -> None:
    assert words.asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "Хочу записаться к специалисту на завтра",
        "Could I get an employee discount?",
        "I need to pay the agent fee",
        "I want a table for one person tomorrow",
        "Нужен столик на два человека",
        "Ուզում եմ գրանցվել մասնագետի մոտ վաղվա համար",
        "Սեղան է պետք երկու մարդու համար",
        "მინდა ჩავეწერო სპეციალისტთან ხვალ",
        "მაგიდა მჭირდება ორი ადამიანისთვის",
    ],
)
def test_who_wants_a_visit_or_a_table(text: str) -> None:
    assert not words.asks_for_person(text)
