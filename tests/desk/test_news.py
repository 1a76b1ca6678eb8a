"""The list of news: a line for each thing that it is about, named where the reader may see it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation
from tamada.desk.news import icon_of
from tamada.notifications.actions import notify_person
from tamada.operations.models import Commitment, Job
from tests.cast import SignedIn
from tests.conversations.conftest import Receive, inbox, other_inbox, receive
from tests.operations.jobs import begin, plumbing

__all__ = ["inbox", "other_inbox", "receive"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(receive: Receive) -> Conversation:
    return receive().conversation


def lines(page: str) -> list[tuple[str, str]]:
    """Where each line leads, and the small words below it."""
    found = re.findall(r'<b><a href="([^"]+)">[^<]*</a></b>\s*<small>([^<]*)</small>', page)
    return [(where, words.strip()) for where, words in found]


def endanger(agent: Agent, *jobs: Job, times: int = 1) -> None:
    for n in range(times):
        for job in jobs:
            notify_person(agent_id=agent.pk, kind="job_at_risk", key=f"job:{job.pk}:{n}", job=job.pk)


def test_each_job_is_a_line_of_its_own_with_its_name(talk: Conversation, teammate: Agent, signed_in: SignedIn) -> None:
    service = plumbing()
    one, other = begin(teammate, talk, service), begin(teammate, talk, service)
    endanger(teammate, one, times=2)
    endanger(teammate, other)
    page = signed_in(teammate).get(reverse("desk:notifications")).text
    assert sorted(lines(page)) == [
        (f"/jobs/{one.pk}", f"Plumbing #{one.pk} · 2×"),
        (f"/jobs/{other.pk}", f"Plumbing #{other.pk}"),
    ]


def test_what_one_may_not_see_has_no_name(
    talk: Conversation, teammate: Agent, outsider: Agent, signed_in: SignedIn
) -> None:
    job = begin(teammate, talk)
    endanger(outsider, job, times=2)
    at = timezone.now()
    promise = Commitment.objects.create(
        customer=talk.customer, text="A secret gift", due_at=at, first_due_at=at, changed_at=at, owner=teammate
    )
    notify_person(agent_id=outsider.pk, kind="promise_late", key="p", promise=promise.pk)
    notify_person(agent_id=outsider.pk, kind="handoff_offered", key="h", handoff=1, talk=talk.pk)
    assert sorted(lines(signed_in(outsider).get(reverse("desk:notifications")).text)) == [
        ("/jobs/" + str(job.pk), "2×"),
        ("/promises", ""),
        ("/work", ""),
    ]


def test_promises_and_handed_over_conversations_are_named_too(
    talk: Conversation, teammate: Agent, signed_in: SignedIn
) -> None:
    at = timezone.now()
    for n, text in enumerate(("Call back", "Send the bill")):
        promise = Commitment.objects.create(
            customer=talk.customer, text=text, due_at=at, first_due_at=at, changed_at=at, owner=teammate
        )
        notify_person(agent_id=teammate.pk, kind="promise_late", key=f"p{n}", promise=promise.pk)
    notify_person(agent_id=teammate.pk, kind="handoff_offered", key="h", handoff=1, talk=talk.pk)
    page = signed_in(teammate).get(reverse("desk:notifications")).text
    assert sorted(lines(page)) == [
        ("/promises", "Call back"),
        ("/promises", "Send the bill"),
        ("/work", talk.subject),
    ]


def test_many_names_are_asked_for_at_once(talk: Conversation, teammate: Agent, signed_in: SignedIn) -> None:
    service = plumbing()
    client, address = signed_in(teammate), reverse("desk:notifications")
    asked = []
    for more in (1, 4):
        endanger(teammate, *(begin(teammate, talk, service) for _ in range(more)))
        with CaptureQueriesContext(connection) as queries:
            assert "Plumbing #" in client.get(address).text
        asked.append([query["sql"] for query in queries if '"operations_job"."id"' in query["sql"]])
    assert [len(one) for one in asked] == [1, 1]


@pytest.mark.parametrize(
    ("kind", "icon"),
    [("new_chat", "chat"), ("job_at_risk", "board"), ("sla_warning", "flag"), ("reply", "mail"), ("", "mail")],
)
def test_a_kind_has_its_icon_and_what_has_none_a_messages(kind: str, icon: str) -> None:
    assert icon_of(kind) == icon
