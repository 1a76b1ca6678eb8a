"""Who waits for whom, and what a new version changes."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.kit.services import graph
from tamada.kit.services.template import Doer, Field, Service
from tests.kit.services.services import HOUR, service, services, step

#      a ──► b ──► d
#      └───► c ──┘      e
DIAMOND = {"d": ("b", "c"), "c": ("a",), "b": ("a",), "a": (), "e": ()}

graphs = st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4)).map(
    lambda links: {str(one): tuple(str(other) for other in others if other in links) for one, others in links.items()}
)


def test_the_order_keeps_to_the_order_of_reading_where_it_can() -> None:
    assert graph.order(DIAMOND) == ["a", "c", "b", "d", "e"]
    assert graph.order({"b": (), "a": ()}) == ["b", "a"]
    assert graph.order({}) == []


def test_a_circle_is_a_path_that_comes_back() -> None:
    assert graph.cycle(DIAMOND) is None
    assert graph.cycle({"a": ("c",), "b": ("a",), "c": ("b",)}) == ("a", "b", "c", "a")
    assert graph.cycle({"a": ("b",), "b": ("b",), "c": ("a",)}) == ("b", "b")


@given(graphs)
def test_there_is_an_order_or_a_circle(after: dict[str, tuple[str, ...]]) -> None:
    found, circle = graph.order(after), graph.cycle(after)
    assert (circle is None) == (len(found) == len(after))
    assert all(other in found[:at] for at, one in enumerate(found) for other in after[one])
    if circle:
        assert circle[0] == circle[-1]
        assert len(set(circle)) == len(circle) - 1
        assert all(one in after[other] for one, other in pairwise(circle))
    told = [set(one) for one in graph.cycles(after)]
    assert len(set().union(*told)) == sum(map(len, told))


def test_what_is_before_and_behind() -> None:
    assert graph.before(DIAMOND, "d") == {"a", "b", "c"}
    assert graph.behind(DIAMOND, "a") == {"b", "c", "d"}
    assert graph.before(DIAMOND, "a") == graph.behind(DIAMOND, "d") == frozenset()


def test_layers_stand_below_all_that_they_wait_for() -> None:
    assert graph.layers(DIAMOND) == [["a", "e"], ["c", "b"], ["d"]]
    assert graph.layers({"a": (), "b": ("a",), "c": ("a", "b")}) == [["a"], ["b"], ["c"]]
    assert graph.layers({}) == []


def test_the_longest_way_through() -> None:
    takes = {"a": HOUR, "b": 5 * HOUR, "c": 2 * HOUR, "d": HOUR, "e": 6 * HOUR}
    assert graph.longest(takes, DIAMOND) == 7 * HOUR
    assert graph.longest({}, {}) == timedelta(0)


# --- of a service -----------------------------------------------------------------------------------------------------

SERVICE = service([step("a"), step("b", "a"), step("c", "a")], [step("d", "b", "c")])


@pytest.mark.parametrize(
    ("done", "ready"),
    [("", "a"), ("a", "bc"), ("ab", "c"), ("abc", "d"), ("abcd", ""), ("bc", "ad"), ("az", "bc")],
)
def test_steps_are_ready_once_all_they_wait_for_is_done(done: str, ready: str) -> None:
    assert [one.id for one in graph.ready(SERVICE, set(done))] == list(ready)


@settings(max_examples=10, deadline=None)
@given(services())
def test_whoever_does_what_is_ready_comes_to_an_end(made: Service) -> None:
    done: set[str] = set()
    while ready := graph.ready(made, done):
        done.add(ready[-1].id)
    assert done == set(made.steps)


# --- a new version ----------------------------------------------------------------------------------------------------


@settings(max_examples=10, deadline=None)
@given(services())
def test_a_service_is_no_change_of_itself(made: Service) -> None:
    assert graph.compare(made, made).is_nothing


def test_added_removed_and_promised_differently() -> None:
    new = service([step("a"), step("b", "a"), step("x", "a")], [step("d", "b", "x")], within=5 * HOUR)
    found = graph.compare(SERVICE, new)
    assert [one.id for one in found.added] == ["x"]
    assert [one.id for one in found.removed] == ["c"]
    assert [(change.new.id, change.what) for change in found.changed] == [("d", ("after",))]
    assert found.within == (None, 5 * HOUR)
    assert not found.is_nothing


CHANGES = [
    ("name", {"name": {"en": "Another"}}),
    ("doer", {"doer": Doer("team", "Visits")}),
    ("takes", {"takes": 2 * HOUR}),
    ("form", {"form": (Field("x", {"en": "X"}),)}),
    ("checklist", {"checklist": ({"en": "Look"},)}),
    ("asks", {"asks": "approve"}),
    ("hands_over", {"hands_over": ("x",)}),
    ("promise", {"promise": {"en": "Soon"}}),
    ("texts", {"shown": {"en": "We work"}}),
    ("texts", {"tells": {"done": {"en": "Done"}}}),
    ("after", {"after": ("b",)}),
]


@pytest.mark.parametrize(("what", "change"), CHANGES, ids=[row[0] for row in CHANGES])
def test_what_changes_of_a_step_is_named(what: str, change: dict[str, object]) -> None:
    changed = replace(SERVICE.steps["d"], **change)  # type: ignore[arg-type]
    new = replace(SERVICE, stages=(SERVICE.stages[0], replace(SERVICE.stages[1], steps=(changed,))))
    assert [one.what for one in graph.compare(SERVICE, new).changed] == [(what,)]


def test_the_order_in_which_it_is_written_changes_nothing_and_another_stage_does() -> None:
    turned = service([step("a"), step("c", "a"), step("b", "a")], [step("d", "c", "b")])
    assert graph.compare(SERVICE, turned).is_nothing
    moved = service([step("a"), step("b", "a")], [step("c", "a"), step("d", "b", "c")])
    assert [(one.new.id, one.what) for one in graph.compare(SERVICE, moved).changed] == [("c", ("stage",))]
