"""What the choices of a snooze mean, by the clock and by opening hours."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tamada.desk.snooze import choices, moment
from tamada.kit.working_time import Interval, Schedule

YEREVAN = ZoneInfo("Asia/Yerevan")
OFFICE = (Interval.between("10:00", "13:00"), Interval.between("14:00", "18:00"))
SHORT = (Interval.between("10:00", "15:00"),)
NIGHT = (Interval.between("22:00", "06:00"),)
HOURS = Schedule((OFFICE, OFFICE, OFFICE, OFFICE, SHORT, (), ()), YEREVAN)
MIDWEEK = Schedule((OFFICE, OFFICE, (), OFFICE, SHORT, (), ()), YEREVAN)
NIGHTS = Schedule((NIGHT,) * 7, YEREVAN)
NEVER = Schedule(((),) * 7, YEREVAN)


@pytest.fixture(autouse=True)
def in_yerevan() -> Iterator[None]:
    with timezone.override(YEREVAN):
        yield


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=YEREVAN)


# 2026-03-02 is a Monday.
@pytest.mark.parametrize(
    ("choice", "now", "expected"),
    [
        ("later", "2026-03-02T09:30", "2026-03-02T12:30"),
        ("later", "2026-03-02T16:00", "2026-03-02T18:00"),
        ("later", "2026-03-02T17:00", "2026-03-02T18:00"),
        ("later", "2026-03-02T17:01", "2026-03-03T09:00"),
        ("later", "2026-03-02T23:00", "2026-03-03T09:00"),
        ("later", "2026-03-02T02:00", "2026-03-02T09:00"),
        ("tomorrow", "2026-03-06T12:00", "2026-03-07T09:00"),
        ("tomorrow", "2026-03-02T00:30", "2026-03-03T09:00"),
        ("next_week", "2026-03-02T12:00", "2026-03-09T09:00"),
        ("next_week", "2026-03-08T12:00", "2026-03-09T09:00"),
        ("in_1_hour", "2026-03-02T23:30", "2026-03-03T00:30"),
        ("tomorrow_9", "2026-03-06T23:30", "2026-03-07T09:00"),
    ],
)
def test_by_the_clock(choice: str, now: str, expected: str) -> None:
    assert moment(choice, now=at(now)) == at(expected)


@pytest.mark.parametrize(
    ("choice", "now", "expected"),
    [
        ("later", "2026-03-02T10:30", "2026-03-02T14:00"),  # not into the lunch hour
        ("later", "2026-03-02T11:30", "2026-03-02T14:30"),
        ("later", "2026-03-02T15:30", "2026-03-02T17:30"),  # half an hour before closing
        ("later", "2026-03-02T16:45", "2026-03-03T10:00"),
        ("later", "2026-03-02T04:00", "2026-03-02T10:00"),
        ("later", "2026-03-06T14:10", "2026-03-09T10:00"),  # a short Friday, then the weekend
        ("later", "2026-03-07T12:00", "2026-03-09T10:00"),
        ("tomorrow", "2026-03-02T12:00", "2026-03-03T10:00"),
        ("tomorrow", "2026-03-06T12:00", "2026-03-09T10:00"),
        ("next_week", "2026-03-04T12:00", "2026-03-09T10:00"),
        ("business", "2026-03-02T12:00", "2026-03-02T14:00"),
        ("business", "2026-03-02T15:00", "2026-03-03T10:00"),
        ("business", "2026-03-02T08:00", "2026-03-02T10:00"),
        ("business", "2026-03-06T16:00", "2026-03-09T10:00"),
        ("tomorrow_9", "2026-03-06T12:00", "2026-03-07T09:00"),  # says its hour itself
    ],
)
def test_within_opening_hours(choice: str, now: str, expected: str) -> None:
    assert moment(choice, hours=HOURS, now=at(now)) == at(expected)


def test_at_night_and_never() -> None:
    assert moment("tomorrow", hours=NIGHTS, now=at("2026-03-02T12:00")) == at("2026-03-03T22:00")
    assert moment("later", hours=NIGHTS, now=at("2026-03-02T23:00")) == at("2026-03-03T02:00")
    for choice in ("later", "tomorrow", "next_week"):
        now = at("2026-03-02T12:00")
        assert moment(choice, hours=NEVER, now=now) == moment(choice, now=now)
    with pytest.raises(ValueError, match="business"):
        moment("business", hours=NEVER, now=at("2026-03-02T12:00"))
    with pytest.raises(ValueError, match="business"):
        moment("business", now=at("2026-03-02T12:00"))


def test_until_they_reply_and_a_time_of_ones_own() -> None:
    assert moment("reply") is None
    assert moment("custom", "2026-03-02T18:00") == at("2026-03-02T18:00")
    assert moment("custom", "2026-03-02T18:00+00:00") == datetime.fromisoformat("2026-03-02T18:00+00:00")
    for nonsense in ("", "soon", "2026-13-01T00:00"):
        with pytest.raises(ValueError, match=r".*"):
            moment("custom", nonsense)


# 2026-03-02 is a Monday; no moment stands there twice, and none under a name that it isn't.
@pytest.mark.parametrize(
    ("now", "hours", "expected"),
    [
        ("2026-03-04T12:30", HOURS, "later 4T15:30, business 4T14:00, tomorrow 5T10:00, next_week 9T10:00"),
        ("2026-03-04T19:00", HOURS, "tomorrow 5T10:00, next_week 9T10:00"),
        ("2026-03-07T12:00", HOURS, "next_week 9T10:00"),  # on a Saturday, Monday is not tomorrow
        ("2026-03-08T12:00", HOURS, "tomorrow 9T10:00"),
        ("2026-03-03T12:30", MIDWEEK, "later 3T15:30, business 3T14:00, working_day 5T10:00, next_week 9T10:00"),
        ("2026-03-02T19:00", Schedule(((),) * 7, YEREVAN), "tomorrow 3T09:00, next_week 9T09:00"),
    ],
)
def test_what_there_is_to_choose(now: str, hours: Schedule, expected: str) -> None:
    found = [f"{one.kind} {one.at.astimezone(YEREVAN):%-dT%H:%M}" for one in choices(hours=hours, now=at(now))]
    assert sorted(found) == sorted(expected.split(", "))
    assert found == sorted(found, key=lambda one: one.split(" ")[1].zfill(8))
