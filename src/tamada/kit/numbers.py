"""Numbers as requests write them."""

import re
from collections.abc import Iterable

NO_ROW = -1
"""A number that no row has: what is asked for by it is not found."""

_NUMBER = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


def row_number(text: str | int | None) -> int:
    """The number of a row as a form or an address tells it; NO_ROW for what no row can have."""
    found = _NUMBER.fullmatch(str(text))
    number = int(found[0]) if found else NO_ROW
    return number if number < 2**63 else NO_ROW


def row_numbers(values: Iterable[object]) -> list[int]:
    """The numbers in these values, each of which may hold several separated by commas; what is none is left out."""
    parts = (row_number(part.strip()) for value in values for part in str(value).split(","))
    return [number for number in parts if number != NO_ROW]
