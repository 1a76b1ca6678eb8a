"""Other hours, holidays, inboxes and policies move what is due: in portions, in the background."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.automation import tasks
from tamada.automation.actions import deadlines as actions
from tamada.automation.actions import delete_policy, recount_deadlines, tell_deadlines, update_policy
from tamada.automation.actions.sla import Terms
from tamada.automation.models import Deadline
from tamada.automation.queries import countdowns
from tamada.calendars.actions import DayHours, create_calendar, delete_calendar, set_special_days, set_week
from tamada.calendars.errors import InUse
from tamada.calendars.models import Calendar
from tamada.conversations.actions import update_inbox
from tamada.conversations.models import Conversation, Inbox
from tamada.core.actors import SYSTEM
from tamada.core.models import QueuedTask, StoredEvent
from tamada.core.tasks import run_pending
from tests.automation.conftest import MINUTE, Ask, Promise, deadlines

pytestmark = pytest.mark.django_db
WHO: dict[str, Any] = {"agent": None, "actor": SYSTEM}
ALWAYS = {day: [(0, 1440)] for day in range(7)}


@pytest.fixture
def hours() -> Calendar:
    """A calendar that never closes, so that what it moves doesn't depend on when the tests run."""
    return create_calendar(**WHO, name="Hours", time_zone="UTC", week=ALWAYS)


def holidays(calendar: Calendar, *offsets: int) -> None:
    today = timezone.now().date()
    set_special_days(**WHO, calendar=calendar, days=[DayHours(today + timedelta(days=n)) for n in offsets])


def due_of(conversation: Conversation) -> datetime:
    """When the first answer is due."""
    due = deadlines(conversation)["first"].due_at
    assert due
    return due


def replanned() -> int:
    return StoredEvent.objects.filter(type="sla.replanned").count()


def test_a_holiday_moves_what_is_due(promise: Promise, ask: Ask, hours: Calendar) -> None:
    promise(hours="calendar", calendar=hours, first_minutes=1440)
    conversation = ask()
    before = deadlines(conversation)["first"]
    assert before.due_at == before.started_at + 1440 * MINUTE
    holidays(hours, 1)
    told = replanned()
    after = deadlines(conversation)["first"]
    assert after.due_at == before.due_at + timedelta(days=1)
    assert replanned() == told + 1
    holidays(hours)
    assert deadlines(conversation)["first"].due_at == before.due_at


