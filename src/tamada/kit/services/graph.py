"""Who waits for whom: the steps of a service as a graph without circles, and what a new version of it changes.

The first functions take the graph bare, as `after`: each step, in the order people read them, with those it waits for.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from heapq import heapify, heappop, heappush
from typing import Literal

from .template import Service, Step

After = Mapping[str, Collection[str]]


def order(after: After) -> list[str]:
    """The steps so that each stands behind those it waits for, otherwise as people read them.

    Those that wait in a circle, and for one, are left out.
    """
    behind: dict[str, list[str]] = {one: [] for one in after}
    waits = {one: len(set(before)) for one, before in after.items()}
    for one, before in after.items():
        for other in set(before):
            behind[other].append(one)
    place = {one: at for at, one in enumerate(after)}
    free = [place[one] for one, number in waits.items() if not number]
    names, found = list(after), []
    heapify(free)
    while free:
        one = names[heappop(free)]
        found.append(one)
        for other in behind[one]:
            waits[other] -= 1
            if not waits[other]:
                heappush(free, place[other])
    return found


def cycle(after: After) -> tuple[str, ...] | None:
    """A circle as a path, `("a", "b", "a")`: b waits for a, and a for b. None where there is none."""
    free = set(order(after))
    left = {one: [other for other in before if other not in free] for one, before in after.items() if one not in free}
    if not left:
        return None
    path = [next(iter(left))]
    while (one := left[path[-1]][0]) not in path:
        path.append(one)
    circle = path[path.index(one) :][::-1]
    first = min(range(len(circle)), key=lambda at: list(left).index(circle[at]))
    circle = circle[first:] + circle[:first]
    return (*circle, circle[0])


def cycles(after: After) -> Iterator[tuple[str, ...]]:
    """Circles that share no step, until what is left has none."""
    left = dict(after)
    while circle := cycle({one: [other for other in before if other in left] for one, before in left.items()}):
        yield circle
        for one in set(circle):
            del left[one]


def before(after: After, step: str) -> frozenset[str]:
    """All that must be done before a step can begin."""
    return _reached(after, step)


def behind(after: After, step: str) -> frozenset[str]:
    """All that can't begin before a step is done."""
    turned: dict[str, list[str]] = {one: [] for one in after}
    for one, waits_for in after.items():
        for other in waits_for:
            turned[other].append(one)
    return _reached(turned, step)


def _reached(links: After, start: str) -> frozenset[str]:
    found: set[str] = set()
    todo = [start]
    while todo:
        for one in links[todo.pop()]:
            if one not in found:
                found.add(one)
                todo.append(one)
    return frozenset(found)


def layers(after: After) -> list[list[str]]:
    """The steps in rows: each in the first row below all that it waits for."""
    row: dict[str, int] = {}
    for one in order(after):
        row[one] = max((row[other] + 1 for other in after[one]), default=0)
    rows: list[list[str]] = [[] for _ in range(max(row.values(), default=-1) + 1)]
    for one in after:
        if one in row:
            rows[row[one]].append(one)
    return rows


def longest(takes: Mapping[str, timedelta], after: After) -> timedelta:
    """What the steps take at least, where whatever can goes on at once."""
    done: dict[str, timedelta] = {}
    for one in order(after):
        done[one] = max((done[other] for other in after[one]), default=timedelta(0)) + takes[one]
    return max(done.values(), default=timedelta(0))


# -- of a service ------------------------------------------------------------------------------------------------------


def after_in(service: Service) -> dict[str, tuple[str, ...]]:
    """Its graph."""
    return {step.id: step.after for step in service.steps.values()}


def ready(service: Service, done: Collection[str]) -> tuple[Step, ...]:
    """The steps that can be open now: not done, and all they wait for is. What was skipped counts as done."""
    closed = frozenset(done)
    return tuple(step for step in service.steps.values() if step.id not in closed and closed.issuperset(step.after))


# -- a new version -----------------------------------------------------------------------------------------------------

What = Literal["name", "stage", "doer", "takes", "after", "form", "checklist", "asks", "hands_over", "promise", "texts"]


@dataclass(frozen=True, slots=True)
class Change:
    """A step that is in both versions and not the same."""

    old: Step
    new: Step
    what: tuple[What, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a job in progress would meet if it went on by another version. Steps are the same by their id."""

    added: tuple[Step, ...]
    removed: tuple[Step, ...]
    changed: tuple[Change, ...]
    within: tuple[timedelta | None, timedelta | None] | None = None
    """What is promised, old and new, where that changes."""

    @property
    def is_nothing(self) -> bool:
        """Whether a job would not notice."""
        return not (self.added or self.removed or self.changed or self.within)


def compare(old: Service, new: Service) -> Comparison:
    """What a new version adds, takes away and changes, in the order people read it."""
    pairs = [(old.steps[step.id], step) for step in new.steps.values() if step.id in old.steps]
    compared = [Change(was, now, tuple(_changed(old, was, new, now))) for was, now in pairs]
    return Comparison(
        added=tuple(step for step in new.steps.values() if step.id not in old.steps),
        removed=tuple(step for step in old.steps.values() if step.id not in new.steps),
        changed=tuple(change for change in compared if change.what),
        within=(old.within, new.within) if old.within != new.within else None,
    )


def _changed(old: Service, was: Step, new: Service, now: Step) -> Iterator[What]:
    if was.name != now.name:
        yield "name"
    if old.stage_of[was.id].id != new.stage_of[now.id].id:
        yield "stage"
    if set(was.after) != set(now.after):
        yield "after"
    same: tuple[What, ...] = ("doer", "takes", "form", "checklist", "asks", "promise")
    yield from (what for what in same if getattr(was, what) != getattr(now, what))
    if set(was.hands_over) != set(now.hands_over):
        yield "hands_over"
    if (was.shown, was.tells) != (now.shown, now.tells):
        yield "texts"
