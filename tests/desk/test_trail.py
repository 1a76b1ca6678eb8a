"""The audit trail says in words what was done; and time zones are found by a city."""

import re

import pytest

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.core import audit
from tamada.core.models import AuditEntry
from tamada.desk import trail
from tamada.desk.forms.profile import ProfileForm
from tamada.desk.trail import ACTIONS
from tests.cast import SignedIn
from tests.helpers.data import ROOT


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


def test_every_action_has_words() -> None:
    """What stands as `room.verb` in a call that writes an entry, and the words that an admin reads for it."""
    written = re.compile(r"(?:record|record_many|inbox_changed)\(\s*\w[\w.()]*,\s*(?:\w+,\s*)?\"([a-z_]+\.[a-z_]+)\"")
    source = "\n".join(file.read_text() for file in (ROOT / "src" / "tamada").rglob("actions/*.py"))
    found = set(written.findall(source))
    assert len(found) > 30
    assert found - set(ACTIONS) == set()


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
    assert trail.thing(entry) == "Promise #340"
    told = trail.details(entry, {teammate.pk: teammate.name})
    assert f"Owner: — → {teammate.name}" in told or f"owner: — → {teammate.name}" in told
    assert "Status: Open → Snoozed" in told
    assert "Snoozed until: — → Nov 28" in told
    assert "991369" not in told
    assert "Switched on: Yes → No" in told
