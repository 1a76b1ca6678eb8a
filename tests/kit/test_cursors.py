"""A list's cursor comes back as it was given out, and anything else is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamada.kit import cursors
from tamada.kit.cursors import LAST_ID, BadCursor


@given(st.text(), st.integers(0, LAST_ID))
def test_what_was_given_out_comes_back(text: str, number: int) -> None:
    assert cursors.read(cursors.write(text, number), str, int) == [text, number]


@given(st.text(max_size=60))
def test_nothing_else_is_read(text: str) -> None:
    try:
        assert cursors.read(text, int) == [cursors.read(text, int)[0]]
    except BadCursor:
        assert cursors.write(1) != text


@pytest.mark.parametrize(
    "parts", [(), (1,), ("x", 1, 2), (1, "x"), ("x", None), ("x", True), ("x", -1), ("x", LAST_ID + 1)]
)
def test_parts_have_their_kinds_and_numbers_are_those_of_rows(parts: tuple[int | str | None, ...]) -> None:
    with pytest.raises(BadCursor):
        cursors.read(cursors.write(*parts), str, int)


@pytest.mark.parametrize("cursor", ["é", "a" * 9999, "W" * 5000 + "10", "e30", "MQ"])
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        cursors.read(cursor, str)


def test_a_time_says_its_zone_and_is_one_that_databases_hold() -> None:
    assert cursors.instant("2026-01-31T13:30:00+04:00") == datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
    for text in ("2026-01-31T09:30:00", "today", "", "0001-01-01T00:00:00+14:00"):
        with pytest.raises(BadCursor):
            cursors.instant(text)
