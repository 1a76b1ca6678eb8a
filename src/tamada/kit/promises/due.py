"""By when a sentence promises something.

Words of time are picked out of the sentence, wherever they stand in it ("tomorrow I'll call you at 10"), and read by
`kit.spoken`. What they mean for a promise is when it is broken, so the end of what they name:

    a day, end of the day            18:00 (23:59 when today's 18:00 has passed)
    morning, noon · afternoon        12:00 · 18:00
    evening, tonight · night         20:00 · 22:00
    in, within an hour               one hour from now
    by 12, at 12                     the next time that the clock shows it; below 7 in the afternoon
    between 10 and 12                12:00
    end of the week, this week       Friday 18:00; next week: the Friday of it
    end of the month                 its last day, 18:00
    two working days                 two days later, Saturdays and Sundays not counted

A time that has passed is no time.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple

from tamada.kit.spoken import read_time
from tamada.kit.spoken.reading import of_word
from tamada.kit.text.normalise import fold

END_OF_DAY: Final = time(18)
LAST_MINUTE: Final = time(23, 59)
PARTS: Final = {
    "morning": time(12), "noon": time(12), "afternoon": time(18), "evening": time(20), "night": time(22)
}  # fmt: skip
_FRIDAY = 4
_MOST_RUNS = 8
_LONGEST_RUN = 8

_CLOCK = r"\d{1,2}(?:[:.]\d\d)?"
_RANGE = re.compile(
    rf"\b(?:between|from|с|со)? ?{_CLOCK}(?: ?[ap]\.?m\.?)? ?(?:-?ից|-?დან)?"
    r"(?: ?[-–—] ?| (?:and|to|till|until|до|по|մինչեվ|ու|եվ|და) | )"
    rf"(?={_CLOCK}(?:-?(?:ը|ն|ին|მდე)| ?[ap]\.?m)?\b)"
)
_QUANTITY = re.compile(
    r"\d{1,3} (?:working |business |рабочих |աշխատանքային |სამუშაო )?(?!საათამდე|საათზე|часов утра)"
    r"(?:day|hour|min|week|дн|час|мин|недел|օր|ժամվա|ժամից|րոպե|շաբաթ|დღ|საათში|საათის|წუთ|კვირ)"
)
_RANGED = re.compile(r"between|from|\bсо? |ից|დან|[-–—]")
_BY_FIGURE = re.compile(r"(?<=\d) ?-?(?:მდე|სთვის|ისთვის)\b|(?<=\d) საათამდე\b")
_AT_FIGURE = re.compile(r"(?<=\d)-?[ըն]\b")

_BY = r"(?:by |until |at |till |before )?"
_ENDS = {
    "day": (
        rf"\b{_BY}(?:the )?end of (?:the |this |my |our )?(?:working |business )?day\b"
        r"|\b(?:by )?(?:eod|cob|close of business)\b"
        r"|\b(?:до|к) (?:конц[ау] )(?:рабочего |этого )?дня\b|\bв течение (?:рабочего )?дня\b"
        r"|\b(?:մինչեվ )?(?:աշխատանքային )?օրվա (?:վերջ|ավարտ)\w{0,3}|\bօրվա ընթացքում\b"
        r"|\b(?:სამუშაო )?დღის (?:ბოლო|დასასრულ)\w{0,5}|(?<!\d )\bდღის განმავლობაში\b"
    ),
    "week": (
        rf"\b{_BY}(?:the )?end of (?:the |this )?week\b|\bthis week\b(?!')"
        r"|\b(?:до|к) конц[ау] (?:этой |рабочей )?недели\b|\bна этой неделе\b"
        r"|\b(?:մինչեվ )?(?:այս )?շաբաթվա (?:վերջ|ավարտ)\w{0,3}|\bայս շաբաթ(?:վա ընթացքում)?\b"
        r"|\b(?:ამ )?კვირის (?:ბოლო|დასასრულ)\w{0,5}|\bამ კვირაში\b"
    ),
    "month": (
        rf"\b{_BY}(?:the )?end of (?:the |this )?month\b|\bthis month\b(?!')"
        r"|\b(?:до|к) конц[ау] (?:этого )?месяца\b|\bв этом месяце\b"
        r"|\b(?:մինչեվ )?(?:այս )?ամսվա (?:վերջ|ավարտ)\w{0,3}|\bայս ամիս\b"
        r"|\b(?:ამ )?თვის (?:ბოლო|დასასრულ)\w{0,5}|\bამ თვეში\b"
    ),
}
_END_OF = tuple((unit, re.compile(pattern)) for unit, pattern in _ENDS.items())
_DAYS = re.compile(r"\b(\w{1,20}) (?:աշխատանքային |სამუშაო )?(?:օրվա ընթացքում|დღის განმავლობაში)")
_SOME = ("քանի", "რამდენიმე")

# Words before and after a time, and what `kit.spoken` calls them.
_SAME = {
    **dict.fromkeys(("by", "before", "until", "till", "around", "between", "до", "к", "ко", "около"), "at"),
    **dict.fromkeys(("մինչեվ", "մինչ", "մոտ"), "ժամը"),
    **dict.fromkeys(("within", "течение"), "in"),
    **dict.fromkeys(("ընթացքում",), "հետո"),
    **dict.fromkeys(("განმავლობაში", "მანძილზე"), "შემდეგ"),
    **dict.fromkeys(("ամենաուշը",), "at"),
}
_WORKING = re.compile(
    r"\b(?:working|business|рабоч(?:его|их|ие|ий)|աշխատանքային|სამუშაო)(?= (?:days?|дн|день|дня|օր|დღ))"
)
_NO_TIME = re.compile(r"средств\w*|маев\w*|выходной|აპრილით|.{3,}'s|.{4,}იდან")
_PIECE = re.compile(
    r"\d{4}-\d\d?-\d\d?|\d+(?:[:.,/]\d+)*(?:-?(?:го|th|st|nd|rd|ին|ից|ի|ზე|ს|ის|ое|му|е)\b)?"
    r"|[^\W\d_]+(?:'s)?|[^\w\s]"
)
_THREE_DAYS = re.compile(
    r"\b(?:\d{1,3}|ერთ|ორ|სამ|ოთხ|ხუთ|ექვს|შვიდ|რვა|ცხრა|ათ|მეორე|შემდეგ|მომდევნო|იმავე|იმ|ყოველ|რამდენიმე|სამუშაო)"
    r" დღეს\b"
)
_OTHER_WORDS = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"\b(?:within|in) (?:the )?next (?=\d|an?\b|two|three|few|couple|four|five|hour|ten|half)", "in "),
        (r"\b(минут|час(?:а|ов|ика)?|дня|дней|недел[ию]) через (\w{1,12})\b", r"через \2 \1"),
        (r"\bв (?:течение )?ближайш\w{2,3} (?=(?:\w{1,12} )?(?:час|пол|дн|день|мин|недел))", "через "),
        (r"\bв перв\w{2} половин\w дня\b", "утром"),
        (r"\bво втор\w{2} половин\w дня\b", "после обеда"),
        (r"\bմոտակա (?=\w{1,12} (?:ժամ|օր|րոպե))", ""),
        (r"\b(ժամ|րոպե|օր)ում\b", r"\1ից"),
        (r"\bօրվա առաջին կեսին\b", "առավոտյան"),
        (r"\bօրվա երկրորդ կեսին\b", "կեսօրից հետո"),
        (r"\bუახლოეს (?=\w{1,12} (?:საათ|დღ|წუთ))", ""),
        (r"\bდღის პირველ ნახევარში\b", "დილით"),
        (r"\bდღის მეორე ნახევარში\b", "ნაშუადღევს"),
        (r"\bfirst thing\b", ""),
        (r"\bgive (?:me|us) ", "in "),
        (r"\bза (?=\w{1,12} рабоч)", "через "),
        (r"\bдайте (?:мне|нам) ", "через "),
    )
)
_NEXT_WEEK = re.compile(r"\bnext week\b(?!')|\bследующ\w{2} недел[еюи]\b")
_AFTER_CLOCK = re.compile(
    r"\b(?:after|после) (?=\d)\d{1,2}(?:[:.]\d\d)?(?! ?(?:days|hours|дн|час))(?:-ти|-и)?\b"
    r"|\bժամը \d{1,2}(?:[:.]\d\d)?-?ից հետո\b"
    r"|\b(?:1[3-9]|2\d)(?::\d\d)? ?(?:საათის|-ის) შემდეგ\b"
)
_DAY_OF_MONTH = re.compile(r"\bամսի (\d{1,2})(?:-?(?:ին|ը|ն))?\b")
_AT = re.compile(r"\b(?:at|в|ժամը|ժամին) \w|\w (?:საათზე|საათს|საათისთვის)\b|\d-?(?:ին|ზე)\b|\b\w{2,}(?:ზე|ին)\b")
_AFTER = re.compile(r"\b(?:\w{2,}ից|\w{2,}ში|հետո|შემდეგ|in|after|через|спустя|later|now|мин)\b")


class _Run(NamedTuple):
    """Words of time that stand together."""

    words: tuple[str, ...]
    kinds: str


def read_due(sentence: str, now: datetime, *, clause: str) -> datetime | None:
    """The moment by which the sentence promises, in the zone of `now`; None when it names none to come.

    When it names several, what its `clause` that promises says counts: "I'm off on Friday, so I'll call on Monday".
    """
    moment, agrees = _due(sentence, now)
    return moment if agrees else _due(clause, now)[0]


def _due(sentence: str, now: datetime) -> tuple[datetime | None, bool]:
    """When it is, and whether all that was said of time makes that one moment."""
    plain = fold(sentence)
    for pattern, other in _OTHER_WORDS:
        plain = pattern.sub(other, plain)
    plain = _AFTER_CLOCK.sub(" ", _DAY_OF_MONTH.sub(r"\1 ամսաթվին", _later_of_two(plain)))
    plain = _AT_FIGURE.sub("", _BY_FIGURE.sub(" საათზე", plain))
    unit, plain = _end_of(plain)
    works = bool(_WORKING.search(plain))
    runs = list(_runs(_THREE_DAYS.sub("|", _WORKING.sub("", plain))))
    moment, agrees = _read(runs, now)
    if moment is None:
        return (_end(unit, now) if unit else None), agrees
    return (_skip_weekends(now, moment) if works else moment), agrees


def _later_of_two(plain: str) -> str:
    """ "Between 10 and 12" is 12."""

    def _left(found: re.Match[str]) -> str:
        if not _RANGED.search(found[0]):
            return found[0]
        return " " if _QUANTITY.match(plain, found.end()) else " at "

    return _RANGE.sub(_left, plain)


def _end_of(plain: str) -> tuple[str, str]:
    """Which unit is to end, and the text without the words for it."""
    counted = _DAYS.search(plain)
    if not counted or not (counted[1].isdigit() or counted[1] in _SOME or of_word(counted[1])[0].kind == "N"):
        for unit, pattern in _END_OF:
            if pattern.search(plain):
                return unit, pattern.sub(" | ", plain)
    return "", plain


def _end(unit: str, now: datetime) -> datetime | None:
    day = now.date()
    if unit == "week":
        day += timedelta(days=(_FRIDAY - day.weekday()) % 7)
    elif unit == "month":
        day = day.replace(day=monthrange(day.year, day.month)[1])
    for at in (END_OF_DAY, LAST_MINUTE):
        moment = datetime.combine(day, at, tzinfo=now.tzinfo)
        if moment > now:
            return moment
    return None


def _runs(plain: str) -> Iterator[_Run]:
    """The longest stretches of words that are all words of time."""
    words: list[str] = []
    kinds = ""
    for piece in (*_PIECE.findall(plain), "|"):
        word = _SAME.get(piece, piece)
        kind = _kind(word)
        if kind == "?" or len(words) == _LONGEST_RUN:
            if words:
                yield _Run(tuple(words), kinds)
            words, kinds = [], ""
        if kind != "?":
            words.append(word)
            kinds += kind
    if words:
        yield _Run(tuple(words), kinds)


def _kind(word: str) -> str:
    if word[0].isdigit():
        return "N"
    if not word[0].isalpha() or _NO_TIME.fullmatch(word):
        return "?"
    return of_word(word)[0].kind


def _read(runs: list[_Run], now: datetime) -> tuple[datetime | None, bool]:
    """All that the sentence says of time together, or the first part of it that makes a time."""
    morning = now.replace(hour=0, minute=0, second=0, microsecond=0)
    spans = [span for run in runs[:_MOST_RUNS] if (span := _longest_time(run, morning))]
    if not spans:
        return None, True
    together = " ".join(spans)
    agrees = _moment(together, morning) is not None
    return _moment(together if agrees else spans[0], now), agrees


def _longest_time(run: _Run, morning: datetime) -> str:
    """The longest part of the run that is a time and not just a number or a quantity.

    It is looked for as if the day had only begun: "today by 9" is understood also when it has passed.
    """
    count = len(run.words)
    for length in range(count, 0, -1):
        for start in range(count - length + 1):
            words = run.words[start : start + length]
            if _says_when(words, run.kinds[start : start + length]) and _moment(" ".join(words), morning):
                return " ".join(words)
    return ""


def _says_when(words: tuple[str, ...], kinds: str) -> bool:
    said = " ".join(words)
    if re.search(r"[DWwMPTCSO]", kinds) or ":" in said or _NEXT_WEEK.search(said):
        return True
    if re.search(r"[huYQ]", kinds) and not re.search(r"A[NL]A*h", kinds):
        return bool(_AFTER.search(said))
    return bool(_AT.search(said))


def _moment(said: str, now: datetime) -> datetime | None:
    """When it is, "today" lasting until midnight once the working day is over."""
    found = read_time(said, now, morning=END_OF_DAY, parts=PARTS)
    if found is None:
        found = read_time(said, now, morning=LAST_MINUTE, parts={})
        return found if found and found.date() == now.date() else None
    return found + timedelta(days=_FRIDAY) if found.weekday() == 0 and _names_a_week(said) else found


def _names_a_week(said: str) -> bool:
    """ "Next week" and no day of it: `read_time` takes its Monday."""
    meanings = [of_word(word)[0] for word in said.split()]
    is_counted = bool(re.search(r"\d", said)) or any(one.kind in "NIWH" for one in meanings)
    names_week = any(one.kind == "w" or one.value == "weeks" for one in meanings)
    return names_week and any(one.kind == "X" for one in meanings) and not is_counted


def _skip_weekends(now: datetime, moment: datetime) -> datetime:
    """As many working days later as `moment` is days."""
    day = now.date()
    for _ in range(min((moment.date() - day).days, 60)):
        day += timedelta(days=1)
        while day.weekday() > _FRIDAY:
            day += timedelta(days=1)
    return datetime.combine(day, moment.timetz())
