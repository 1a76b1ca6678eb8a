"""Being away hands work on: along the chosen road, once, with somebody there at its end; coming back moves nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tamada.accounts.actions import update_agent
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Team
from tamada.automation import actions
from tamada.automation.actions.absences import AbsenceTerms
from tamada.automation.errors import Invalid
from tamada.automation.models import Absence, HandedOn, Method, Road, TeamRouting
from tamada.automation.queries.absences import handed_on, running
from tamada.conversations.actions import receive_messages, update_conversation
from tamada.conversations.envelopes import ThreadKeys
from tamada.conversations.models import Conversation, Inbox, Kind, Status
from tamada.notifications.models import Notification
from tests.automation.scene import arrive, envelope, here, make_inbox, settle
from tests.cast import make_agent

HOUR = timedelta(hours=1)
Plan = Callable[..., Absence]


@pytest.fixture
def inbox(team: Team) -> Inbox:
    return make_inbox(team)


@pytest.fixture
def plan(db: None) -> Plan:
    """`plan(member, to, …)` is an absence from now on, of an hour; `to` a colleague, a road, or nothing: they stay."""

    def run(
        member: Agent, to: Agent | Road = Road.STAY, *, starts: float = 0, hours: float = 1, by: Any = None
    ) -> Absence:
        by = by or member
        start = timezone.now() + timedelta(hours=starts) - timedelta(seconds=1)
        road, colleague = (Road.COLLEAGUE, to) if isinstance(to, Agent) else (to, None)
        terms = AbsenceTerms(starts_at=start, ends_at=start + hours * HOUR, road=road, colleague=colleague)
        made = actions.plan_absence(agent=by, actor=actor_of(by), member=member, terms=terms)
        settle()
        return made

    return run


def owned(inbox: Inbox, owner: Agent, **fields: Any) -> Conversation:
    found = arrive(inbox)
    Conversation.objects.filter(pk=found.pk).update(assignee=owner, **fields)
    found.refresh_from_db()
    return found


def owner_of(conversation: Conversation) -> Agent | None:
    conversation.refresh_from_db()
    return conversation.assignee


def at(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock says this, and the worker looks."""
    monkeypatch.setattr(timezone, "now", lambda: moment)
    actions.follow_absences()


# --- the roads ------------------------------------------------------------------------------------------------------


def test_to_a_colleague_goes_what_is_open_or_pending_and_nothing_else(
    plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent, owner: Agent
) -> None:
    moving = [owned(inbox, teammate), owned(inbox, teammate, status=Status.PENDING)]
    closed = owned(inbox, teammate, status=Status.CLOSED, waiting_since=None)
    spam, foreign = owned(inbox, teammate, is_spam=True), owned(inbox, owner)
    absence = plan(teammate, lead)
    assert [owner_of(one) for one in moving] == [lead, lead]
    assert [owner_of(one) for one in (closed, spam, foreign)] == [teammate, teammate, owner]
    assert set(HandedOn.objects.values_list("conversation", "to")) == {(one.pk, lead.pk) for one in moving}
    lines = [m.data["event"] for m in moving[0].messages.filter(kind=Kind.SYSTEM)]
    assert lines == ["absent", "assignee"]
    absence.refresh_from_db()
    assert absence.handed_at is not None


def test_to_the_team_goes_what_then_has_no_owner(plan: Plan, inbox: Inbox, teammate: Agent) -> None:
    moving = owned(inbox, teammate)
    plan(teammate, Road.TEAM)
    assert owner_of(moving) is None
    assert HandedOn.objects.get().to is None


def test_what_stays_stays_though_the_team_gives_on_what_waits_with_the_away(
    plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent, team: Team
) -> None:
    TeamRouting.objects.create(team=team, method=Method.LOAD, reassigns=True, in_hours=False)
    here(lead, teammate)
    staying = owned(inbox, teammate)
    plan(teammate, Road.STAY)
    assert owner_of(staying) == teammate
    assert not HandedOn.objects.exists()


def test_what_the_team_gets_back_is_routed_to_who_is_here(
    plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent, team: Team
) -> None:
    TeamRouting.objects.create(team=team, method=Method.LOAD, in_hours=False)
    here(lead, teammate)
    moving = owned(inbox, teammate)
    plan(teammate, Road.TEAM)
    assert owner_of(moving) == lead


