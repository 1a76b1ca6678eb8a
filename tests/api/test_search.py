"""Search through the API: what is found, in which shape, and by whom."""

from typing import Any

import pytest

from tamada.accounts.models import Agent
from tamada.conversations.models import Inbox
from tests.api.conftest import As, Mail


def found(items: list[dict[str, Any]]) -> list[int]:
    return [int(item["id"]) for item in items]


def test_conversations_are_found_newest_first_in_their_own_shape(
    as_: As, teammate: Agent, inbox: Inbox, mail: Mail
) -> None:
    rows = [mail(inbox, f"p{i}@customer.example", "The printers are broken", subject="Help") for i in range(5)]
    mail(inbox, "q@customer.example", "All is well", subject="Thanks")
    api = as_(teammate)
    assert found(api.all("/search", q="printer", limit=2)) == [row.pk for row in reversed(rows)]
    (shown,) = api.get("/search", q="printer", limit=1).json()["items"]
    assert shown == api.get(f"/conversations/{rows[-1].pk}").json()


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Мои роутеры не работают", "роутер"),
        ("Ինտերնետը դանդաղ է", "ինտերնետ"),
        ("ინტერნეტი არ მუშაობს", "ინტერნეტ"),
        ("We have printers", "printer"),
    ],
)
def test_every_language_finds_inflected_words(
    as_: As, teammate: Agent, inbox: Inbox, mail: Mail, text: str, query: str
) -> None:
    row = mail(inbox, text=text)
    assert found(as_(teammate).all("/search", q=query)) == [row.pk]


def test_who_may_not_see_finds_nothing(as_: As, owner: Agent, outsider: Agent, inbox: Inbox, mail: Mail) -> None:
    row = mail(inbox, text="The printers are broken", name="Karine Grigoryan")
    for query, kind, pk in (("printers", "conversations", row.pk), ("karine", "customers", row.customer_id)):
        assert found(as_(owner).all("/search", q=query, kind=kind)) == [pk]
        assert as_(outsider).all("/search", q=query, kind=kind) == []


def test_customers_are_found_in_their_own_shape(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    body = {"name": "Կարինե Գրիգորյան", "identities": [{"type": "phone", "value": "091 12 34 56"}]}
    made = api.post("/customers", body).json()
    for query in ("Կարինե", "գրիգորյան", "+37491123456"):
        assert api.all("/search", q=query, kind="customers") == [made]
    assert api.all("/search", q="Կարինե") == []
    assert api.all("/search", q="Կարինե", kind="articles") == []


def test_a_changed_name_is_found_and_the_old_one_is_not(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    pk = api.post("/customers", {"name": "Zaruhi"}).json()["id"]
    api.patch(f"/customers/{pk}", {"name": "Hasmik"})
    assert found(api.all("/search", q="Hasmik", kind="customers")) == [int(pk)]
    assert api.all("/search", q="Zaruhi", kind="customers") == []


@pytest.mark.parametrize(
    "query", ["", " ", '"', "is:nonsense", "from:", "((", "a" * 1000, "\\", "%", "NEAR(a b)", "#1", "😀"]
)
def test_whatever_is_asked_never_fails(as_: As, teammate: Agent, inbox: Inbox, mail: Mail, query: str) -> None:
    mail(inbox)
    for kind in ("conversations", "customers", "articles"):
        assert as_(teammate).get("/search", q=query, kind=kind).status_code == 200


@pytest.mark.parametrize("query", [{}, {"q": "a", "kind": "agents"}, {"q": "a" * 1001}, {"q": "a", "cursor": "x"}])
def test_what_is_no_search_is_refused(as_: As, teammate: Agent, query: dict[str, str]) -> None:
    assert as_(teammate).get("/search", **query).status_code == 422


def test_a_page_of_hits_costs_the_same_however_long(
    as_: As, teammate: Agent, inbox: Inbox, mail: Mail, django_assert_max_num_queries
) -> None:
    for i in range(12):
        mail(inbox, f"p{i}@customer.example", "The printers are broken")
    api = as_(teammate)
    api.get("/me")
    with django_assert_max_num_queries(17):
        assert len(api.get("/search", q="printer").json()["items"]) == 12
