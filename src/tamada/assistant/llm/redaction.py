"""Personal data leaves no text that goes out: placeholders stand for it, and are put back in what comes in. Pure.

A placeholder is told by what it stands for, so a text stays readable: `[NAME_1]`, `[EMAIL_1]`. The same words have the
same one in everything that one `Redactor` hides, and what comes back is read against what it hid.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from tamada.kit.text import transliterations

PLACEHOLDER: Final = re.compile(r"\[(?:NAME|EMAIL|PHONE|CARD|ACCOUNT|ADDRESS|LINK|NUMBER|DATE|TIME|AMOUNT)_\d{1,4}\]")

_EMAIL = re.compile(r"[^\s<>()\[\],;:\"'@]{1,64}@[^\s<>()\[\],;:\"'@]{1,255}")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']{1,2000}", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@\w{3,64}")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{2,4}){3,8}\b")
_DIGITS = re.compile(r"(?<![\w])\+?\(?\d(?:[ \u00a0().\-/]{0,3}\d){5,24}(?!\w)")
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}(?:\s+\d{1,2}(?:[:.]\d{2})?)?")
# Of Armenia AN1234567, of Georgia 12AB34567; those of digits alone are long numbers.
_PASSPORT = re.compile(r"(?<!\w)(?:[^\W\d_]{2}\d{7}|[A-ZА-ЯԱ-Ֆ]{2}[ \u00a0№-]{1,3}\d{7}|\d{2}[^\W\d_]{2}\d{5})(?!\w)")
_YEAR = r"(?:19|20)\d{2}"
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
    r"|հունվ|փետր|մարտ|ապր|մայ|հուն|հուլ|օգոս|սեպտ|հոկտ|նոյ|դեկ|იანვ|თებ|მარტ|აპრ|მაის|ივნ|ივლ|აგვ|სექ|ოქტ|ნოე|დეკ)\w{0,8}\.?"
)
_DAY = (
    rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]{_YEAR}|{_YEAR}[./-]\d{{1,2}}[./-]\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|-?ին)?\s(?:of\s)?{_MONTH},?\s{_YEAR}|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s{_YEAR}"
    rf"|{_YEAR}\s?(?:թ\.|թվականի|წლის|года?|г\.)?,?\s{{0,2}}(?:\d{{1,2}}\s{_MONTH}|{_MONTH}\s\d{{1,2}}))"
)
_OLD_DAY = re.compile(rf"(?<![\w./-]){_DAY}(?![\w/]|[.-]\d)", re.IGNORECASE)
_BIRTHDAY = re.compile(
    r"(?P<kept>(?<!\w)(?:born|birth|birthday|dob|рожд|родил|д\.\s?р\.|ծնվ|ծննդ|დაიბად|დაბად)[^\d\n]{0,30})"
    rf"(?:{_DAY}|\d{{1,2}}[./-]\d{{1,2}}(?:[./-]\d{{2}})?)(?!\w)",
    re.IGNORECASE,
)
_LINE_NUMBER = r"\d{1,4}(?:\s?[/-]\s?\d{1,4})?\s?[\w]?\b"
_REST_OF_ADDRESS = (
    rf"(?:[\s,]{{1,3}}(?:кв|квартира|дом|д|оф|подъезд|apt|apartment|flat|բն|բնակարան|տուն|շենք|ბინა|ბ)\.?\s?№?\s?"
    rf"{_LINE_NUMBER}){{0,4}}"
)
# A street by its word, before or after its name; with a number it is an address.
_WORDS = r"(?:[\w.\u2019'-]{1,30}\s)?[\w\u2019'-]{2,30}"
_STREETS = (
    rf"(?:ул|улица|улице|улицы|пр-т|пр|просп|проспект|проспекте|пер|переулок|бульвар|шоссе)\.?\s{_WORDS}[\s,]{{1,3}}(?:д\.?\s?)?{_LINE_NUMBER}",
    rf"\d{{1,4}}\w?[\s,]{{1,2}}{_WORDS}\s(?:street|st|avenue|ave|road|rd|lane|boulevard|blvd)\b\.?",
    rf"{_WORDS}\s(?:street|st\.|avenue|ave\.?|улица|проспект)[\s,]{{1,3}}{_LINE_NUMBER}",
    rf"{_WORDS}\s(?:փողոց\w{{0,4}}|փ\.|պողոտա\w{{0,4}}|պող\.|նրբանցք\w{{0,4}}|խճուղի\w{{0,4}})[\s,]{{1,3}}{_LINE_NUMBER}",
    rf"{_WORDS}\s(?:ქუჩა|ქუჩის|ქუჩაზე|ქ\.|გამზირი|გამზირის|გამზირზე|გამზ\.|ჩიხი|შესახვევი)[\s,]{{1,3}}(?:№|N|ნომერი)?\s?{_LINE_NUMBER}",
)
_ADDRESS = re.compile(rf"(?<!\w)(?:{'|'.join(_STREETS)}){_REST_OF_ADDRESS}", re.IGNORECASE)
_SHORTEST_NAME: Final = 3
"""A shorter one is looked for with a capital and its few endings alone: Ли is a name, ли is none."""
_SHORT_ENDINGS: Final = "(?:а|я|у|ю|ом|ем|е|ը|ի|ին|ից|ով|ն|მა|ის|ს|['\u2019]s)?"
_LONG_NAME: Final = 5
"""In Latin letters only a longer name is looked for with endings: Ani is no animal."""
_SOUNDS: Final = {
    "kh": "(?:kh|x|h)",
    "gh": "(?:gh|g|x)",
    "ts": "(?:ts|tz|c)",
    "zh": "(?:zh|j)",
    "q": "[qk]",
    "k": "[kq]",
    "y": "[yij]",
    "v": "[vw]",
}
"""What the same sound is written with in Latin letters: Petrosyan is Petrosian, ქეთევან Ketevan or Qetevan."""
_SOUND: Final = re.compile("|".join(_SOUNDS))
_ENDINGS: Final = "աիոեաиаяйьоеაიეო"
_CARD_LENGTHS: Final = range(13, 20)
_PHONE_LENGTHS: Final = range(8, 16)
_YOUNGEST: Final = 12
"""Nobody writes to a company about a day so many years ago, but for that of a birth."""


class Redactor:
    """Hides and shows again. `names` are those of people: also their parts, and their forms in a sentence.

    With `facts` also what was so for these people alone: sums, days and hours. What is said in general, as in
    three to five days, stays.
    """

    def __init__(self, names: Iterable[str] = (), *, facts: bool = False) -> None:
        # A sum or an hour is looked for before numbers: else 26 400 would be a telephone's.
        self._rules = (*_SIGNS, *(_FACTS if facts else ()), *_NUMBERS)
        self._shown: dict[str, str] = {}
        self._hidden: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._names = _pattern_of(names)

    def hide(self, text: str) -> str:
        """The text with a placeholder for everything personal; one that stood in it already means nothing."""
        text = PLACEHOLDER.sub("[…]", text)
        for pattern, kind in self._rules:
            text = pattern.sub(self._replacer(kind), text)
        return self._names.sub(self._replacer(lambda _words: "NAME"), text) if self._names else text

    def show(self, text: str) -> str:
        """The text with what was hidden put back. Raises `KeyError` for a placeholder that was never given out."""
        return PLACEHOLDER.sub(lambda found: self._hidden[found.group()], text)

    def hid(self) -> Iterator[tuple[str, str]]:
        """Each placeholder with what it stands for, in the order given out."""
        yield from self._hidden.items()

    def _replacer(self, kind_of: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
        def replace(found: re.Match[str]) -> str:
            kept = found.groupdict().get("kept") or ""
            words = found.group()[len(kept) :]
            kind = kind_of(words)
            return kept + (self._placeholder(kind, words) if kind else words)

        return replace

    def _placeholder(self, kind: str, words: str) -> str:
        key = f"{kind} {' '.join(words.casefold().split())}"
        if key not in self._shown:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._shown[key] = placeholder = f"[{kind}_{self._counts[kind]}]"
            self._hidden[placeholder] = words
        return self._shown[key]


def _kind_of_digits(words: str) -> str:
    """What a long number is, or "" for a date and for one short enough to be an order's."""
    digits = "".join(filter(str.isdecimal, words))
    if _DATE.fullmatch(words.strip()):
        return ""
    if len(digits) in _CARD_LENGTHS and is_card(digits):
        return "CARD"
    if words.startswith(("+", "(", "00")) or (len(digits) in _PHONE_LENGTHS and _looks_dialled(words)):
        return "PHONE"
    return "NUMBER" if len(digits) >= 8 else "PHONE" if _looks_dialled(words) else ""


