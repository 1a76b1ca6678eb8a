"""Opening hours in the settings, and the snoozes that go by them."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.calendars.models import Calendar
from tamada.calendars.queries import schedule
from tamada.conversations.models import Conversation, Inbox
from tamada.desk.hours import read_days, read_hours, write_days, write_hours
from tamada.kit.working_time import Interval
from tests.cast import SignedIn
from tests.desk.conftest import Ask, Post

pytestmark = pytest.mark.django_db
YEREVAN = ZoneInfo("Asia/Yerevan")
WEEK = {f"day_{n}": "10:00–13:00, 14:00–18:00" for n in range(5)}
FORM = {"name": "Office", "time_zone": "Asia/Yerevan", "closed": "01-01 New Year\n2026-03-09 A day off", **WEEK}


@pytest.fixture
def admin(owner: Agent, signed_in: SignedIn) -> Client:
    return signed_in(owner)


@pytest.mark.parametrize(
    ("text", "hours", "written"),
    [
        ("", [], ""),
        (" 9:00 - 18:00 ", [(540, 1080)], "09:00–18:00"),
        ("09:00–13:00, 14:00—18:30;", [(540, 780), (840, 1110)], "09:00–13:00, 14:00–18:30"),
        ("22:00–06:00", [(1320, 1800)], "22:00–06:00"),
        ("00:00–24:00", [(0, 1440)], "00:00–24:00"),
        ("9-22", [(540, 1320)], "09:00–22:00"),
        ("9:00-18", [(540, 1080)], "09:00–18:00"),
        ("09–18", [(540, 1080)], "09:00–18:00"),
        ("9.30-18, 20–2", [(570, 1080), (1200, 1560)], "09:30–18:00, 20:00–02:00"),
        ("0–24", [(0, 1440)], "00:00–24:00"),
    ],
)
def test_hours_are_read_and_written_alike(text: str, hours: list[tuple[int, int]], written: str) -> None:
    assert read_hours(text) == hours
    assert write_hours(Interval(*pair) for pair in hours) == written
    assert read_hours(written) == hours


@pytest.mark.parametrize(
    "text", ["9", "9–1800", "24–25", "25:00–26:00", "09:60–10:00", "9:00–18:00 14:00–15:00", "all day", "24:00–25:00"]
)
def test_what_are_no_hours(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_hours(text)


@pytest.mark.parametrize("text", ["02-30", "2026-02-29 No such day", "tomorrow", "13-01", "2026-1"])
def test_what_are_no_days(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_days(text)


def test_an_admin_keeps_calendars(admin: Client, wired: Inbox) -> None:
    assert admin.post("/settings/hours/new", FORM).status_code == 302
    calendar = Calendar.objects.get()
    hours = schedule(calendar)
    assert hours.is_open(datetime(2026, 3, 2, 12, tzinfo=YEREVAN))
    for closed in ("2026-03-02T13:30", "2026-03-09T12:00", "2027-01-01T12:00"):
        assert not hours.is_open(datetime.fromisoformat(closed).replace(tzinfo=YEREVAN))
    page = admin.get(f"/settings/hours/{calendar.pk}").text
    for words in ("10:00–13:00, 14:00–18:00", "01-01 New Year", "2026-03-09 A day off"):
        assert words in page
    assert write_days(calendar.special_days.all()) == FORM["closed"]
    wired.calendar = calendar
    wired.save()
    assert wired.name in admin.get("/settings/hours").text
    admin.post(f"/settings/hours/{calendar.pk}", {**FORM, "day_5": "10:00–14:00", "closed": ""})
    assert schedule(Calendar.objects.get()).is_open(datetime(2026, 3, 7, 12, tzinfo=YEREVAN))
    admin.post(f"/settings/hours/{calendar.pk}/delete")
    assert Calendar.objects.exists()  # An inbox opens and closes by it.
    Inbox.objects.update(calendar=None)
    admin.post(f"/settings/hours/{calendar.pk}/delete")
    assert not Calendar.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day_2": "9 to 5"}, "“9 to 5” can&#x27;t be read. Hours are written like 9:00–18:00."),
        ({"day_2": "09:00–12:00, 11:00–13:00"}, "Two intervals of a day overlap."),
        ({"closed": "first of May"}, "“first of May” can&#x27;t be read."),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"name": "office"}, "There is a calendar called"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_kept(admin: Client, changes: dict[str, str], words: str) -> None:
    admin.post("/settings/hours/new", FORM)
    answer = admin.post("/settings/hours/new", {**FORM, "name": "Second", **changes})
    assert answer.status_code == 422
    assert words in answer.text
    assert Calendar.objects.count() == 1


def test_an_inbox_chooses_its_hours_and_snoozes_go_by_them(
    admin: Client, wired: Inbox, ask: Ask, post: Post, teammate: Agent, signed_in: SignedIn
) -> None:
    asked = ask()
    talk = f"/conversations/{asked.conversation_id}?fragment=talk"
    assert "When we open again" not in signed_in(teammate).get(talk).text
    assert post("update", asked.conversation_id, snooze="business").status_code == 400
    # Open for one hour, on one weekday from now on: six days away.
    day = (timezone.now().astimezone(YEREVAN) + timedelta(days=6)).weekday()
    form = {"name": "Rare", "time_zone": "Asia/Yerevan", f"day_{day}": "11:00–12:00"}
    admin.post("/settings/hours/new", form)
    settings = {"name": "Support", "team": wired.team_id, "is_active": "on", "hourly_cap": 500}
    settings["calendar"] = Calendar.objects.get().pk
    assert admin.post(f"/settings/inboxes/{wired.pk}", settings).status_code == 302
    offered = re.findall(r'"snooze": "(\w+)".*?<time class="count">([^<]+)<', signed_in(teammate).get(talk).text)
    assert offered
    assert len({moment for _choice, moment in offered}) == len(offered), "no moment under two names"
    assert "later" not in dict(offered), "it does not open today"
    expected = []
    for choice in ("business", "tomorrow", "later"):
        post("update", asked.conversation_id, snooze=choice)
        expected.append(Conversation.objects.get().snoozed_until)
    post("bulk", selected=asked.conversation_id, snooze="tomorrow")
    expected.append(Conversation.objects.get().snoozed_until)
    post("send", asked.conversation_id, kind="out", text="We come.", then="snooze", snooze="tomorrow")
    expected.append(Conversation.objects.get().snoozed_until)
    [moment] = set(expected)
    assert moment
    local = moment.astimezone(YEREVAN)
    assert (local.weekday(), local.hour, local.minute) == (day, 11, 0)
