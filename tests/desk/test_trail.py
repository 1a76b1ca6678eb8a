"""The audit trail says in words what was done; and time zones are found by a city."""

import pytest

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.core import audit
from tamada.desk.forms.profile import ProfileForm
from tests.cast import SignedIn


def test_the_trail_speaks_the_readers_language(owner: Agent, teammate: Agent, signed_in: SignedIn):
    audit.record(actor_of(owner), "agent.profile_changed", teammate, fields=["language", "theme"])
    audit.record(actor_of(owner), "conversation.updated", None, status=["open", "closed"])
    audit.record(actor_of(owner), "future.thing", None)
    page = signed_in(owner).get("/settings/audit").text
    assert "Profile changed" in page
    assert f"Colleague #{teammate.pk}" in page
    assert "Changed: Language, Theme" in page
    assert "Status: open → closed" in page
    assert "future.thing</span>" in page
    chosen = signed_in(owner).get("/settings/audit", {"action": "agent.profile_changed"}).text
    assert "Status: open → closed" not in chosen


@pytest.mark.parametrize(
    ("typed", "kept"), [("asia/yerevan", "Asia/Yerevan"), ("Yerevan", "Asia/Yerevan"), ("New York", "America/New_York")]
)
def test_a_time_zone_is_found_by_its_city(typed: str, kept: str):
    form = ProfileForm({"name": "Ani", "theme": "system", "time_zone": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["time_zone"] == kept
    assert not ProfileForm({"name": "Ani", "theme": "system", "time_zone": "Mars"}).is_valid()
