"""Reads a time that somebody wrote in words: "Thursday at 10", "ხვალ დილით", "через два часа".

One reading for four languages: each word is looked up for what it means (a weekday, a unit, a part of the day),
whatever its ending, and patterns of meanings are put together. A text counts only when its last word was understood:
a wrong time is worse than none. (dateparser 1.2 reads none of "հինգշաբթի 10-ին", "ხვალ დილით" and "завтра утром", and
takes "Thursday at 10" for a day in October.)
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tamada.kit.text.normalise import fold

from .words import STEMS, WORDS, Meaning

LONGEST = 120
"""Characters that a time can take to say."""
NIGHT = 7
"""An hour below it without a word about morning is meant in the afternoon: nobody puts work off until 3 at night."""
MORNING = time(9)
PARTS = {"noon": time(12), "afternoon": time(14), "evening": time(18), "night": time(21)}

_PIECE = re.compile(r"\d{4}-\d\d?-\d\d?|\d+(?:[:.,/]\d+)*|[^\W\d_]+")
_ENDING_OF_FIGURE = re.compile(r"(?<=\d)-?(?:(го|th|st|nd|rd)|ին|ից|ի|ზე|ს|ის|ое|му|е)\b")
_HALF_OF_DAY = re.compile(r"\b([ap])\.m\b\.?")
_ENDING = 5
"""The longest ending that a stem may bear."""


def read_time(
    text: str, now: datetime, *, morning: time = MORNING, parts: Mapping[str, time] = PARTS
) -> datetime | None:
    """The moment after `now` that the words name, in the zone of `now`; None when they name none, or one that passed.

    `now` is aware. A day without a time means its `morning`; a time without a day the next time the clock shows it.
    `parts` says when the parts of a day are; the morning is `morning` unless it is one of them.
    """
    said = _Said(now, morning, parts)
    meanings = _meanings(text[:LONGEST]) if len(text) <= LONGEST else []
    kinds = "".join(one.kind for one in meanings)
    place = 0
    while place < len(kinds):
        for pattern, take in _RULES:
            found = pattern.match(kinds, place)
            if found and take(said, meanings[place : found.end()]):
                place = found.end()
                break
        else:
            return None
    try:
        moment = said.moment()
    except OverflowError:
        return None
    return moment if moment and moment > now else None


def _meanings(text: str) -> list[Meaning]:
    """The words and figures of a text. Of the endings of figures those of a day say something: "5th", "5-го"."""
    plain = _ENDING_OF_FIGURE.sub(lambda found: " ordinal" if found[1] else " ", fold(text))
    plain = _HALF_OF_DAY.sub(r"\1m", plain)
    meanings: list[Meaning] = []
    for piece in _PIECE.findall(plain):
        meanings += (_of_figures(piece),) if piece[0].isdigit() else of_word(piece)
    return meanings


def _of_figures(piece: str) -> Meaning:
    if any(len(figure) > 4 for figure in re.split(r"\D", piece)):
        return Meaning("?")
    if ":" in piece:
        return Meaning("C", piece)
    if not piece.isdigit():
        return Meaning("T", piece)
    return Meaning("L" if len(piece) == 4 or piece[0] == "0" else "N", piece)


def of_word(word: str) -> Sequence[Meaning]:
    """What a folded word means for a time; a meaning of the kind "?" when it is no word of time."""
    if known := WORDS.get(word):
        return known
    stems = (word[:length] for length in range(len(word), max(1, len(word) - _ENDING) - 1, -1))
    return next((STEMS[stem] for stem in stems if stem in STEMS), (Meaning("?"),))


@dataclass(slots=True)
class _Said:
    """What was said so far. What takes meanings returns whether they fit to the rest."""

    now: datetime
    morning: time
    parts: Mapping[str, time]
    after: timedelta | None = None
    day: date | None = None
    weekday: int | None = None
    week: int | None = None
    clock: time | None = None
    is_sure: bool = False
    """The hour can't be meant in the afternoon."""
    part: str = ""

    @property
    def has_day(self) -> bool:
        return self.day is not None or self.weekday is not None or self.week is not None

    def take_nothing(self, _found: Sequence[Meaning]) -> bool:
        return True

    def take_offset(self, found: Sequence[Meaning]) -> bool:
        """ "In two hours", "через 3 дня", "2 օրից", "an hour and a half"."""
        kinds = "".join(one.kind for one in found)
        figures = [_number(one.value) for one in found if one.kind in "NLTQ"]
        count = sum(figures) if figures else float("H" not in kinds or kinds.index("H") > kinds.find("h") > -1)
        count += 0.5 * kinds.count("H")
        unit = next("weeks" if one.kind == "w" else one.value for one in found if one.kind in "huYw")
        if self.has_day or self.after or not 0 < count < 1000:
            return False
        if unit in ("minutes", "hours"):
            self.after = timedelta(**{unit: count})
        elif count == int(count):
            today = self.now.date()
            months = unit == "months"
            self.day = _months_on(today, int(count)) if months else today + timedelta(**{unit: int(count)})
        return bool(self.after or self.day)

    def take_next(self, found: Sequence[Meaning]) -> bool:
        """ "Next week", "this week", "next month"."""
        ahead = int(any(one.kind == "X" for one in found))
        if found[-1].value == "months" and ahead and not self.has_day:
            self.day = _months_on(self.now.date().replace(day=1), 1)
            return True
        if (found[-1].kind == "w" or found[-1].value == "weeks") and self.week is None and not self.day:
            self.week = ahead
            return True
        return False

    def take_weekday(self, found: Sequence[Meaning]) -> bool:
        named = next(one for one in found if one.kind in "Ww")
        if self.weekday is not None or self.day:
            return False
        self.weekday = int(named.value)
        if any(one.kind == "X" for one in found):
            self.week = 1
        return True

    def take_day(self, found: Sequence[Meaning]) -> bool:
        """Today, tomorrow, the day after it."""
        if self.has_day:
            return False
        ahead = 2 if len(found) > 1 else int(found[0].value)
        self.day = self.now.date() + timedelta(days=ahead)
        return True

    def take_date(self, found: Sequence[Meaning]) -> bool:
        """ "5 December", "December 5th, 2027"."""
        figures = [int(one.value) for one in found if one.kind in "NL"]
        month = next(int(one.value) for one in found if one.kind == "M")
        return self._set_day(figures[0], month, figures[1] if len(figures) > 1 else None)

    def take_figures(self, found: Sequence[Meaning]) -> bool:
        """ "05.12", "5/12/2027", "2027-12-05"; what is no date, or stands behind "at", is a time: "10.30"."""
        figures = [int(one) for one in re.split(r"\D", found[-1].value)]
        if len(figures) == 2 and (len(found) > 1 or self.has_day or not 1 <= figures[1] <= 12):
            return self._set_clock(*figures)
        if len(figures) == 3 and figures[0] > 31:
            figures.reverse()
        year = figures[2] if len(figures) == 3 else None
        return len(figures) < 4 and self._set_day(figures[0], figures[1], year + 2000 if year and year < 100 else year)

    def take_ordinal(self, found: Sequence[Meaning]) -> bool:
        """ "The 5th": of this month, or of the next that has one."""
        wanted = next(int(one.value) for one in found if one.kind in "NL")
        if self.has_day or not 1 <= wanted <= 31:
            return False
        day = self.now.date()
        while day.day != wanted:
            day += timedelta(days=1)
        self.day = day
        return True

    def take_clock(self, found: Sequence[Meaning]) -> bool:
        """ "10:30", "at 10", "3 pm", "в 10 часов", "10 საათზე"; "в 3 дня" is in the afternoon, "в час" at one."""
        figure = next((one.value for one in found if one.kind in "NLC"), "1")
        half = found[-1]
        hour, minute = (int(one) for one in (f"{figure}:0").split(":")[:2])
        if half.kind == "Y":
            self.part = "afternoon"
        if half.kind != "S":
            self.is_sure = figure[0] == "0"
            return self._set_clock(hour, minute)
        self.is_sure = True
        return 1 <= hour <= 12 and self._set_clock(hour % 12 + 12 * (half.value == "pm"), minute)

    def take_part(self, found: Sequence[Meaning]) -> bool:
        """The part of a day; "after noon" is the afternoon."""
        named = next(one.value for one in found if one.kind == "P")
        is_first = not self.part
        self.part = "afternoon" if named == "noon" and any(one.kind == "I" for one in found) else named
        return is_first

    def _set_clock(self, hour: int, minute: int) -> bool:
        if self.clock or not (hour < 24 and minute < 60):
            return False
        self.clock = time(hour, minute)
        return True

    def _set_day(self, day: int, month: int, year: int | None) -> bool:
        today = self.now.date()
        try:
            this = date(year or today.year, month, day)
            self.day, has_day = this if year or this >= today else date(today.year + 1, month, day), self.has_day
        except ValueError:
            return False
        return not has_day

    # -- all of it together ---------------------------------------------------------------------------------------

    def moment(self) -> datetime | None:
        """The instant, when what was said makes one."""
        if self.after:
            alone = not (self.has_day or self.clock or self.part)
            return (self.now.astimezone(UTC) + self.after).astimezone(self.now.tzinfo) if alone else None
        if not (self.has_day or self.clock or self.part):
            return None
        moment = datetime.combine(self._date(), self._time(), tzinfo=self.now.tzinfo)
        if moment > self.now or self.day or self.week is not None:
            return moment
        return moment + timedelta(days=1 if self.weekday is None else 7)

    def _date(self) -> date:
        today = self.now.date()
        if self.week is not None:
            return today + timedelta(days=7 * self.week - today.weekday() + (self.weekday or 0))
        if self.weekday is not None:
            return today + timedelta(days=(self.weekday - today.weekday()) % 7)
        return self.day or today

    def _time(self) -> time:
        at = self.clock
        if at is None:
            return self.parts.get(self.part, self.morning)
        if self.is_sure:
            return at
        if self.part == "morning" or (self.part == "night" and at.hour % 12 < NIGHT - 1):
            return at.replace(hour=at.hour % 12)
        if self.part in ("afternoon", "evening", "night") or 0 < at.hour < NIGHT:
            return at.replace(hour=at.hour % 12 + 12)
        return at