def test_a_customer_who_writes_meanwhile_follows_the_road_and_what_was_given_on_purpose_does_not(
    plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent, owner: Agent
) -> None:
    snoozed = owned(inbox, teammate, status=Status.SNOOZED, waiting_since=None)
    plan(teammate, lead)
    assert owner_of(snoozed) == teammate
    given = arrive(inbox)
    update_conversation(agent=owner, actor=actor_of(owner), conversation=given, assignee=teammate)
    settle()
    assert owner_of(given) == teammate
    for one in (snoozed, given):
        first = one.messages.filter(kind=Kind.IN).get()
        receive_messages(
            envelopes=[envelope(inbox, thread=ThreadKeys(conversation_ids=[one.pk]), subject=first.subject)]
        )
    settle()
    assert [owner_of(one) for one in (snoozed, given)] == [lead, lead]


def test_what_wakes_or_is_opened_again_meanwhile_follows_the_road(
    plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent, owner: Agent
) -> None:
    closed = owned(inbox, teammate, status=Status.CLOSED, waiting_since=None)
    plan(teammate, lead)
    update_conversation(agent=owner, actor=actor_of(owner), conversation=closed, status=Status.OPEN)
    settle()
    assert owner_of(closed) == lead


# --- who takes it ---------------------------------------------------------------------------------------------------


def test_a_colleague_who_is_away_too_hands_on_by_their_own_road(
    plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent, owner: Agent
) -> None:
    plan(lead, owner)
    moving = owned(inbox, teammate)
    plan(teammate, lead)
    assert owner_of(moving) == owner


@pytest.mark.parametrize("road", [Road.STAY, Road.TEAM])
def test_where_the_colleague_is_away_and_hands_on_to_nobody_it_is_the_teams(
    plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent, road: Road
) -> None:
    plan(lead, road)
    moving = owned(inbox, teammate)
    plan(teammate, lead)
    assert owner_of(moving) is None


def test_two_who_point_to_each_other_give_it_to_the_team(
    plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent
) -> None:
    first, second = owned(inbox, teammate), owned(inbox, lead)
    plan(lead, teammate)
    assert owner_of(second) == teammate
    plan(teammate, lead)
    assert (owner_of(first), owner_of(second)) == (None, None)


def test_a_colleague_who_left_or_may_only_read_takes_nothing(
    plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent, owner: Agent
) -> None:
    plan(teammate, lead, starts=1)
    update_agent(agent=owner, actor=actor_of(owner), target=lead, is_active=False)
    moving = owned(inbox, teammate)
    Absence.objects.update(starts_at=timezone.now() - HOUR / 2)
    actions.follow_absences()
    settle()
    assert owner_of(moving) is None


def test_a_colleague_whose_row_is_gone_is_the_team(plan: Plan, inbox: Inbox, teammate: Agent) -> None:
    passing = make_agent("Passing")
    plan(teammate, passing, starts=1)
    passing.delete()
    moving = owned(inbox, teammate)
    Absence.objects.update(starts_at=timezone.now() - HOUR / 2)
    actions.follow_absences()
    settle()
    assert owner_of(moving) is None


# --- coming back ----------------------------------------------------------------------------------------------------


def test_coming_back_moves_nothing_and_tells_what_went(plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent) -> None:
    moving = owned(inbox, teammate)
    absence = plan(teammate, lead)
    teammate.refresh_from_db()
    assert (teammate.is_away, teammate.away_until) == (True, absence.ends_at)
    actions.end_absence(agent=teammate, actor=actor_of(teammate), absence=absence)
    settle()
    assert owner_of(moving) == lead
    teammate.refresh_from_db()
    assert (teammate.is_away, teammate.away_until) == (False, None)
    told = Notification.objects.get(agent=teammate, type="handed_on")
    assert told.data["total"] == 1
    assert [one.conversation_id for one in handed_on(absence, teammate)] == [moving.pk]
    assert running([teammate.pk]) == {}


def test_who_missed_nothing_is_told_nothing(plan: Plan, teammate: Agent, lead: Agent) -> None:
    absence = plan(teammate, lead)
    actions.end_absence(agent=teammate, actor=actor_of(teammate), absence=absence)
    settle()
    assert not Notification.objects.filter(type="handed_on").exists()


def test_one_that_was_planned_and_not_begun_is_simply_gone(
    plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent
) -> None:
    staying = owned(inbox, teammate)
    absence = plan(teammate, lead, starts=5)
    actions.end_absence(agent=teammate, actor=actor_of(teammate), absence=absence)
    assert not Absence.objects.exists()
    assert owner_of(staying) == teammate


# --- the clock ------------------------------------------------------------------------------------------------------


