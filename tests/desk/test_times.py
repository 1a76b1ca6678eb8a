"""Moments and lengths in the reader's own words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from tamada.desk import times

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 5, 14, 9, 5, tzinfo=UTC), "09:05"),
        (datetime(2026, 5, 13, 23, 59, tzinfo=UTC), "yesterday"),
        (datetime(2026, 5, 3, 9, 5, tzinfo=UTC), "May 3"),
        (datetime(2021, 10, 3, 9, 5, tzinfo=UTC), "Oct 3, 2021"),
    ],
)
def test_the_shortest_sure_name_of_a_moment(moment: datetime, expected: str) -> None:
    assert times.short(moment, NOW) == expected


def test_the_day_is_the_readers_own() -> None:
    late = datetime(2026, 5, 13, 21, 30, tzinfo=UTC)
    with timezone.override("Asia/Yerevan"):
        assert times.short(late, NOW) == "01:30"
    assert times.short(late, NOW) == "yesterday"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Oct 3"), ("ru", "3 окт."), ("hy", "3 հոկ"), ("ka", "3 ოქტ")],
)
def test_dates_speak_every_language_of_the_desk(language: str, expected: str) -> None:
    with translation.override(language):
        assert times.day(date(2026, 10, 3), date(2026, 5, 14)) == expected


@pytest.mark.parametrize(
    ("language", "moment", "expected"),
    [
        ("en", datetime(2026, 5, 14, 18, 0, tzinfo=UTC), "18:00"),
        ("en", datetime(2026, 5, 15, 9, 0, tzinfo=UTC), "Fri 09:00"),
        ("hy", datetime(2026, 5, 15, 9, 0, tzinfo=UTC), "ուր 09:00"),
        ("ka", datetime(2026, 5, 15, 9, 0, tzinfo=UTC), "პარ 09:00"),
        ("ru", datetime(2026, 5, 15, 9, 0, tzinfo=UTC), "пт 09:00"),
        ("en", datetime(2026, 5, 21, 9, 0, tzinfo=UTC), "May 21, 09:00"),
    ],
)
def test_what_is_to_come_is_named_by_its_weekday(language: str, moment: datetime, expected: str) -> None:
    with translation.override(language), timezone.override(UTC):
        assert times.upcoming(moment, datetime(2026, 5, 14, 12, 0, tzinfo=UTC)) == expected


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(seconds=5), "1 min"),
        (timedelta(minutes=18), "18 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=10), "2 h 10 min"),
        (timedelta(days=3, hours=4), "3 d 4 h"),
        (timedelta(days=30, hours=4), "30 d"),
    ],
)
def test_lengths_have_at_most_two_units(length: timedelta, expected: str) -> None:
    assert times.span(length) == expected


@pytest.mark.parametrize(
    ("length", "brief", "hours"),
    [
        (timedelta(seconds=5), "1 min", "0 min"),
        (timedelta(minutes=59), "59 min", "59 min"),
        (timedelta(hours=1, minutes=59), "1 h", "1 h"),
        (timedelta(days=2, hours=23), "2 d", "71 h"),
        (timedelta(days=9, hours=3), "9 d", "219 h"),
    ],
)
def test_where_there_is_little_room_the_largest_unit_is_enough(length: timedelta, brief: str, hours: str) -> None:
    assert times.brief_span(length) == brief
    assert times.brief_hours(length) == hours


@pytest.mark.parametrize(("minutes", "heat"), [(29, "cool"), (30, "warm"), (119, "warm"), (120, "hot")])
def test_a_wait_warms(minutes: int, heat: str) -> None:
    assert times.wait(NOW - timedelta(minutes=minutes), NOW).heat == heat


def test_headings_name_the_near_days() -> None:
    today = date(2026, 5, 14)
    assert times.day_heading(today, today) == "Today"
    assert times.day_heading(today - timedelta(days=1), today) == "Yesterday"
    assert times.day_heading(today - timedelta(days=2), today) == "Tue, May 12"
