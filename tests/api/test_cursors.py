"""Cursors are ours, whole, and for one list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamada.api import cursors
from tamada.kit.cursors import BadCursor


@given(st.text(max_size=60), st.text(max_size=20))
def test_a_cursor_comes_back_as_it_was(inner: str, purpose: str) -> None:
    inner = inner.encode("utf-8", "ignore").decode()
    purpose = purpose.encode("utf-8", "ignore").decode()
    given_out = cursors.wrap(inner, purpose)
    assert given_out is not None
    assert cursors.unwrap(given_out, purpose) == inner
    with pytest.raises(BadCursor):
        cursors.unwrap(given_out, purpose + "x")


@given(st.text(max_size=80))
def test_what_was_not_given_out_is_refused(text: str) -> None:
    if text:
        with pytest.raises(BadCursor):
            cursors.unwrap(text, "list")


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_a_changed_cursor_is_refused(place: int, other: str) -> None:
    cursor = cursors.wrap('["2026-01-31T09:30:00+00:00", 17]', "list")
    assert cursor is not None
    place %= len(cursor)
    changed = cursor[:place] + other + cursor[place + 1 :]
    if changed != cursor:
        with pytest.raises(BadCursor):
            cursors.unwrap(changed, "list")


def test_the_end_of_a_list_has_none() -> None:
    assert cursors.wrap(None, "list") is None
    assert cursors.unwrap(None, "list") is None
    assert cursors.unwrap("", "list") is None
