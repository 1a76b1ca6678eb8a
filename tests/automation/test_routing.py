"""Routing: who gets what, within caps, and what happens to what nobody owns."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tamada.accounts.actions import set_away
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Role, Team
from tamada.automation import actions
from tamada.automation.actions import routing
from tamada.automation.actions.routing import RoutingTerms
from tamada.automation.errors import Invalid
from tamada.automation.models import AgentRouting, Method, TeamRouting
from tamada.automation.queries.routing import best, candidates, routable
from tamada.calendars.models import Calendar
from tamada.conversations.actions import update_conversation
from tamada.conversations.models import Conversation, Inbox
from tamada.core.actors import SYSTEM
from tamada.customers.models import Tag
from tamada.notifications.models import Notification
from tests.automation.scene import arrive, here, make_inbox, settle
from tests.cast import make_agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox(db: None) -> Inbox:
    return make_inbox()


@pytest.fixture
def people(team: Team) -> list[Agent]:
    found = [make_agent(name, Role.AGENT) for name in ("Aram", "Bela", "Cira")]
    here(*found)
    return found


def routed(team: Team, method: str = Method.TURN, **more: Any) -> None:
    actions.set_team_routing(agent=None, actor=SYSTEM, team=team, terms=RoutingTerms(method=method, **more))


def takes(
    agent: Agent, *, cap: int | None = None, languages: tuple[str, ...] = (), skills: tuple[Tag, ...] = ()
) -> None:
    actions.set_agent_routing(agent=None, actor=SYSTEM, member=agent, cap=cap, languages=languages, skills=skills)


def owners(*conversations: Conversation) -> list[str]:
    found = {c.pk: c.assignee.name if c.assignee else "" for c in Conversation.objects.select_related("assignee")}
    return [found[c.pk] for c in conversations]


def test_by_hand_nobody_is_given_anything(inbox: Inbox, team: Team, people: list[Agent]) -> None:
    assert owners(arrive(inbox)) == [""]
    routed(team, Method.MANUAL)
    assert owners(arrive(inbox)) == [""]


def test_in_turn(inbox: Inbox, team: Team, people: list[Agent]) -> None:
    routed(team)
    assert owners(*[arrive(inbox) for _ in range(6)]) == ["Aram", "Bela", "Cira"] * 2


def test_whoever_has_the_fewest(inbox: Inbox, team: Team, people: list[Agent]) -> None:
    for _ in range(2):
        arrive(inbox)
    Conversation.objects.update(assignee=people[0])
    routed(team, Method.LOAD)
    assert sorted(owners(*[arrive(inbox) for _ in range(4)])) == ["Bela", "Bela", "Cira", "Cira"]


def test_never_above_a_cap_and_then_when_there_is_room(inbox: Inbox, team: Team, people: list[Agent]) -> None:
    routed(team, cap=1)
    takes(people[1], cap=0)
    takes(people[2], cap=2)
    found = [arrive(inbox) for _ in range(5)]
    assert sorted(owners(*found)) == ["", "", "Aram", "Cira", "Cira"]
    first = next(c for c in found if owners(c) == ["Aram"])
    update_conversation(agent=people[0], actor=actor_of(people[0]), conversation=first, status="closed")
    assert actions.route_waiting() == 1
    assert actions.route_waiting() == 0


def test_only_who_is_here(inbox: Inbox, team: Team, people: list[Agent], observer: Agent, gone: Agent) -> None:
    here(observer, gone)
    here(people[0], now=timezone.now() - timedelta(hours=1))
    Agent.objects.filter(pk=people[1].pk).update(is_away=True)
    routed(team)
    assert owners(arrive(inbox), arrive(inbox)) == ["Cira", "Cira"]


def test_at_night_it_waits_for_the_morning(team: Team, people: list[Agent]) -> None:
    never = Calendar.objects.create(name="Never", time_zone="UTC")
    inbox = make_inbox(calendar=never)
    routed(team)
    conversation = arrive(inbox)
    assert owners(conversation) == [""]
    routed(team, in_hours=False)
    actions.route_waiting()
    assert owners(conversation) == ["Aram"]


def test_by_language_and_skill(inbox: Inbox, team: Team, people: list[Agent]) -> None:
    fibre, other = (Tag.objects.create(name=name, key=name) for name in ("fibre", "other"))
    takes(people[0], languages=("hy",))
    takes(people[1], languages=("en", "ru"), skills=(fibre,))
    takes(people[2], languages=("en",))
    routed(team, by_skill=True, by_language=True)
    waiting = arrive(inbox, handled=False, language="en")
    waiting.tags.add(fibre, other)
    settle()
    assert owners(waiting) == ["Bela"]
    assert owners(arrive(inbox, language="hy")) == ["Aram"]
    assert owners(arrive(inbox, language="ka")) == [""]


def test_who_gives_it_back_is_not_given_it_again(inbox: Inbox, team: Team, people: list[Agent]) -> None:
    routed(team)
    conversation = arrive(inbox)
    aram = people[0]
    update_conversation(agent=aram, actor=actor_of(aram), conversation=conversation, assignee=None)
    settle()
    assert owners(conversation) == ["Bela"]


def test_what_waits_with_somebody_who_goes_away_is_given_to_others(
    inbox: Inbox, team: Team, people: list[Agent]
) -> None:
    routed(team, reassigns=True)
    conversation = arrive(inbox)
    set_away(agent=people[0], actor=actor_of(people[0]), away=True)
    settle()
    assert owners(conversation) == ["Bela"]
    Agent.objects.exclude(pk=people[1].pk).update(is_away=True)
    set_away(agent=people[1], actor=actor_of(people[1]), away=True)
    settle()
    assert owners(conversation) == ["Bela"]


def test_nothing_is_taken_from_who_is_away_unless_the_team_wants_it(
    inbox: Inbox, team: Team, people: list[Agent]
) -> None:
    routed(team)
    conversation = arrive(inbox)
    set_away(agent=people[0], actor=actor_of(people[0]), away=True)
    settle()
    assert owners(conversation) == ["Aram"]


def test_the_leads_hear_once_of_what_nobody_owns(
    inbox: Inbox, team: Team, lead: Agent, teammate: Agent, owner: Agent
) -> None:
    early, late = (arrive(inbox, received_at=timezone.now() - timedelta(minutes=m)) for m in (20, 90))
    assert (actions.tell_unowned(), actions.tell_unowned()) == (1, 0)
    settle()
    told = Notification.objects.filter(type="unowned")
    assert [(n.agent, n.conversation_id) for n in told] == [(lead, late.pk)]
    routed(team, Method.MANUAL, alert_minutes=15)
    assert actions.tell_unowned() == 1
    routed(team, Method.MANUAL, alert_minutes=0)
    assert early.assignee is None
    assert actions.tell_unowned() == 0


# --- what can't be done now holds up nothing else -------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two are looked at in one go; `older` ones are more."""
    monkeypatch.setattr(routing, "AT_ONCE", 2)