def _number(value: str) -> float:
    return float(value.replace(",", ".")) if re.fullmatch(r"[\d.,]+", value) and value.count(".") < 2 else 0.0


def _months_on(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# N number, L a figure that begins with 0, or a year, C 10:30, T 5.12, Q one and a half, H half, h hours, u other units,
# Y "дня" (days, or in the afternoon), w week or the day of that name, W weekday, D today …, M month, P part of a day,
# S am or pm, O the ending of a day of the month, I in or after, X next, Z this, A at, F and, a, K the middle of
# "վաղը չէ մյուս օրը".
_RULES: tuple[tuple[re.Pattern[str], Callable[[_Said, Sequence[Meaning]], bool]], ...] = tuple(
    (re.compile(pattern), take)
    for pattern, take in (
        (r"A*uID|DKX[Au]?", _Said.take_day),
        (r"IP|PI", _Said.take_part),
        (r"A*[NL]O?A*ML?|A*M[NL]O?L?", _Said.take_date),
        (r"A*[NL]O+", _Said.take_ordinal),
        (r"I?[NF]*hF+H", _Said.take_offset),
        (r"A+[NL]h|A+NY|A+h", _Said.take_clock),
        (r"I[NLTQHFA]*[huYw]|[NLTQHF]+A*[huYw][IX]?|[hu](?=$|I$)I?", _Said.take_offset),
        (r"A*[XZ][uw]", _Said.take_next),
        (r"A*X?[Ww]A?", _Said.take_weekday),
        (r"D", _Said.take_day),
        (r"A*T", _Said.take_figures),
        (r"A*[NLC]A*S?", _Said.take_clock),
        (r"A*P", _Said.take_part),
        (r"[AFZ]", _Said.take_nothing),
    )
)
