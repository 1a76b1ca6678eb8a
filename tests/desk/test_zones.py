"""Moments in the zone of who reads and writes them: one's own, else the company's."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import update_last_login
from django.test import Client

from tamada.accounts import actions, company
from tamada.accounts.models import Agent
from tamada.accounts.zones import zone_of
from tamada.conversations.models import Conversation, Delivery
from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tests.cast import PASSWORD, SignedIn
from tests.desk.conftest import Ask, Post

pytestmark = pytest.mark.django_db
YEREVAN = ZoneInfo("Asia/Yerevan")


def sign_in(agent: Agent, time_zone: str) -> Agent:
    """Sign in with a browser in that zone."""
    fields = {"email": agent.email, "password": PASSWORD, "time_zone": time_zone}
    assert Client().post("/login", fields).status_code == 302
    return Agent.objects.get(pk=agent.pk)


def test_the_first_sign_in_takes_the_browsers_zone(teammate: Agent) -> None:
    assert sign_in(teammate, "Asia/Tbilisi").time_zone == "Asia/Tbilisi"
    assert sign_in(teammate, "America/New_York").time_zone == "Asia/Tbilisi"


@pytest.mark.parametrize("said", ["UTC", "Etc/GMT-4", "Asia/Yerevan"])
def test_what_a_browser_said_can_be_saved_again(teammate: Agent, signed_in: SignedIn, said: str) -> None:
    agent = sign_in(teammate, said)
    assert agent.time_zone == said
    form = signed_in(agent).get("/profile").context["form"]
    given = {name: form[name].value() or "" for name in form.fields} | {"language": "ka"}
    assert signed_in(agent).post("/profile", given).status_code == 302
    agent.refresh_from_db()
    assert (agent.time_zone, agent.language) == (said, "ka")


def test_a_zone_that_was_chosen_stays(teammate: Agent, lead: Agent) -> None:
    Agent.objects.filter(pk=teammate.pk).update(time_zone="Europe/Paris")
    assert sign_in(teammate, "Asia/Tbilisi").time_zone == "Europe/Paris"
    update_last_login(Agent, lead)
    assert sign_in(lead, "Asia/Tbilisi").time_zone == ""


@pytest.mark.parametrize("nonsense", ["", "Mars/Olympus", "../etc/passwd", "x" * 500])
def test_a_browser_that_says_nonsense_changes_nothing(teammate: Agent, nonsense: str) -> None:
    assert sign_in(teammate, nonsense).time_zone == ""


def test_the_first_admins_zone_becomes_the_companys(owner: Agent, teammate: Agent, lead: Agent) -> None:
    sign_in(teammate, "Europe/Paris")
    assert company.time_zone() == ""
    sign_in(owner, "Asia/Yerevan")
    assert company.time_zone() == "Asia/Yerevan"
    assert zone_of(lead) == YEREVAN


def test_the_set_up_takes_the_browsers_zone(client: Client) -> None:
    token = actions.fresh_setup_token()
    fields = {"company_name": "Ararat Net", "name": "Olga", "email": "olga@desk.example", "password": PASSWORD}
    assert client.post(f"/setup/{token}", {**fields, "time_zone": "Asia/Yerevan"}).status_code == 302
    assert (company.time_zone(), Agent.objects.get().time_zone) == ("Asia/Yerevan", "Asia/Yerevan")


def test_an_admin_sets_the_companys_zone(owner: Agent, teammate: Agent, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    fields = {"name": "Ararat Net", "language": "hy", "time_zone": "Asia/Tbilisi"}
    assert client.post("/settings/company", fields).status_code == 302
    assert zone_of(teammate) == ZoneInfo("Asia/Tbilisi")
    assert client.post("/settings/company", {**fields, "time_zone": "Mars/Olympus"}).status_code == 422
    assert "Asia/Tbilisi" in signed_in(teammate).get("/profile").text


@pytest.mark.parametrize("own", ["", "America/New_York"])
def test_a_snooze_and_a_message_for_later_mean_the_same_time_and_show_it(
    ask: Ask, post: Post, teammate: Agent, signed_in: SignedIn, own: str
) -> None:
    settings_store.set("company.time_zone", "Asia/Yerevan", SYSTEM)
    Agent.objects.filter(pk=teammate.pk).update(time_zone=own)
    asked = ask()
    post("send", asked.conversation_id, kind="out", text="Hi", send_at="custom", send_at_custom="2099-07-01T18:00")
    post("update", asked.conversation_id, snooze="custom", until="2099-07-01T18:00")
    moment = datetime(2099, 7, 1, 18, 0, tzinfo=ZoneInfo(own) if own else YEREVAN)
    assert (Delivery.objects.get().not_before, Conversation.objects.get().snoozed_until) == (moment, moment)
    page = signed_in(teammate).get(f"/conversations/{asked.conversation_id}").text
    assert "will be sent at Jul 1, 2099, 18:00" in page


def test_tomorrow_morning_is_nine_where_one_is(ask: Ask, post: Post) -> None:
    settings_store.set("company.time_zone", "Asia/Yerevan", SYSTEM)
    post("update", ask().conversation_id, snooze="tomorrow")
    until = Conversation.objects.get().snoozed_until
    assert until
    assert (until.astimezone(YEREVAN).hour, until.astimezone(YEREVAN).minute) == (9, 0)