def test_a_portion_at_a_time_and_a_death_in_between_leaves_the_rest_to_the_next(
    promise: Promise, ask: Ask, hours: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise(hours="calendar", calendar=hours, first_minutes=1440, resolution_minutes=None)
    rows = {ask(sender=f"p{n}@mail.am").pk for n in range(5)}
    before = dict(Deadline.objects.values_list("conversation", "due_at"))
    monkeypatch.setattr(actions, "ROWS_AT_ONCE", 2)
    holidays(hours, 1)
    run_pending(limit=2)  # The event, and the first link of the chain.
    moved = [pk for pk, due in Deadline.objects.values_list("conversation", "due_at") if due != before[pk]]
    assert len(moved) == 2
    assert QueuedTask.objects.filter(name__endswith="recount_all").count() == 1
    run_pending()
    assert {pk for pk, due in Deadline.objects.values_list("conversation", "due_at") if due != before[pk]} == rows


def test_a_chain_for_an_older_version_ends(promise: Promise, ask: Ask, hours: Calendar) -> None:
    promise(hours="calendar", calendar=hours)
    ask()
    Deadline.objects.update(due_at=None)
    tasks.recount_all(calendar_id=hours.pk, version=hours.version - 1, after=0)
    assert not Deadline.objects.exclude(due_at=None).exists()
    assert not QueuedTask.objects.filter(name__endswith="recount_all").exists()


def test_a_deadline_that_a_holiday_moves_ahead_is_late_no_more(promise: Promise, ask: Ask, hours: Calendar) -> None:
    promise(hours="calendar", calendar=hours, resolution_minutes=None)
    conversation = ask(ago=70)
    assert deadlines(conversation)["first"].is_late
    holidays(hours, -1, 0)
    row = deadlines(conversation)["first"]
    assert not row.is_late
    assert row.warned_at is None
    assert tell_deadlines() == 0


def test_what_was_met_is_history(promise: Promise, ask: Ask, hours: Calendar) -> None:
    promise(hours="calendar", calendar=hours, first_minutes=1440)
    conversation = ask()
    Deadline.objects.update(met_at=timezone.now())
    before = deadlines(conversation)["first"].due_at
    holidays(hours, 1)
    assert deadlines(conversation)["first"].due_at == before


def test_hours_that_never_open_have_no_due_time(promise: Promise, ask: Ask, hours: Calendar) -> None:
    promise(hours="calendar", calendar=hours)
    conversation = ask(ago=300)
    assert deadlines(conversation)["first"].is_late
    set_week(**WHO, calendar=hours, week={})
    row = deadlines(conversation)["first"]
    assert (row.due_at, row.warn_at, row.remaining, row.breached_at) == (None, None, None, None)
    assert countdowns([conversation.pk])[conversation.pk].state == "never"
    assert tell_deadlines(now=timezone.now() + timedelta(days=4_000)) == 0
    set_week(**WHO, calendar=hours, week=ALWAYS)
    assert deadlines(conversation)["first"].due_at == row.started_at + 60 * MINUTE


def test_another_calendar_of_the_inbox_moves_it_and_another_name_does_not(
    promise: Promise, ask: Ask, inbox: Inbox, hours: Calendar
) -> None:
    promise(first_minutes=1440)
    conversation = ask()
    before = due_of(conversation)
    holidays(hours, 1)
    run_pending()
    update_inbox(**WHO, inbox=inbox, name="Help")
    told = replanned()
    run_pending()
    assert replanned() == told
    update_inbox(**WHO, inbox=inbox, calendar=hours)
    after = deadlines(conversation)["first"]
    assert (after.calendar_id, after.due_at) == (hours.pk, before + timedelta(days=1))
    update_inbox(**WHO, inbox=inbox, calendar=None)
    assert due_of(conversation) == before


def test_a_policy_that_counts_day_and_night_asks_no_calendar(
    promise: Promise, ask: Ask, inbox: Inbox, hours: Calendar
) -> None:
    set_week(**WHO, calendar=hours, week={})
    update_inbox(**WHO, inbox=inbox, calendar=hours)
    promise(hours="always")
    row = deadlines(ask())["first"]
    assert (row.calendar_id, row.due_at) == (None, row.started_at + 60 * MINUTE)


def test_a_new_policy_reaches_what_is_open_and_a_deleted_one_leaves_it(
    promise: Promise, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    found = [ask(sender=f"p{n}@mail.am") for n in range(5)]
    assert not Deadline.objects.exists()
    policy = promise()
    assert Deadline.objects.filter(target="first").count() == 5
    terms = Terms(name="Usual", first_minutes=30)
    update_policy(**WHO, policy=policy, terms=terms)
    assert set(deadlines(found[0])) == {"first"}
    assert deadlines(found[0])["first"].minutes == 30
    delete_policy(**WHO, policy=policy)
    assert deadlines(found[0]) == {}


def test_a_calendar_that_a_policy_counts_by_stays(promise: Promise, hours: Calendar) -> None:
    promise(hours="calendar", calendar=hours)
    with pytest.raises(InUse):
        delete_calendar(**WHO, calendar=hours)


def test_counting_again_moves_nothing(promise: Promise, ask: Ask, hours: Calendar) -> None:
    promise(hours="calendar", calendar=hours)
    ask()
    before = list(Deadline.objects.order_by("pk").values_list())
    last = recount_deadlines(calendar=hours, after=0)
    assert last == before[-1][0]
    assert recount_deadlines(calendar=hours, after=last) is None
    assert list(Deadline.objects.order_by("pk").values_list()) == before