def test_the_clock_begins_and_ends_it(
    plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving, start = owned(inbox, teammate), timezone.now()
    plan(teammate, lead, starts=2, hours=2)
    at(start + HOUR, monkeypatch)
    assert owner_of(moving) == teammate
    at(start + 2 * HOUR, monkeypatch)
    assert owner_of(moving) == lead
    teammate.refresh_from_db()
    assert teammate.is_away
    at(start + 4 * HOUR, monkeypatch)
    teammate.refresh_from_db()
    assert not teammate.is_away


def test_a_clock_that_jumps_back_ends_nothing_and_begins_nothing_twice(
    plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving, start = owned(inbox, teammate), timezone.now()
    absence = plan(teammate, lead)
    Conversation.objects.filter(pk=moving.pk).update(assignee=teammate)
    at(start - 5 * HOUR, monkeypatch)
    absence.refresh_from_db()
    assert absence.is_running
    assert owner_of(moving) == teammate  # given back on purpose; what was open went once
    assert HandedOn.objects.count() == 1


def test_an_absence_that_nobody_was_awake_for_moves_nothing(
    plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    staying, start = owned(inbox, teammate), timezone.now()
    absence = plan(teammate, lead, starts=1)
    at(start + 100 * HOUR, monkeypatch)
    absence.refresh_from_db()
    assert absence.ended_at is not None
    assert owner_of(staying) == teammate
    teammate.refresh_from_db()
    assert not teammate.is_away


def test_what_a_death_left_lying_is_handed_on_later(plan: Plan, inbox: Inbox, teammate: Agent, lead: Agent) -> None:
    plan(teammate, lead)
    left = owned(inbox, teammate)
    Absence.objects.update(handed_at=None)
    actions.follow_absences()
    assert owner_of(left) == lead
    again = owned(inbox, teammate)
    actions.follow_absences()
    assert owner_of(again) == teammate


# --- who may, and what is refused -----------------------------------------------------------------------------------


def test_oneself_and_admins_plan_it_and_nobody_else(plan: Plan, owner: Agent, lead: Agent, teammate: Agent) -> None:
    assert plan(teammate, by=owner, starts=3).agent == teammate
    with pytest.raises(PermissionDenied):
        plan(teammate, by=lead, starts=9)
    with pytest.raises(PermissionDenied):
        actions.end_absence(agent=lead, actor=actor_of(lead), absence=Absence.objects.get())
    assert Absence.objects.count() == 1


def test_two_at_the_same_time_are_refused_and_two_that_touch_are_not(plan: Plan, teammate: Agent, lead: Agent) -> None:
    plan(teammate, starts=10, hours=2)
    for starts, hours in ((9, 2), (11, 5), (9, 9), (10.5, 1)):
        with pytest.raises(Invalid):
            plan(teammate, starts=starts, hours=hours)
    now = Absence.objects.get()
    for start in (now.starts_at - HOUR, now.ends_at):
        terms = AbsenceTerms(starts_at=start, ends_at=start + HOUR)
        actions.plan_absence(agent=teammate, actor=actor_of(teammate), member=teammate, terms=terms)
    assert plan(lead, starts=10).pk
    assert Absence.objects.filter(agent=teammate).count() == 3


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"starts_at": 2, "ends_at": 1}, "ends_at"),
        ({"starts_at": -3, "ends_at": -1}, "ends_at"),
        ({"starts_at": 1, "ends_at": 24 * 800}, "ends_at"),
        ({"road": "nowhere"}, "road"),
        ({"road": Road.COLLEAGUE}, "colleague"),
        ({"road": Road.COLLEAGUE, "colleague": "teammate"}, "colleague"),
        ({"road": Road.COLLEAGUE, "colleague": "observer"}, "colleague"),
        ({"road": Road.COLLEAGUE, "colleague": "gone"}, "colleague"),
    ],
)
def test_what_can_not_be_is_refused_by_field(
    teammate: Agent, observer: Agent, gone: Agent, terms: dict[str, Any], field: str
) -> None:
    people = {"teammate": teammate, "observer": observer, "gone": gone}
    values: dict[str, Any] = {"starts_at": 1, "ends_at": 2} | terms
    for name in ("starts_at", "ends_at"):
        values[name] = timezone.now() + values[name] * HOUR
    values["colleague"] = people.get(values.get("colleague", ""))
    with pytest.raises(Invalid) as refused:
        actions.plan_absence(agent=teammate, actor=actor_of(teammate), member=teammate, terms=AbsenceTerms(**values))
    assert refused.value.field == field
    assert not Absence.objects.exists()
