"""An absence at the desk: planned in one's own zone, seen by colleagues, ended by "I am back", told of afterwards."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.automation.models import Absence, Road
from tamada.core.tasks import run_pending
from tamada.desk import times
from tests.cast import SignedIn
from tests.desk.conftest import Ask

FORM = {"road": "stay", "colleague": ""}


def local(hours: float, zone: str) -> str:
    """So many hours from now, as a field of a day and time in that zone holds it."""
    return (timezone.now() + timedelta(hours=hours)).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize("zone", ["Asia/Yerevan", "America/New_York"])
def test_times_are_those_of_who_is_away_also_when_an_admin_enters_them(
    teammate: Agent, owner: Agent, signed_in: SignedIn, zone: str
) -> None:
    Agent.objects.filter(pk=teammate.pk).update(time_zone=zone)
    Agent.objects.filter(pk=owner.pk).update(time_zone="Asia/Tokyo")
    address = f"/settings/people/{teammate.pk}/absence"
    client = signed_in(owner)
    data = FORM | {"starts_at": local(24, zone), "ends_at": local(48, zone)}
    assert client.post(address, data).headers["Location"] == address
    found = Absence.objects.get()
    assert abs(found.starts_at - timezone.now() - timedelta(hours=24)) < timedelta(minutes=2)
    assert zone in client.get(address).content.decode()


def test_colleagues_see_until_when_and_i_am_back_ends_it(
    teammate: Agent, lead: Agent, signed_in: SignedIn, ask: Ask
) -> None:
    found = ask().conversation
    found.assignee = teammate
    found.save()
    client, colleague = signed_in(teammate), signed_in(lead)
    data = {"road": Road.COLLEAGUE, "colleague": str(lead.pk)}
    client.post("/profile/absence", data | {"starts_at": local(-1, "UTC"), "ends_at": local(30, "UTC")})
    run_pending()
    found.refresh_from_db()
    assert found.assignee == lead
    teammate.refresh_from_db()
    assert teammate.away_until is not None
    until = f"Away until {times.upcoming(teammate.away_until)}"
    assert until in colleague.get("/settings/people").content.decode()
    talk = colleague.get(f"/conversations/{found.pk}").content.decode()
    assert until in talk
    assert "Tamar is away until" in talk
    client.post("/profile/away", {"away": "0"})
    run_pending()
    found.refresh_from_db()
    assert found.assignee == lead
    assert until not in colleague.get("/settings/people").content.decode()
    assert "1 conversation was handed on" in client.get("/notifications").content.decode()
    page = client.get("/profile/absence").content.decode()
    assert f'href="/conversations/{found.pk}"' in page


def test_one_that_can_not_be_is_said_at_its_field(teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(teammate)
    for data in (
        {"starts_at": local(5, "UTC"), "ends_at": local(4, "UTC")},
        {"starts_at": "yesterday", "ends_at": local(4, "UTC")},
        {"starts_at": local(1, "UTC"), "ends_at": local(4, "UTC"), "road": "person"},
        {"starts_at": local(1, "UTC"), "ends_at": local(4, "UTC"), "road": "person", "colleague": str(teammate.pk)},
        {"starts_at": local(1, "UTC"), "ends_at": local(4, "UTC"), "road": "person", "colleague": "9" * 30},
    ):
        response = client.post("/profile/absence", FORM | data)
        assert response.status_code == 422
        assert 'class="error"' in response.content.decode()
    assert not Absence.objects.exists()
