"""Hand-offs: offered with a brief, taken by one, returned with a reason, and never without an owner in between."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone, translation

from tamada.accounts.actions import set_away, update_agent
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Role, Team
from tamada.calendars.models import Calendar
from tamada.conversations.actions import delete_conversations, merge_conversations, send_reply, update_conversation
from tamada.conversations.models import Conversation, Message
from tamada.core.actors import Actor
from tamada.core.models import AuditEntry, StoredEvent
from tamada.core.personal import Subject, erasers, holdings
from tamada.core.tasks import run_pending
from tamada.customers.models import Customer
from tamada.notifications.models import Notification
from tamada.operations import actions, briefs, handoff_queries
from tamada.operations.errors import AlreadyOffered, Invalid, NotReady, Over, ReasonOwed, Taken
from tamada.operations.models import ByItself, Commitment, Handoff, HandoffStatus, Job
from tamada.webhooks.models import Endpoint
from tests.cast import make_agent
from tests.conversations.conftest import Receive

from .jobs import PLUMBING, begin, in_days, plumbing, set_step, step_of

pytestmark = pytest.mark.django_db

HANDS_OVER = PLUMBING.replace("        checklist: [", "        hands_over: [address]\n        checklist: [")


@pytest.fixture
def talk(receive: Receive) -> Conversation:
    pk = receive(text="A pipe leaks under the sink", sender="ani@mail.am").conversation_id
    return Conversation.objects.get(pk=pk)


@pytest.fixture
def colleague(db: None) -> Agent:
    return make_agent("Tigran")


@pytest.fixture
def job(teammate: Agent, lead: Agent, talk: Conversation) -> Job:
    return begin(teammate, talk)


@pytest.fixture
def system(owner: Agent) -> Endpoint:
    return Endpoint.objects.create(
        url="https://erp.example/hook?key=secret", types=["handoff.offered"], secret="x", made_by=owner
    )


def offer(agent: Agent, to: Any, job: Job | None = None, **more: Any) -> Handoff:
    return actions.offer_handoff(agent=agent, actor=actor_of(agent), to=to, job=job, **more)


def answer(agent: Agent, row: Handoff, status: str, reason: str = "", **more: Any) -> Handoff:
    actor = more.pop("actor", actor_of(agent))
    return actions.answer_handoff(agent=agent, actor=actor, handoff=row, status=status, reason=reason, **more)


def told(row: Handoff) -> dict[str, tuple[str, ...]]:
    row = handoff_queries.with_everything(Handoff.objects.all()).get(pk=row.pk)
    return {part.about: part.lines for part in briefs.Briefs([row]).of(row)}


def news(agent: Agent) -> list[str]:
    run_pending()
    return list(Notification.objects.filter(agent=agent, type__startswith="handoff").values_list("type", flat=True))


# --- offered and taken ------------------------------------------------------------------------------------------------


def test_it_stays_with_its_owner_until_it_is_taken(teammate: Agent, colleague: Agent, job: Job) -> None:
    row = offer(teammate, colleague, job, note="She is in a hurry")
    job.refresh_from_db()
    assert (row.status, row.giver, job.owner) == (HandoffStatus.WAITING, teammate, teammate)
    assert step_of(job, "parts").owner == teammate
    assert news(colleague) == ["handoff_offered"]
    answer(colleague, row, "accepted")
    job.refresh_from_db()
    row.refresh_from_db()
    assert (job.owner, row.answered_by, row.status) == (colleague, colleague, "accepted")
    assert {step_of(job, "address").owner, step_of(job, "parts").owner} == {colleague}, "what was the giver's to do"
    assert news(teammate) == ["handoff_accepted"]
    answer(colleague, row, "accepted")
    assert AuditEntry.objects.filter(action="handoff.accepted").count() == 1, "once more changes nothing"
    events = StoredEvent.objects.filter(type__startswith="handoff.").order_by("pk").values_list("type", flat=True)
    assert list(events) == ["handoff.offered", "handoff.accepted"]


def test_a_step_goes_alone(teammate: Agent, colleague: Agent, job: Job) -> None:
    answer(colleague, offer(teammate, colleague, job, step="parts"), "accepted")
    job.refresh_from_db()
    assert (step_of(job, "parts").owner, step_of(job, "address").owner, job.owner) == (colleague, teammate, teammate)
    with pytest.raises(ObjectDoesNotExist):
        offer(teammate, colleague, job, step="nonsense")


def test_one_of_a_team_takes_it_and_the_next_is_told_who(
    teammate: Agent, outsider: Agent, observer: Agent, other_team: Team, job: Job, talk: Conversation
) -> None:
    second = make_agent("Oto", Role.AGENT, other_team)
    row = offer(teammate, other_team, job, conversation=talk)
    assert news(outsider) == news(second) == ["handoff_offered"]
    answer(outsider, row, "accepted")
    with pytest.raises(Taken) as late:
        answer(second, row, "accepted")
    assert late.value.owner == outsider
    with pytest.raises(Taken):
        answer(second, row, "returned", "Not ours")
    job.refresh_from_db()
    talk.refresh_from_db()
    assert (job.owner, job.team) == (outsider, other_team)
    assert (talk.assignee, talk.team) == (outsider, other_team)


def test_who_it_is_not_for_does_not_take_it(
    owner: Agent, teammate: Agent, colleague: Agent, observer: Agent, outsider: Agent, job: Job
) -> None:
    row = offer(teammate, colleague, job)
    for other in (owner, teammate, observer):
        with pytest.raises(PermissionDenied):
            answer(other, row, "accepted")
    with pytest.raises(ObjectDoesNotExist):
        answer(outsider, row, "accepted")
    with pytest.raises(Invalid):
        answer(colleague, row, "waiting")
    job.refresh_from_db()
    assert job.owner == teammate


def test_who_may_not_write_or_not_see_hands_nothing_over(
    teammate: Agent, colleague: Agent, observer: Agent, outsider: Agent, job: Job, talk: Conversation
) -> None:
    for about in ({"job": job}, {"conversation": talk}):
        with pytest.raises(PermissionDenied):
            offer(observer, colleague, **about)
        with pytest.raises(ObjectDoesNotExist):
            offer(outsider, colleague, **about)
    with pytest.raises(Invalid):
        offer(teammate, colleague)


def test_nobody_gets_it_who_could_not_take_it(
    teammate: Agent, colleague: Agent, observer: Agent, gone: Agent, job: Job
) -> None:
    Agent.objects.filter(pk=colleague.pk).update(is_away=True, away_until=in_days(3))
    for receiver in (teammate, observer, gone, colleague, Team.objects.create(name="Empty")):
        with pytest.raises(Invalid):
            offer(teammate, receiver, job)
    assert not Handoff.objects.exists()


def test_only_one_waits_for_the_same(teammate: Agent, lead: Agent, colleague: Agent, job: Job) -> None:
    first = offer(teammate, colleague, job)
    with pytest.raises(AlreadyOffered):
        offer(teammate, lead, job)
    offer(teammate, lead, job, step="parts")
    answer(teammate, first, "withdrawn")
    offer(teammate, lead, job)


def test_a_conversation_is_handed_over_with_what_was_promised_in_it(
    teammate: Agent, outsider: Agent, talk: Conversation
) -> None:
    update_conversation(agent=teammate, actor=actor_of(teammate), conversation=talk, assignee=teammate)
    promise = actions.make_commitment(
        agent=teammate,
        actor=actor_of(teammate),
        customer=talk.customer,
        conversation=talk,
        text="Call",
        due_at=in_days(1),
    )
    row = offer(teammate, outsider, conversation=talk)
    talk.refresh_from_db()
    assert talk.assignee == teammate
    with pytest.raises(AlreadyOffered):
        offer(teammate, outsider, conversation=talk)
    answer(outsider, row, "accepted")
    talk.refresh_from_db()
    assert (talk.assignee, Commitment.objects.get(pk=promise.pk).owner) == (outsider, outsider)


def test_a_promise_stays_where_the_next_owner_does_not_see_it(
    teammate: Agent, outsider: Agent, job: Job, talk: Conversation
) -> None:
    promise = actions.make_commitment(
        agent=teammate,
        actor=actor_of(teammate),
        customer=talk.customer,
        conversation=talk,
        text="Call",
        due_at=in_days(1),
    )
    Commitment.objects.filter(pk=promise.pk).update(job=job)
    answer(outsider, offer(teammate, outsider, job), "accepted")
    assert Commitment.objects.get(pk=promise.pk).owner == teammate


# --- required fields --------------------------------------------------------------------------------------------------


def test_what_the_step_hands_over_has_to_be_known(
    teammate: Agent, owner: Agent, colleague: Agent, lead: Agent, talk: Conversation
) -> None:
    job = begin(teammate, talk, plumbing(HANDS_OVER))
    with pytest.raises(NotReady) as lacks:
        offer(teammate, colleague, job, step="address", note="They will ask")
    assert lacks.value.missing == ("address",)
    with pytest.raises(NotReady):
        offer(owner, colleague, job, step="address")
    passed = offer(owner, colleague, job, step="address", note="They will ask")
    assert AuditEntry.objects.get(action="handoff.offered", object_id=passed.pk).changes["passed_over"] == ["address"]
    answer(owner, passed, "withdrawn")
    set_step(teammate, job, "address", answers={"address": "Abovyan 1"})
    offer(teammate, colleague, job, step="address")


def test_of_a_whole_job_the_brief_says_what_is_still_to_be_found_out(
    teammate: Agent, colleague: Agent, lead: Agent, talk: Conversation
) -> None:
    row = offer(teammate, colleague, begin(teammate, talk, plumbing(HANDS_OVER)))
    assert "Still to be found out: Address" in told(row)["open"]


# --- not taken --------------------------------------------------------------------------------------------------------


def test_it_is_returned_with_a_reason_and_stays(teammate: Agent, colleague: Agent, job: Job) -> None:
    row = offer(teammate, colleague, job)
    with pytest.raises(ReasonOwed):
        answer(colleague, row, "returned", "  ")
    answer(colleague, row, "returned", "Not my street")
    answer(colleague, row, "returned")
    job.refresh_from_db()
    row.refresh_from_db()
    assert (job.owner, row.status, row.reason) == (teammate, "returned", "Not my street")
    assert news(teammate) == ["handoff_returned"]
    with pytest.raises(Taken):
        answer(colleague, row, "accepted")


def test_its_giver_takes_it_back_and_no_other(teammate: Agent, lead: Agent, colleague: Agent, job: Job) -> None:
    row = offer(teammate, colleague, job)
    with pytest.raises(PermissionDenied):
        answer(colleague, row, "withdrawn")
    answer(lead, row, "withdrawn")
    answer(teammate, row, "withdrawn")
    with pytest.raises(Taken):
        answer(colleague, row, "accepted")


@pytest.mark.parametrize(("leaves", "cause"), [("left", ByItself.LEFT), ("away", ByItself.AWAY)])
def test_it_comes_back_from_who_is_not_there(
    owner: Agent, teammate: Agent, colleague: Agent, job: Job, leaves: str, cause: str
) -> None:
    row = offer(teammate, colleague, job)
    run_pending()
    if leaves == "left":
        update_agent(agent=owner, actor=actor_of(owner), target=colleague, is_active=False)
    else:
        Agent.objects.filter(pk=colleague.pk).update(away_until=in_days(4))
        set_away(agent=colleague, actor=actor_of(colleague), away=True)
        Agent.objects.filter(pk=colleague.pk).update(away_until=in_days(4))
    run_pending()
    row.refresh_from_db()
    assert (row.status, row.cause) == ("returned", cause)
    assert "handoff_returned" in news(teammate)
    assert actions.bring_back() == 0


def test_lunch_brings_nothing_back(teammate: Agent, colleague: Agent, job: Job) -> None:
    row = offer(teammate, colleague, job)
    set_away(agent=colleague, actor=actor_of(colleague), away=True)
    run_pending()
    row.refresh_from_db()
    assert row.is_waiting


def test_it_comes_back_from_a_team_that_is_gone_or_empty(
    teammate: Agent, outsider: Agent, other_team: Team, job: Job
) -> None:
    row = offer(teammate, other_team, job)
    assert actions.bring_back() == 0
    Team.objects.filter(pk=other_team.pk).delete()
    assert actions.bring_back() == 1
    row.refresh_from_db()
    assert (row.status, row.cause) == ("returned", ByItself.NOBODY)


def test_what_ends_is_not_handed_over_any_more(teammate: Agent, colleague: Agent, job: Job) -> None:
    step, whole = offer(teammate, colleague, job, step="parts"), offer(teammate, colleague, job)
    set_step(teammate, job, "parts", "done")
    step.refresh_from_db()
    assert (step.status, step.cause) == ("withdrawn", ByItself.ENDED)
    with pytest.raises(Over):
        offer(teammate, colleague, job, step="parts")
    actions.cancel_job(agent=teammate, actor=actor_of(teammate), job=job, reason="They moved")
    whole.refresh_from_db()
    assert (whole.status, whole.cause) == ("withdrawn", ByItself.ENDED)
    with pytest.raises(Over):
        offer(teammate, colleague, job)


def test_a_deleted_conversation_is_not_taken(teammate: Agent, colleague: Agent, talk: Conversation) -> None:
    row = offer(teammate, colleague, conversation=talk)
    delete_conversations(agent=teammate, actor=actor_of(teammate), conversations=[talk])
    with pytest.raises(ObjectDoesNotExist):
        answer(colleague, row, "accepted")


def test_it_goes_along_when_conversations_become_one(
    teammate: Agent, colleague: Agent, talk: Conversation, receive: Receive
) -> None:
    row = offer(teammate, colleague, conversation=talk)
    other = Conversation.objects.get(pk=receive(text="Once more", sender="ani@mail.am", subject="Two").conversation_id)
    merge_conversations(agent=teammate, actor=actor_of(teammate), sources=[talk], target=other)
    answer(colleague, row, "accepted")
    other.refresh_from_db()
    assert other.assignee == colleague


# --- outside systems --------------------------------------------------------------------------------------------------


def test_an_outside_system_acknowledges_through_the_api_and_it_stays_ours_to_look_after(
    teammate: Agent, owner: Agent, job: Job, system: Endpoint
) -> None:
    row = offer(teammate, system, job, step="parts")
    assert handoff_queries.receiver_name(row) == "erp.example"
    with pytest.raises(PermissionDenied):
        answer(owner, row, "accepted")
    program = Actor("api", owner.pk, "ERP")
    row = answer(owner, row, "accepted", reference="PO-7", actor=program)
    assert (row.status, row.reference, step_of(job, "parts").owner) == ("accepted", "PO-7", teammate)
    assert news(teammate) == ["handoff_accepted"]


def test_it_comes_back_from_a_system_that_is_off_and_is_not_offered_to_one_that_does_not_listen(
    teammate: Agent, job: Job, system: Endpoint, owner: Agent
) -> None:
    log = Endpoint.objects.create(url="https://log.example", types=[], secret="x", made_by=owner)
    with pytest.raises(Invalid):
        offer(teammate, log, job)
    row = offer(teammate, system, job)
    Endpoint.objects.filter(pk=system.pk).update(is_active=False)
    assert actions.bring_back() == 1
    row.refresh_from_db()
    assert (row.status, row.cause) == ("returned", ByItself.SILENT)
    with pytest.raises(Invalid):
        offer(teammate, system, job)


# --- time in limbo ----------------------------------------------------------------------------------------------------


def test_both_sides_are_reminded_once(teammate: Agent, colleague: Agent, job: Job) -> None:
    row = offer(teammate, colleague, job)
    assert actions.remind_waiting() == 0
    Handoff.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert [actions.remind_waiting(), actions.remind_waiting()] == [1, 0]
    assert news(teammate) == ["handoff_late_given"]
    assert set(news(colleague)) == {"handoff_offered", "handoff_late"}
    answer(colleague, row, "accepted")
    Handoff.objects.update(told=False)
    assert actions.remind_waiting() == 0


def test_limbo_is_counted_in_working_time(
    teammate: Agent, outsider: Agent, other_team: Team, talk: Conversation, nights: Callable[[], Calendar]
) -> None:
    job = begin(teammate, talk)
    Job.objects.update(calendar=nights())
    job.refresh_from_db()
    row = offer(teammate, other_team, job)
    Handoff.objects.update(offered_at=timezone.now() - timedelta(days=2))
    answer(outsider, row, "accepted")
    row.refresh_from_db()
    assert row.limbo == 2 * 60


@pytest.fixture
def nights() -> Callable[[], Calendar]:
    """A calendar that is open for an hour a day."""

    def make() -> Calendar:
        calendar = Calendar.objects.create(name="An hour", time_zone="UTC")
        for day in range(7):
            calendar.hours.create(weekday=day, start=0, end=60)
        return calendar

    return make


# --- the brief --------------------------------------------------------------------------------------------------------


def test_the_brief_tells_what_is_promised_tried_next_open_and_known(
    teammate: Agent, lead: Agent, colleague: Agent, talk: Conversation, receive: Receive
) -> None:
    job = begin(teammate, talk)
    send_reply(agent=teammate, actor=actor_of(teammate), conversation=talk, text="We come tomorrow.")
    receive(text="At what time will you come?", sender="ani@mail.am", subject="Re: Hello", signed=(talk.pk,))
    set_step(teammate, job, "parts", "done")
    actions.move_promise(agent=teammate, actor=actor_of(teammate), job=job, to=in_days(9), reason="No part")
    set_step(teammate, job, "address", answers={"floor": "3"})
    row = offer(teammate, colleague, job)
    made = told(row)
    assert made["what"][0] == f"Plumbing, job #{job.pk}, stage “Order”"
    assert "A pipe leaks" in made["what"][1]
    assert any("No part" in line for line in made["promised"])
    assert any(line.startswith("Order parts: done by Tamar") for line in made["tried"])
    assert "Tamar wrote last: “We come tomorrow.”" in made["tried"]
    Message.objects.filter(text="We come tomorrow.").update(delivery="failed")
    assert "Tamar wrote last: “We come tomorrow.” (Not sent)" in told(row)["tried"]
    assert made["next"][0].startswith("Ask for the address: Tamar")
    assert made["open"] == (
        "They wait for an answer to: “At what time will you come?”",
        "Still to be found out: Address",
    )
    assert made["known"] == ("Floor: 3",)
    with translation.override("ru"):
        assert told(row)["what"][0].startswith("Сантехника")


def test_it_is_read_by_who_it_is_for_and_not_by_who_does_not_see_its_conversation(
    teammate: Agent, colleague: Agent, outsider: Agent, observer: Agent, owner: Agent, job: Job
) -> None:
    row = offer(teammate, outsider, job)
    for reader in (teammate, outsider, observer, owner, colleague):
        assert handoff_queries.read_by(reader, [row]) == {row.pk}
    far = make_agent("Far", Role.AGENT, Team.objects.create(name="Far"))
    assert not handoff_queries.visible_to(far).exists()
    set_step(owner, job, "parts", owner=far)
    assert handoff_queries.visible_to(far).get() == row
    assert handoff_queries.read_by(far, [row]) == set(), "who does a step sees the job, not what was written"
    answer(teammate, row, "withdrawn")
    assert not handoff_queries.visible_to(outsider).exists()


# --- whose words they are ---------------------------------------------------------------------------------------------


def erase(subject: Subject) -> int:
    return erasers.get("handoffs").erase(subject, 0).done


def subject_of(customer: Customer) -> Subject:
    return Subject((customer.pk,), (), (customer.name,), timezone.now())


def test_an_erased_customers_briefs_are_emptied_and_nothing_waits(
    teammate: Agent, colleague: Agent, job: Job, talk: Conversation
) -> None:
    row = offer(teammate, colleague, job, note="Ani is in a hurry")
    kept = holdings.get("handoffs")
    (told,) = kept.rows(talk.customer_id)
    assert told["note"] == "Ani is in a hurry"
    assert any("A pipe leaks" in line for lines in told["brief"].values() for line in lines)
    assert erase(subject_of(talk.customer)) == 1
    row.refresh_from_db()
    assert (row.brief, row.note, row.status) == ({}, "", "withdrawn")


def test_words_about_them_leave_what_is_handed_over_for_others(
    teammate: Agent, colleague: Agent, job: Job, receive: Receive
) -> None:
    named = Customer.objects.create(name="Vardan Petrosyan", last_activity_at=timezone.now())
    other = offer(teammate, colleague, job, note="Vardan Petrosyan knows the house")
    calm = offer(teammate, colleague, job, step="parts", note="Careful with the dog")
    erase(subject_of(named))
    other.refresh_from_db()
    calm.refresh_from_db()
    assert (other.note, other.status, calm.note) == ("", "waiting", "Careful with the dog")
