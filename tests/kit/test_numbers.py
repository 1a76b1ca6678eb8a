"""What is a row's number, and what is not."""

import pytest

from tamada.kit.numbers import NO_ROW, row_number, row_numbers


@pytest.mark.parametrize(("text", "number"), [("1", 1), (17, 17), (str(2**63 - 1), 2**63 - 1), ("1" * 9, 111111111)])
def test_a_number_is_read(text: str | int, number: int) -> None:
    assert row_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "0", "-1", "+1", " 1", "abc", "²", "٣", "1e3", "1.0", "0x1", "1 2", str(2**63), "9" * 5000, None, -3],
)
def test_what_no_row_can_have_is_no_number(text: str | int | None) -> None:
    assert row_number(text) == NO_ROW


def test_several_are_read_and_the_rest_left_out() -> None:
    assert row_numbers(["1,2", "x", "3, 4,", "²", 5]) == [1, 2, 3, 4, 5]
