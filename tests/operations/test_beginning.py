"""A customer begins a job themself: what they may ask for, once, with what is needed first, and heard by somebody."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Team
from tamada.calendars.actions import create_calendar
from tamada.conversations.actions import create_inbox, receive_messages
from tamada.conversations.envelopes import Party
from tamada.conversations.models import Conversation, Inbox, Kind, Message
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, StoredEvent
from tamada.customers.actions import block_sender, merge_customers
from tamada.customers.models import Customer
from tamada.operations import actions, their_queries
from tamada.operations.actions import MOST_A_DAY, GivenFile, Wish
from tamada.operations.errors import Invalid, NotReady, NoWay
from tamada.operations.models import Commitment, Job, JobAct, Pace, Service
from tests.conversations.conftest import envelope_to

from .jobs import plumbing, states, step_of
from .requests import MOVING, WINDOWS, talk

__all__ = ["talk"]
pytestmark = pytest.mark.django_db

ANSWERS = {"panes": "4", "access": "", "address": "Abovyan 1", "lift": "no"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def service(teammate: Agent, lead: Agent, inbox: Inbox) -> Service:
    return plumbing(WINDOWS)


@pytest.fixture
def ani(talk: Conversation) -> Customer:
    return talk.customer


@pytest.fixture
def by_phone(customer: Customer) -> Customer:
    """Somebody whom nobody can write to."""
    customer.identities.all().delete()
    return customer


def wish(customer: Customer, **more: Any) -> Wish:
    values = {"service": "windows", "key": secrets.token_urlsafe(16), "language": "hy"}
    return Wish(customer=customer, **(values | more))


def begin(customer: Customer, text: str = "They are dirty", files: Any = (), **answers: Any) -> Job:
    return actions.begin(wish=wish(customer), text=text, answers={**ANSWERS, **answers}, files=files)


# --- begun ------------------------------------------------------------------------------------------------------------


def test_it_begins_with_an_owner_and_with_what_is_needed_first(service: Service, ani: Customer) -> None:
    job = begin(ani)
    assert (job.service, job.customer, job.language, job.status) == (service, ani, "hy", "active")
    assert job.owner is not None
    assert job.promised_at is not None
    assert states(job) == {"look": "open", "tell": "done", "plan": "open", "agree": "blocked"}
    assert step_of(job, "look").answers == {"panes": 4}
    assert step_of(job, "look").owner is not None
    assert step_of(job, "tell").answers == {"address": "Abovyan 1", "lift": False}
    act = JobAct.objects.get()
    assert (act.kind, act.words, act.job) == ("began", "They are dirty", job)


def test_it_is_the_customer_who_began_it(service: Service, ani: Customer) -> None:
    job = begin(ani)
    entry = AuditEntry.objects.get(action="job.started")
    assert (entry.actor_kind, entry.actor_id) == ("customer", ani.pk)
    event = StoredEvent.objects.get(type="job.started")
    assert event.data["job"] == job.pk
    assert event.data["conversation"] == job.conversation_id


def test_what_they_wrote_is_a_message_in_a_conversation_of_its_own(
    service: Service, ani: Customer, talk: Conversation, inbox: Inbox
) -> None:
    job = begin(ani, files=[GivenFile(name="a.png", content=PNG)])
    assert job.conversation is not None
    assert job.conversation != talk
    assert (job.conversation.inbox, job.conversation.subject) == (inbox, f"Լուսամուտների մաքրում #{job.pk}")
    message = job.conversation.messages.get(kind=Kind.IN)
    assert message.text == "They are dirty\n\nՔանի ապակի՝ 4\nAddress՝ Abovyan 1\nLift՝ No"
    assert (message.data["job"], message.attachments.get().name) == (job.pk, "a.png")
    assert job.conversation.waiting_since is not None


def test_team_and_hours_are_the_services_else_those_of_where_they_wrote_last(
    owner: Agent, service: Service, ani: Customer, inbox: Inbox, other_team: Team
) -> None:
    assert begin(ani).team == inbox.team
    calendar = create_calendar(
        agent=owner, actor=actor_of(owner), name="Nights", time_zone="UTC", week={0: [(540, 1080)]}
    )
    Service.objects.filter(pk=service.pk).update(team=other_team, calendar=calendar)
    job = begin(ani)
    assert (job.team, job.calendar) == (other_team, calendar)


def test_a_step_of_theirs_that_is_done_at_once_neither_promises_nor_tells_how_long_it_takes(
    service: Service, ani: Customer
) -> None:
    begin(ani)
    assert not Commitment.objects.exists()
    assert not Pace.objects.exists()


def test_the_same_form_twice_begins_one_job(service: Service, ani: Customer) -> None:
    form = wish(ani)
    jobs = {actions.begin(wish=form, text="Dirty", answers=ANSWERS).pk for _ in range(2)}
    assert len(jobs) == Job.objects.count() == JobAct.objects.count() == 1
    assert Message.objects.filter(kind=Kind.IN).count() == 2, "the first is what they came with"
    with pytest.raises(Invalid):
        actions.begin(wish=wish(ani, key="short"), text="Dirty", answers=ANSWERS)


def test_a_key_of_another_customer_is_no_door_to_their_job(service: Service, ani: Customer, customer: Customer) -> None:
    form = wish(ani)
    theirs = actions.begin(wish=form, text="Dirty", answers=ANSWERS)
    mine = actions.begin(wish=wish(customer, key=form.key), text="Dirty", answers=ANSWERS)
    assert (theirs.customer, mine.customer) == (ani, customer)


def test_in_a_chat_it_goes_on_where_they_were(service: Service, team: Team) -> None:
    chat = create_inbox(agent=None, actor=SYSTEM, name="Site", channel="chat", address="", team=team)
    said = replace(envelope_to(chat, channel="chat", language="ru"), sender=Party(type="chat", value="v1", name="Vahe"))
    receive_messages(envelopes=[said])
    was = Conversation.objects.get()
    job = begin(was.customer)
    assert (job.conversation, job.language) == (was, "hy")
    assert was.messages.filter(kind=Kind.IN).count() == 2


# --- refused ----------------------------------------------------------------------------------------------------------


def test_what_is_not_offered_is_as_what_never_was(ani: Customer, service: Service) -> None:
    plumbing(MOVING)
    stopped = plumbing(WINDOWS.replace("service: windows", "service: stopped"))
    Service.objects.filter(pk=stopped.pk).update(is_active=False)
    for key in ("moving", "stopped", "nothing", ""):
        with pytest.raises(Service.DoesNotExist):
            actions.begin(wish=wish(ani, service=key), text="Please", answers={})
        with pytest.raises(Service.DoesNotExist):
            their_queries.offer(key)
    offered = [row.key for _name, row, _template in their_queries.offers("en")]
    assert offered == ["complaint", "installation", "refund", "repair", "windows"], "by their names"
    assert not Job.objects.exists()


def test_a_newer_version_takes_it_back(ani: Customer, service: Service) -> None:
    plumbing(WINDOWS.replace("customers_may_begin: true\nasks_first: [panes, access]\n", ""))
    with pytest.raises(Service.DoesNotExist):
        begin(ani)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"panes": ""}, "panes"),
        ({"panes": "many"}, "panes"),
        ({"address": ""}, "address"),
        ({"address": "A" * 501}, "address"),
        ({"lift": "perhaps"}, "lift"),
    ],
)
def test_what_is_no_answer_begins_nothing(service: Service, ani: Customer, answers: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        begin(ani, **answers)
    assert refused.value.field == field
    assert not Job.objects.exists()
    assert Message.objects.filter(kind=Kind.IN).count() == 1


def test_what_was_not_answered_at_all_is_asked_for(service: Service, ani: Customer) -> None:
    with pytest.raises(NotReady) as refused:
        actions.begin(wish=wish(ani), text="", answers={})
    assert refused.value.missing == ("panes", "address")
    assert not Job.objects.exists()


def test_a_customer_answers_nothing_that_is_ours(service: Service, ani: Customer) -> None:
    job = begin(ani, margin="0", route="mine")
    assert step_of(job, "look").answers == {"panes": 4}
    assert step_of(job, "plan").answers == {}


def test_so_many_a_day_and_no_more(service: Service, ani: Customer, customer: Customer) -> None:
    for _ in range(MOST_A_DAY):
        begin(ani)
    with pytest.raises(Invalid) as refused:
        begin(ani)
    assert str(MOST_A_DAY) in refused.value.message
    begin(customer)  # another customer is not held up
    JobAct.objects.filter(job__customer=ani).update(at=timezone.now() - timedelta(days=1))
    begin(ani)
    assert Job.objects.filter(customer=ani).count() == MOST_A_DAY + 1


def test_where_nothing_must_be_answered_they_say_what_it_is_about(ani: Customer, service: Service) -> None:
    plumbing(WINDOWS.split("customers_may_begin")[0] + "customers_may_begin: true\nstages:" + PLAIN)
    with pytest.raises(Invalid) as refused:
        actions.begin(wish=wish(ani), text=" \n", answers={})
    assert refused.value.field == "text"
    assert actions.begin(wish=wish(ani), text="Dirty", answers={}).service == service


PLAIN = """
  - {stage: only, name: Only, steps: [{step: look, name: Look, by: {role: agent}, takes: 1h}]}