def _kind_of_day(words: str) -> str:
    """A day that is long past is somebody's birth; any other is of an order, and is needed."""
    year = int(re.findall(_YEAR, words)[0])
    return "DATE" if year <= datetime.now(UTC).year - _YOUNGEST else ""


def _looks_dialled(words: str) -> bool:
    """Written in groups, or beginning as a number in one's own country does."""
    return words.startswith("0") or sum(words.count(sign) for sign in " \u00a0-()") >= 2


def is_card(digits: str) -> bool:
    """Luhn's check."""
    doubled = [int(d) * 2 if i % 2 else int(d) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _always(kind: str) -> Callable[[str], str]:
    return lambda _words: kind


# In this order: what is inside an address is no name, what is inside a link is no number.
type_rules = tuple[tuple[re.Pattern[str], Callable[[str], str]], ...]
_SIGNS: Final[type_rules] = (
    (_LINK, _always("LINK")),
    (_EMAIL, _always("EMAIL")),
    (_HANDLE, _always("NAME")),
    (_ACCOUNT, _always("ACCOUNT")),
    (_PASSPORT, _always("NUMBER")),
)
_NUMBERS: Final[type_rules] = (
    (_BIRTHDAY, _always("DATE")),
    (_OLD_DAY, _kind_of_day),
    (_DIGITS, _kind_of_digits),
    (_ADDRESS, _always("ADDRESS")),
)
_CURRENCY = (
    r"(?:AMD|GEL|RUB|USD|EUR|GBP|[֏₾₽$€£]|դրամ\w*|դր\.|драм\w*|დრამ\w*|dram\w*|լարի\w*|лари\w*|ლარ\w*|lari\w*"
    r"|ռուբլ\w*|руб\w*\.?|რუბლ\w*|ro?ubles?|դոլար\w*|доллар\w*|დოლარ\w*|dollars?|եվրո\w*|евро|ევრო\w*|euros?)"
)
_SUM = r"\d{1,3}(?:[ \u00a0.,]\d{3}){0,4}(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(rf"(?<![\w.,])(?:(?:{_SUM})\s?{_CURRENCY}|[֏₾₽$€£]\s?(?:{_SUM}))(?!\w)", re.IGNORECASE)
_SOME_DAY = re.compile(
    rf"(?<![\w./-])(?:{_DAY}|\d{{1,2}}[./](?:0[1-9]|1[0-2])(?:[./]\d{{2,4}})?|\d{{1,2}}(?:st|nd|rd|th|-?ին)?\s(?:of\s)?{_MONTH}"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th|-?ին)?)(?![\w/]|[.-]\d)",
    re.IGNORECASE,
)
_HOUR = re.compile(
    r"(?<![\w:.])\d{1,2}[:.]\d{2}(?:\s?[–-]\s?\d{1,2}[:.]\d{2})?(?:\s?[ap]\.?m\.?)?(?![\w:])", re.IGNORECASE
)
_FACTS: Final[type_rules] = (
    (_AMOUNT, _always("AMOUNT")),
    (_SOME_DAY, _always("DATE")),
    (_HOUR, _always("TIME")),
)


