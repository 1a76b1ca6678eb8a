"""Reads of views: who may use and change which, in what order they stand, and what each asks of the lists."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from time import monotonic, thread_time
from typing import Any, Final, cast

from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce

from tamada.accounts.models import Agent, Membership, Role
from tamada.accounts.permissions import allowed
from tamada.accounts.queries import team_ids
from tamada.conversations.models import Status
from tamada.conversations.queries import ListFilter, Order, Sight, counted, sight_of
from tamada.conversations.search import problems_in
from tamada.core.db import is_postgres
from tamada.customers.identities import tag_key
from tamada.customers.models import Tag
from tamada.kit.numbers import row_number
from tamada.kit.text import fold
from tamada.search.query import PEOPLE, STATES, Operator, parse

from ..models import View, Visibility
from ..narrowing import ME
from ..points import Condition, Missing

PERMISSION: Final = "view.own"
MOST_COUNTED: Final = 100
"""A view counts up to so many; beyond them the number says no more."""
MOST_IN_RAIL: Final = 30
_LAST: Final = 32_767


def visible_to(agent: Agent) -> QuerySet[View]:
    """The views an agent may open: everybody's, those of their teams, and their own. An admin sees every team's."""
    if not agent.is_active:
        return View.objects.none()
    shared = Q(visibility=Visibility.ALL) | Q(visibility=Visibility.ME, owner=agent)
    teams = Membership.objects.filter(agent=agent).values("team")
    of_team = Q(visibility=Visibility.TEAM) if agent.is_admin else Q(team__in=teams)
    return View.objects.filter(shared | of_team).select_related("team")


def may_change(agent: Agent, visibility: str, team_id: int | None) -> bool:
    """Whether an agent may make or change a view for these: everybody's are for admins, a team's for its leads."""
    if not allowed(agent, PERMISSION):
        return False
    if visibility == Visibility.ME or agent.is_admin:
        return True
    return visibility == Visibility.TEAM and agent.role == Role.LEAD and team_id in team_ids(agent)


def arranged(agent: Agent) -> list[tuple[View, bool]]:
    """Every view of the agent in the order of their rail, and whether it stands there; one query.

    What they never arranged comes last; of other people's teams an admin's rail shows none until they want it.
    """
    member = Membership.objects.filter(agent=agent, team=OuterRef("team"))
    found = visible_to(agent).annotate(
        place=FilteredRelation("places", condition=Q(places__agent=agent)),
        at=Coalesce(F("place__position"), _LAST),
        is_shown=Coalesce(F("place__is_shown"), Case(When(team=None, then=True), default=Exists(member))),
    )
    return [(view, view.is_shown) for view in sorted(found, key=lambda v: (v.at, v.name.casefold(), v.pk))]


def in_rail(agent: Agent) -> list[View]:
    """The views beside the agent's lists."""
    return [view for view, is_shown in arranged(agent) if is_shown][:MOST_IN_RAIL]


def counts_of(agent: Agent, views: Sequence[View]) -> dict[int, int]:
    """How many conversations each view has for the agent, `MOST_COUNTED` + 1 for more than it counts.

    Nearly all are counted anew each time, which an index makes cheap, and in one statement. One that has to look at
    every row (a word in any subject, of any status) may not cost every desk that much with every mail: see `_Costs`.
    """
    known = {view.pk: total for view in views if (total := _costs.believed(agent, view)) is not None}
    rest = [view for view in views if view.pk not in known]
    if not rest:
        return known
    sight = sight_of(agent)
    known |= _counted(agent, [view for view in rest if _costs.is_cheap(agent, view)], sight)
    for view in rest:
        if view.pk not in known:
            started = _spent()
            known |= _counted(agent, [view], sight)
            _costs.put(agent, view, known[view.pk], _spent() - started)
    return known


def _counted(agent: Agent, views: Sequence[View], sight: Sight) -> dict[int, int]:
    totals = counted(agent, [filters_of(agent, view) for view in views], most=MOST_COUNTED + 1, sight=sight)
    return dict(zip([view.pk for view in views], totals, strict=True))


def _spent() -> float:
    """What this thread has worked: a busy machine makes nothing costly. A database elsewhere works while we wait."""
    return monotonic() if is_postgres() else thread_time()


class _Costs:
    """What was expensive to count is believed for fifty times as long as that took: a fiftieth of a core at most.

    What was cheap is counted together with the rest, and alone again after some minutes, since it may have grown.
    In each process for itself. Screens ask again every minute, so that a number that was believed too long is mended.
    """

    MOST: Final = 20_000
    CHEAP_FOR: Final = 300.0

    def __init__(self) -> None:
        self.costly = 0.025
        self._kept: dict[tuple[int, int, int], tuple[float, int | None]] = {}

    def believed(self, agent: Agent, view: View) -> int | None:
        """What was counted at some cost, while it is believed."""
        until, total = self._kept.get(self._key(agent, view), (0.0, None))
        return total if monotonic() < until else None

    def is_cheap(self, agent: Agent, view: View) -> bool:
        """Whether it was counted lately, for next to nothing."""
        until, total = self._kept.get(self._key(agent, view), (0.0, None))
        return total is None and monotonic() < until

    def put(self, agent: Agent, view: View, total: int, spent: float) -> None:
        """Remember what it took to count one alone."""
        if len(self._kept) >= self.MOST:
            self._kept.clear()
        slow = spent > self.costly
        until = monotonic() + (50 * spent if slow else self.CHEAP_FOR)
        self._kept[self._key(agent, view)] = (until, total if slow else None)

    def _key(self, agent: Agent, view: View) -> tuple[int, int, int]:
        return agent.pk, view.pk, hash(f"{view.every} {view.some}")