"""


# --- heard ------------------------------------------------------------------------------------------------------------


def test_who_can_not_be_written_to_begins_all_the_same_and_is_read_at_the_job(
    service: Service, by_phone: Customer
) -> None:
    job = begin(by_phone, "Call me")
    assert (job.conversation, JobAct.objects.get().words) == (None, "Call me")
    assert job.owner is not None
    with pytest.raises(NoWay):
        begin(by_phone, files=[GivenFile(name="a.png", content=PNG)])
    with pytest.raises(Invalid):
        begin(by_phone, "a" * 501)
    assert Job.objects.count() == 1


def test_a_sender_whom_we_refuse_begins_nothing(owner: Agent, service: Service, ani: Customer) -> None:
    block_sender(agent=owner, actor=actor_of(owner), value="ani@mail.am", reason="")
    with pytest.raises(NoWay):
        begin(ani)
    assert not Job.objects.exists()


def test_who_became_another_or_is_gone_begins_nothing(
    owner: Agent, service: Service, ani: Customer, customer: Customer
) -> None:
    merge_customers(agent=owner, actor=actor_of(owner), target=customer, source=ani)
    with pytest.raises(Customer.DoesNotExist):
        begin(ani)
    assert begin(customer).customer == customer
    Customer.objects.filter(pk=customer.pk).update(erased_at=timezone.now())
    with pytest.raises(Customer.DoesNotExist):
        begin(customer)


# --- known ------------------------------------------------------------------------------------------------------------


def test_what_they_answered_before_is_known_but_not_what_they_told_of_another_matter(
    service: Service, ani: Customer, customer: Customer
) -> None:
    begin(ani, access="The neighbour")
    _row, template = their_queries.offer("windows")
    assert their_queries.known_before(ani, template) == {"panes": 4, "address": "Abovyan 1", "lift": False}
    assert their_queries.known_before(customer, template) == {}
    actions.begin(wish=wish(ani), text="Again", answers={"panes": "6"})
    assert step_of(Job.objects.latest("pk"), "tell").answers["address"] == "Abovyan 1"
