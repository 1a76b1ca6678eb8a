"""A customer asks for something new in their requests: what is offered, its form, and one job of it."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.models import Inbox, Kind, Message
from tamada.customers.actions import merge_customers
from tamada.customers.models import Customer
from tamada.operations import actions
from tamada.operations.models import Job, RequestLink, Service
from tests.conversations.conftest import inbox, receive
from tests.operations.jobs import plumbing, step_of
from tests.operations.requests import MOVING, WINDOWS, talk

from .holders import Holder, text_of

__all__ = ["inbox", "receive", "talk"]
pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
FORM = {"answer-panes": "4", "answer-address": "Abovyan 1", "text": "Dirty"}


@pytest.fixture(autouse=True)
def service(teammate: Agent, lead: Agent, inbox: Inbox) -> Service:
    plumbing(MOVING)
    return plumbing(WINDOWS)


@pytest.fixture
def holder(talk: Any) -> Holder:
    return Holder(talk.customer)


def filled(holder: Holder, **more: Any) -> dict[str, Any]:
    """The form as the page has it, filled in."""
    key = re.search(r'name="form" value="([^"]+)"', holder.get("/new/windows").content.decode())
    assert key is not None
    return {"form": key[1], **FORM, **more}


# --- offered ----------------------------------------------------------------------------------------------------------


def test_what_is_offered_stands_in_a_list_with_its_end_and_its_time(holder: Holder) -> None:
    assert f'href="{holder.root}/new"' in holder.get().content.decode()
    page = holder.get("/new")
    for told in ("Window cleaning", "We wash your windows.", "You see the street.", "24 hours 30 minutes"):
        assert told in text_of(page), told
    assert "Moving" not in text_of(page)
    assert not page.cookies
    assert "<script" not in page.content.decode()
    armenian = text_of(holder.get("/new?language=hy"))
    assert "Լուսամուտների մաքրում" in armenian
    assert "24 ժամ 30 րոպե" in armenian


def test_where_nothing_is_offered_nothing_is_said_of_it(holder: Holder) -> None:
    Service.objects.update(is_active=False)
    assert "/new" not in holder.get().content.decode()
    assert "Window cleaning" not in text_of(holder.get("/new"))


def test_what_is_not_offered_is_refused_as_what_never_was(holder: Holder) -> None:
    answers = [holder.get(f"/new/{key}") for key in ("moving", "nothing")]
    answers += [holder.post(f"/new/{key}", {"form": "k" * 22, **FORM}) for key in ("moving", "nothing")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({text_of(answer).replace("moving", "nothing") for answer in answers}) == 1
    assert not Job.objects.exists()


# --- begun ------------------------------------------------------------------------------------------------------------


def test_the_form_asks_for_what_is_needed_first_and_for_nothing_of_ours(holder: Holder) -> None:
    page = holder.get("/new/windows")
    for asked in (
        "How many panes",
        "Who opens",
        "Address",
        "Lift",
        "What else should we know?",
        "We answer by e-mail.",
    ):
        assert asked in text_of(page), asked
    for ours in ("Our margin", "Route", "Plan the way"):
        assert ours not in text_of(page), ours


def test_a_job_begins_once_and_stands_in_their_list(holder: Holder) -> None:
    form, photo = filled(holder), lambda: SimpleUploadedFile("a.png", PNG, "image/png")
    answers = [holder.post("/new/windows?language=hy", {**form, "files": photo()}) for _ in range(2)]
    job = Job.objects.get()
    assert [answer["Location"] for answer in answers] == [f"{holder.root}/jobs/{job.pk}?language=hy&said=begun"] * 2
    assert (job.language, step_of(job, "tell").status) == ("hy", "done")
    page = text_of(holder.get(f"/jobs/{job.pk}?said=begun&language=en"))
    for told in ("We have your request", "You asked for this", "Dirty", "Promised for"):
        assert told in page, told
    assert "Window cleaning" in text_of(holder.get("?language=en"))
    message = Message.objects.filter(kind=Kind.IN).latest("pk")
    assert message.text.startswith("Dirty\n")
    assert message.attachments.get().name == "a.png"


def test_what_is_known_stands_in_the_form(holder: Holder) -> None:
    holder.post("/new/windows", filled(holder, **{"answer-access": "The neighbour"}))
    page = holder.get("/new/windows").content.decode()
    assert 'value="Abovyan 1"' in page
    assert "The neighbour" not in page


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"answer-panes": "many"}, "no answer to “How many panes”"),
        ({"answer-address": " "}, "still to be answered"),
        ({"form": "short"}, "too old"),
        ({"text": "a" * 20_001}, "too long"),
        ({"files": SimpleUploadedFile("a.exe", b"MZ" + b"\0" * 50)}, "are not taken"),
    ],
)
def test_what_can_not_be_taken_is_told_and_what_was_written_is_kept(
    holder: Holder, form: dict[str, Any], wrong: str
) -> None:
    answer = holder.post("/new/windows", filled(holder, **form))
    assert answer.status_code == 422
    assert wrong in text_of(answer)
    assert "Dirty" in answer.content.decode() or "text" in form
    assert not Job.objects.exists()


def test_more_than_a_few_a_day_are_refused_with_words_of_what_to_do(holder: Holder) -> None:
    for _ in range(actions.MOST_A_DAY):
        assert holder.post("/new/windows", filled(holder)).status_code == 303
    answer = holder.post("/new/windows", filled(holder))
    assert answer.status_code == 422
    assert "More than 5 requests a day" in text_of(answer)
    assert Job.objects.count() == actions.MOST_A_DAY


# --- by whom ----------------------------------------------------------------------------------------------------------


def test_a_link_that_is_over_begins_nothing(holder: Holder, teammate: Agent) -> None:
    form = filled(holder)
    customer = RequestLink.objects.get().customer
    actions.revoke_links(agent=teammate, actor=actor_of(teammate), customer=customer)
    assert {holder.get("/new").status_code, holder.post("/new/windows", form).status_code} == {410}
    RequestLink.objects.update(revoked_at=None, expires_at=timezone.now())
    assert holder.post("/new/windows", form).status_code == 410
    Customer.objects.filter(pk=customer.pk).update(erased_at=timezone.now())
    assert holder.post("/new/windows", form).status_code == 404
    assert not Job.objects.exists()


def test_other_sites_and_other_methods_begin_nothing(holder: Holder) -> None:
    form = filled(holder)
    assert holder.post("/new/windows", form, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert holder.post("/new", form).status_code == 405
    assert not Job.objects.exists()


def test_the_link_of_who_turned_out_to_be_somebody_else_begins_it_for_them(
    holder: Holder, owner: Agent, customer: Customer
) -> None:
    source = RequestLink.objects.get().customer
    form = filled(holder)
    merge_customers(agent=owner, actor=actor_of(owner), target=customer, source=source)
    assert holder.post("/new/windows", form).status_code == 303
    assert Job.objects.get().customer == customer
