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
