"""Quiet hours: over midnight, within a day, none, and where clocks jump."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamada.kit.quiet_hours import QuietHours

YEREVAN = ZoneInfo("Asia/Yerevan")
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(21 * 60, 9 * 60, YEREVAN)


def at(text: str, tz: ZoneInfo = YEREVAN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=tz)


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        ("2026-03-06T20:59", "2026-03-06T20:59"),
        ("2026-03-06T21:00", "2026-03-07T09:00"),
        ("2026-03-06T23:59", "2026-03-07T09:00"),
        ("2026-03-07T00:00", "2026-03-07T09:00"),
        ("2026-03-07T08:59", "2026-03-07T09:00"),
        ("2026-03-07T09:00", "2026-03-07T09:00"),
    ],
)
def test_the_night_ends_in_the_morning(moment: str, ends: str) -> None:
    assert NIGHT.ends(at(moment)) == at(ends)


def test_a_rest_within_the_day_and_none_at_all() -> None:
    rest = QuietHours(13 * 60, 14 * 60, YEREVAN)
    assert rest.ends(at("2026-03-06T13:30")) == at("2026-03-06T14:00")
    assert rest.ends(at("2026-03-06T12:59")) == at("2026-03-06T12:59")
    assert not QuietHours(600, 600, YEREVAN).is_quiet(at("2026-03-06T10:00"))


def test_where_clocks_jump_over_the_end_it_ends_after_the_jump() -> None:
    night = QuietHours(21 * 60, 2 * 60 + 30, BERLIN)  # 02:30 is not on 29 March 2026
    assert night.ends(at("2026-03-28T23:00", BERLIN)) == at("2026-03-29T03:30", BERLIN)
    assert night.ends(at("2026-10-24T23:00", BERLIN)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_what_is_no_minute_of_a_day_is_refused() -> None:
    for begins, until in ((-1, 0), (0, 1440)):
        with pytest.raises(ValueError, match="minute"):
            QuietHours(begins, until)


@given(
    begins=st.integers(0, 1439),
    until=st.integers(0, 1439),
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_its_end_is_loud_and_within_a_day(begins: int, until: int, moment: datetime) -> None:
    quiet = QuietHours(begins, until, BERLIN)
    end = quiet.ends(moment)
    assert not quiet.is_quiet(end)
    assert moment <= end <= moment + timedelta(hours=26)
    assert quiet.is_quiet(moment) or end == moment
