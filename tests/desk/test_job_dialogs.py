"""The dialogs of steps and hand-offs say beforehand what is needed when, and a refusal stands beside its field."""

import pytest

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation, Inbox
from tamada.operations import actions
from tamada.operations.models import Job
from tests.cast import SignedIn, make_agent
from tests.conversations.conftest import Receive, inbox, receive
from tests.operations.jobs import begin, plumbing

__all__ = ["inbox", "receive"]
pytestmark = pytest.mark.django_db

ASKING = """
service: asking
name: Asking
stages:
  - stage: all
    name: All
    steps:
      - step: ask
        name: Ask
        by: {role: agent}
        takes: 1h
        form: [{field: lock, label: Which lock}]
        hands_over: [lock]
      - step: cut
        name: Cut
        by: {role: agent}
        takes: 1h
"""
WHY = "Say why: whoever counts on it should hear a reason."


@pytest.fixture
def job(teammate: Agent, inbox: Inbox, receive: Receive) -> Job:
    talk = Conversation.objects.get(pk=receive(text="A key", sender="ani@mail.am").conversation_id)
    return begin(teammate, talk, plumbing(ASKING))


def field_of(page: str, name: str) -> str:
    """The label, the control, its help and errors."""
    parts = [part for part in page.split('<div class="field">') if f'name="{name}"' in part]
    assert len(parts) == 1
    return parts[0]


def test_a_step_says_what_its_reason_is_needed_for(teammate: Agent, job: Job, signed_in: SignedIn) -> None:
    client, where = signed_in(teammate), f"/jobs/{job.pk}/steps/ask"
    before = field_of(client.get(where).content.decode(), "reason")
    assert "Needed to skip it." in before
    assert "optional" not in before
    answer = client.post(where, {"status": "skipped"})
    refused = field_of(answer.content.decode(), "reason")
    assert (answer.status_code, WHY in refused, 'aria-invalid="true"' in refused) == (422, True, True)
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in refused
    assert client.post(where, {"status": "skipped", "reason": "They sent it"}).status_code == 204
    after = field_of(client.get(where).content.decode(), "reason")
    assert "Needed to open it again." in after


def test_an_answer_that_is_missing_is_said_beside_its_question(
    teammate: Agent, owner: Agent, job: Job, signed_in: SignedIn
) -> None:
    where = f"/jobs/{job.pk}/steps/ask"
    page = signed_in(teammate).post(where, {"status": "done"}).content.decode()
    asked = field_of(page, "answer-lock")
    assert "Still to be answered: Which lock." in page
    assert 'id="id_answer-lock_error"' in asked
    assert 'aria-invalid="true"' in asked
    assert 'aria-invalid="true"' not in field_of(page, "reason")
    assert "Needed to skip it, and to finish it while answers are missing" in field_of(
        signed_in(owner).get(where).content.decode(), "reason"
    )
    assert signed_in(owner).post(where, {"status": "done", "reason": "Known by heart"}).status_code == 204


def test_who_returns_a_hand_off_owes_a_reason_and_who_accepts_none(
    teammate: Agent, job: Job, signed_in: SignedIn
) -> None:
    taker = make_agent("Tigran")
    row = actions.offer_handoff(agent=teammate, actor=actor_of(teammate), to=taker, job=job)
    client, where = signed_in(taker), f"/handoffs/{row.pk}"
    before = field_of(client.get(where).content.decode(), "reason")
    assert ("Needed to return it" in before, "optional" in before) == (True, False)
    refused = field_of(client.post(where, {"status": "returned"}).content.decode(), "reason")
    assert (WHY in refused, 'aria-invalid="true"' in refused) == (True, True)
    assert client.post(where, {"status": "accepted"}).status_code == 204


def test_an_admin_is_told_that_a_note_passes_over_what_is_missing(
    teammate: Agent, owner: Agent, job: Job, signed_in: SignedIn
) -> None:
    to, where = f"agent:{make_agent('Tigran').pk}", f"/jobs/{job.pk}/handoff"
    note = field_of(signed_in(owner).get(where).content.decode(), "note")
    assert ("Needed where something" in note, "optional" in note) == (True, False)
    assert "optional" in field_of(signed_in(teammate).get(where).content.decode(), "note"), "theirs passes over nothing"
    given = {"to": to, "step": "ask"}
    refused = field_of(signed_in(owner).post(where, given).content.decode(), "note")
    assert ("First has to be known" in refused, 'aria-invalid="true"' in refused) == (True, True)
    theirs = signed_in(teammate).post(where, given | {"note": "I know it"})
    assert (theirs.status_code, "First has to be known" in theirs.content.decode()) == (422, True)
    assert signed_in(owner).post(where, given | {"note": "I know it"}).status_code == 204
