"""Hand-offs on the desk: offered with the brief in sight, taken on “My work”, told on the job's page."""

import pytest

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation, Inbox
from tamada.operations import actions
from tamada.operations.models import Handoff, Job
from tests.cast import SignedIn, make_agent
from tests.conversations.conftest import Receive, inbox, receive
from tests.operations.jobs import begin, plumbing

__all__ = ["inbox", "receive"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(inbox: Inbox, receive: Receive) -> Conversation:
    return Conversation.objects.get(pk=receive(text="A pipe leaks", sender="ani@mail.am").conversation_id)


@pytest.fixture
def job(teammate: Agent, talk: Conversation) -> Job:
    return begin(teammate, talk, plumbing())


@pytest.fixture
def colleague(db: None) -> Agent:
    return make_agent("Tigran")


def offered(giver: Agent, to: Agent, job: Job, note: str = "In a hurry") -> Handoff:
    return actions.offer_handoff(agent=giver, actor=actor_of(giver), to=to, job=job, note=note)


def test_the_dialog_shows_the_brief_and_offers(
    teammate: Agent, colleague: Agent, job: Job, talk: Conversation, signed_in: SignedIn
) -> None:
    client, where = signed_in(teammate), f"/jobs/{job.pk}/handoff"
    page = client.get(where).content.decode()
    assert "A pipe leaks" in page
    assert f'value="agent:{colleague.pk}"' in page
    assert f'value="agent:{teammate.pk}"' not in page, "they have it"
    assert client.post(where, {"to": "agent:9999"}).status_code == 422
    assert client.post(where, {"to": f"agent:{colleague.pk}", "along": "on"}).status_code == 204
    assert Handoff.objects.get().takes_conversation
    again = client.post(where, {"to": f"agent:{colleague.pk}"})
    assert (again.status_code, "It waits to be taken over already" in again.content.decode()) == (422, True)


def test_it_stands_on_my_work_until_it_is_taken(
    teammate: Agent, colleague: Agent, job: Job, signed_in: SignedIn
) -> None:
    row = offered(teammate, colleague, job)
    client = signed_in(colleague)
    page = client.get("/work").content.decode()
    assert "Tamar hands it over to you" in page
    assert "In a hurry" in page
    assert "Handed over to you" not in signed_in(teammate).get("/work").content.decode()
    assert "Handed over, not taken yet" in signed_in(teammate).get("/work").content.decode()
    assert client.post(f"/handoffs/{row.pk}", {"status": "returned"}).status_code == 422
    assert client.post(f"/handoffs/{row.pk}", {"status": "accepted"}).status_code == 204
    assert "Handed over to you" not in client.get("/work").content.decode()
    told = client.get(f"/jobs/{job.pk}").content.decode()
    assert "of working time" in told


def test_who_is_late_is_told_who_was_faster(
    teammate: Agent, colleague: Agent, lead: Agent, job: Job, signed_in: SignedIn
) -> None:
    team = colleague.teams.get()
    row = actions.offer_handoff(agent=teammate, actor=actor_of(teammate), to=team, job=job)
    assert signed_in(colleague).post(f"/handoffs/{row.pk}", {"status": "accepted"}).status_code == 204
    late = signed_in(lead).post(f"/handoffs/{row.pk}", {"status": "accepted"})
    assert (late.status_code, "Tigran has answered" in late["HX-Trigger"]) == (422, True)


def test_a_conversation_tells_that_it_waits_to_be_taken(
    teammate: Agent, colleague: Agent, talk: Conversation, signed_in: SignedIn
) -> None:
    client = signed_in(teammate)
    assert "Handed over, not taken yet" not in client.get(f"/conversations/{talk.pk}?fragment=about").content.decode()
    assert client.post(f"/conversations/{talk.pk}/handoff", {"to": f"agent:{colleague.pk}"}).status_code == 204
    assert "Handed over, not taken yet" in client.get(f"/conversations/{talk.pk}?fragment=about").content.decode()


def test_an_erased_brief_shows_nothing_of_it(teammate: Agent, colleague: Agent, job: Job, signed_in: SignedIn) -> None:
    row = offered(teammate, colleague, job)
    Handoff.objects.update(brief={}, note="")
    page = signed_in(colleague).get(f"/handoffs/{row.pk}").content.decode()
    assert "There is no brief any more." in page
