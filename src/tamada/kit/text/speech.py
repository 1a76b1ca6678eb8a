"""What people write, as sentences: which of them ask, which are mere politeness, and what names somebody. Pure.

Patterns of one script never match another's, so each holds the four languages at once. This tells whether a line is fit
to be shown; what a language model must not see is hidden by `assistant.llm.redaction`, which knows the people too.
"""

import re
from typing import Final

_SPACE: Final = re.compile(r"\s+")
# The Armenian full stop looks like a colon, and is often typed as one; a question mark stands inside its word.
_STOPS: Final = r"(?<=[.!?…։])[\"»”')\]]*\s+|(?<=[\u0531-\u0587]:)\s+"
_END: Final = re.compile(rf"{_STOPS}|\n\s*\n|\n(?=\s*(?:[-–•*]|\d+[.)])\s)")
_END_OR_LINE: Final = re.compile(rf"{_STOPS}|\n+")

_GREETINGS: Final = (
    r"(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day))\b",
    r"(?:привет|здравству|добр(?:ый|ое|ого)\s+(?:день|утро|вечер|времени)|уважаем|дорог(?:ой|ая|ие)\b)",
    r"(?:բարև|բարեւ|ողջույն|ողջուն|հարգելի|սիրելի|բարի\s+(?:օր|լույս|երեկո)|barev|voghjuyn)",
    r"(?:გამარჯობა|სალამი|მოგესალმ|დილა\s+მშვიდობისა|საღამო\s+მშვიდობისა|პატივცემულ|ძვირფას|gamarjoba)",
)
_COURTESIES: Final = (
    r"(?:thank|thx\b|(?:kind |best |warm )?regards|best(?: wishes|\W*$)|sincerely|yours|cheers\b)",
    r"(?:спасибо|благодар|заранее\s+(?:спасибо|благодар)|с\s+уважением|всего\s+(?:доброго|хорошего))",
    r"(?:շնորհակալ|նախապես|հարգանք|հարգանոք)",
    r"(?:მადლობ|გმადლობ|პატივისცემ|წინასწარ\s+გმადლობ)",
)


def _starting(*parts: str) -> str:
    return rf"(?<!\w)(?:{'|'.join(parts)})"


GREETING: Final = re.compile(_starting(*_GREETINGS), re.IGNORECASE)
_POLITE: Final = re.compile(rf"\W*{_starting(*_GREETINGS, *_COURTESIES)}", re.IGNORECASE)
PERSONAL: Final = re.compile(
    r"(?<!\S)\S*@\S+|https?://\S+|www\.\S+|(?<!\w)(?=(?:[\w/-]*\d){3})(?=[\w/-]*[^\W\d])[\w/-]{4,}(?!\w)"
    r"|\+?\d[\d\s().-]{5,}\d|\b\d{5,}\b"
)
"""Addresses, codes of letters and digits, telephone and other long numbers; a price or an hour is nobody's."""
_HOURS: Final = re.compile(r"\b\d{1,2}[:.]\d{2}\b")


def sentences(text: str, *, by_line: bool = False) -> list[str]:
    """The sentences of a text, each on one line. Lines of a mail may break anywhere; `by_line` where each ends one."""
    found = (_SPACE.sub(" ", part).strip() for part in (_END_OR_LINE if by_line else _END).split(text))
    return [sentence for sentence in found if sentence]


def has_question_mark(sentence: str) -> bool:
    """Whether it asks, by its mark: `?`, or the Armenian one inside a word."""
    return "?" in sentence or "\u055e" in sentence


def is_polite(line: str) -> bool:
    """Whether it begins by greeting, thanking or signing: a short line that does so says nothing else."""
    return _POLITE.match(line) is not None


def is_personal(line: str) -> bool:
    """Whether it holds an address, a number or a code that tells whose it is."""
    return PERSONAL.search(_HOURS.sub("", line)) is not None
