"""Personal data leaves no text that goes out: placeholders stand for it, and are put back in what comes in. Pure.

A placeholder is told by what it stands for, so a text stays readable: `[NAME_1]`, `[EMAIL_1]`. The same words have the
same one in everything that one `Redactor` hides, and what comes back is read against what it hid.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

PLACEHOLDER: Final = re.compile(r"\[(?:NAME|EMAIL|PHONE|CARD|ACCOUNT|ADDRESS|LINK|NUMBER)_\d{1,4}\]")

_EMAIL = re.compile(r"[^\s<>()\[\],;:\"'@]{1,64}@[^\s<>()\[\],;:\"'@]{1,255}")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']{1,2000}", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@\w{3,64}")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{2,4}){3,8}\b")
_DIGITS = re.compile(r"(?<![\w])\+?\(?\d(?:[ \u00a0().\-/]{0,3}\d){5,24}(?!\w)")
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}(?:\s+\d{1,2}(?:[:.]\d{2})?)?")
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
_LONG_NAME: Final = 5
"""In Latin letters only a longer name is looked for with endings: Ani is no animal."""
_ENDINGS: Final = "աիոեաиаяйьоеაიეო"
_CARD_LENGTHS: Final = range(13, 20)
_PHONE_LENGTHS: Final = range(8, 16)


class Redactor:
    """Hides and shows again. `names` are those of people: also their parts, and their forms in a sentence."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._shown: dict[str, str] = {}
        self._hidden: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._names = _pattern_of(names)

    def hide(self, text: str) -> str:
        """The text with a placeholder for everything personal; one that stood in it already means nothing."""
        text = PLACEHOLDER.sub("[…]", text)
        for pattern, kind in _RULES:
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
            words = found.group()
            kind = kind_of(words)
            return self._placeholder(kind, words) if kind else words

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
_RULES: Final[tuple[tuple[re.Pattern[str], Callable[[str], str]], ...]] = (
    (_LINK, _always("LINK")),
    (_EMAIL, _always("EMAIL")),
    (_HANDLE, _always("NAME")),
    (_ACCOUNT, _always("ACCOUNT")),
    (_DIGITS, _kind_of_digits),
    (_ADDRESS, _always("ADDRESS")),
)


def _pattern_of(names: Iterable[str]) -> re.Pattern[str] | None:
    parts = {part for name in names for part in re.findall(r"[^\W\d_]+", name) if len(part) >= _SHORTEST_NAME}
    known = sorted((_spelt(part) for part in parts), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(known)})(?!\w)", re.IGNORECASE) if known else None


def _spelt(name: str) -> str:
    """A name with the endings that Armenian, Georgian and Russian give it in a sentence."""
    if name.isascii():
        ending = r"\w{0,3}" if len(name) >= _LONG_NAME else ""
        return rf"{re.escape(name)}{ending}(?:['\u2019]s)?"
    stem = name[:-1] if len(name) > _SHORTEST_NAME and name[-1].lower() in _ENDINGS else name
    return rf"{re.escape(stem)}\w{{0,6}}"
