"""What a model said, judged before anybody sees it: the form, its sources, its facts, its language. Pure.

What fails is dropped whole. Nothing is mended: half a truth that was made to fit is still not known to be true.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tamada.kit.text import detect_language, fold

from .errors import Reason, Unavailable
from .redaction import PLACEHOLDER, Redactor

MOST_ANSWER: Final = 6_000
_FENCED = re.compile(r"```(?:json)?\s*\n?(.*?)\n?```", re.DOTALL)
_NUMBER = re.compile(r"\d+")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'()\[\]]+", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TELLS_LANGUAGE: Final = 12
_SHORTEST_QUOTE: Final = 12


def read_object(text: str) -> dict[str, Any]:
    """The JSON object that the answer is. Raises `Unavailable` for anything around it, and for half of one."""
    fenced = _FENCED.fullmatch(text.strip())
    try:
        value = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        raise Unavailable(Reason.USELESS, "not the form that was asked for") from None
    if not isinstance(value, dict):
        raise Unavailable(Reason.USELESS, "not the form that was asked for")
    return value


def read_text(value: Mapping[str, Any], name: str) -> str:
    """One text of it."""
    text = value.get(name)
    if not isinstance(text, str) or not text.strip() or len(text) > MOST_ANSWER:
        raise Unavailable(Reason.USELESS, f"no usable {name}")
    return text.strip()


def check_language(text: str, wanted: str) -> None:
    """Raises `Unavailable` when the words are of another language; a few words or numbers tell none."""
    words = PLACEHOLDER.sub(" ", _LINK.sub(" ", text))
    if wanted and sum(map(str.isalpha, words)) >= _TELLS_LANGUAGE and detect_language(words) not in ("", wanted):
        raise Unavailable(Reason.USELESS, "another language")


def check_facts(text: str, known: Sequence[str]) -> None:
    """Raises `Unavailable` for a number, link, address or placeholder that stands in none of the known texts."""
    said = "\n".join(known)
    for pattern in (PLACEHOLDER, _LINK, _EMAIL):
        there = {_bare(found) for found in pattern.findall(said)}
        if any(_bare(found) not in there for found in pattern.findall(text)):
            raise Unavailable(Reason.USELESS, "something that nobody said")
    if not _numbers(text).keys() <= _numbers(said).keys():
        raise Unavailable(Reason.USELESS, "a number that nobody said")


def check_same_facts(text: str, before: str) -> None:
    """As `check_facts`, and nothing is left out: for a text that says the same in other words."""
    check_facts(text, [before])
    if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(before)):
        raise Unavailable(Reason.USELESS, "something was left out")
    if _numbers(text).keys() != _numbers(before).keys():
        raise Unavailable(Reason.USELESS, "a number was left out")
    if not 0.2 <= (len(text) + 20) / (len(before) + 20) <= 5:
        raise Unavailable(Reason.USELESS, "another length")


def quoted_sources(value: Mapping[str, Any], sources: Sequence[str]) -> list[int]:
    """Which sources it quotes, by their place. Raises `Unavailable` for none, and for a quote that is not there."""
    quotes = value.get("quotes")
    if not isinstance(quotes, list) or not quotes:
        raise Unavailable(Reason.USELESS, "no source")
    found = [_source_of(quote, sources) for quote in quotes]
    return list(dict.fromkeys(found))


def _source_of(quote: Any, sources: Sequence[str]) -> int:
    number, words = (quote.get("source"), quote.get("words")) if isinstance(quote, dict) else (None, None)
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(words, str):
        raise Unavailable(Reason.USELESS, "no source")
    if not 1 <= number <= len(sources):
        raise Unavailable(Reason.USELESS, "a source that is not there")
    source, quoted = _plain(sources[number - 1]), _plain(words)
    is_long_enough = len(quoted) >= _SHORTEST_QUOTE or quoted == source
    if not is_long_enough or quoted not in source:
        raise Unavailable(Reason.USELESS, "words that do not stand in the source")
    return number - 1


def shown(text: str, redactor: Redactor) -> str:
    """With what was hidden put back."""
    try:
        return redactor.show(text)
    except KeyError:
        raise Unavailable(Reason.USELESS, "a placeholder of its own") from None


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


def _bare(found: str) -> str:
    return found.rstrip(".,;:!?…").casefold()


def _numbers(text: str) -> Counter[str]:
    """Runs of digits, but those in placeholders; 07 is 7."""
    return Counter(n.lstrip("0") or "0" for n in _NUMBER.findall(PLACEHOLDER.sub(" ", text)))
