"""The desk gives a customer a way to their requests, once to copy, and takes it back."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.core.actors import SYSTEM
from tamada.customers.models import Customer
from tamada.operations import actions
from tamada.operations.actions import Wish
from tamada.operations.models import Job, RequestLink
from tests.cast import SignedIn
from tests.conversations.conftest import inbox, receive
from tests.operations.jobs import plumbing, set_step
from tests.operations.requests import WINDOWS, job, sending, talk, tell_wishes

__all__ = ["inbox", "job", "receive", "talk"]
pytestmark = pytest.mark.django_db


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
