"""Policies: what is taken, who may settle them, and what they foresee."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.automation.actions import create_policy, delete_policy, sla, update_policy
from tamada.automation.actions.sla import Terms
from tamada.automation.errors import Invalid
from tamada.automation.models import Policy
from tamada.automation.queries import outdone, policies, preview
from tamada.calendars.actions import create_calendar
from tamada.calendars.models import Calendar
from tamada.conversations.models import Inbox
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, StoredEvent

pytestmark = pytest.mark.django_db
TERMS = Terms(name="Usual", first_minutes=60)
YEREVAN = ZoneInfo("Asia/Yerevan")


def test_an_admin_settles_policies_and_it_is_written_down(owner: Agent) -> None:
    who: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    policy = create_policy(**who, terms=replace(TERMS, name="  Usual\0  terms "))
    assert policy.name == "Usual terms"
    update_policy(**who, policy=policy, terms=replace(TERMS, first_minutes=30))
    delete_policy(**who, policy=policy)
    actions = ["sla.policy_added", "sla.policy_updated", "sla.policy_deleted"]
    assert (
        list(AuditEntry.objects.filter(action__startswith="sla.").order_by("pk").values_list("action", flat=True))
        == actions
    )
    assert StoredEvent.objects.filter(type="sla.policy_changed").count() == 3


@pytest.mark.parametrize("who", ["lead", "teammate", "observer", "gone"])
def test_nobody_else_does(who: str, request: pytest.FixtureRequest) -> None:
    agent: Agent = request.getfixturevalue(who)
    policy = create_policy(agent=None, actor=SYSTEM, terms=TERMS)
    common: dict[str, Any] = {"agent": agent, "actor": actor_of(agent)}
    with pytest.raises(PermissionDenied):
        create_policy(**common, terms=TERMS)
    with pytest.raises(PermissionDenied):
        update_policy(**common, policy=policy, terms=replace(TERMS, name="Mine now"))
    with pytest.raises(PermissionDenied):
        delete_policy(**common, policy=policy)
    assert list(Policy.objects.values_list("name", flat=True)) == ["Usual"]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": " \0 "}),
        ("name", {"name": "x" * 81}),
        ("position", {"position": -1}),
        ("position", {"position": 1_001}),
        ("first_minutes", {"first_minutes": None}),
        ("first_minutes", {"first_minutes": 0}),
        ("next_minutes", {"next_minutes": 366 * 24 * 60 + 1}),
        ("resolution_minutes", {"resolution_minutes": -5}),
        ("warn_percent", {"warn_percent": 0}),
        ("warn_percent", {"warn_percent": 100}),
        ("hours", {"hours": "sometimes"}),
        ("calendar", {"hours": "calendar"}),
        ("calendar", {"hours": "inbox", "calendar": Calendar(pk=1)}),
        ("priorities", {"priorities": ["huge"]}),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(field: str, change: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        create_policy(agent=None, actor=SYSTEM, terms=replace(TERMS, **change))
    assert refused.value.field == field
    assert not Policy.objects.exists()


def test_there_is_an_end_to_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sla, "MOST_POLICIES", 1)
    create_policy(agent=None, actor=SYSTEM, terms=TERMS)
    with pytest.raises(Invalid):
        create_policy(agent=None, actor=SYSTEM, terms=TERMS)


def test_one_that_never_counts_is_told(inbox: Inbox, other_inbox: Inbox) -> None:
    def made(name: str, **scope: Any) -> Policy:
        return create_policy(agent=None, actor=SYSTEM, terms=replace(TERMS, name=name, **scope))

    urgent = made("Urgent", priorities=("urgent",), position=5)
    one = made("One", inboxes=(inbox,))
    both_urgent = made("Both", inboxes=(inbox, other_inbox), priorities=("urgent", "high"))
    same = made("Same", inboxes=(inbox,), priorities=("high",))
    rest = made("Rest")
    last = made("Last")
    off = made("Off", is_active=False)
    found = outdone(list(policies()))
    assert {pk: earlier.name for pk, earlier in found.items()} == {same.pk: "One", last.pk: "Rest"}
    assert not {urgent.pk, one.pk, both_urgent.pk, rest.pk, off.pk} & found.keys()


def test_it_foresees_when_a_mail_would_be_due_in_each_inbox(inbox: Inbox, other_inbox: Inbox) -> None:
    office = {day: [(9 * 60, 18 * 60)] for day in range(5)}
    who: dict[str, Any] = {"agent": None, "actor": SYSTEM, "time_zone": "Asia/Yerevan"}
    inbox.calendar = create_calendar(**who, name="Office", week=office)
    other_inbox.calendar = create_calendar(**who, name="Shut", week={})
    friday = datetime(2026, 3, 6, 17, 30, tzinfo=YEREVAN)
    alike = Inbox(name="Sales", calendar=inbox.calendar)
    open_, shut = preview(Policy(first_minutes=60), [inbox, other_inbox, alike], now=friday)
    assert (open_.inboxes, shut.inboxes) == ([inbox, alike], [other_inbox])
    assert open_.when == [("first", datetime(2026, 3, 9, 9, 30, tzinfo=YEREVAN))]
    assert shut.when == [("first", None)]
