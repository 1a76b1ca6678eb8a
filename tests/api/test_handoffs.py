"""Hand-offs through the API: offered, answered by people and by outside systems, each brief for who may read it."""

import json
from typing import Any

import pytest

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Role, Team
from tamada.conversations.models import Conversation, Inbox
from tamada.core.tasks import run_pending
from tamada.operations.models import Job, JobStep
from tamada.webhooks import actions as webhooks
from tamada.webhooks.models import Delivery
from tests.api.conftest import Api, As, Mail
from tests.cast import make_agent
from tests.operations.jobs import begin, plumbing


@pytest.fixture
def talk(mail: Mail, inbox: Inbox) -> Conversation:
    return mail(inbox)


@pytest.fixture
def job(talk: Conversation, teammate: Agent) -> Job:
    return begin(teammate, talk, plumbing())


def offer(api: Api, job: Job, **to: str) -> dict[str, Any]:
    answer = api.post("/handoffs", {"job": str(job.pk), "to": to, "note": "In a hurry"})
    assert answer.status_code == 201, answer.content
    item: dict[str, Any] = answer.json()
    assert answer["Location"] == f"/api/v1/handoffs/{item['id']}"
    return item


def test_one_is_offered_and_accepted(as_: As, teammate: Agent, job: Job) -> None:
    colleague = make_agent("Tigran")
    item = offer(as_(teammate), job, agent=str(colleague.pk))
    assert (item["status"], item["giver"], item["to"]["agent"]) == ("waiting", str(teammate.pk), str(colleague.pk))
    assert item["note"] == "In a hurry"
    assert "who" in {part["about"] for part in item["brief"]}
    path = f"/handoffs/{item['id']}"
    done = as_(colleague).patch(path, {"status": "accepted"}).json()
    assert (done["status"], done["answered_by"], done["limbo_minutes"]) == ("accepted", str(colleague.pk), 0)
    assert as_(colleague).patch(path, {"status": "accepted"}).status_code == 200
    assert as_(teammate).get(f"/jobs/{job.pk}").json()["owner"] == str(colleague.pk)
    listed = as_(teammate).all("/handoffs", status="accepted", job=str(job.pk))
    assert [one["id"] for one in listed] == [item["id"]]
    assert as_(teammate).all("/handoffs", status="waiting") == []


def test_who_gives_a_job_out_of_their_sight_is_answered_with_it(
    as_: As, teammate: Agent, outsider: Agent, job: Job
) -> None:
    Job.objects.filter(pk=job.pk).update(owner=outsider, team=None)
    JobStep.objects.filter(job=job).update(owner=teammate)
    given = as_(outsider).patch(f"/jobs/{job.pk}", {"owner": str(teammate.pk)})
    assert (given.status_code, given.json()["owner"]) == (200, str(teammate.pk))
    assert as_(outsider).get(f"/jobs/{job.pk}").status_code == 404


def test_to_return_it_owes_a_reason_and_who_is_late_is_told_who_was_faster(
    as_: As, teammate: Agent, job: Job, team: Team
) -> None:
    first, second = make_agent("Tigran"), make_agent("Tata")
    item = offer(as_(teammate), job, team=str(team.pk))
    path = f"/handoffs/{item['id']}"
    assert as_(first).patch(path, {"status": "returned"}).status_code == 409
    assert as_(first).patch(path, {"status": "accepted"}).status_code == 200
    late = as_(second).patch(path, {"status": "accepted"})
    assert (late.status_code, late.json()["answered_by"]) == (409, str(first.pk))


@pytest.mark.parametrize("to", [{}, {"agent": "1", "team": "1"}, {"agent": "9999"}, {"webhook": "9999"}])
def test_it_goes_to_one_who_is_there(as_: As, teammate: Agent, job: Job, to: dict[str, str]) -> None:
    answer = as_(teammate).post("/handoffs", {"job": str(job.pk), "to": to})
    assert (answer.status_code, answer.json()["errors"][0]["loc"][:2]) == (422, ["body", "to"])


def test_it_needs_a_job_or_a_conversation(as_: As, teammate: Agent) -> None:
    receiver = str(make_agent("Tigran").pk)
    assert as_(teammate).post("/handoffs", {"to": {"agent": receiver}}).status_code == 422


def test_what_waits_already_is_not_offered_again(as_: As, teammate: Agent, job: Job) -> None:
    to = {"agent": str(make_agent("Tigran").pk)}
    offer(as_(teammate), job, **to)
    assert as_(teammate).post("/handoffs", {"job": str(job.pk), "to": to}).status_code == 409


def test_an_outside_system_hears_of_it_reads_the_brief_and_acknowledges(
    as_: As, owner: Agent, teammate: Agent, job: Job
) -> None:
    hook, _secret = webhooks.add_endpoint(
        agent=owner, actor=actor_of(owner), url="https://127.0.0.1.invalid/erp", types=["handoff.offered"]
    )
    item = offer(as_(teammate), job, webhook=str(hook.pk))
    run_pending()
    sent = json.loads(Delivery.objects.get(type="handoff.offered").body)["data"]
    assert (sent["handoff"], sent["endpoint"]) == (item["id"], str(hook.pk))
    assert "In a hurry" not in json.dumps(sent), "events hold no words"
    program = as_(owner)
    got = program.get(f"/handoffs/{sent['handoff']}").json()
    assert got["note"] == "In a hurry"
    done = program.patch(f"/handoffs/{sent['handoff']}", {"status": "accepted", "reference": "PO-7"}).json()
    assert (done["status"], done["reference"]) == ("accepted", "PO-7")
    job.refresh_from_db()
    assert job.owner == teammate, "what is outside is looked after by one of us"


def test_who_sees_the_job_and_not_its_conversation_reads_no_brief(
    as_: As, owner: Agent, teammate: Agent, job: Job
) -> None:
    item = offer(as_(teammate), job, agent=str(make_agent("Tigran").pk))
    far = make_agent("Far", Role.AGENT, Team.objects.create(name="Far"))
    assert as_(far).get(f"/handoffs/{item['id']}").status_code == 404
    JobStep.objects.filter(job=job, key="parts").update(owner=far)
    seen = as_(far).get(f"/handoffs/{item['id']}").json()
    assert (seen["brief"], seen["note"], seen["status"]) == (None, None, "waiting")
