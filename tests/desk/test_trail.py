"""The audit trail says in words what was done; and time zones are found by a city."""

from typing import Any

import pytest
from django.utils.translation import override

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation
from tamada.core import audit
from tamada.core.models import AuditEntry
from tamada.desk import trail
from tamada.desk.forms.profile import ProfileForm
from tests.cast import SignedIn
from tests.conversations.conftest import Receive, inbox, receive
from tests.operations.jobs import begin, set_step

__all__ = ["inbox", "receive"]


def test_the_trail_speaks_the_readers_language(owner: Agent, teammate: Agent, signed_in: SignedIn):
    audit.record(actor_of(owner), "agent.profile_changed", teammate, fields=["language", "theme"])
    audit.record(actor_of(owner), "conversation.updated", None, status=["open", "closed"])
    audit.record(actor_of(owner), "future.thing", None)
    page = signed_in(owner).get("/settings/audit").text
    assert "Profile changed" in page
    assert f"Colleague #{teammate.pk}" in page
    assert "Changed: Language, Theme" in page
    assert "Status: Open → Closed" in page
    assert "future.thing</span>" in page
    chosen = signed_in(owner).get("/settings/audit", {"action": "agent.profile_changed"}).text
    assert "Status: Open → Closed" not in chosen


def test_what_a_deadline_policy_promises_is_told_in_words(owner: Agent, signed_in: SignedIn):
    facts = {"minutes": {"first": 60, "resolution": None}, "hours": "inbox"}
    audit.record(actor_of(owner), "sla.policy_added", None, **facts)
    page = signed_in(owner).get("/settings/audit").text
    assert "Minutes: First answer 60, Solution —" in page
    assert "Counts by: Opening hours of the inbox" in page


def test_the_way_somebody_proved_themselves_is_told_in_words(owner: Agent, signed_in: SignedIn) -> None:
    audit.record(actor_of(owner), "agent.signed_in", owner, by="recovery")
    assert "By: Recovery code" in signed_in(owner).get("/settings/audit").text


@pytest.mark.parametrize(
    ("typed", "kept"), [("asia/yerevan", "Asia/Yerevan"), ("Yerevan", "Asia/Yerevan"), ("New York", "America/New_York")]
)
def test_a_time_zone_is_found_by_its_city(typed: str, kept: str):
    form = ProfileForm({"name": "Ani", "theme": "system", "time_zone": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["time_zone"] == kept
    assert not ProfileForm({"name": "Ani", "theme": "system", "time_zone": "Mars"}).is_valid()


def test_it_speaks_the_words_of_the_desk(owner: Agent, teammate: Agent) -> None:
    changes = {
        "owner": [None, teammate.pk],
        "status": ["open", "snoozed"],
        "snoozed_until": [None, "2026-11-28 08:03:56.991369+00:00"],
        "active": [True, False],
    }
    entry = AuditEntry(action="commitment.made", object_type="operations.commitment", object_id=340, changes=changes)
    assert trail.thing(entry, trail.Known()) == "Promise #340"
    told = trail.details(entry, trail.Known({teammate.pk: teammate.name}))
    assert f"Owner: — → {teammate.name}" in told
    assert "Status: Open → Snoozed" in told
    assert "Snoozed until: — → Nov 28" in told
    assert "991369" not in told
    assert "Switched on: Yes → No" in told


def _told(action: str, **changes: Any) -> str:
    return trail.details(AuditEntry(action=action, changes=changes), trail.Known())


def test_parts_of_a_change_are_told_in_words() -> None:
    assert _told("customer.erased", counts={"drafts": 2}, left={}) == "What there was: Drafts 2 · What is left: —"
    hours = {"0": [[540, 780], [840, 1080]], "6": []}
    told = "Hours of the week: Monday 09:00–13:00, 14:00–18:00, Sunday —"
    assert _told("calendar.hours_set", hours=hours) == told
    assert _told("conversation.change_undone", fields=["team_id", "status"]) == "Changed: Team, Status"
    told = "Way of working: Off → Answers customers · Asks for: Phone, Order number"
    assert _told("assistant.settled", mode=["off", "answer"], asks=["phone", "order"]) == told
    assert _told("absence.planned", road="person") == "What becomes of open conversations: To a colleague"


def test_what_things_are_called_is_no_persons_name() -> None:
    with override("ru"):
        assert _told("team.updated", name=["A", "B"]) == "Название: A → B"
        assert _told("inbox.updated", fields=["name"]) == "Изменено: Название"
        assert _told("agent.profile_changed", fields=["name"]) == "Изменено: Имя"
        assert _told("agent.updated", name=["A", "B"]) == "Имя: A → B"


def test_two_of_many_are_no_change_from_one_to_the_other() -> None:
    assert _told("token.added", scopes=["read", "write"]) == "Rights: Read, Write"
    assert _told("agent.added", teams=[1, 2]) == "Teams: 1, 2"
    assert _told("agent.teams_changed", teams=[[1], [1, 2]]) == "Teams: 1 → 1, 2"


def test_teams_inboxes_and_members_are_called_by_their_names() -> None:
    known = trail.Known({7: "Ani"}, {1: "Support", 2: "Sales"}, {3: "Site"})
    changes = {"teams": [[1], [1, 2, 9]], "inbox": 3, "members": [[], [7]], "step": 1}
    told = trail.details(AuditEntry(action="agent.teams_changed", changes=changes), known)
    assert told == "Teams: Support → Support, Sales, 9 · Inbox: Site · Members: — → Ani · Step: 1"
    kinds = {"accounts.agent": 7, "accounts.team": 2, "conversations.inbox": 3, "accounts.apitoken": 7}
    things = [trail.thing(AuditEntry(object_type=kind, object_id=pk), known) for kind, pk in kinds.items()]
    assert things == ["Colleague #7 · Ani", "Team #2 · Sales", "Inbox #3 · Site", "API token #7"]
    assert trail.thing(AuditEntry(object_type="accounts.team", object_id=9), known) == "Team #9"


def test_reasons_are_told_in_words() -> None:
    assert _told("assistant.handed_over", reason="unknown") == "Reason: It knows no answer to this."
    assert _told("erasure.began", reason="asked") == "Reason: The person asked for it"
    assert _told("rule.switched_off", reason="typed by somebody") == "Reason: typed by somebody"


def test_steps_and_questions_of_a_job_are_called_as_in_its_service(
    owner: Agent, teammate: Agent, receive: Receive, signed_in: SignedIn
) -> None:
    job = begin(teammate, Conversation.objects.get(pk=receive(text="A pipe leaks").conversation_id))
    set_step(owner, job, "address", "done", reason="They will call")
    page = signed_in(owner).get("/settings/audit", {"action": "job.step"}).text
    assert "Step: Ask for the address" in page
    assert "Passed over: Address" in page
