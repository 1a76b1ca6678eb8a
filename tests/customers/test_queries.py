"""Doors, lists and the timeline."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tamada.accounts.models import Agent
from tamada.customers import points, queries
from tamada.customers.models import Customer
from tamada.customers.points import Entry
from tamada.customers.queries import CustomerFilter
from tamada.kit.cursors import BadCursor

START = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def test_who_left_sees_nobody(gone: Agent, customer: Customer) -> None:
    assert not queries.visible_to(gone).exists()
    with pytest.raises(Customer.DoesNotExist):
        queries.get_visible(gone, customer.pk)


def test_rooms_above_hide_customers_from_all_but_admins(
    owner: Agent, teammate: Agent, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points.visibility, "_entries", {"test": lambda found, agent: found.none()})
    assert list(queries.visible_to(owner)) == [customer]
    assert list(queries.visible_to(teammate)) == []


def test_rooms_above_say_who_hears_of_a_customer(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {name: lambda ids, key=name: {pk: frozenset({key}) for pk in ids} for name in ("team:1", "team:2")}
    monkeypatch.setattr(points.audience, "_entries", sources)
    assert queries.audience_of([customer.pk]) == {customer.pk: frozenset({"team:1", "team:2"})}


@pytest.mark.parametrize("order", ["newest", "created"])
def test_pages_reach_everybody_once_though_times_are_equal(owner: Agent, order: queries.Order) -> None:
    rows = [Customer(name=f"P{i}", last_activity_at=START + timedelta(minutes=i // 3)) for i in range(10)]
    Customer.objects.bulk_create(rows)
    Customer.objects.update(created_at=START)
    found, cursor = [], None
    while True:
        page = queries.list_page(owner, CustomerFilter(), order=order, cursor=cursor, limit=3)
        found += page.items
        cursor = page.next
        if cursor is None:
            break
    expected = sorted(rows, key=lambda row: (row.last_activity_at, row.pk), reverse=True) if order == "newest" else rows
    assert found == expected


@pytest.mark.parametrize(
    "cursor", ["x", "e30", "WzEsMl0", "WyJ4IiwxXQ", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwxXQ", "é", "a" * 9999]
)
def test_a_made_up_cursor_is_refused(owner: Agent, cursor: str, customer: Customer) -> None:
    with pytest.raises(BadCursor):
        queries.list_page(owner, CustomerFilter(), cursor=cursor)
    with pytest.raises(BadCursor):
        queries.timeline(customer, owner, cursor=cursor)


def test_an_address_finds_its_customer(owner: Agent, customer: Customer) -> None:
    for written in ("karine@customer.example", "KARINE@CUSTOMER.EXAMPLE"):
        assert queries.list_page(owner, CustomerFilter(identity=written)).items == [customer]
    assert queries.list_page(owner, CustomerFilter(identity="other@x.example")).items == []


class Source:
    """A room's entries at the given minutes; ids count from 1."""

    def __init__(self, kind: str, minutes: Sequence[int]) -> None:
        self.entries = [Entry(at=START + timedelta(minutes=m), kind=kind, id=i) for i, m in enumerate(minutes, 1)]

    def __call__(
        self, customer: Customer, agent: Agent, *, edge: tuple[datetime, int] | None, newest_first: bool, limit: int
    ) -> Sequence[Entry]:
        key = lambda entry: (entry.at, entry.id)  # noqa: E731
        found = sorted(self.entries, key=key, reverse=newest_first)
        if edge:
            found = [entry for entry in found if (key(entry) < edge if newest_first else key(entry) > edge)]
        return found[:limit]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    sources=st.lists(st.lists(st.integers(0, 3), max_size=7), max_size=3),
    limit=st.integers(1, 5),
    newest_first=st.booleans(),
)
def test_a_timeline_shows_each_entry_once_in_order(
    owner: Agent, customer: Customer, sources: list[list[int]], limit: int, newest_first: bool
) -> None:
    entries = {f"kind{i}": Source(f"kind{i}", minutes) for i, minutes in enumerate(sources)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(points.timeline, "_entries", entries)
        found: list[Entry] = []
        cursor = None
        while True:
            page = queries.timeline(customer, owner, cursor=cursor, limit=limit, newest_first=newest_first)
            found += page.items
            cursor = page.next
            if cursor is None:
                break
    everything = [entry for source in entries.values() for entry in source.entries]
    assert found == sorted(everything, key=lambda e: (e.at, e.kind, e.id), reverse=newest_first)
