"""Reads a length of working time that somebody wrote: "2 days", "1 day 4 h", "2 օր", "4 საათი", "полтора часа".

The words are those of `words`; what people shorten beside a figure (d, h, m) means time here alone.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tamada.kit.text.normalise import fold

from .reading import LONGEST, of_word
from .words import Meaning

DAY: Final = timedelta(hours=8)
"""A day of work."""
WEEK: Final = 5 * DAY
LONGEST_LENGTH: Final = timedelta(hours=99_999)

_PIECE: Final = re.compile(r"\d+(?:[:.,]\d+)*|[^\W\d_]+")
_BETWEEN: Final = re.compile(r"[\s,.։]*")
_SHORT: Final = {
    **dict.fromkeys(("m", "м", "ր", "წთ"), "minutes"),
    **dict.fromkeys(("h", "ч", "ժ", "სთ"), "hours"),
    **dict.fromkeys(("d", "д", "дн", "დღ"), "days"),
    **dict.fromkeys(("w", "wk", "wks", "нед"), "weeks"),
}
_WORK: Final = re.compile(r"work|working|business|рабоч\w*|աշխատանքային|სამუშაო")
_UNITS: Final = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": DAY, "weeks": WEEK}

# N figure, Q one and a half, H half, U unit, F and, a, C hours:minutes. "An hour and a half", "a day and half an hour".
_TERM: Final = re.compile(r"F*(?:(?P<count>[NQ])?(?:F*(?P<half>H))?)F*U(?P<more>F+H(?!F*U))?|C")


def read_length(text: str) -> timedelta | None:
    """The working time that the words name, to the minute; None when they name none.

    A day is `DAY`, a week `WEEK`. What is longer than `LONGEST_LENGTH` comes as that.

    >>> read_length("1 day 4 h")
    datetime.timedelta(seconds=43200)
    """
    plain = fold(text) if len(text) <= LONGEST else ""
    pieces = _PIECE.findall(plain)
    if not pieces or not all(map(_BETWEEN.fullmatch, _PIECE.split(plain))):
        return None
    meanings = [one for piece in pieces if not _WORK.fullmatch(piece) for one in _meanings(piece)]
    minutes = _sum(meanings)
    return timedelta(minutes=round(minutes)) if minutes and round(minutes) else None


def _meanings(piece: str) -> Sequence[Meaning]:
    """What a word or figure means here, a unit by the kind "U"."""
    if piece[0].isdigit():
        clock = re.fullmatch(r"(\d{1,5}):([0-5]\d)", piece)
        number = re.fullmatch(r"\d{1,6}(?:[.,]\d{1,3})?", piece)
        return (Meaning("C" if clock else "N" if number else "?", piece.replace(",", ".")),)
    if piece in _SHORT:
        return (Meaning("U", _SHORT[piece]),)
    return [_unit(one) for one in of_word(piece)]


def _unit(one: Meaning) -> Meaning:
    value = "weeks" if one.kind == "w" else one.value
    return Meaning("U", value) if one.kind in "huYw" and value in _UNITS else one


def _sum(meanings: Sequence[Meaning]) -> float:
    """Minutes of all terms together; 0 where something is none."""
    kinds, place, minutes = "".join(one.kind for one in meanings), 0, 0.0
    while place < len(kinds):
        found = _TERM.match(kinds, place)
        if found is None:
            return 0
        minutes += _minutes(found, meanings)
        place = found.end()
        if place < len(kinds) and kinds[place] == "F" and place + 1 == len(kinds):
            return 0
    return min(minutes, LONGEST_LENGTH / _UNITS["minutes"])


def _minutes(found: re.Match[str], meanings: Sequence[Meaning]) -> float:
    if found[0] == "C":
        hours, minutes = meanings[found.start()].value.split(":")
        return int(hours) * 60 + int(minutes)
    count = 1.0
    if found["count"]:
        count = float(meanings[found.start("count")].value or 1.5)
        count += 0.5 * bool(found["half"])
    elif found["half"]:
        count = 0.5
    count += 0.5 * bool(found["more"])
    unit = next(one.value for one in meanings[found.start() : found.end()] if one.kind == "U")
    return count * (_UNITS[unit] / _UNITS["minutes"])
