"""Jobs: begun, done step by step, never without an owner, forecast, promised for a date that moves with a reason."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone

from tamada.accounts.actions import set_away
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.calendars.actions import create_calendar
from tamada.calendars.models import Calendar
from tamada.conversations.models import Conversation
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, StoredEvent
from tamada.core.personal import Subject, erasers, holdings
from tamada.core.tasks import run_pending
from tamada.customers.models import Customer
from tamada.notifications.models import Notification
from tamada.notifications.wording import path
from tamada.operations import actions, job_calendar, job_queries, tasks
from tamada.operations.actions.jobs import start_next
from tamada.operations.errors import Invalid, NotReady, Over, ReasonOwed
from tamada.operations.models import Commitment, Job, JobStatus, JobStep, Pace, Risk, Service
from tests.cast import SignedIn
from tests.conversations.conftest import Receive

from .jobs import PLUMBING, begin, in_days, plumbing, set_step, states, step_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(receive: Receive) -> Conversation:
    return Conversation.objects.get(pk=receive(text="A pipe leaks", sender="ani@mail.am").conversation_id)


@pytest.fixture
def job(teammate: Agent, lead: Agent, talk: Conversation) -> Job:
    return begin(teammate, talk)


# --- begun ------------------------------------------------------------------------------------------------------------


def test_its_first_steps_open_each_with_an_owner(teammate: Agent, job: Job) -> None:
    assert states(job) == {"address": "open", "parts": "open", "fix": "blocked", "approve": "blocked"}
    assert (job.status, job.stage, job.owner) == ("active", "order", teammate)
    assert step_of(job, "address").owner == teammate
    assert step_of(job, "parts").owner == teammate, "who looks after the job looks after what others do"
    assert job.promised_at == job.starts_at + timedelta(hours=40)
    assert job.forecast_at is not None
    assert job.risk == Risk.ON_TRACK
    assert AuditEntry.objects.filter(action="job.started", actor_id=teammate.pk).exists()
    assert StoredEvent.objects.filter(type="job.started").count() == 1


def test_it_never_changed_before_it_was_made(job: Job) -> None:
    """As the API tells both: nobody who asks for what changed since it was made goes without it."""
    assert job.created_at == job.changed_at == step_of(job, "address").opened_at


def test_who_may_not_write_or_not_see_begins_nothing(
    teammate: Agent, observer: Agent, outsider: Agent, talk: Conversation
) -> None:
    with pytest.raises(PermissionDenied):
        begin(observer, talk)
    with pytest.raises(ObjectDoesNotExist):
        begin(outsider, talk)
    service = plumbing()
    Service.objects.update(is_active=False)
    service.refresh_from_db()
    with pytest.raises(Invalid):
        begin(teammate, talk, service)
    other = Customer.objects.create(name="Somebody else", last_activity_at=timezone.now())
    with pytest.raises(Invalid):
        actions.start_job(
            agent=teammate, actor=actor_of(teammate), service=plumbing(), customer=other, conversation=talk
        )


def test_it_is_seen_by_who_sees_the_customer_or_does_a_part_of_it(
    teammate: Agent, owner: Agent, outsider: Agent, observer: Agent, job: Job
) -> None:
    assert job_queries.visible_to(teammate).get() == job
    assert job_queries.visible_to(observer).get() == job
    assert not job_queries.visible_to(outsider).exists()
    set_step(owner, job, "parts", owner=outsider)
    assert job_queries.visible_to(outsider).get() == job
    assert [step.key for step in job_queries.work_of(outsider)] == ["parts"]


def test_one_planned_for_later_begins_then(teammate: Agent, lead: Agent, talk: Conversation) -> None:
    job = begin(teammate, talk, starts_at=in_days(2))
    assert (job.status, set(states(job).values())) == (JobStatus.PLANNED, {"blocked"})
    with pytest.raises(NotReady):
        set_step(teammate, job, "address", "active")
    assert actions.begin_planned() == 0
    Job.objects.update(starts_at=timezone.now())
    assert [actions.begin_planned(), actions.begin_planned()] == [1, 0]
    assert states(job)["address"] == "open"


# --- step by step -----------------------------------------------------------------------------------------------------


def test_steps_open_as_what_they_wait_for_is_done(teammate: Agent, lead: Agent, job: Job) -> None:
    with pytest.raises(NotReady) as waits:
        set_step(teammate, job, "fix", "done")
    assert waits.value.blocked == ("address", "parts")
    set_step(teammate, job, "address", "done", answers={"address": "Abovyan 1"}, ticked=[0, 1, 9])
    job = set_step(teammate, job, "parts", "done")
    assert (states(job)["fix"], step_of(job, "fix").owner, job.stage) == ("open", lead, "visit")
    job = set_step(lead, job, "fix", "done")
    assert (job.status, states(job)["approve"]) == (JobStatus.WAITING, "open")
    job = set_step(teammate, job, "approve", "done")
    assert (job.status, job.risk, job.forecast_at) == (JobStatus.DONE, Risk.ON_TRACK, job.finished_at)
    assert step_of(job, "address").ticked == [0, 1]
    assert set(Pace.objects.values_list("step", flat=True)) == {"address", "parts", "fix", "approve"}
    with pytest.raises(Over):
        set_step(teammate, job, "approve", "skipped", reason="No")


def test_it_is_not_done_before_its_questions_have_answers(teammate: Agent, owner: Agent, job: Job) -> None:
    with pytest.raises(NotReady) as lacks:
        set_step(teammate, job, "address", "done", reason="In a hurry")
    assert lacks.value.missing == ("address",)
    with pytest.raises(NotReady):
        set_step(owner, job, "address", "done")
    set_step(owner, job, "address", "done", reason="Known by heart")
    entry = AuditEntry.objects.get(action="job.step", changes__status="done")
    assert entry.changes["passed_over"] == ["address"]


@pytest.mark.parametrize("answers", [{"floor": "third"}, {"address": "x" * 501}, {"street": "Abovyan"}])
def test_answers_that_are_none_are_refused(teammate: Agent, job: Job, answers: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        set_step(teammate, job, "address", answers=answers)
    assert step_of(job, "address").answers == {}


def test_nobody_is_asked_twice(teammate: Agent, lead: Agent, talk: Conversation, job: Job) -> None:
    set_step(teammate, job, "address", "done", answers={"address": "Abovyan 1", "floor": "3"})
    assert step_of(job, "address").answers == {"address": "Abovyan 1", "floor": 3}
    again = begin(teammate, talk)
    set_step(teammate, again, "address", "done")
    assert step_of(again, "address").answers["address"] == "Abovyan 1"


def test_skipping_and_opening_again_owe_a_reason(teammate: Agent, lead: Agent, job: Job) -> None:
    with pytest.raises(ReasonOwed):
        set_step(teammate, job, "parts", "skipped")
    set_step(teammate, job, "parts", "skipped", reason="We have them")
    set_step(teammate, job, "address", "done", answers={"address": "Abovyan 1"})
    assert states(job)["fix"] == "open"
    with pytest.raises(ReasonOwed):
        set_step(teammate, job, "address", "active")
    set_step(teammate, job, "address", "active", reason="It is another house")
    assert (states(job)["fix"], step_of(job, "address").returns) == ("blocked", 1)


def test_the_second_of_two_who_finish_a_step_changes_nothing(teammate: Agent, lead: Agent, job: Job) -> None:
    set_step(teammate, job, "parts", "done")
    heard = StoredEvent.objects.count()
    set_step(lead, job, "parts", "done")
    assert (step_of(job, "parts").done_by, StoredEvent.objects.count()) == (teammate, heard)


def test_a_step_that_is_not_there_is_nobodys(teammate: Agent, outsider: Agent, observer: Agent, job: Job) -> None:
    with pytest.raises(ObjectDoesNotExist):
        set_step(teammate, job, "paint", "done")
    with pytest.raises(ObjectDoesNotExist):
        set_step(outsider, job, "parts", "done")
    with pytest.raises(PermissionDenied):
        set_step(observer, job, "parts", "done")


def test_a_new_version_changes_no_job_that_runs(teammate: Agent, lead: Agent, talk: Conversation, job: Job) -> None:
    service, is_new = actions.save_service(
        agent=None,
        actor=actor_of(teammate),
        text=PLUMBING.replace("step: parts", "step: order_parts").replace("[address, parts]", "[address, order_parts]"),
    )
    assert (is_new, service.version) == (True, 2)
    assert "parts" in states(set_step(teammate, job, "parts", "done"))
    assert "order_parts" in states(begin(teammate, talk, service))
    assert plumbing().version == 3
    assert actions.save_service(agent=None, actor=actor_of(teammate), text=PLUMBING) == (service, False)


def test_services_are_settled_by_admins(owner: Agent, lead: Agent) -> None:
    with pytest.raises(PermissionDenied):
        actions.save_service(agent=lead, actor=actor_of(lead), text=PLUMBING)
    actions.save_service(agent=owner, actor=actor_of(owner), text=PLUMBING)
    with pytest.raises(PermissionDenied):
        actions.settle_service(agent=lead, actor=actor_of(lead), service=Service.objects.get(key="plumbing"))


def test_what_a_step_promises_is_kept_or_broken_with_it(teammate: Agent, lead: Agent, job: Job) -> None:
    assert not Commitment.objects.exists()
    set_step(teammate, job, "address", "done", answers={"address": "Abovyan 1"})
    set_step(teammate, job, "parts", "done")
    row = Commitment.objects.get()
    step = step_of(job, "fix")
    assert (row.text, row.owner, row.due_at, row.job) == ("We fix it within two hours", lead, step.due_at, job)
    set_step(lead, job, "fix", "done")
    row.refresh_from_db()
    assert (row.status, row.settled_by) == ("kept", lead)
    set_step(lead, job, "fix", "open", reason="It leaks again")
    again = Commitment.objects.get(state="open")
    actions.cancel_job(agent=lead, actor=actor_of(lead), job=job, reason="They moved")
    again.refresh_from_db()
    assert (again.status, again.reason) == ("broken", "They moved")


# --- owners -----------------------------------------------------------------------------------------------------------


def test_what_somebody_has_who_falls_ill_goes_to_who_is_here(
    teammate: Agent, lead: Agent, owner: Agent, job: Job
) -> None:
    set_step(owner, job, "parts", "active")
    run_pending()
    set_away(agent=teammate, actor=actor_of(teammate), away=True)
    run_pending()
    assert step_of(job, "parts").owner == teammate, "from lunch one comes back"
    Agent.objects.filter(pk=teammate.pk).update(away_until=in_days(3))
    assert actions.hand_over_from(agent_id=teammate.pk) == 1
    assert step_of(job, "address").owner in (lead, owner)
    assert step_of(job, "parts").owner in (lead, owner)


def test_the_one_with_the_least_to_do_is_given_the_next(teammate: Agent, lead: Agent, talk: Conversation) -> None:
    from tests.cast import make_agent

    free = make_agent("Zara")
    begin(teammate, talk)
    assert step_of(begin(teammate, talk), "address").owner == free


# --- when it will be done ---------------------------------------------------------------------------------------------


def test_a_supplier_who_is_late_makes_it_a_risk_and_names_the_step(teammate: Agent, lead: Agent, job: Job) -> None:
    job = set_step(teammate, job, "parts", expected_at=in_days(4))
    assert (job.risk, job.cause) == (Risk.AT_RISK, "parts")
    assert job.forecast_at is not None
    assert job.forecast_at > in_days(4)
    event = StoredEvent.objects.get(type="job.endangered")
    assert (event.data["owner"], event.data["step"]) == (teammate.pk, "parts")
    run_pending()
    told = Notification.objects.get(agent=teammate, type="job_at_risk")
    assert (told.data["job"], path(told)) == (job.pk, f"/jobs/{job.pk}")
    set_step(teammate, job, "parts", expected_at=in_days(5))
    assert StoredEvent.objects.filter(type="job.endangered").count() == 1, "once for each degree"


def test_a_date_is_not_put_off_without_a_reason(teammate: Agent, lead: Agent, job: Job) -> None:
    first = job.promised_at
    by: dict[str, Any] = {"agent": teammate, "actor": actor_of(teammate), "job": job}
    set_step(teammate, job, "parts", expected_at=in_days(4))
    with pytest.raises(ReasonOwed):
        actions.move_promise(**by, to=in_days(6))
    moved = actions.move_promise(**by, to=in_days(6), reason="The part comes on Tuesday")
    assert (moved.risk, moved.moves, moved.first_promised_at) == (Risk.ON_TRACK, 1, first)
    assert moved.moved.get().reason == "The part comes on Tuesday"
    sooner = actions.move_promise(**by, to=in_days(1))
    assert (sooner.moves, sooner.risk) == (1, Risk.AT_RISK)


def test_what_passes_its_promise_is_late_by_the_clock_alone(teammate: Agent, lead: Agent, job: Job) -> None:
    assert actions.recheck_jobs() == 0
    later = timezone.now() + timedelta(hours=41)
    assert actions.recheck_jobs(now=later) == 1
    job.refresh_from_db()
    assert (job.risk, job.told_risk) == (Risk.LATE, Risk.LATE)
    assert actions.recheck_jobs(now=later) == 0


def test_a_calendar_that_never_opens_is_a_risk_and_no_error(teammate: Agent, lead: Agent, talk: Conversation) -> None:
    shut = Calendar.objects.create(name="Shut", time_zone="Asia/Yerevan")
    service = plumbing()
    Service.objects.update(calendar=shut)
    service.refresh_from_db()
    job = begin(teammate, talk, service, promised_at=in_days(2))
    assert (job.forecast_at, job.risk) == (None, Risk.AT_RISK)
    assert step_of(job, "address").due_at is None
    assert begin(teammate, talk, service).promised_at is None


def test_a_holiday_plans_the_jobs_of_its_calendar_anew(teammate: Agent, lead: Agent, talk: Conversation) -> None:
    shut = Calendar.objects.create(name="Shut", time_zone="Asia/Yerevan")
    service = plumbing()
    Service.objects.update(calendar=shut)
    service.refresh_from_db()
    jobs = [begin(teammate, talk, service, promised_at=in_days(9)) for _ in range(3)]
    other = begin(teammate, talk, service)
    Job.objects.filter(pk=other.pk).update(calendar=None)
    for weekday in range(7):
        shut.hours.create(weekday=weekday, start=0, end=1440)
    Calendar.objects.filter(pk=shut.pk).update(version=2)
    last = actions.replan_jobs(after=0, calendar=shut.pk)
    assert (last, actions.replan_jobs(after=last or 0, calendar=shut.pk)) == (jobs[-1].pk, None)
    assert all(job.forecast_at for job in Job.objects.exclude(pk=other.pk))
    assert all(step.due_at for step in job_queries.work_of(teammate).exclude(job=other))


def test_how_far_planning_anew_has_come_is_told_while_it_goes_on(
    teammate: Agent, lead: Agent, talk: Conversation
) -> None:
    hours = Calendar.objects.create(name="Office", time_zone="Asia/Yerevan", version=2)
    service = plumbing()
    Service.objects.update(calendar=hours)
    service.refresh_from_db()
    jobs = [begin(teammate, talk, service) for _ in range(3)]
    assert job_queries.replanning() == []
    tasks.replan_all.enqueue(calendar_id=hours.pk, version=2, after=jobs[0].pk)
    assert job_queries.replanning() == [job_queries.Replanning("Office", 1, 3)]
    run_pending()
    assert job_queries.replanning() == []


def test_the_board_counts_all_shows_the_first_and_asks_as_often_for_many(
    teammate: Agent, outsider: Agent, lead: Agent, talk: Conversation, django_assert_num_queries: Any
) -> None:
    service = plumbing()
    late = begin(teammate, talk, service, promised_at=in_days(-1))
    dated = [begin(teammate, talk, service, promised_at=in_days(60 - place)) for place in range(3)]
    undated = begin(teammate, talk, service)
    Job.objects.filter(pk=undated.pk).update(promised_at=None)
    found = {column.key: column for column in job_queries.board_by_state(teammate, most=3)}
    assert [job.pk for job in found["late"].jobs] == [late.pk]
    assert [job.pk for job in found["on_track"].jobs] == [job.pk for job in reversed(dated)], "the next date first"
    assert found["on_track"].total == 4
    assert (found["planned"].jobs, found["planned"].total) == ([], 0)
    (alone,) = job_queries.board_by_state(teammate, most=9, only="on_track")
    assert alone.jobs[-1].pk == undated.pk, "what has no date stands last"
    (order, _visit) = job_queries.board_by_stage(teammate, service.versions.get(number=service.version), most=2)
    assert [job.pk for job in order.jobs] == [late.pk, dated[-1].pk]
    assert order.total == 5
    assert not any(column.total for column in job_queries.board_by_state(outsider, most=3))
    with django_assert_num_queries(6):
        job_queries.board_by_state(teammate, most=9)
    later = begin(teammate, talk, service, promised_at=in_days(-2))
    Job.objects.filter(pk=later.pk).update(status=JobStatus.WAITING)
    (both,) = job_queries.board_by_state(teammate, most=2, only="late")
    assert ([job.pk for job in both.jobs], both.total) == ([later.pk, late.pk], 2), "by its date, whoever it waits for"
    teammate.is_active = False
    assert not any(column.total for column in job_queries.board_by_state(teammate, most=3))


def test_the_calendar_says_what_falls_on_which_day_by_the_readers_clocks(
    teammate: Agent, lead: Agent, outsider: Agent, talk: Conversation, django_assert_num_queries: Any
) -> None:
    service = plumbing()
    at = timezone.now().replace(hour=21, minute=30) + timedelta(days=3)
    job = begin(teammate, talk, service, promised_at=at)
    planned = begin(teammate, talk, service, starts_at=at - timedelta(days=1), promised_at=at + timedelta(days=30))
    actions.change_step(
        agent=teammate, actor=actor_of(teammate), job=job, step="fix", not_before=at - timedelta(hours=4)
    )
    week = (at.date() - timedelta(days=3), at.date() + timedelta(days=3))
    with timezone.override("UTC"):
        found = job_calendar.days(teammate, *week)
        assert {day: [(one.what, one.job.pk) for one in entries] for day, entries in found.items()} == {
            at.date() - timedelta(days=1): [("begins", planned.pk)],
            at.date(): [("appointment", job.pk), ("promised", job.pk)],
        }
        assert job_calendar.days(teammate, *week, service="nothing") == {}
        assert job_calendar.days(outsider, *week) == {}
    with timezone.override("Asia/Yerevan"):
        found = job_calendar.days(teammate, *week)
        assert [one.what for one in found[at.date() + timedelta(days=1)]] == ["promised"], "there it is past midnight"
    with django_assert_num_queries(6):
        job_calendar.days(teammate, *week)


# --- ended, merged, erased --------------------------------------------------------------------------------------------


def test_it_is_cancelled_with_a_reason(teammate: Agent, lead: Agent, job: Job) -> None:
    by: dict[str, Any] = {"agent": teammate, "actor": actor_of(teammate), "job": job}
    with pytest.raises(ReasonOwed):
        actions.cancel_job(**by, reason=" ")
    assert actions.cancel_job(**by, reason="They moved").status == JobStatus.CANCELLED
    assert actions.cancel_job(**by, reason="Again").reason == "They moved"
    with pytest.raises(Over):
        actions.move_promise(**by, to=in_days(3), reason="No")
    assert not job_queries.work_of(teammate).filter(job__status=JobStatus.ACTIVE).exists()


def test_one_that_recurs_is_followed_by_the_next(teammate: Agent, lead: Agent, talk: Conversation) -> None:
    job = begin(teammate, talk, plumbing(PLUMBING.replace("within: 40h", "within: 40h\nevery: 1")))
    for step in ("address", "parts", "fix", "approve"):
        answers = {"address": "Abovyan 1"} if step == "address" else None
        set_step(teammate, job, step, "done", answers=answers)
    following = Job.objects.get(follows=job)
    assert following.status == JobStatus.PLANNED
    assert timedelta(days=27) < following.starts_at - job.starts_at < timedelta(days=32)


def test_it_recurs_by_the_days_of_its_company(teammate: Agent, lead: Agent, talk: Conversation) -> None:
    job = begin(teammate, talk, plumbing(PLUMBING.replace("within: 40h", "within: 40h\nevery: 1")))
    zone = ZoneInfo("Asia/Yerevan")
    hours = create_calendar(agent=None, actor=SYSTEM, name="Yerevan", time_zone=zone.key, week={0: [(540, 1080)]})
    began = datetime(timezone.now().year + 1, 1, 31, tzinfo=zone)  # the evening before, in UTC
    Job.objects.filter(pk=job.pk).update(starts_at=began, calendar=hours)
    dates = []
    for _ in range(3):
        Job.objects.filter(pk=job.pk).update(calendar=hours)
        following = start_next(Job.objects.get(pk=job.pk), SYSTEM)
        assert following is not None
        dates.append(following.starts_at.astimezone(zone))
        job = following
    assert [(date.month, date.day >= 28, date.hour) for date in dates] == [(2, True, 0), (3, True, 0), (4, True, 0)]
    assert [date.day for date in dates[1:]] == [31, 30], "a short month is no reason to stay with its last day"


def test_an_answer_that_was_emptied_is_filled_from_what_is_known(
    teammate: Agent, lead: Agent, talk: Conversation
) -> None:
    set_step(teammate, begin(teammate, talk), "address", "done", answers={"address": "Abovyan 1"})
    job = begin(teammate, talk)
    set_step(teammate, job, "address", "done", answers={"address": ""})
    assert step_of(job, "address").answers["address"] == "Abovyan 1"


def test_who_does_not_see_the_conversation_moves_a_date_and_writes_nothing_in_it(
    teammate: Agent, outsider: Agent, job: Job, signed_in: SignedIn
) -> None:
    JobStep.objects.filter(job=job, key="parts").update(owner=outsider)
    assert 'name="tell"' in signed_in(teammate).get(f"/jobs/{job.pk}/date").text
    desk = signed_in(outsider)
    assert 'name="tell"' not in desk.get(f"/jobs/{job.pk}/date").text
    form = {"to": "2031-01-01T10:00", "reason": "Late", "tell": "Hello"}
    assert desk.post(f"/jobs/{job.pk}/date", form).status_code < 400
    job.refresh_from_db()
    assert job.promised_at is not None
    assert job.promised_at.year == 2031
    assert not job.conversation.messages.filter(kind="out").exists()  # type: ignore[union-attr]


def test_an_erased_customers_job_ends_and_keeps_no_word(teammate: Agent, lead: Agent, job: Job) -> None:
    set_step(teammate, job, "address", answers={"address": "Abovyan 1"}, reason="As they said")
    subject = Subject((job.customer_id,), (), ("Ani",), timezone.now())
    assert next(iter(holdings.get("jobs").rows(job.customer_id)))["answers"] == {"address": "Abovyan 1"}
    eraser = erasers.get("jobs")
    assert eraser.count(subject) == 1
    piece = eraser.erase(subject, 0)
    assert eraser.erase(subject, piece.after or 0).after is None
    job.refresh_from_db()
    assert (job.status, step_of(job, "address").answers, step_of(job, "address").reason) == ("cancelled", {}, "")