def _pattern_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """What finds these names by their parts, as they are written and as they would be in other letters."""
    parts = {part for name in names for part in re.findall(r"[^\W\d_]+", name)}
    others = {other for part in parts for other in transliterations(part) if len(other) >= _SHORTEST_NAME}
    guessed = {other for other in others - parts if len(other) < _LONG_NAME and not other.isascii()}
    known = [_spelt(part) for part in (parts | others) - guessed if len(part) >= _SHORTEST_NAME]
    known += [_short(part) for part in parts if len(part) == _SHORTEST_NAME - 1 and part[0].isupper()]
    known += [_short(part) for part in guessed]  # with a capital alone: Sam is Сам, but сам is no Sam
    longest = "|".join(sorted(known, key=lambda one: (-len(one), one)))
    return re.compile(rf"(?<!\w)(?:{longest})(?!\w)", re.IGNORECASE) if known else None


def _short(name: str) -> str:
    return rf"(?-i:(?:{name.title()}|{name.upper()}){_SHORT_ENDINGS})"


def _spelt(name: str) -> str:
    """A name with the endings that Armenian, Georgian and Russian give it in a sentence."""
    if name.isascii():
        ending = r"\w{0,3}" if len(name) >= _LONG_NAME else ""
        sounds = _SOUND.sub(lambda found: _SOUNDS[found.group()], name.lower())
        return rf"{sounds}{ending}(?:['\u2019]s)?"
    stem = name[:-1] if len(name) > _SHORTEST_NAME and name[-1].lower() in _ENDINGS else name
    return rf"{re.escape(stem)}\w{{0,6}}"