def older(inbox: Inbox, **more: Any) -> list[Conversation]:
    """What waited longest."""
    since = timezone.now() - timedelta(hours=5)
    return [arrive(inbox, handled=False, received_at=since, **more) for _ in range(3)]


def shut(team: Team) -> Inbox:
    return make_inbox(team, calendar=Calendar.objects.create(name="Never", time_zone="UTC"))


def test_a_team_of_which_nobody_is_here_holds_up_no_other(
    inbox: Inbox, team: Team, other_team: Team, people: list[Agent], few: None
) -> None:
    make_agent("Gone home", Role.AGENT, other_team)
    for one in (team, other_team):
        routed(one)
    waiting = older(make_inbox(other_team))
    conversation = arrive(inbox, handled=False)
    assert actions.route_waiting() == 1
    assert owners(conversation, *waiting) == ["Aram", "", "", ""]


def test_a_team_without_room_holds_up_no_other(
    inbox: Inbox, team: Team, other_team: Team, people: list[Agent], few: None
) -> None:
    full = make_agent("Full", Role.AGENT, other_team)
    here(full)
    takes(full, cap=0)
    for one in (team, other_team):
        routed(one)
    older(make_inbox(other_team))
    conversation = arrive(inbox, handled=False)
    assert actions.route_waiting() == 1
    assert owners(conversation) == ["Aram"]