_costs = _Costs()


# --- what a view asks -----------------------------------------------------------------------------------------------


def filters_of(agent: Agent, view: View) -> ListFilter:
    """What a list asks for this view, when this agent looks at it."""
    plain: dict[str, Any] = {}
    where: list[Q] = []
    for condition in _read(view.every):
        name, value = _plainly(agent, condition)
        if name and name not in plain:
            plain[name] = value
        else:
            where.append(condition.rows(agent))
    if view.some:
        where.append(reduce(or_, (condition.rows(agent) for condition in _read(view.some))))
    return ListFilter(**plain, where=tuple(where))


def order_of(view: View) -> Order:
    """How its list is sorted."""
    return cast(Order, view.order)


def _plainly(agent: Agent, condition: Condition) -> tuple[str, Any]:
    """The field of a `ListFilter` that says the same, so that the lists' indexes serve views too; "" for none."""
    if condition.operator != "is":
        return "", None
    if condition.ask == "owner":
        who = {ME: agent.pk, "": "none"}
        return "assignee", who.get(condition.value) or row_number(condition.value)
    if condition.ask in ("status", "channel"):
        return condition.ask, condition.value
    if condition.ask in ("inbox", "team") and condition.value.isdecimal():
        return condition.ask, row_number(condition.value)
    return "", None


def _read(kept: Sequence[dict[str, str]]) -> list[Condition]:
    return [Condition(one.get("ask", ""), one.get("is", ""), one.get("value", "")) for one in kept]


def problems_of(agent: Agent, view: View) -> list[str]:
    """What a view names that isn't there any more, as sentences."""
    found: list[str] = []
    for condition in _read([*view.every, *view.some]):
        try:
            condition.words(to_views=True)
        except Missing as error:
            found.append(str(error))
        else:
            found += problems_in(agent, condition.value) if condition.ask == "search" else []
    return list(dict.fromkeys(found))


def in_words(view: View) -> tuple[list[str], list[str]]:
    """Its conditions as sentences: all of the first hold, and one of the second."""
    return _sentences(view.every), _sentences(view.some)


def _sentences(kept: Sequence[dict[str, str]]) -> list[str]:
    said = []
    for condition in _read(kept):
        try:
            said.append(condition.words(to_views=True))
        except Missing as error:
            said.append(str(error))
    return said


# --- from a list or a search ----------------------------------------------------------------------------------------


def conditions_of(agent: Agent, filters: ListFilter) -> list[dict[str, str]]:
    """The conditions of a view that shows what such a list does; spam has only its own list."""
    asked: list[tuple[str, str, str]] = []
    for name in ("status", "channel"):
        value = getattr(filters, name)
        asked += [(name, "is", value)] if isinstance(value, str) and value else []
    if filters.assignee is not None:
        mine = {agent.pk: ME, "none": ""}
        asked.append(("owner", "is", mine.get(filters.assignee, str(filters.assignee))))
    asked += [(name, "is", str(pk)) for name in ("inbox", "team") if (pk := getattr(filters, name)) is not None]
    asked += [("mentioned", "yes", "")] if filters.mentioned else []
    return [Condition(*one).kept() for one in asked]


def conditions_from(agent: Agent, text: str) -> list[dict[str, str]]:
    """The conditions of a view that shows what a search finds: what a condition can say becomes one."""
    asked, rest = [], text
    for operator in parse(text).operators:
        if (condition := _from_operator(operator)) is not None:
            asked.append(condition)
            rest = rest.replace(operator.written, " ", 1)
    if words := " ".join(rest.split()):
        asked.append(Condition("search", "contains", words))
    return [condition.kept() for condition in asked]


def _from_operator(operator: Operator) -> Condition | None:
    word = fold(operator.value)
    if operator.name == "is":
        return _STATES.get(STATES.get(word, ""))
    if operator.name == "assignee" and word in PEOPLE:
        return Condition("owner", "is", ME if PEOPLE[word] == "me" else "")
    if operator.name == "tag" and (tag := Tag.objects.filter(key=tag_key(operator.value)).first()) is not None:
        return Condition("tag", "has", str(tag.pk))
    return None


_STATES: Final = {
    **{status: Condition("status", "is", status) for status in Status.values},
    "mine": Condition("owner", "is", ME),
    "unassigned": Condition("owner", "is", ""),
    "unread": Condition("unread", "yes", ""),
    "late": Condition("deadline", "is", "late"),
}
