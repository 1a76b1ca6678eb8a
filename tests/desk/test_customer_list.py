"""The customers' list: searched while one types, page by page, and only among those the agent sees."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.core.actors import SYSTEM
from tamada.customers.actions import create_customer, type_given
from tamada.customers.models import Customer
from tamada.desk.templatetags.tamada_desk import breakable, is_new, language_name
from tests.cast import SignedIn

LIVE = {"HX-Request": "true", "HX-Target": "customers"}


def as_email(value: str) -> type_given:
    return {"type": "email", "value": value}


@pytest.fixture
def people(db: None) -> list[Customer]:
    del db
    names = ["Անի Պետրոսյան", "ნინო ბერიძე", *(f"Levon {n}" for n in range(60))]
    return [
        create_customer(agent=None, actor=SYSTEM, name=name, identities=[as_email(f"p{n}@mail.example")])
        for n, name in enumerate(names)
    ]


@pytest.mark.usefixtures("people")
def test_the_list_is_searched_in_latin_letters_too(owner: Agent, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    assert 'hx-target="#customers"' in client.get("/customers/").text
    for q, name in (("petrosyan", "Անի Պետրոսյան"), ("ნინოს", "ნინო ბერიძე"), ("p1@mail.example", "ნინო ბერიძე")):
        part = client.get("/customers/", {"q": q}, headers=LIVE).text
        assert name in part, q
        assert "Levon" not in part, q
        assert "<html" not in part, q
    assert "Nobody found" in client.get("/customers/", {"q": "xyzzyx"}, headers=LIVE).text
    assert 'value="petrosyan"' in client.get("/customers/?q=petrosyan").text


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("q", ["", "levon"])
def test_it_goes_on_where_the_page_ended(owner: Agent, signed_in: SignedIn, q: str) -> None:
    client = signed_in(owner)
    first = client.get("/customers/", {"q": q})
    more = client.get(f"/customers/?{first.context['next']}")
    assert len(first.context["people"]) == 50
    assert len(more.context["people"]) == (10 if q else 12)
    assert not {c.pk for c in first.context["people"]} & {c.pk for c in more.context["people"]}
    assert client.get("/customers/", {"q": q, "cursor": "x"}).status_code == 400


@pytest.mark.usefixtures("people")
def test_a_search_shows_nobody_the_list_would_hide(outsider: Agent, owner: Agent, signed_in: SignedIn) -> None:
    seen = set(signed_in(outsider).get("/customers/").context["people"])
    found = set(signed_in(outsider).get("/customers/", {"q": "levon"}).context["people"])
    assert found <= seen
    assert signed_in(owner).get("/customers/", {"q": "levon"}).context["people"]


def test_what_is_said_of_a_customer(customer: Customer) -> None:
    assert is_new(customer)
    customer.created_at = timezone.now() - timedelta(days=31)
    assert not is_new(customer)
    assert breakable("a@b.example") == "a@<wbr>b<wbr>.example"
    assert breakable("https://a/b?c") == "https:/<wbr>/<wbr>a/<wbr>b<wbr>?c"
    assert breakable("<b>@x") == "&lt;b&gt;@<wbr>x"
    assert [language_name(code) for code in ("hy", "ka", "ru", "xx")] == ["Հայերեն", "ქართული", "Русский", "xx"]