def test_a_shut_inbox_holds_up_no_open_one_of_its_team(
    inbox: Inbox, team: Team, people: list[Agent], few: None
) -> None:
    routed(team)
    waiting = older(shut(team))
    conversation = arrive(inbox, handled=False)
    assert actions.route_waiting() == 1
    assert owners(conversation, *waiting) == ["Aram", "", "", ""]
    routed(team, in_hours=False)
    assert actions.route_waiting() == 2


def test_a_language_that_nobody_here_speaks_holds_up_no_other(
    inbox: Inbox, team: Team, people: list[Agent], few: None
) -> None:
    for agent in people:
        takes(agent, languages=("hy",))
    routed(team, by_language=True)
    older(inbox, language="ka")
    conversation = arrive(inbox, handled=False, language="hy")
    assert actions.route_waiting() == 1
    assert owners(conversation) == ["Aram"]


@pytest.mark.parametrize("by_skill", [False, True])
@pytest.mark.parametrize("by_language", [False, True])
def test_what_is_looked_at_is_what_somebody_would_be_given(
    inbox: Inbox, team: Team, people: list[Agent], by_skill: bool, by_language: bool
) -> None:
    """The question to the database says the same as the choice among people."""
    fibre, phone, other = (Tag.objects.create(name=name, key=name) for name in ("fibre", "phone", "other"))
    takes(people[0], languages=("hy",), skills=(fibre,))
    takes(people[1], languages=("en",), skills=(phone,))
    takes(people[2], cap=0)  # who would take all of it, and has no room
    routed(team, by_skill=by_skill, by_language=by_language)
    for language in ("", "hy", "en", "ka"):
        for tags in ((), (fibre,), (fibre, phone), (other,), (phone, other)):
            arrive(inbox, handled=False, language=language).tags.set(tags)
    settings, rows = TeamRouting.objects.get(team=team), candidates(AgentRouting.objects.all())
    fitting = {row.pk for row in Conversation.objects.all() if best(settings, rows, row) is not None}
    assert {row.pk for row in routable(settings, timezone.now())} == fitting
    assert 0 < len(fitting) < 20 or not (by_skill or by_language)


def test_alerts_of_a_shut_inbox_hide_none_of_an_open_one(inbox: Inbox, team: Team, lead: Agent, few: None) -> None:
    older(shut(team))
    conversation = arrive(inbox, handled=False, received_at=timezone.now() - timedelta(minutes=90))
    assert actions.tell_unowned() == 1
    settle()
    assert [one.conversation_id for one in Notification.objects.filter(type="unowned")] == [conversation.pk]


def test_a_lead_settles_only_their_teams(lead: Agent, teammate: Agent, team: Team, other_team: Team) -> None:
    terms = RoutingTerms(method=Method.TURN)
    actions.set_team_routing(agent=lead, actor=actor_of(lead), team=team, terms=terms)
    for who, which in ((lead, other_team), (teammate, team)):
        with pytest.raises(PermissionDenied):
            actions.set_team_routing(agent=who, actor=actor_of(who), team=which, terms=terms)
    stranger = make_agent("Stranger", Role.AGENT, other_team)
    with pytest.raises(PermissionDenied):
        actions.set_agent_routing(agent=lead, actor=actor_of(lead), member=stranger, cap=1, languages=[], skills=[])


@pytest.mark.parametrize("more", [{"method": "nonsense"}, {"cap": -1}, {"cap": 100_000}, {"alert_minutes": -5}])
def test_what_is_no_routing(team: Team, more: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        routed(team, **{"method": Method.TURN, **more})
