"""Every inflected form finds every other, in four languages; so do half-typed, misspelt and romanised words."""

import pytest

from tamada.accounts.models import Agent
from tamada.search.queries import search
from tests.conversations.conftest import Receive

FORMS = {
    "en": ["invoice", "invoices", "invoiced", "Invoices", "INVOICE"],
    "ru": ["заявка", "заявки", "заявку", "заявкой", "заявок", "заявках", "Заявками"],
    "hy": ["ինտերնետ", "ինտերնետը", "ինտերնետի", "ինտերնետից", "ինտերնետով", "ինտերնետում", "Ինտերնե՞տը", "ԻՆՏԵՐՆԵՏԻ"],
    "ka": ["გადახდა", "გადახდის", "გადახდას", "გადახდით", "გადახდები", "გადახდების", "გადახდაში"],
}
NEIGHBOURS = {"en": "The weather is fine", "ru": "Погода хорошая", "hy": "Եղանակը լավն է", "ka": "ამინდი კარგია"}


def found(agent: Agent, q: str) -> list[int]:
    return [c.pk for c in search(agent, q).items]


@pytest.mark.parametrize("language", FORMS)
def test_every_form_finds_every_form(owner: Agent, receive: Receive, language: str) -> None:
    wanted = {receive(text=f"xx {form} yy", subject="-").conversation_id for form in FORMS[language]}
    receive(text=NEIGHBOURS[language], subject="-")
    for form in FORMS[language]:
        assert set(found(owner, f"{form} ")) == wanted, form


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Բարև ձեզ", "barev"),
        ("Barev dzez, internety chi ashxatum", "բարև"),
        ("გამარჯობა", "gamarjoba"),
        ("Где моя посылка", "posylka"),
        ("Ёлка", "елка"),
        ("Сколько стоит приём?", "приемов"),
        ("Сколько стоит приём?", "приёма"),
        ("The router is broken", "rout"),
        ("Նոր մոդեմ եմ ուզում", "մոդ"),
        ("Order INV-2024/55 is late", "INV-2024/55"),
        ("Order INV-2024/55 is late", "inv-2024"),
        ("Call me: +374 91 123456", "091 123456"),
        ("My café is closed", "cafe"),
        ("Where is my refrigerator?", "refrigertor"),
        ("Where is my refrigerator?", "refirgerator"),
        ("Ինտերնետը չի աշխատում", "ինտերնտ"),
        ("Ինտերնետը չի աշխատում", "աշխատոմ"),
        ("ინტერნეტი არ მუშაობს", "მუშაბს"),
        ("Он не работает", "рабоатет"),
    ],
)
def test_what_is_typed_finds_what_is_written(owner: Agent, receive: Receive, text: str, typed: str) -> None:
    wanted = receive(text=text, subject="-").conversation_id
    assert found(owner, typed) == [wanted]


def test_near_words_are_only_tried_when_nothing_is_spelt_so(owner: Agent, receive: Receive) -> None:
    exact = receive(text="the cabel", subject="-")
    near = receive(text="the cable", subject="-")
    page = search(owner, "cabel ")
    assert (page.items, page.nearly) == ([exact.conversation], False)
    guess = search(owner, "cabble ")
    assert guess.nearly
    assert near.conversation in guess.items


def test_unlike_words_find_nothing(owner: Agent, receive: Receive) -> None:
    receive(text="A question about the invoice", subject="-")
    for q in ("elephant", "слон", "փիղ", "სპილო", "12345", "zz"):
        page = search(owner, q)
        assert not page.hits, q
        assert page.next is None
