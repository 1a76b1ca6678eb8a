"""The event log: recorded with the change, handled by tasks, pruned in batches."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from tamada.core import events, queue, tasks
from tamada.core.actors import SYSTEM, Actor
from tamada.core.models import QueuedTask, StoredEvent
from tests.core.jobs import Rang, Silent, seen
from tests.helpers.polling import until

pytestmark = pytest.mark.django_db

AGENT = Actor("agent", 7, "Ani")


@pytest.fixture(autouse=True)
def fresh() -> None:
    seen.ran.clear()
    seen.errors.clear()


def ring(bell_id: int = 1, **fields: object) -> Rang:
    return Rang(audience=frozenset({"team:1", "role:admin"}), bell_id=bell_id, **fields)  # type: ignore[arg-type]


def test_an_event_keeps_ids_audience_and_actor_without_names() -> None:
    events.record(Rang(audience=frozenset({"a", "b"}), before=frozenset({"c"}), bell_id=3), actor=AGENT)
    row = StoredEvent.objects.get()
    assert (row.type, row.data) == ("test.rang", {"bell_id": 3, "times": []})
    assert row.audience_keys == {"a", "b"}
    assert row.before_keys == {"c"}
    assert (row.actor_kind, row.actor_id) == ("agent", 7)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        events.record(ring(), actor=SYSTEM)
    assert not StoredEvent.objects.exists()


def test_only_events_with_handlers_make_a_task() -> None:
    events.record(Silent(audience=frozenset({"all"})), actor=SYSTEM)
    assert not QueuedTask.objects.exists()
    events.record(ring(), actor=SYSTEM)
    assert QueuedTask.objects.count() == 1


def test_every_handler_gets_the_typed_event() -> None:
    events.record(ring(5, times=(1, 2)), actor=AGENT)
    tasks.run_pending()
    assert seen.ran == [("first", 5, "agent"), ("second", 5, (1, 2))]


def test_who_does_not_want_an_event_when_it_happens_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = events.handlers["test.rang"]
    wanted = {first: True, second: False}
    for handler in wanted:
        monkeypatch.setitem(events.conditions, handler, partial(wanted.__getitem__, handler))
    events.record(ring(5), actor=AGENT)
    wanted[first], wanted[second] = False, True  # What counts is what held when it happened.
    tasks.run_pending()
    assert [what[0] for what in seen.ran] == ["first"]  # type: ignore[index]
    wanted[second] = False
    events.record(ring(6), actor=AGENT)
    assert not QueuedTask.objects.exists()


def test_a_handler_that_fails_is_retried_alone() -> None:
    seen.errors[:] = [ValueError()]
    events.record(ring(), actor=SYSTEM)
    tasks.run_pending()
    assert [what[0] for what in seen.ran] == ["first", "second"]  # type: ignore[index]
    QueuedTask.objects.update(run_after=timezone.now())
    assert tasks.run_pending() == 1
    assert [what[0] for what in seen.ran] == ["first", "second", "first"]  # type: ignore[index]
    assert not QueuedTask.objects.exists()


def test_a_retry_of_a_handler_that_is_gone_becomes_a_dead_letter() -> None:
    event = {"id": 1, "type": "test.rang", "at": timezone.now().isoformat(), "data": {}, "audience": [], "before": []}
    events.run_handler.enqueue(handler="gone", event={**event, "actor": {"kind": "system", "id": None}})
    tasks.run_pending()
    assert len(queue.dead_letters()) == 1


def test_fields_a_newer_version_dropped_are_ignored() -> None:
    event = events.rebuild("test.rang", {"bell_id": 1, "dropped": 2, "times": [3]}, ["a"], [])
    assert event == Rang(audience=frozenset({"a"}), bell_id=1, times=(3,))


@pytest.mark.django_db(transaction=True)
def test_reading_goes_on_where_it_stopped() -> None:
    with transaction.atomic():
        events.record(*(ring(number) for number in range(5)), actor=SYSTEM)
    # On PostgreSQL an open transaction of any database of the cluster holds rows back: here, of a test beside this one.
    until(lambda: len(events.read_after(0, 10)) == 5)
    first = events.read_after(0, 3)
    rest = events.read_after(first[-1].pk, 10)
    assert [row.data["bell_id"] for row in first + rest] == [0, 1, 2, 3, 4]
    assert events.read_after(rest[-1].pk, 10) == []
    assert events.latest() == rest[-1].pk


@pytest.mark.django_db(transaction=True)
def test_pruning_keeps_seven_days_and_makes_older_cursors_unknown() -> None:
    with transaction.atomic():
        events.record(*(ring(number) for number in range(4)), actor=SYSTEM)
    old, *_, last = StoredEvent.objects.order_by("pk")
    assert events.known(0)
    assert events.known(old.pk)
    StoredEvent.objects.exclude(pk=last.pk).update(at=timezone.now() - timedelta(days=8))
    events.prune()
    assert [row.pk for row in StoredEvent.objects.all()] == [last.pk]
    assert not events.known(0)
    assert not events.known(old.pk)
    assert events.known(last.pk)
