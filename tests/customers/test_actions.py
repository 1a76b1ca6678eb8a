"""Writing customers: what may be written, by whom, and who is told."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, QueuedTask, StoredEvent
from tamada.core.tasks import run_pending
from tamada.customers import actions, indexing, queries
from tamada.customers.errors import IdentityTaken, Invalid, InvalidIdentity
from tamada.customers.models import AttributeType, BlockedSender, Customer, Tag
from tamada.search.queries import search


def make(name: str = "Ani", **fields: Any) -> Customer:
    return actions.create_customer(agent=None, actor=SYSTEM, name=name, **fields)


def told(type_: str) -> list[dict]:
    return list(StoredEvent.objects.filter(type=type_).values_list("data", flat=True))


def test_making_one_tells_and_audits(teammate: Agent) -> None:
    row = actions.create_customer(
        agent=teammate, actor=SYSTEM, name="Ani", identities=[{"type": "email", "value": "A@x.am"}], tags=["VIP", "vip"]
    )
    assert [i.value for i in row.identities.all()] == ["a@x.am"]
    assert [t.name for t in row.tags.all()] == ["VIP"]
    assert told("customer.created") == [{"customer": row.pk}]
    assert AuditEntry.objects.get(action="customer.created").object_id == row.pk


def test_an_observer_makes_and_changes_none(observer: Agent, customer: Customer) -> None:
    identity = customer.identities.get()
    with pytest.raises(PermissionDenied):
        actions.create_customer(agent=observer, actor=SYSTEM, name="Ani")
    with pytest.raises(PermissionDenied):
        actions.update_customer(agent=observer, actor=SYSTEM, customer=customer, name="X")
    with pytest.raises(PermissionDenied):
        actions.add_identity(agent=observer, actor=SYSTEM, customer=customer, type="chat", value="1")
    with pytest.raises(PermissionDenied):
        actions.remove_identity(agent=observer, actor=SYSTEM, identity=identity)
    with pytest.raises(PermissionDenied):
        actions.verify_identity(agent=observer, actor=SYSTEM, identity=identity)
    with pytest.raises(PermissionDenied):
        actions.create_organisation(agent=observer, actor=SYSTEM, name="X")
    with pytest.raises(PermissionDenied):
        actions.block_sender(agent=observer, actor=SYSTEM, value="a@b.am")
    assert not StoredEvent.objects.exists()


def test_a_change_names_what_changed_and_nothing_tells_nothing(db: None) -> None:
    row = make()
    actions.update_customer(agent=None, actor=SYSTEM, customer=row, name="Ani", city="Yerevan")
    assert told("customer.updated") == [{"customer": row.pk, "fields": ["city"]}]
    actions.update_customer(agent=None, actor=SYSTEM, customer=row, name="Ani", city="Yerevan", tags=[])
    assert len(told("customer.updated")) == 1
    trail = AuditEntry.objects.get(action="customer.updated")
    assert "Yerevan" not in str(trail.changes)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"language": "xx"}, "language"),
        ({"time_zone": "../etc"}, "time_zone"),
        ({"city": "x" * 81}, "city"),
        ({"tags": ["  "]}, "tags"),
        ({"tags": ["x" * 61]}, "tags"),
        ({"attributes": {"nothing": 1}}, "attributes"),
        ({"identities": [{"type": "pigeon", "value": "1"}]}, "identities.type"),
    ],
)
def test_what_is_no_customer_is_refused_whole(db: None, fields: dict[str, Any], where: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.create_customer(agent=None, actor=SYSTEM, **{"name": "Ani", **fields})
    assert refused.value.field == where
    assert not Customer.objects.exists()
    assert not Tag.objects.exists()


def test_an_address_belongs_to_one(db: None) -> None:
    first = make(identities=[{"type": "email", "value": "a@x.am"}])
    with pytest.raises(IdentityTaken) as refused:
        make("Bo", identities=[{"type": "email", "value": "A@X.am"}])
    assert refused.value.identity.customer == first
    assert Customer.objects.count() == 1
    again = actions.add_identity(agent=None, actor=SYSTEM, customer=first, type="email", value="A@x.AM")
    assert first.identities.get() == again


def test_identities_are_proven_and_removed(db: None) -> None:
    row = make(identities=[{"type": "phone", "value": "091 123456"}])
    identity = row.identities.get()
    assert not identity.verified
    assert actions.verify_identity(agent=None, actor=SYSTEM, identity=identity).verified
    assert not actions.verify_identity(agent=None, actor=SYSTEM, identity=identity, verified=False).verified
    actions.remove_identity(agent=None, actor=SYSTEM, identity=identity)
    assert not row.identities.exists()
    with pytest.raises(InvalidIdentity):
        actions.add_identity(agent=None, actor=SYSTEM, customer=row, type="phone", value="1")


def test_replaced_identities_keep_their_proof(db: None) -> None:
    row = make(identities=[{"type": "email", "value": "a@x.am", "verified": True}, {"type": "chat", "value": "1"}])
    given: list[actions.type_given] = [{"type": "email", "value": "A@x.am"}, {"type": "chat", "value": "2"}]
    actions.update_customer(agent=None, actor=SYSTEM, customer=row, identities=given)
    assert {(i.value, i.verified) for i in row.identities.all()} == {("a@x.am", True), ("2", False)}
    before = len(told("customer.updated"))
    actions.update_customer(agent=None, actor=SYSTEM, customer=row, identities=given)
    assert len(told("customer.updated")) == before


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        (AttributeType.TEXT, ["", "Անի", "x" * 2000], [1, ["x"], "x" * 2001, "a\0"]),
        (AttributeType.NUMBER, [0, -1, 2.5], ["1", True, float("nan"), float("inf"), 1e30]),
        (AttributeType.DATE, ["2026-01-31"], ["2026-02-30", "31.01.2026", 20260131, "20260131", "2026-W05-6"]),
        (AttributeType.BOOLEAN, [True, False], [0, 1, "yes"]),
        (AttributeType.CHOICE, ["red", "blue"], ["green", "", 1, ["red"]]),
    ],
)
def test_attributes_hold_what_their_definition_says(db: None, type_: str, good: list, bad: list) -> None:
    choices = ["red", "blue"] if type_ == AttributeType.CHOICE else []
    actions.define_attribute(agent=None, actor=SYSTEM, key="k", label="K", type=type_, choices=choices)
    row = make()
    for value in good:
        row = actions.update_customer(agent=None, actor=SYSTEM, customer=row, attributes={"k": value})
        assert row.attributes == {"k": value}
    for value in bad:
        with pytest.raises(Invalid) as refused:
            actions.update_customer(agent=None, actor=SYSTEM, customer=row, attributes={"k": value})
        assert refused.value.field == "attributes.k"
    row = actions.update_customer(agent=None, actor=SYSTEM, customer=row, attributes={"k": None})
    assert row.attributes == {}


def test_only_admins_define_attributes(owner: Agent, lead: Agent) -> None:
    with pytest.raises(PermissionDenied):
        actions.define_attribute(agent=lead, actor=SYSTEM, key="k", label="K")
    made = actions.define_attribute(agent=owner, actor=SYSTEM, key="k", label="K")
    assert actions.define_attribute(agent=owner, actor=SYSTEM, key="k", label="New").label == "New"
    with pytest.raises(Invalid):
        actions.define_attribute(agent=owner, actor=SYSTEM, key="k", label="K", type=AttributeType.NUMBER)
    wrong: list[dict[str, Any]] = [
        {"key": "A"},
        {"key": ""},
        {"label": ""},
        {"type": "x"},
        {"type": "choice"},
        {"choices": ["x"]},
    ]
    for bad in wrong:
        with pytest.raises(Invalid):
            actions.define_attribute(**{"agent": owner, "actor": SYSTEM, "key": "n", "label": "N", **bad})
    actions.drop_attribute(agent=owner, actor=SYSTEM, definition=made)
    assert list(queries.attribute_definitions()) == []


def test_tags_are_made_by_using_them(db: None) -> None:
    first = actions.tags_for(["Urgent", "URGENT ", "Ռուտեր"])
    assert [t.name for t in first] == ["Urgent", "Ռուտեր"]
    assert actions.tags_for(["urgent"]) == first[:1]
    assert actions.tags_for([]) == []
    assert Tag.objects.count() == 2
    renamed = actions.update_tag(agent=None, actor=SYSTEM, tag=first[0], name="Now", hue=40)
    assert (renamed.key, renamed.hue) == ("now", 4)
    with pytest.raises(Invalid):
        actions.update_tag(agent=None, actor=SYSTEM, tag=renamed, name="ռուտեր")


def test_organisations_know_their_domains(db: None) -> None:
    row = actions.create_organisation(
        agent=None, actor=SYSTEM, name=" Ararat  Clinic ", domains=["@Ararat.AM", "ararat.am"]
    )
    assert (row.name, row.domains) == ("Ararat Clinic", ["ararat.am"])
    with pytest.raises(InvalidIdentity):
        actions.update_organisation(agent=None, actor=SYSTEM, organisation=row, domains=["no domain"])
    with pytest.raises(Invalid):
        actions.create_organisation(agent=None, actor=SYSTEM, name=" ")


def test_a_companys_new_name_is_indexed_later_and_in_batches(
    owner: Agent, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 4)
    row = actions.create_organisation(agent=None, actor=SYSTEM, name="Ararat")
    people = [make(f"Person {n}", organisation=row) for n in range(10)]
    with django_assert_max_num_queries(15):
        actions.update_organisation(agent=owner, actor=SYSTEM, organisation=row, name="Masis")
    assert not search(owner, "Masis", kind="customers").items
    run_pending()
    assert {c.pk for c in search(owner, "Masis", kind="customers").items} == {c.pk for c in people}
    assert not search(owner, "Ararat", kind="customers").items


def test_a_company_that_keeps_its_name_is_not_indexed(db: None) -> None:
    row = actions.create_organisation(agent=None, actor=SYSTEM, name="Ararat")
    make(organisation=row)
    QueuedTask.objects.all().delete()
    actions.update_organisation(agent=None, actor=SYSTEM, organisation=row, name=" Ararat ", domains=["ararat.am"])
    assert not QueuedTask.objects.filter(name__endswith="index_people_of").exists()


def test_senders_are_refused_by_address_or_domain(customer: Customer, teammate: Agent) -> None:
    row = actions.block_sender(agent=teammate, actor=SYSTEM, value="KARINE@customer.example", reason="Ads")
    again = actions.block_sender(agent=teammate, actor=SYSTEM, value="karine@customer.example")
    assert row == again
    assert queries.is_blocked(["Karine@Customer.Example"])
    assert not queries.is_blocked(["other@customer.example"])
    assert Customer.objects.filter(pk=customer.pk, blocked_at__isnull=False).exists()
    actions.unblock_sender(agent=teammate, actor=SYSTEM, sender=row)
    assert Customer.objects.filter(pk=customer.pk, blocked_at__isnull=True).exists()
    actions.block_sender(agent=teammate, actor=SYSTEM, value="@customer.example")
    assert queries.is_blocked(["other@customer.example"])
    assert not queries.is_blocked(["other@sub.customer.example"])
    for bad in ("", "@", "nobody", "a@b@c"):
        with pytest.raises(Invalid):
            actions.block_sender(agent=teammate, actor=SYSTEM, value=bad)
    assert BlockedSender.objects.count() == 1


def test_customers_without_conversations_are_told_of_to_all(db: None) -> None:
    row = Customer.objects.create(name="A", last_activity_at=timezone.now())
    assert queries.audience_of([row.pk]) == {row.pk: frozenset({"all"})}
