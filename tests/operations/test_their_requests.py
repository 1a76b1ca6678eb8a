"""What customers do in their own jobs, each time only what is theirs and asked now; and the links that lead there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Role
from tamada.calendars.actions import create_calendar
from tamada.channels.chat.actions import start_visitor
from tamada.conversations.actions import merge_conversations
from tamada.conversations.models import Conversation, Inbox, Kind, Message
from tamada.core import storage
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, StoredEvent
from tamada.core.personal import Subject, erasers, holdings
from tamada.customers.actions import block_sender, merge_customers, undo_customer_merge
from tamada.customers.models import Customer
from tamada.operations import actions, appointments, link_queries
from tamada.operations.actions import GivenFile
from tamada.operations.errors import Invalid, LinkOver, NoLink, NotOpen, NotReady, NoWay
from tamada.operations.models import Job, JobAct, JobStep, RequestLink, StepStatus
from tamada.widget.shapes import message_item
from tests.cast import make_agent
from tests.channels.chat.conftest import Answer, Write, answer, visitor, write

from .jobs import begin, plumbing, set_step, states, step_of
from .requests import MOVING, job, sending, talk, tell_wishes

__all__ = ["answer", "job", "talk", "visitor", "write"]
pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
LEASE = GivenFile(name="lease.png", content=PNG, field="lease")


@pytest.fixture
def somebody(customer: Customer) -> Customer:
    """Another customer, who has no business here."""
    return customer


@pytest.fixture
def priced(teammate: Agent, job: Job) -> Job:
    """The price is asked to be agreed to."""
    tell_wishes(job)
    set_step(teammate, job, "price", "done", answers={"price": 900, "margin": "300"})
    return job


@pytest.fixture
def agreed(priced: Job) -> Job:
    actions.approve(sending=sending(priced, "agree"))
    return priced


# --- answers ----------------------------------------------------------------------------------------------------------


def test_an_answer_is_checked_as_at_the_desk_and_finishes_the_step(job: Job) -> None:
    tell_wishes(job)
    row = step_of(job, "wishes")
    assert (row.status, row.done_by, row.answers) == ("done", None, {"address": "Abovyan 1", "boxes": 12})
    assert states(job)["price"] == "open"
    entry = AuditEntry.objects.get(action="job.step", actor_kind="customer")
    assert entry.actor_id == job.customer_id
    assert StoredEvent.objects.filter(type="job.step_changed").exists()
    assert JobAct.objects.get().kind == "answered"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"address": "", "boxes": "12"}, "address"),
        ({"address": "Abovyan 1", "boxes": "many"}, "boxes"),
        ({"address": "A" * 501, "boxes": "1"}, "address"),
        ({"address": "Abovyan 1", "boxes": "1", "margin": "0"}, "answers"),
    ],
)
def test_what_is_no_answer_changes_nothing(job: Job, answers: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.answer(sending=sending(job, "wishes"), answers=answers)
    assert refused.value.field == field
    assert step_of(job, "wishes").status == "open"
    assert not JobAct.objects.exists()


def test_the_same_form_twice_is_one_answer(job: Job) -> None:
    form = sending(job, "wishes")
    for _ in range(2):
        actions.answer(sending=form, answers={"address": "Abovyan 1", "boxes": "3"})
    assert JobAct.objects.count() == 1
    with pytest.raises(NotOpen):
        actions.answer(sending=sending(job, "wishes"), answers={"address": "Elsewhere", "boxes": "3"})
    assert step_of(job, "wishes").answers["address"] == "Abovyan 1"


def test_nobody_acts_in_the_job_of_another_or_in_what_is_ours(job: Job, somebody: Customer) -> None:
    with pytest.raises(Job.DoesNotExist):
        actions.answer(sending=sending(job, "wishes", somebody), answers={"address": "Mine", "boxes": "1"})
    with pytest.raises(Job.DoesNotExist):
        actions.ask(sending=sending(job, customer=somebody), text="Whose is this?")
    for step in ("price", "bill", "nonsense", "agree"):
        with pytest.raises(JobStep.DoesNotExist):
            actions.answer(sending=sending(job, step), answers={})
    for key in ("", "short", "x" * 65, "a b" * 8):
        with pytest.raises(Invalid):
            actions.answer(sending=sending(job, "wishes", key=key), answers={"address": "A", "boxes": "1"})


def test_nothing_is_done_before_its_time_or_in_what_is_over(teammate: Agent, job: Job) -> None:
    with pytest.raises(NotOpen):
        actions.approve(sending=sending(job, "agree"))
    with pytest.raises(NotOpen):
        actions.choose_time(sending=sending(job, "day"), at=timezone.now() + timedelta(days=1))
    actions.cancel_job(agent=teammate, actor=actor_of(teammate), job=job, reason="They moved")
    with pytest.raises(NotOpen):
        tell_wishes(job)
    assert actions.ask(sending=sending(job), text="Why?"), "a question may be asked about what is over"
    job.refresh_from_db()
    assert job.status == "cancelled"


# --- agreeing ---------------------------------------------------------------------------------------------------------


def test_agreeing_goes_on(priced: Job) -> None:
    actions.approve(sending=sending(priced, "agree"))
    assert states(priced)["agree"] == "done"
    assert states(priced)["day"] == "open"


def test_not_agreeing_comes_to_us_with_the_reason_and_leaves_it_open(priced: Job, talk: Conversation) -> None:
    form = sending(priced, "agree")
    for _ in range(2):
        actions.decline(sending=form, reason="Too dear")
    message = Message.objects.filter(conversation=talk, kind=Kind.IN).latest("seq")
    assert message.text == "Agree to the price: I do not agree.\n\nToo dear"
    assert (message.customer_id, message.sender) == (priced.customer_id, "ani@mail.am")
    assert talk.messages.filter(kind=Kind.IN).count() == 2
    assert step_of(priced, "agree").status == "open"
    assert JobAct.objects.get(kind="declined").words == "Too dear"
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(Invalid):
            actions.decline(sending=sending(priced, "agree"), reason=reason)
    actions.approve(sending=sending(priced, "agree"))
    assert states(priced)["agree"] == "done", "they may think again"


# --- a time -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def weekdays(owner: Agent, agreed: Job) -> Job:
    """By a calendar that is open from nine to one."""
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    week = {day: [(9 * 60, 13 * 60)] for day in range(5)}
    calendar = create_calendar(**by, name="Mornings", time_zone="Asia/Yerevan", week=week)
    Job.objects.filter(pk=agreed.pk).update(calendar=calendar)
    return Job.objects.get(pk=agreed.pk)


MONDAY = datetime(2027, 3, 1, 6, 30, tzinfo=UTC)  # half past ten in Yerevan


def _offered(job: Job, now: datetime, **more: object) -> list[appointments.Day]:
    return appointments.offered(job, "day", list(job.steps.all()), now, **more)  # type: ignore[arg-type]


def test_free_hours_of_the_calendar_are_offered(weekdays: Job) -> None:
    days = _offered(weekdays, MONDAY)
    tz = appointments.hours_of(weekdays).tz
    hours = [[moment.astimezone(tz).hour for moment in day.moments] for day in days]
    assert hours == [[12], [9, 10, 11, 12], [9, 10, 11, 12], [9, 10, 11, 12], [9, 10, 11, 12], [9, 10, 11, 12]]
    assert [day.date.isoweekday() for day in days] == [1, 2, 3, 4, 5, 1]
    later = _offered(weekdays, MONDAY, since=days[-1].date + timedelta(days=1))
    assert later[0].date == days[-1].date + timedelta(days=1)


def test_an_hour_in_which_everybody_is_expected_elsewhere_is_not_offered(
    teammate: Agent, weekdays: Job, talk: Conversation
) -> None:
    at = _offered(weekdays, MONDAY)[1].moments[0]
    other = begin(teammate, talk, weekdays.service)
    JobStep.objects.filter(job=other, key="move").update(not_before=at)
    assert at not in _offered(weekdays, MONDAY)[1].moments
    assert not appointments.is_free(weekdays, "day", list(weekdays.steps.all()), MONDAY, at)


def test_whoever_comes_is_elsewhere_for_as_long_as_that_lasts(
    teammate: Agent, lead: Agent, weekdays: Job, talk: Conversation
) -> None:
    """Carrying takes two hours: who comes at ten is back at noon, and who would come at nine is not."""
    tuesday = _offered(weekdays, MONDAY)[1].moments
    others = [begin(teammate, talk, weekdays.service) for _ in range(2)]
    JobStep.objects.filter(job=others[0], key="move").update(not_before=tuesday[1])
    assert _offered(weekdays, MONDAY)[1].moments == [tuesday[3]]
    JobStep.objects.filter(job=others[0], key="move").update(not_before=tuesday[3])
    assert _offered(weekdays, MONDAY)[1].moments == tuesday[:2], "it goes on in the morning"
    assert _offered(weekdays, MONDAY)[2].moments == [moment + timedelta(days=1) for moment in tuesday[1:]]
    JobStep.objects.filter(job=others[1], key="bill").update(not_before=tuesday[0])
    assert _offered(weekdays, MONDAY)[1].moments == tuesday[:2], "for a bill nobody is expected"


def test_two_who_could_come_are_both_counted(teammate: Agent, lead: Agent, weekdays: Job, talk: Conversation) -> None:
    make_agent("Aram", Role.AGENT)
    tuesday = _offered(weekdays, MONDAY)[1].moments
    others = [begin(teammate, talk, weekdays.service) for _ in range(2)]
    JobStep.objects.filter(job=others[0], key="move").update(not_before=tuesday[0])
    assert _offered(weekdays, MONDAY)[1].moments == tuesday, "the other one comes"
    JobStep.objects.filter(job=others[1], key="move").update(not_before=tuesday[1])
    assert _offered(weekdays, MONDAY)[1].moments == tuesday[2:], "from ten to eleven both are away"


CALL = """
service: call
name: A call
stages:
  - stage: all
    name: All
    steps: [{step: when, name: When, by: customer, takes: 8h, asks: appointment, shown: Choose when we call.}]
