"""Customers through the API."""

import pytest

from tamada.accounts.models import Agent
from tamada.conversations.models import Inbox
from tamada.core.actors import SYSTEM
from tamada.customers.actions import define_attribute
from tamada.customers.models import AttributeType, Customer
from tests.api.conftest import As, Mail


def test_making_and_reading_a_customer(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    identities = [{"type": "email", "value": "Ani@Example.AM"}, {"type": "phone", "value": "091 12-34-56"}]
    response = api.post("/customers", {"name": " Անի  Պետրոսյան ", "identities": identities})
    assert response.status_code == 201
    item = response.json()
    assert response["Location"] == f"/api/v1/customers/{item['id']}"
    assert item["name"] == "Անի Պետրոսյան"
    assert item["identities"] == [
        {"type": "email", "value": "ani@example.am", "verified": False},
        {"type": "phone", "value": "+37491123456", "verified": False},
    ]
    assert api.get(f"/customers/{item['id']}").json() == item
    assert api.get("/customers").json() == {"items": [item], "next": None}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": " "},
        {"name": "x" * 161},
        {"name": "A", "identities": [{"type": "email", "value": "nobody"}]},
        {"name": "A", "identities": [{"type": "phone", "value": "12"}]},
        {"name": "A", "identities": [{"type": "pigeon", "value": "x"}]},
        {"name": "A", "organisation": "999"},
        {"name": "A", "language": "fr"},
        {"name": "A", "time_zone": "Mars/Base"},
        {"name": "A", "attributes": {"unknown": 1}},
        {"name": "A", "tags": [""]},
    ],
)
def test_what_is_no_customer_is_refused_whole(as_: As, teammate: Agent, body: dict[str, object]) -> None:
    response = as_(teammate).post("/customers", body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["loc"][0] == "body"
    assert not Customer.objects.exists()


def test_a_taken_address_names_whose_it_is_to_who_may_know(
    as_: As, teammate: Agent, outsider: Agent, inbox: Inbox, mail: Mail
) -> None:
    row = mail(inbox, "taken@customer.example", name="Taken")
    body = {"name": "B", "identities": [{"type": "email", "value": "TAKEN@customer.example"}]}
    known = as_(teammate).post("/customers", body)
    assert known.status_code == 409
    assert known.json()["customer"] == {"id": str(row.customer_id), "name": "Taken"}
    hidden = as_(outsider).post("/customers", body)
    assert hidden.status_code == 409
    assert "customer" not in hidden.json()
    assert Customer.objects.count() == 1


def test_customers_are_seen_with_their_conversations(
    as_: As, owner: Agent, teammate: Agent, outsider: Agent, inbox: Inbox, mail: Mail
) -> None:
    theirs = mail(inbox).customer_id
    free = int(as_(outsider).post("/customers", {"name": "Nobody wrote yet"}).json()["id"])
    for agent, seen in ((owner, {theirs, free}), (teammate, {theirs, free}), (outsider, {free})):
        assert {int(item["id"]) for item in as_(agent).all("/customers", limit=1)} == seen
    for suffix in ("", "/timeline"):
        assert as_(teammate).get(f"/customers/{theirs}{suffix}").status_code == 200
        assert as_(outsider).get(f"/customers/{theirs}{suffix}").status_code == 404
    assert as_(outsider).patch(f"/customers/{theirs}", {"name": "Mine"}).status_code == 404
    identity = {"type": "chat", "value": "x"}
    assert as_(outsider).post(f"/customers/{theirs}/identities", identity).status_code == 404


def test_changes(as_: As, owner: Agent, teammate: Agent) -> None:
    define_attribute(agent=None, actor=SYSTEM, key="floor", label="Floor", type=AttributeType.NUMBER)
    define_attribute(agent=None, actor=SYSTEM, key="door", label="Door")
    api = as_(teammate)
    organisation = api.post("/organisations", {"name": "Ararat", "domains": ["Ararat.AM"]}).json()
    assert organisation["domains"] == ["ararat.am"]
    path = f"/customers/{api.post('/customers', {'name': 'Ani'}).json()['id']}"
    first = api.patch(
        path,
        {
            "attributes": {"floor": 3, "door": "b"},
            "tags": ["VIP"],
            "city": "Yerevan",
            "organisation": organisation["id"],
        },
    ).json()
    assert first["attributes"] == {"floor": 3, "door": "b"}
    assert (first["tags"], first["city"], first["organisation"]["name"]) == (["VIP"], "Yerevan", "Ararat")
    second = api.patch(path, {"attributes": {"floor": None}, "city": None, "organisation": None}).json()
    assert second["attributes"] == {"door": "b"}
    assert (second["city"], second["organisation"], second["name"], second["tags"]) == ("", None, "Ani", ["VIP"])
    assert api.patch(path, {"attributes": {"floor": "three"}}).status_code == 422
    assert api.patch(path, {"name": None}).status_code == 422
    assert api.patch(path, {}).json() == second


def test_identities_are_added_proven_and_removed(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    path = f"/customers/{api.post('/customers', {'name': 'Ani'}).json()['id']}"
    added = api.post(f"{path}/identities", {"type": "telegram", "value": "@Ani_P"})
    assert added.status_code == 201
    assert (added.json()["value"], added.json()["verified"]) == ("ani_p", False)
    one = f"{path}/identities/{added.json()['id']}"
    assert api.patch(one, {"verified": True}).json()["verified"] is True
    assert api.get(path).json()["identities"] == [{"type": "telegram", "value": "ani_p", "verified": True}]
    (listed,) = api.get(f"{path}/identities").json()["items"]
    assert listed == {**added.json(), "verified": True, "display": "@Ani_P"}
    other = f"/customers/{api.post('/customers', {'name': 'Bo'}).json()['id']}"
    assert api.delete(one.replace(path, other)).status_code == 404
    assert api.delete(one).status_code == 204
    assert api.delete(one).status_code == 404
    replaced = api.patch(path, {"identities": [{"type": "email", "value": "a@x.example", "verified": True}]}).json()
    assert [(i["type"], i["verified"]) for i in replaced["identities"]] == [("email", True)]


def test_an_observer_changes_nobody(as_: As, teammate: Agent, observer: Agent) -> None:
    path = f"/customers/{as_(teammate).post('/customers', {'name': 'Ani'}).json()['id']}"
    api = as_(observer)
    assert api.get(path).status_code == 200
    assert api.post("/customers", {"name": "B"}).status_code in (403, 404)
    assert api.patch(path, {"name": "B"}).status_code in (403, 404)
    assert api.post(f"{path}/identities", {"type": "chat", "value": "1"}).status_code in (403, 404)
    assert as_(teammate).get(path).json()["name"] == "Ani"


def test_lists_filter_and_order(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    made = [
        api.post("/customers", {"name": f"P{i}", "identities": [{"type": "phone", "value": f"09112345{i}"}]}).json()
        for i in range(5)
    ]
    ids = [item["id"] for item in made]
    assert [item["id"] for item in api.all("/customers", limit=2)] == ids[::-1]
    assert [item["id"] for item in api.all("/customers", limit=2, order="created_at")] == ids
    assert [item["id"] for item in api.all("/customers", identity="+374 91 123452")] == [ids[2]]
    api.patch(f"/customers/{ids[3]}", {"tags": ["vip"]})
    assert [item["id"] for item in api.all("/customers", tag="VIP")] == [ids[3]]
    assert api.all("/customers", organisation="nothing") == []


def test_who_gave_no_name_is_called_by_their_address(as_: As, teammate: Agent, inbox: Inbox, mail: Mail) -> None:
    row = mail(inbox, "Anon@customer.example", name="")
    api = as_(teammate)
    assert api.get(f"/customers/{row.customer_id}").json()["name"] == "Anon@customer.example"
    expected = {"id": str(row.customer_id), "name": "Anon@customer.example"}
    assert api.get("/conversations").json()["items"][0]["customer"] == expected
    assert api.get(f"/conversations/{row.pk}").json()["customer"] == expected


def test_the_timeline_mixes_conversations_in_order(
    as_: As, owner: Agent, teammate: Agent, inbox: Inbox, other_inbox: Inbox, mail: Mail
) -> None:
    row = mail(inbox, text="First")
    mail(other_inbox, text="Elsewhere")
    mail(inbox, text="Third", into=row)
    api = as_(owner)
    api.post(f"/conversations/{row.pk}/messages", {"kind": "note", "text": "Fourth"})
    path = f"/customers/{row.customer_id}/timeline"
    texts = [item["text"] for item in api.all(path, limit=1)]
    assert texts == ["Fourth", "Third", "Elsewhere", "First"]
    assert [item["text"] for item in api.all(path, limit=3, order="created_at")] == texts[::-1]
    item = api.get(path).json()["items"][1]
    assert (item["type"], item["kind"], item["channel"]) == ("message", "in", "email")
    assert item["conversation"] == str(row.pk)
    assert item["author"] == {"type": "customer", "name": "Karine"}
    assert "Elsewhere" not in [item["text"] for item in as_(teammate).all(path)]


def test_an_author_is_told_alike_on_a_timeline_and_in_a_conversation(
    as_: As, owner: Agent, inbox: Inbox, mail: Mail
) -> None:
    api, row = as_(owner), mail(inbox)
    api.post(f"/conversations/{row.pk}/messages", {"kind": "note", "text": "By a program"})
    said = api.all(f"/conversations/{row.pk}/messages")
    told = api.all(f"/customers/{row.customer_id}/timeline", order="created_at")
    assert [(item["author"], item["via"]) for item in told] == [(item["author"], item["via"]) for item in said]
    assert (said[-1]["author"], said[-1]["via"]) == ({"type": "agent", "name": "Olga"}, "api")


def test_a_page_of_customers_costs_the_same_however_long(
    as_: As, teammate: Agent, django_assert_max_num_queries
) -> None:
    api = as_(teammate)
    for i in range(8):
        api.post("/customers", {"name": f"P{i}", "identities": [{"type": "chat", "value": str(i)}]})
    with django_assert_max_num_queries(5):  # token, teams, rows, tags, identities
        assert len(api.get("/customers").json()["items"]) == 8


def test_senders_are_refused_and_let_in_again(as_: As, teammate: Agent, observer: Agent) -> None:
    api = as_(teammate)
    made = api.post("/blocked-senders", {"value": "SPAM@bad.example", "reason": "Ads"})
    assert made.status_code == 201
    assert made.json()["value"] == "spam@bad.example"
    assert [item["value"] for item in api.all("/blocked-senders")] == ["spam@bad.example"]
    assert api.post("/blocked-senders", {"value": "nonsense"}).status_code == 422
    assert as_(observer).delete(f"/blocked-senders/{made.json()['id']}").status_code in (403, 404)
    assert api.delete(f"/blocked-senders/{made.json()['id']}").status_code == 204
    assert api.all("/blocked-senders") == []
