"""Fifty conversations at the same moment: never above a cap, never two owners, spread within one."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tamada.accounts.models import Agent, Role, Team
from tamada.automation import actions
from tamada.automation.actions.routing import RoutingTerms
from tamada.automation.models import Method
from tamada.conversations.actions import receive_messages
from tamada.conversations.models import Conversation, Inbox, Kind
from tamada.core.actors import SYSTEM
from tests.automation.scene import envelope, here, make_inbox
from tests.cast import first_team, make_agent

pytestmark = pytest.mark.django_db(transaction=True)
ARRIVALS = 50


def at_once(number: int, work: Callable[[int], int | None]) -> list[int | None]:
    """Each in a thread of its own, all of them begun before the first has ended."""

    def alone(which: int) -> int | None:
        try:
            return work(which)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(alone, range(number)))


def people(*teams: Team) -> list[Agent]:
    found = [make_agent(name, Role.AGENT, *teams) for name in ("Aram", "Bela", "Cira", "Dato")]
    here(*found)
    return found


def settle(team: Team, method: str, cap: int) -> None:
    terms = RoutingTerms(method=method, cap=cap)
    actions.set_team_routing(agent=None, actor=SYSTEM, team=team, terms=terms)


def owners() -> Counter[str]:
    return Counter(c.assignee.name if c.assignee else "" for c in Conversation.objects.select_related("assignee"))


def assert_nothing_was_given_twice() -> None:
    lines = Counter(Conversation.objects.filter(messages__kind=Kind.SYSTEM).values_list("pk", flat=True))
    assert set(lines.values()) == {1}


@pytest.mark.parametrize("method", [Method.TURN, Method.LOAD])
def test_fifty_arrivals_are_spread_within_one(method: str) -> None:
    team = first_team()
    inbox, _people = make_inbox(team), people(team)
    settle(team, method, cap=0)

    def arrive(_number: int) -> int | None:
        (received,) = receive_messages(envelopes=[envelope(inbox)])
        return actions.route(conversation_id=received.conversation_id or 0)

    assert None not in at_once(ARRIVALS, arrive)
    found = owners()
    assert sum(found.values()) == ARRIVALS
    assert max(found.values()) - min(found.values()) <= 1
    assert_nothing_was_given_twice()


def test_two_teams_that_share_people_keep_the_cap_and_each_conversation_has_one_owner() -> None:
    teams = [first_team(), Team.objects.create(name="Second")]
    inboxes: list[Inbox] = [make_inbox(team) for team in teams]
    people(*teams)
    for team in teams:
        settle(team, Method.LOAD, cap=5)
    received = [receive_messages(envelopes=[envelope(inboxes[n % 2])])[0].conversation_id or 0 for n in range(25)]

    def route(number: int) -> int | None:
        return actions.route(conversation_id=received[number // 2])

    given = [agent for agent in at_once(ARRIVALS, route) if agent is not None]
    assert owners() == {"Aram": 5, "Bela": 5, "Cira": 5, "Dato": 5, "": 5}
    assert len(given) == 20
    assert_nothing_was_given_twice()
