"""A customer and one of us, or the same form twice, at the very same moment: one thing happens, once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from tamada.conversations.models import Conversation, Kind, Message
from tamada.operations import actions, appointments
from tamada.operations.actions import Wish
from tamada.operations.errors import Invalid, NotOpen
from tamada.operations.models import Job, JobAct
from tests.cast import make_agent
from tests.conversations.conftest import Receive

from .jobs import begin, plumbing, set_step, states, step_of
from .requests import MOVING, WINDOWS, sending, tell_wishes

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*what: Callable[[], object]) -> list[object]:
    """Do several things together; the errors are what became of those that were refused."""

    def run(one: Callable[[], object]) -> object:
        try:
            return one()
        except (Invalid, NotOpen) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(what)) as pool:
        return list(pool.map(run, what))


def test_one_step_is_done_once_and_a_form_that_is_sent_twice_is_one(receive: Receive) -> None:
    agent = make_agent("Tamar")
    talk = Conversation.objects.get(pk=receive(text="We move", sender="ani@mail.am").conversation_id)
    job: Job = begin(agent, talk, plumbing(MOVING))
    theirs = {"address": "Abovyan 1", "boxes": "3"}
    form = sending(job, "wishes")
    answered = lambda: actions.answer(sending=form, answers=theirs)  # noqa: E731
    ours = lambda: set_step(agent, job, "wishes", "done", answers={"address": "Elsewhere", "boxes": 9})  # noqa: E731
    results = at_once(answered, answered, ours)
    refused = [one for one in results if isinstance(one, NotOpen)]
    assert states(job)["wishes"] == "done"
    assert JobAct.objects.count() == (0 if refused else 1)
    assert step_of(job, "wishes").took is not None
    asked = sending(job)
    at_once(*[lambda: actions.ask(sending=asked, text="When?")] * 3)
    assert Message.objects.filter(kind=Kind.IN, text="When?").count() == 1
    assert JobAct.objects.filter(kind="asked").count() == 1
    plumbing(WINDOWS)
    wish = Wish(customer=talk.customer, service="windows", key=asked.key, language="en")
    at_once(*[lambda: actions.begin(wish=wish, text="", answers={"panes": 4, "address": "Here"})] * 3)
    assert Job.objects.filter(service__key="windows").count() == JobAct.objects.filter(kind="began").count() == 1


def test_the_last_free_hour_is_one_customers(receive: Receive) -> None:
    agent, service = make_agent("Tamar"), plumbing(MOVING)
    jobs = []
    for sender in ("ani@mail.am", "vardan@mail.am"):
        talk = Conversation.objects.get(pk=receive(text="We move", sender=sender).conversation_id)
        job = tell_wishes(begin(agent, talk, service))
        set_step(agent, job, "price", "done", answers={"price": 900, "margin": "300"})
        actions.approve(sending=sending(job, "agree"))
        jobs.append(Job.objects.get(pk=job.pk))
    at = appointments.offered(jobs[0], "day", list(jobs[0].steps.all()), timezone.now())[1].moments[0]
    results = at_once(*[lambda job=job: actions.choose_time(sending=sending(job, "day"), at=at) for job in jobs])
    assert len([one for one in results if isinstance(one, Invalid)]) == 1
    assert [step_of(job, "move").not_before for job in jobs].count(at) == 1