"""


def test_a_time_for_which_nothing_waits_is_one_customers_too(teammate: Agent, talk: Conversation) -> None:
    first, second = (begin(teammate, talk, plumbing(CALL)) for _ in range(2))
    at = appointments.offered(first, "when", list(first.steps.all()), timezone.now())[1].moments[1]
    begin(teammate, talk, plumbing(CALL))
    actions.choose_time(sending=sending(first, "when"), at=at)
    free = appointments.offered(second, "when", list(second.steps.all()), timezone.now())[1].moments
    assert at not in free
    assert {at - timedelta(hours=1), at + timedelta(hours=1)} <= set(free)


def test_a_time_that_was_chosen_holds_what_comes_next(weekdays: Job) -> None:
    at = _offered(weekdays, timezone.now())[2].moments[0]
    actions.choose_time(sending=sending(weekdays, "day"), at=at)
    assert (states(weekdays)["day"], states(weekdays)["move"]) == ("done", "open")
    row = step_of(weekdays, "move")
    assert row.not_before == at
    assert row.due_at is not None
    assert row.due_at > at
    assert JobAct.objects.get(kind="chose").moment == at


def test_another_time_until_it_has_begun(teammate: Agent, weekdays: Job) -> None:
    first, second = (_offered(weekdays, timezone.now())[place].moments[0] for place in (1, 3))
    actions.choose_time(sending=sending(weekdays, "day"), at=first)
    for _ in range(2):
        actions.choose_time(sending=sending(weekdays, "day"), at=second)
    assert step_of(weekdays, "move").not_before == second
    assert JobAct.objects.filter(kind="moved").count() == 1, "the same time once more is no other"
    set_step(teammate, weekdays, "move", "active", not_before=second)
    with pytest.raises(NotOpen):
        actions.choose_time(sending=sending(weekdays, "day"), at=first)
    assert step_of(weekdays, "move").not_before == second


def test_a_time_that_is_not_offered_is_not_taken(weekdays: Job) -> None:
    at = _offered(weekdays, timezone.now())[2].moments[0]
    for wrong in (at + timedelta(minutes=30), at - timedelta(hours=5), at - timedelta(days=30), at.replace(year=2040)):
        with pytest.raises(Invalid):
            actions.choose_time(sending=sending(weekdays, "day"), at=wrong)
    assert states(weekdays)["day"] == "open"
    assert step_of(weekdays, "move").not_before is None


# --- files ------------------------------------------------------------------------------------------------------------


def test_files_come_into_the_conversation(job: Job, talk: Conversation) -> None:
    actions.send_files(sending=sending(job, "papers"), files=[LEASE], answers={"lift": "yes"})
    assert step_of(job, "papers").answers == {"lease": "lease.png", "lift": True}
    message = Message.objects.filter(conversation=talk).latest("seq")
    file = message.attachments.get()
    assert (file.name, file.type, message.kind) == ("lease.png", "image/png", Kind.IN)
    with storage.open(file.blob) as content:
        assert content.read() == PNG
    assert JobAct.objects.get().words == "lease.png"


@pytest.mark.parametrize(
    "files",
    [
        [],
        [GivenFile(name="lease.png", content=b"<html><script>alert(1)</script>", field="lease")],
        [GivenFile(name="a.exe", content=b"MZ" + b"\0" * 50, field="lease")],
        [GivenFile(name="big.png", content=PNG + b"\0" * (10 * 1024 * 1024), field="lease")],
        [LEASE] * 11,
    ],
)
def test_files_that_can_not_be_taken_change_nothing(job: Job, files: list[GivenFile]) -> None:
    with pytest.raises((Invalid, NotReady)):
        actions.send_files(sending=sending(job, "papers"), files=files)
    assert step_of(job, "papers").status == "open"
    assert Message.objects.filter(kind=Kind.IN).count() == 1


def test_what_was_sent_once_is_not_asked_for_again(teammate: Agent, job: Job, talk: Conversation) -> None:
    actions.send_files(sending=sending(job, "papers"), files=[LEASE])
    again = begin(teammate, talk, job.service)
    actions.send_files(sending=sending(again, "papers"), files=[])
    assert step_of(again, "papers").answers == {"lease": "lease.png"}
    assert talk.messages.filter(kind=Kind.IN).count() == 2


def test_by_a_link_to_one_job_nothing_of_another_is_taken_for_it(teammate: Agent, job: Job, talk: Conversation) -> None:
    actions.send_files(sending=sending(job, "papers"), files=[LEASE])
    again = begin(teammate, talk, job.service)
    with pytest.raises(NotReady):
        actions.send_files(sending=sending(again, "papers", of_all=False), files=[], answers={"lift": "yes"})
    assert step_of(again, "papers").answers == {}


# --- questions --------------------------------------------------------------------------------------------------------


def test_a_question_goes_on_in_the_jobs_conversation_once(teammate: Agent, job: Job, talk: Conversation) -> None:
    Conversation.objects.filter(pk=talk.pk).update(status="closed", waiting_since=None)
    form = sending(job)
    for _ in range(2):
        assert actions.ask(sending=form, text="When do you come?", files=[LEASE])
    message = talk.messages.filter(kind=Kind.IN).latest("seq")
    assert (message.text, message.data["job"], message.attachments.count()) == ("When do you come?", job.pk, 1)
    assert talk.messages.filter(kind=Kind.IN).count() == 2
    talk.refresh_from_db()
    assert (talk.status, talk.waiting_since is not None) == ("open", True)
    assert StoredEvent.objects.filter(type="message.received").count() == 2
    with pytest.raises(Invalid):
        actions.ask(sending=sending(job), text=" \x00 ")


def test_without_a_conversation_one_begins_where_they_wrote_last(
    teammate: Agent, job: Job, talk: Conversation, inbox: Inbox
) -> None:
    Job.objects.filter(pk=job.pk).update(conversation=None)
    assert actions.ask(sending=sending(job), text="When do you come?")
    job.refresh_from_db()
    assert job.conversation is not None
    assert job.conversation != talk
    assert (job.conversation.inbox, job.conversation.subject) == (inbox, f"Moving #{job.pk}")
    assert job.conversation.customer_id == job.customer_id
    actions.ask(sending=sending(job), text="And how?")
    assert job.conversation.messages.filter(kind=Kind.IN).count() == 2


def test_asked_about_a_chat_it_stands_in_the_visitors_own_thread(
    owner: Agent, teammate: Agent, chat: Inbox, write: Write, answer: Answer
) -> None:
    theirs, others = write("Do you move pianos?"), write("Hello", by=start_visitor(inbox=chat)[0])
    talk, merged = theirs.message.conversation, others.message.conversation
    merge_conversations(agent=owner, actor=actor_of(owner), sources=[merged], target=talk)
    job = begin(teammate, talk, plumbing(MOVING))
    form = sending(job)
    for _ in range(2):
        assert actions.ask(sending=form, text="When do you come?", files=[LEASE])
    asked = theirs.thread.lines.get(seq=2)
    answer(theirs, "At nine.")
    shown = [message_item(line) for line in theirs.thread.lines.all()]
    assert [(one["kind"], one["text"]) for one in shown] == [
        ("in", "Do you move pianos?"),
        ("in", "When do you come?"),
        ("out", "At nine."),
    ]
    assert (shown[1]["client_id"], shown[1]["author"]["type"]) == (None, "visitor")
    assert [file["name"] for file in shown[1]["attachments"]] == ["lease.png"]
    told = StoredEvent.objects.filter(type="chat.message", data__conversation=theirs.thread_id)
    assert [event.data["seq"] for event in told.order_by("pk")] == [1, 2, 3]
    assert not others.thread.lines.filter(message=asked.message).exists(), "not what another customer asked"


def test_who_can_not_be_answered_or_is_refused_is_not_heard(owner: Agent, job: Job) -> None:
    block_sender(agent=owner, actor=actor_of(owner), value="ani@mail.am", reason="")
    assert not actions.ask(sending=sending(job), text="Buy this")
    job.customer.identities.all().delete()
    with pytest.raises(NoWay):
        actions.ask(sending=sending(job), text="Hello?")
    assert Message.objects.filter(kind=Kind.IN).count() == 1


# --- links ------------------------------------------------------------------------------------------------------------


def _words(made: actions.MadeLink) -> str:
    return made.address.rpartition("/")[2]


def test_a_link_opens_the_requests_of_one_and_is_stored_as_a_digest_alone(teammate: Agent, job: Job) -> None:
    made = actions.make_link(agent=teammate, actor=actor_of(teammate), customer=job.customer)
    row, whose = link_queries.link_for(_words(made))
    assert (row, whose) == (made.row, job.customer)
    assert len(_words(made)) == 43
    assert _words(made) not in str(RequestLink.objects.values().get())
    assert row.expires_at - row.created_at > timedelta(days=29)
    actions.link_seen(link=row)
    assert link_queries.links_of(teammate, job.customer).get().seen_at is not None
    for wrong in ("", _words(made)[:-1], _words(made) + "x", "\0", "ա" * 43):
        with pytest.raises(NoLink):
            link_queries.link_for(wrong)


def test_who_may_not_write_or_see_the_customer_makes_and_revokes_none(
    teammate: Agent, observer: Agent, outsider: Agent, job: Job
) -> None:
    made = actions.make_link(agent=teammate, actor=actor_of(teammate), customer=job.customer)
    for agent, refusal in ((observer, PermissionDenied), (outsider, Customer.DoesNotExist)):
        with pytest.raises(refusal):
            actions.make_link(agent=agent, actor=actor_of(agent), customer=job.customer)
        with pytest.raises(refusal):
            actions.revoke_links(agent=agent, actor=actor_of(agent), customer=job.customer)
    assert not link_queries.links_of(outsider, job.customer).exists()
    assert link_queries.link_for(_words(made))


def test_what_is_revoked_or_past_its_time_opens_nothing(teammate: Agent, job: Job, somebody: Customer) -> None:
    by: dict[str, Any] = {"agent": teammate, "actor": actor_of(teammate)}
    first, second, third = (actions.make_link(**by, customer=job.customer) for _ in range(3))
    other = actions.make_link(agent=None, actor=SYSTEM, customer=somebody)
    assert actions.revoke_links(**by, customer=job.customer, link=other.row.pk) == 0, "not by another's number"
    assert [actions.revoke_links(**by, customer=job.customer, link=first.row.pk) for _ in range(2)] == [1, 0]
    RequestLink.objects.filter(pk=second.row.pk).update(expires_at=timezone.now())
    for made, revoked in ((first, True), (second, False)):
        with pytest.raises(LinkOver) as over:
            link_queries.link_for(_words(made))
        assert over.value.revoked is revoked
    assert actions.revoke_links(**by, customer=job.customer) == 1
    with pytest.raises(LinkOver):
        link_queries.link_for(_words(third))
    assert link_queries.link_for(_words(other))[1] == somebody
    RequestLink.objects.filter(pk=second.row.pk).update(expires_at=timezone.now() - timedelta(days=91))
    assert actions.forget_links() == 1
    assert RequestLink.objects.count() == 3


def test_links_go_along_when_customers_turn_out_to_be_one(owner: Agent, job: Job, somebody: Customer) -> None:
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    made = actions.make_link(**by, customer=somebody)
    merge = merge_customers(**by, target=job.customer, source=somebody)
    assert link_queries.link_for(_words(made))[1] == job.customer
    undo_customer_merge(**by, merge=merge)
    assert link_queries.link_for(_words(made))[1].pk == somebody.pk


def test_nothing_of_them_is_left_after_an_erasure(teammate: Agent, priced: Job) -> None:
    made = actions.make_link(agent=teammate, actor=actor_of(teammate), customer=priced.customer)
    actions.decline(sending=sending(priced, "agree"), reason="Ani finds it too dear")
    assert [len(list(holdings.get(name).rows(priced.customer_id))) for name in ("request-links", "job-acts")] == [1, 2]
    subject = Subject((priced.customer_id,), (), ("Ani",), timezone.now())
    eraser = erasers.get("requests")
    assert eraser.count(subject) == 3
    eraser.erase(subject, 0)
    assert not JobAct.objects.exists()
    with pytest.raises(NoLink):
        link_queries.link_for(_words(made))
    assert StepStatus(step_of(priced, "agree").status) == StepStatus.OPEN
