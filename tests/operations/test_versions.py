"""Jobs that run go on by a new version where that is wanted: seen before, and where nothing that was done is lost."""

import pytest
from django.core.exceptions import PermissionDenied

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, StoredEvent
from tamada.core.tasks import run_pending
from tamada.operations import actions, versions
from tamada.operations.models import Job, JobStep, Service
from tests.conversations.conftest import Receive

from .jobs import PLUMBING, begin, plumbing, set_step, states, step_of

pytestmark = pytest.mark.django_db

NEW = (
    PLUMBING.replace("takes: 2h", "takes: 3h")
    .replace(
        "      - step: fix\n",
        "      - step: test\n        name: Look for other leaks\n        by: {role: lead}\n        takes: 1h\n"
        "        after: [address]\n      - step: fix\n",
    )
    .replace("after: [address, parts]", "after: [address, parts, test]")
)
FEWER = PLUMBING.replace(
    "      - step: parts\n        name: Order parts\n        by: {outside: Supplier}\n"
    "        takes: 8h\n        after: []\n",
    "",
).replace("after: [address, parts]", "after: [address]")


@pytest.fixture
def talk(receive: Receive) -> Conversation:
    return Conversation.objects.get(pk=receive(text="A pipe leaks", sender="ani@mail.am").conversation_id)


@pytest.fixture
def job(teammate: Agent, lead: Agent, talk: Conversation) -> Job:
    return begin(teammate, talk)


def changed(text: str) -> Service:
    return actions.save_service(agent=None, actor=SYSTEM, text=text)[0]


def move(owner: Agent, service: Service) -> None:
    actions.ask_to_move(agent=owner, actor=actor_of(owner), service=service)
    run_pending()


def test_it_takes_up_new_steps_and_times_and_keeps_what_was_done(owner: Agent, teammate: Agent, job: Job) -> None:
    set_step(teammate, job, "address", "done", answers={"address": "Abovyan 1"})
    was = JobStep.objects.get(job=job, key="address")
    service = changed(NEW)
    move(owner, service)
    job.refresh_from_db()
    assert job.version.number == 2
    assert states(job) == {
        "address": "done", "parts": "open", "test": "open", "fix": "blocked", "approve": "blocked"
    }  # fmt: skip
    assert step_of(job, "address").answers == was.answers
    assert step_of(job, "test").owner is not None
    order = list(JobStep.objects.filter(job=job).order_by("position").values_list("key", flat=True))
    assert order == list(job.template.steps)
    assert job.promised_at == Job.objects.get(pk=job.pk).first_promised_at, "the customer was told a date, and keeps it"
    assert AuditEntry.objects.filter(action="job.version").count() == 1
    fact = StoredEvent.objects.filter(type="job.changed").latest("pk")
    assert "version" in fact.data["fields"]
    set_step(teammate, job, "parts", "done")
    set_step(teammate, job, "test", "done")
    assert states(job)["fix"] == "open"


def test_a_new_step_that_it_has_gone_past_is_passed_over_with_the_reason(
    owner: Agent, teammate: Agent, lead: Agent, job: Job
) -> None:
    set_step(teammate, job, "address", "done", answers={"address": "Abovyan 1"})
    set_step(teammate, job, "parts", "done")
    set_step(lead, job, "fix", "active")
    service = changed(NEW)
    assert versions.preview(service).passed == {"test": 1}
    move(owner, service)
    row = step_of(job, "test")
    assert row.status == "skipped"
    assert "version 2" in row.reason
    assert states(job)["fix"] == "active"


def test_what_was_open_waits_again_where_the_new_version_wants_something_before(
    owner: Agent, teammate: Agent, lead: Agent, job: Job
) -> None:
    set_step(teammate, job, "address", "done", answers={"address": "Abovyan 1"})
    set_step(teammate, job, "parts", "done")
    assert states(job)["fix"] == "open"
    move(owner, changed(NEW))
    assert (states(job)["fix"], states(job)["test"]) == ("blocked", "open")


def test_a_job_in_which_a_removed_step_was_worked_on_keeps_its_version(
    owner: Agent, teammate: Agent, talk: Conversation, job: Job
) -> None:
    fresh = begin(teammate, talk)
    set_step(teammate, job, "parts", "done")
    service = changed(FEWER)
    seen = versions.preview(service)
    assert (seen.moving, seen.staying, seen.keeps) == (1, 1, {"parts": 1})
    assert [(one.number, many) for one, many, _changes in seen.changes] == [(1, 2)]
    assert [step.id for step in seen.changes[0][2].removed] == ["parts"]
    move(owner, service)
    job.refresh_from_db()
    fresh.refresh_from_db()
    assert (job.version.number, fresh.version.number) == (1, 2)
    assert "parts" in states(job)
    assert "parts" not in states(fresh)


def test_a_promise_that_a_removed_step_made_is_not_dropped(
    owner: Agent, teammate: Agent, lead: Agent, job: Job
) -> None:
    set_step(teammate, job, "address", "done", answers={"address": "Abovyan 1"})
    set_step(teammate, job, "parts", "done")
    service = changed(PLUMBING.replace("step: fix", "step: mend"))
    assert versions.preview(service).keeps == {"fix": 1}
    move(owner, service)
    job.refresh_from_db()
    assert job.version.number == 1


def test_the_preview_changes_nothing_and_tells_what_lateness_it_would_bring(
    owner: Agent, teammate: Agent, job: Job
) -> None:
    service = changed(NEW.replace("takes: 3h", "takes: 60h"))
    before = (states(job), Job.objects.values().get(pk=job.pk))
    seen = versions.preview(service)
    assert seen.at_risk == (0, 1)
    assert (states(job), Job.objects.values().get(pk=job.pk)) == before
    move(owner, service)
    job.refresh_from_db()
    assert job.risk == "at_risk"


def test_only_admins_move_jobs_and_ended_ones_stay(owner: Agent, lead: Agent, teammate: Agent, job: Job) -> None:
    service = changed(NEW)
    with pytest.raises(PermissionDenied):
        actions.ask_to_move(agent=lead, actor=actor_of(lead), service=service)
    actions.cancel_job(agent=teammate, actor=actor_of(teammate), job=job, reason="they moved")
    assert not versions.older(service).exists()
    move(owner, service)
    job.refresh_from_db()
    assert job.version.number == 1


def test_a_newer_version_ends_the_chain_of_the_one_before(owner: Agent, teammate: Agent, job: Job) -> None:
    service = changed(NEW)
    actions.ask_to_move(agent=owner, actor=actor_of(owner), service=service)
    changed(NEW.replace("Look for other leaks", "Look for leaks"))
    run_pending()
    job.refresh_from_db()
    assert job.version.number == 1
    assert plumbing(PLUMBING).version == 4
