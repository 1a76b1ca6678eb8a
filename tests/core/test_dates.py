"""Dates as customers read them, in each of the four languages."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from tamada.core import dates

DAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("language", "said", "with_weekday", "written"),
    [
        ("en", "29 November", "Sunday, 29 November", "29 November 2026"),
        ("hy", "29 նոյեմբերի", "29 նոյեմբերի, կիրակի", "29 նոյեմբերի, 2026 թ."),
        ("ka", "29 ნოემბერი", "კვირა, 29 ნოემბერი", "29 ნოემბერი, 2026"),
        ("ru", "29 ноября", "воскресенье, 29 ноября", "29 ноября 2026\u202fг."),
    ],
)
def test_a_day_in_each_language(language: str, said: str, with_weekday: str, written: str) -> None:
    with override(language):
        assert dates.in_text(DAY, date(2026, 1, 1)) == said
        assert dates.day(DAY, date(2026, 1, 1)) == with_weekday
        assert dates.written(DAY) == written
        assert dates.in_text(DAY, date(2027, 1, 1)) == written, "another year is said"


def test_moments_are_those_of_the_readers_zone() -> None:
    moment = datetime(2021, 11, 28, 22, 5, tzinfo=UTC)
    with timezone.override("Asia/Yerevan"), override("en"):
        assert dates.whole_in_text(moment) == dates.whole_written(moment) == "29 November 2021, 02:05"
        assert dates.whole(moment) == "Monday, 29 November 2021, 02:05"
