"""Consistency: each figure as it is meant, what is chance is not called change, and a lead sees their teams' alone."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tamada.accounts.models import Agent, Role, Team
from tamada.calendars.models import Calendar
from tamada.conversations.models import Conversation, Message
from tamada.kit.services.tracing import overruns
from tamada.kit.working_time import Interval, Schedule
from tamada.operations import consistency
from tamada.operations.consistency import Consistency, closely, overview
from tamada.operations.figures import Figures, Period, change
from tamada.operations.models import Commitment, Handoff, Job, Notice, Service, State
from tests.cast import make_agent
from tests.conversations.conftest import Receive

from .finished import customer, finished
from .jobs import plumbing

pytestmark = pytest.mark.django_db

USUAL = 14.0
"""Hours that plumbing takes as planned: parts 8, fix 2, approve 4."""


@pytest.fixture
def service(db: None) -> Service:
    return plumbing()


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def one(agent: Agent, key: str = "plumbing", period: str = "days") -> Consistency:
    return next(found for found in overview(agent, Period.of(period)) if found.service.key == key)


def many(service: Service, count: int, *, days: float = 10, **more: Any) -> list[Job]:
    return [finished(service, ago(days + place / 10), **more) for place in range(count)]


# --- periods ----------------------------------------------------------------------------------------------------------


def test_periods_begin_at_midnight_of_the_company(settings: Any) -> None:
    now = datetime(2026, 1, 15, 12, tzinfo=ZoneInfo("UTC"))
    days, month, last = (Period.of(key, now) for key in ("days", "month", "last"))
    utc = [(str(p.before)[:16], str(p.start)[:16], str(p.end)[:16]) for p in (days, month, last)]
    assert utc == [
        ("2025-07-20 00:00", "2025-10-18 00:00", "2026-01-15 12:00"),
        ("2025-12-01 00:00", "2026-01-01 00:00", "2026-01-15 12:00"),
        ("2025-11-01 00:00", "2025-12-01 00:00", "2026-01-01 00:00"),
    ]
    with pytest.raises(KeyError):
        Period.of("nonsense")


# --- figures ----------------------------------------------------------------------------------------------------------


def test_durations_count_working_time(owner: Agent, service: Service) -> None:
    calendar = Calendar.objects.create(name="Office", time_zone="UTC")
    for weekday in range(7):
        calendar.hours.create(weekday=weekday, start=9 * 60, end=17 * 60)
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=20)
    for more in range(10):
        finished(service, midnight, calendar=calendar, hours={"parts": 8 + more})
    now = one(owner).now
    assert now.median == timedelta(hours=USUAL + 4.5)
    assert now.slow == timedelta(hours=USUAL + 8.1)
    assert now.spread == round(100 * 4.5 / 18.5)
    assert now.rows[0].finished - now.rows[0].started > timedelta(hours=24), "nights do not count"


def test_on_time_is_against_the_date_promised_at_first_and_at_last(owner: Agent, service: Service) -> None:
    many(service, 6)
    many(service, 2, hours={"parts": 60}, moves=((10, 90, False),))  # put off, and kept then
    many(service, 1, hours={"parts": 60})  # late
    many(service, 3, promised=None)
    found = one(owner).now
    assert (found.on_time.hits, found.on_time.count) == (6, 9)
    assert (found.on_last.hits, found.on_last.count) == (8, 9)
    assert (found.moved.hits, found.moves) == (2, 2 / 12)


def test_right_the_first_time_is_nothing_opened_again_and_no_complaint(owner: Agent, service: Service) -> None:
    complaints = Service.objects.get(key="complaint")
    many(service, 3)
    many(service, 2, returned=("fix",))
    angry, late_to_complain, took_back = (customer(name) for name in ("Angry", "Late", "Back"))
    for person in (angry, late_to_complain, took_back):
        finished(service, ago(40), by=person)
    finished(complaints, ago(38), by=angry)
    finished(complaints, ago(20), by=late_to_complain)
    Job.objects.filter(pk=finished(complaints, ago(38), by=took_back).pk).update(status="cancelled")
    assert (one(owner).now.right.hits, one(owner).now.right.count) == (5, 8)
    assert closely(owner, service, Period.of("days")).returns == {"fix": (2, 2)}


def test_promises_of_its_jobs_that_were_due_count_as_kept_in_time_or_not(owner: Agent, service: Service) -> None:
    job = finished(service, ago(10))
    for state, days, settled in (
        (State.KEPT, 5, 6), (State.KEPT, 5, 4), (State.BROKEN, 5, 5), (State.OPEN, 1, None), (State.OPEN, -1, None),
        (State.PROPOSED, 5, None), (State.KEPT, 100, 101),
    ):  # fmt: skip
        values = {"due_at": ago(days), "first_due_at": ago(days), "settled_at": settled and ago(settled)}
        text = f"{state} {days} {settled}"
        Commitment.objects.create(
            text=text, customer=job.customer, job=job, state=state, changed_at=ago(0), owner=owner, **values
        )
    kept = one(owner).kept
    assert (kept.hits, kept.count) == (1, 4)


def test_hand_offs_are_taken_or_come_back_and_lateness_is_traced_to_waiting_for_a_yes(
    owner: Agent, service: Service
) -> None:
    def hand(job: Job, hours: float, status: str = "accepted") -> None:
        at = {"offered_at": ago(10), "due_at": ago(10), "changed_at": ago(10)}
        Handoff.objects.create(job=job, customer=job.customer, status=status, limbo=round(60 * hours), **at)

    late = many(service, 4, hours={"parts": 60})  # 26 hours late
    for job, hours in zip(late, (20, 25, 27, 30), strict=True):
        hand(job, hours)
    hand(late[0], 7)
    for job in many(service, 6):
        hand(job, 1, "returned")
        hand(job, 50, "withdrawn")
    handed = one(owner).handed
    assert (handed.taken.hits, handed.taken.count) == (5, 11)
    assert handed.waited == timedelta(hours=1)
    assert (handed.late.hits, handed.late.count, handed.is_repeated) == (3, 4, True)


def test_a_customer_heard_first_if_told_before_the_old_date_with_nothing_of_theirs_unanswered(
    owner: Agent, service: Service, receive: Receive
) -> None:
    def talk(*said: tuple[str, float], start: datetime) -> Conversation:
        found = Conversation.objects.get(pk=receive(text="A pipe leaks", sender="ani@mail.am").conversation_id)
        first = Message.objects.get(conversation=found, seq=1)
        Message.objects.filter(pk=first.pk).update(created_at=start)
        for seq, (kind, hours) in enumerate(said, 2):
            who = {"in": "customer", "out": "agent", "auto": "assistant"}[kind]
            first.pk = None
            first.seq, first.kind, first.author_kind = seq, "in" if kind == "in" else "out", who
            first.external_key, first.client_id = None, f"{found.pk} {seq}"
            first.created_at = start + timedelta(hours=hours)
            first.save(force_insert=True)
        return found

    def put_off(*said: tuple[str, float], at: float = 20, told: bool = True) -> tuple[int, int]:
        Job.objects.all().delete()
        start = ago(10)
        talked = talk(*said, start=start)
        late = {"parts": 60.0}
        finished(service, start, conversation=talked, by=talked.customer, hours=late, moves=((at, 90, told),))
        found = one(owner).heard
        return found.hits, found.count

    assert put_off(("out", 1), ("out", 20)) == (1, 1)
    assert put_off(("out", 1), ("out", 20), told=False) == (0, 1), "nobody told them"
    assert put_off(("out", 1), ("out", 41), at=41) == (0, 1), "the date had passed"
    assert put_off(("out", 1), ("in", 15), ("out", 20)) == (0, 1), "they had asked"
    assert put_off(("out", 1), ("in", 15), ("auto", 15.1), ("out", 20)) == (0, 1), "a machine is no answer"
    assert put_off(("out", 1), ("in", 15), ("out", 16), ("out", 20)) == (1, 1), "that was answered"
    Job.objects.all().delete()
    many(service, 2, hours={"parts": 60})
    assert (one(owner).heard.hits, one(owner).heard.count) == (0, 2), "a date that just passes was told to nobody"
    for job, early in zip(Job.objects.all(), (1, -1), strict=True):
        promised = job.promised_at
        assert promised is not None
        values = {"about_at": promised, "due_at": promised, "settled_at": promised - timedelta(hours=early)}
        Notice.objects.create(job=job, moment="delayed", state="sent", **values)
    assert (one(owner).heard.hits, one(owner).heard.count) == (1, 2), "a notice told of one before"


# --- change -----------------------------------------------------------------------------------------------------------


def test_noise_is_not_called_change_and_change_is(owner: Agent, service: Service) -> None:
    many(service, 18, days=100)
    many(service, 2, days=100, hours={"parts": 60})
    many(service, 17, days=10)
    many(service, 3, days=10, hours={"parts": 60})
    found = one(owner).change
    assert found.is_known
    assert (found.sure("on_time"), found.sure("right"), found.sure("took")) == (0, 0, 0)
    many(service, 30, days=12, hours={"parts": 61}, returned=("fix",))
    found = one(owner).change
    assert found.sure("on_time") < -0.4
    assert found.sure("right") < -0.4
    assert found.sure("took") > 1


def test_of_few_nothing_is_said(owner: Agent, service: Service) -> None:
    many(service, 7)
    many(service, 30, days=100)
    found = one(owner)
    assert (found.now.is_few, found.now.median, found.now.slow, found.now.spread) == (True, None, None, None)
    assert not found.change.is_known
    assert change(Figures([]), Figures([])).sure("took") == 0


def test_new_customers_are_those_whose_first_job_it_is(owner: Agent, service: Service) -> None:
    person = customer("Old")
    many(service, 5)
    many(service, 3, by=person)
    found = closely(owner, service, Period.of("days"))
    assert (found.new.count, found.known.count) == (6, 2)


# --- what costs time --------------------------------------------------------------------------------------------------


def test_the_steps_that_decided_the_end_have_all_of_its_time(service: Service) -> None:
    template = service.versions.get().template
    start = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("UTC"))
    office = Schedule(((Interval.between("09:00", "17:00"),),) * 7, ZoneInfo("UTC"))

    def at(day: int, hour: int) -> datetime:
        return datetime(2026, 3, day, hour, tzinfo=ZoneInfo("UTC"))

    ended = {"address": at(3, 11), "parts": at(4, 9), "fix": at(4, 17), "approve": at(5, 10)}
    found = overruns(template, ended, start, office)
    hour = timedelta(hours=1)
    assert found == {"approve": -3 * hour, "fix": 6 * hour, "parts": 8 * hour}, "the address lay beside the way"
    planned = sum((template.steps[key].takes for key in found), timedelta())
    assert sum(found.values(), timedelta()) + planned == office.elapsed(start, ended["approve"])
    assert overruns(template, {}, start, office) == {}


def test_repeated_lateness_is_traced_to_its_step(owner: Agent, service: Service) -> None:
    slow = many(service, 5, hours={"parts": 80, "fix": 10})
    many(service, 2, hours={"fix": 60})
    many(service, 9)
    first, second = one(owner).blames
    assert (first.step.id, first.jobs, first.late) == ("parts", tuple(sorted(job.pk for job in slow)[::-1]), 7)
    assert (first.over, first.is_repeated) == (timedelta(hours=72), True)
    assert (second.step.id, len(second.jobs), second.is_repeated) == ("fix", 2, False)


def test_a_job_that_took_three_times_as_long_is_beyond_the_limits(owner: Agent, service: Service) -> None:
    for place in range(20):
        finished(service, ago(60 - place), hours={"parts": 8 + place % 3})
    odd = finished(service, ago(20), hours={"parts": 200})
    found = closely(owner, service, Period.of("days"))
    assert [found.done[place].pk for place in found.durations.points("beyond")] == [odd.pk]
    stretches, chart = found.rates("on_time")
    assert len(stretches) == len(chart.values) < 8
    assert chart.is_few
    assert found.weeks == 3


def test_a_point_of_a_share_is_as_many_weeks_as_it_needs(owner: Agent, service: Service) -> None:
    for place in range(120):
        finished(service, ago(175 - place * 1.4))
    found = closely(owner, service, Period.of("days"))
    stretches, chart = found.rates("on_time")
    assert found.weeks == 1
    assert 23 <= len(stretches) <= 26
    assert not chart.is_few
    assert {stretch.monday.weekday() for stretch in stretches} == {0}
    assert sum(len(stretch.rows) for stretch in stretches) == 120
    assert {later.monday - earlier.monday for earlier, later in pairwise(stretches)} == {timedelta(weeks=1)}


# --- who sees it ------------------------------------------------------------------------------------------------------


def test_leads_see_their_teams_admins_all_and_others_nothing(
    owner: Agent, lead: Agent, teammate: Agent, observer: Agent, team: Team, other_team: Team, service: Service
) -> None:
    many(service, 3, team=team)
    many(service, 2, team=other_team)
    other = make_agent("Lia", Role.LEAD, other_team)
    period = Period.of("days")
    assert [one(agent).now.count for agent in (owner, lead, other)] == [5, 3, 2]
    assert closely(other, service, period).whole.now.count == 2
    for agent in (teammate, observer):
        with pytest.raises(PermissionDenied):
            overview(agent, period)
        with pytest.raises(PermissionDenied):
            closely(agent, service, period)


def test_questions_to_the_database_do_not_grow_with_jobs(lead: Agent, team: Team, service: Service) -> None:
    def asked() -> tuple[int, int]:
        counts = []
        for read in (lambda: overview(lead, period), lambda: closely(lead, service, period)):
            read()
            with CaptureQueriesContext(connection) as queries:
                read()
            counts.append(len(queries))
        return counts[0], counts[1]

    period = Period.of("days")
    many(service, 4, team=team, hours={"parts": 90}, moves=((10, 50, True),), returned=("fix",))
    few = asked()
    many(service, 40, team=team, hours={"parts": 90}, moves=((10, 50, True),), returned=("fix",))
    assert asked() == few
    assert max(few) <= 13


def test_late_jobs_beyond_thousands_are_not_traced_one_by_one(
    owner: Agent, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consistency, "_MOST_LATE", 3)
    many(service, 5, hours={"parts": 90})
    (blame,) = one(owner).blames
    assert (len(blame.jobs), blame.late) == (3, 3)
