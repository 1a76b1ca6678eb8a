"""The desk gives a customer a way to their requests, once to copy, and takes it back."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation
from tamada.core.actors import SYSTEM
from tamada.customers.models import Customer
from tamada.operations import actions
from tamada.operations.actions import Wish
from tamada.operations.models import Job, RequestLink
from tests.cast import SignedIn
from tests.conversations.conftest import Receive, inbox, receive
from tests.operations.jobs import plumbing, set_step
from tests.operations.requests import WINDOWS, job, sending, talk, tell_wishes

__all__ = ["inbox", "job", "receive", "talk"]
pytestmark = pytest.mark.django_db
DIALOG = {"HX-Request": "true", "HX-Target": "dialog"}


def test_a_link_is_shown_once_opens_the_requests_and_is_taken_back(
    teammate: Agent, signed_in: SignedIn, job: Job, customer: Customer
) -> None:
    desk, where = signed_in(teammate), reverse("desk:request_links", args=[job.customer_id])
    made = desk.post(where).content.decode()
    found = re.search(r"<code>(\S+/requests/(\S+))</code>", made)
    assert found is not None
    words = found[2]
    reader = Client()
    assert reader.get(f"/requests/{words}").status_code == 200
    listed = desk.get(where).content.decode()
    assert words not in listed
    assert "last opened" in listed
    other = actions.make_link(agent=teammate, actor=actor_of(teammate), customer=customer)
    desk.post(where, {"revoke": str(other.row.pk)})
    desk.post(where, {"revoke": str(RequestLink.objects.get(customer=job.customer).pk)})
    assert reader.get(f"/requests/{words}").status_code == 410
    assert RequestLink.objects.filter(revoked_at=None).get() == other.row


def test_a_link_that_went_with_a_message_stands_there_and_can_be_taken_back(
    teammate: Agent, signed_in: SignedIn, job: Job
) -> None:
    desk, where = signed_in(teammate), reverse("desk:request_links", args=[job.customer_id])
    made = actions.make_link(agent=None, actor=SYSTEM, customer=job.customer, job=job)
    assert f"Made for a message · opens job {job.number} alone" in desk.get(where).content.decode()
    desk.post(where, {"revoke": str(made.row.pk)})
    assert Client().get(f"/requests/{made.address.rpartition('/')[2]}").status_code == 410


def test_who_may_not_write_or_not_see_them_is_offered_none(
    teammate: Agent, observer: Agent, outsider: Agent, signed_in: SignedIn, job: Job
) -> None:
    where, page = reverse("desk:request_links", args=[job.customer_id]), reverse("desk:job", args=[job.pk])
    assert where in signed_in(teammate).get(page).content.decode()
    assert where in signed_in(teammate).get(reverse("desk:customer", args=[job.customer_id])).content.decode()
    assert where not in signed_in(observer).get(page).content.decode()
    for agent, status in ((observer, 403), (outsider, 404)):
        assert signed_in(agent).post(where).status_code == status
    assert not RequestLink.objects.exists()


def test_beside_a_conversation_a_link_is_ready_to_be_put_into_its_answer(
    teammate: Agent, observer: Agent, signed_in: SignedIn, job: Job
) -> None:
    talk, customer = job.conversation, job.customer
    assert talk is not None
    Conversation.objects.filter(pk=talk.pk).update(language="ru")
    where = f"{reverse('desk:request_links', args=[customer.pk])}?conversation={talk.pk}"
    about = reverse("desk:conversation", args=[talk.pk]) + "?fragment=about"
    assert f'data-dialog="{where}"' in signed_in(teammate).get(about).content.decode()
    assert 'data-dialog="/customers' not in signed_in(observer).get(about).content.decode()
    desk = signed_in(teammate)
    asked = desk.get(where, headers=DIALOG).content.decode()
    assert "tamada-answer" not in asked  # nothing is made by looking
    assert not RequestLink.objects.exists()
    words = html.unescape(_answer(desk.post(where, headers=DIALOG).content.decode()))
    link = re.fullmatch(r'Как продвигается заявка, видно здесь: <a href="(\S+)" rel="nofollow">\1</a>', words)
    assert link is not None
    assert Client().get("/requests/" + link[1].rpartition("/")[2]).status_code == 200
    assert RequestLink.objects.get().customer == customer
    Job.objects.all().delete()
    bare = html.unescape(_answer(desk.post(where, headers=DIALOG).content.decode()))
    assert bare.startswith("<a href=")  # nothing that could stand somehow


def test_no_answer_to_another_customer_is_offered_a_link(
    teammate: Agent, signed_in: SignedIn, job: Job, receive: Receive
) -> None:
    theirs = receive(text="Hello", sender="other@mail.example").conversation
    assert theirs.customer_id != job.customer_id
    desk, where = signed_in(teammate), reverse("desk:request_links", args=[job.customer_id])
    for other in (f"?conversation={theirs.pk}", "?conversation=nonsense", "?conversation=999999", ""):
        made = desk.post(where + other, headers=DIALOG).content.decode()
        assert "/requests/" in made
        assert "tamada-answer" not in made


def _answer(dialog: str) -> str:
    """What the dialog would put into the answer."""
    found = re.search(r'<tamada-answer conversation="\d+" html="([^"]*)"', dialog)
    assert found is not None
    return found[1]


def test_what_the_customer_did_stands_with_the_job(teammate: Agent, signed_in: SignedIn, job: Job) -> None:
    tell_wishes(job)
    set_step(teammate, job, "price", "done", answers={"price": 900, "margin": "300"})
    actions.decline(sending=sending(job, "agree"), reason="Too dear")
    page = signed_in(teammate).get(reverse("desk:job", args=[job.pk])).content.decode()
    assert "From the customer" in page
    assert "Too dear" in page


def test_the_page_of_a_job_says_that_the_customer_began_it(teammate: Agent, signed_in: SignedIn, job: Job) -> None:
    plumbing(WINDOWS)
    wish = Wish(customer=job.customer, service="windows", key="k" * 22, language="en")
    begun = actions.begin(wish=wish, text="They are dirty", answers={"panes": "4", "address": "Abovyan 1"})
    desk = signed_in(teammate)
    page = desk.get(reverse("desk:job", args=[begun.pk])).content.decode()
    assert "by the customer" in page
    assert "asked for this job: " in page
    assert "They are dirty" in page
    assert "by the customer" not in desk.get(reverse("desk:job", args=[job.pk])).content.decode()
