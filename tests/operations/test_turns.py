"""A forecast knows what an owner has to do first, once it was seen how long that takes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation
from tamada.operations import actions
from tamada.operations.models import Job, JobStep, Pace
from tests.conversations.conftest import Receive

from .jobs import begin, plumbing, set_step, step_of

pytestmark = pytest.mark.django_db

WORK = """
service: copies
name: Copies
stages:
  - stage: all
    name: All
    steps:
      - {step: copy, name: Copy, by: {role: lead}, takes: 8h}
      - {step: wait, name: Wait, by: {outside: Courier}, takes: 8h, after: []}
"""


@pytest.fixture
def talk(receive: Receive) -> Conversation:
    return Conversation.objects.get(pk=receive(text="Ten copies, please", sender="ani@mail.am").conversation_id)


def learn(step: str, hours: float, times: int = 5) -> None:
    worked = [round(60 * hours)] * times
    Pace.objects.update_or_create(service=plumbing(WORK), step=step, defaults={"minutes": worked, "worked": worked})


def ends(job: Job) -> float:
    """Hours until its copy is likely done."""
    actions.replan_jobs(after=0)
    at = step_of(job, "copy").ends_at
    assert at is not None
    return (at - timezone.now()) / timedelta(hours=1)


def test_what_is_due_first_is_done_first(teammate: Agent, lead: Agent, talk: Conversation) -> None:
    learn("copy", 3)
    jobs = [begin(teammate, talk, plumbing(WORK)) for _ in range(3)]
    assert {step_of(job, "copy").owner for job in jobs} == {lead}
    assert [ends(job) for job in jobs[1:]] == pytest.approx([6, 9], abs=0.5)
    JobStep.objects.filter(job=jobs[2], key="copy").update(opened_at=timezone.now() - timedelta(days=1))
    assert [ends(job) for job in jobs[:2]] == pytest.approx([6, 9], abs=0.5)


def test_what_has_begun_is_ended_first(teammate: Agent, lead: Agent, talk: Conversation) -> None:
    learn("copy", 3)
    first, last = [begin(teammate, talk, plumbing(WORK)) for _ in range(2)]
    set_step(lead, last, "copy", "active")
    assert ends(last) == pytest.approx(3, abs=0.2)
    assert ends(first) == pytest.approx(6, abs=0.5)


def test_what_others_do_or_nobody_has_timed_keeps_nobody_busy(teammate: Agent, lead: Agent, talk: Conversation) -> None:
    learn("copy", 3, times=4)
    learn("wait", 3)
    jobs = [begin(teammate, talk, plumbing(WORK)) for _ in range(3)]
    assert ends(jobs[2]) == pytest.approx(ends(jobs[0]), abs=0.1)
    JobStep.objects.filter(key="copy").exclude(job=jobs[0]).update(owner=teammate)
    learn("copy", 3)
    assert ends(jobs[0]) < 7, "others' work is not waited for"


def test_how_long_somebody_worked_is_known_only_where_they_began(
    teammate: Agent, lead: Agent, talk: Conversation
) -> None:
    one, other = [begin(teammate, talk, plumbing(WORK)) for _ in range(2)]
    set_step(lead, one, "copy", "done")
    assert Pace.objects.get(step="copy").worked is None
    set_step(lead, other, "copy", "active")
    JobStep.objects.filter(job=other, key="copy").update(started_at=timezone.now() - timedelta(hours=2))
    set_step(lead, other, "copy", "done")
    assert Pace.objects.get(step="copy").worked == [120]


def test_many_jobs_are_planned_with_a_few_questions(
    teammate: Agent, lead: Agent, talk: Conversation, django_assert_max_num_queries: object
) -> None:
    learn("copy", 1)
    for _ in range(12):
        begin(teammate, talk, plumbing(WORK))
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        actions.replan_jobs(after=0)
