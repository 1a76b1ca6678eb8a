"""Senders become customers, a batch at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tamada.core.models import StoredEvent
from tamada.customers.actions import customers_for
from tamada.customers.models import Customer, Identity

NOW = timezone.now()


@pytest.mark.django_db
def test_new_senders_become_customers_once() -> None:
    parties = [("Ani@Example.AM", "", ""), ("ani@example.am", "Ani", "hy"), ("bo@example.am", "Bo", "en")]
    found = customers_for(type="email", parties=parties, at=NOW)
    assert set(found) == {"Ani@Example.AM", "ani@example.am", "bo@example.am"}
    assert found["Ani@Example.AM"] == found["ani@example.am"]
    assert (found["ani@example.am"].name, found["ani@example.am"].language) == ("Ani", "hy")
    assert Customer.objects.count() == 2
    assert list(Identity.objects.values_list("value", flat=True)) == ["ani@example.am", "bo@example.am"]
    assert StoredEvent.objects.filter(type="customer.created").count() == 2


@pytest.mark.django_db
def test_known_senders_stay_who_they_are_and_learn() -> None:
    first = customers_for(type="email", parties=[("ani@example.am", "", "")], at=NOW)["ani@example.am"]
    later = NOW + timedelta(hours=1)
    again = customers_for(type="email", parties=[("ANI@example.am", "Ani", "hy")], at=later)["ANI@example.am"]
    assert again == first
    first.refresh_from_db()
    assert (first.name, first.language, first.last_activity_at) == ("Ani", "hy", later)
    customers_for(type="email", parties=[("ani@example.am", "Another", "ru")], at=NOW)
    first.refresh_from_db()
    assert (first.name, first.language, first.last_activity_at) == ("Ani", "hy", later)


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["", "not an address", "a@b@c", "x" * 5000, "a\0b@x.example", "<>", "MAILER-DAEMON"])
def test_an_address_that_none_can_read_still_has_its_customer(value: str) -> None:
    (first,) = set(customers_for(type="email", parties=[(value, "n\0ame", "")], at=NOW).values())
    (again,) = set(customers_for(type="email", parties=[(value, "", "")], at=NOW).values())
    assert first == again
    assert first.name == "name"


@pytest.mark.django_db
def test_the_same_value_of_another_type_is_another_person() -> None:
    mail = customers_for(type="email", parties=[("7", "", "")], at=NOW)["7"]
    chat = customers_for(type="chat", parties=[("7", "", "")], at=NOW)["7"]
    assert mail != chat


@pytest.mark.django_db
def test_a_batch_costs_few_queries(django_assert_max_num_queries) -> None:
    parties = [(f"p{i}@example.am", f"P{i}", "en") for i in range(100)]
    customers_for(type="email", parties=parties[:50], at=NOW)
    with django_assert_max_num_queries(16):
        found = customers_for(type="email", parties=parties, at=NOW + timedelta(minutes=1))
    assert len(set(found.values())) == 100


@pytest.mark.django_db(transaction=True)
def test_two_workers_who_meet_the_same_people_agree() -> None:
    """Batches that overlap, at the same time and in other orders: one customer for each address, and no deadlock."""
    names = [f"p{i}@example.am" for i in range(20)]

    def receive(shift: int) -> dict[str, int]:
        try:
            with transaction.atomic():
                parties = [(name, "", "") for name in names[shift:] + names[:shift]]
                return {name: row.pk for name, row in customers_for(type="email", parties=parties, at=NOW).items()}
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(receive, [0, 5, 10, 15]))
    assert all(result == results[0] for result in results)
    assert Customer.objects.count() == len(names)


@pytest.mark.django_db
def test_an_empty_batch_is_nothing() -> None:
    assert customers_for(type="email", parties=[], at=NOW) == {}
