"""The customer form: custom fields by their type, and companies by name."""

import pytest

from tamada.accounts.models import Agent
from tamada.core.actors import SYSTEM
from tamada.customers.actions import create_customer, define_attribute
from tamada.customers.models import Customer, Organisation
from tamada.search.queries import search
from tests.cast import SignedIn

FIELDS = {"contract": "text", "seats": "number", "since": "date", "vip": "boolean", "plan": "choice"}
GIVEN = {"contract": "A-17", "seats": "2.5", "since": "2026-01-31", "vip": "yes", "plan": "Gold"}


@pytest.fixture
def custom_fields(owner: Agent) -> None:
    for key, kind in FIELDS.items():
        choices = ["Gold", "Silver"] if kind == "choice" else []
        define_attribute(agent=owner, actor=SYSTEM, key=key, label=f"The {key}", type=kind, choices=choices)


def form(**more: str) -> dict[str, str]:
    return {"name": "Ani", "language": "hy"} | {f"attribute-{key}": value for key, value in GIVEN.items()} | more


@pytest.mark.usefixtures("custom_fields")
def test_custom_fields_are_filled_in_shown_and_emptied(customer: Customer, teammate: Agent, signed_in: SignedIn):
    client, url = signed_in(teammate), f"/customers/{customer.pk}/edit"
    page = client.get(url).text
    assert 'type="date"' in page
    assert 'type="number"' in page
    assert ">Silver</option>" in page
    assert client.post(url, form()).status_code == 302
    customer.refresh_from_db()
    stored = {"contract": "A-17", "seats": 2.5, "since": "2026-01-31", "vip": True, "plan": "Gold"}
    assert customer.attributes == stored
    shown = client.get(f"/customers/{customer.pk}").text
    for text in ("The contract", "A-17", "2.5", "Jan 31", "Yes", "Gold"):
        assert text in shown
    assert 'value="2026-01-31"' in client.get(url).text
    assert client.post(url, form(**{"attribute-seats": "many"})).status_code == 422
    assert client.post(url, form(**{"attribute-contract": "", "attribute-seats": "3"})).status_code == 302
    customer.refresh_from_db()
    assert customer.attributes == {k: v for k, v in stored.items() if k != "contract"} | {"seats": 3}


@pytest.mark.usefixtures("custom_fields")
def test_a_new_customer_takes_custom_fields_too(teammate: Agent, signed_in: SignedIn):
    answer = signed_in(teammate).post("/customers/new", form(email="ani@mail.example"))
    made = Customer.objects.get(name="Ani")
    assert answer["Location"] == f"/customers/{made.pk}"
    assert made.attributes["since"] == "2026-01-31"


def test_a_company_is_made_by_its_name_and_known_again(customer: Customer, teammate: Agent, signed_in: SignedIn):
    client, url = signed_in(teammate), f"/customers/{customer.pk}/edit"
    assert client.post(url, {"name": "Ani", "organisation": " Լիլիթ  Սրճարան "}).status_code == 302
    assert client.post("/customers/new", {"name": "Gor", "organisation": "լիլիթ սրճարան"}).status_code == 302
    company = Organisation.objects.get()
    assert company.name == "Լիլիթ Սրճարան"
    assert company.customers.count() == 2
    assert '<option value="Լիլիթ Սրճարան">' in client.get(url).text
    assert client.post(url, {"name": "Ani", "organisation": ""}).status_code == 302
    assert company.customers.get().name == "Gor"


def test_a_company_that_a_refused_form_named_is_not_kept(teammate: Agent, signed_in: SignedIn):
    answer = signed_in(teammate).post("/customers/new", {"name": "Gor", "organisation": "Masis", "phone": "+1"})
    assert answer.status_code == 422
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("language", ["hy", "ru", "en", ""])
def test_customers_are_found_by_their_company_whatever_they_write_in(language: str, owner: Agent):
    for name in ("Լիլիթ Սրճարան", "ღვინის სახლი", "Сад и Дом"):
        company = Organisation.objects.create(name=name)
        made = create_customer(agent=None, actor=SYSTEM, name="Gor", language=language, organisation=company)
        assert [c.pk for c in search(owner, name, kind="customers").items] == [made.pk]


@pytest.mark.parametrize(
    ("name", "typed"), [("Անի Պետրոսյան", "անի"), ("Анна Петрова", "АНН"), ("ნინო", "ნინ"), ("Bella", "bel")]
)
def test_an_address_is_completed_from_a_name_in_any_alphabet(
    owner: Agent, signed_in: SignedIn, name: str, typed: str
) -> None:
    create_customer(
        agent=owner, actor=SYSTEM, name=name, identities=[{"type": "email", "value": "someone@mail.example"}]
    )
    found = signed_in(owner).get("/addresses", {"q": typed}).json()
    assert found == [{"address": "someone@mail.example", "name": name}]
