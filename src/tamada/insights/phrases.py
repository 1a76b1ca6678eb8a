"""The most telling phrase of messages that ask the same, and their words without whom they are about."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tamada.core.personal import GONE, names_any, without
from tamada.core.redact import redact
from tamada.kit.text import speech

from .asking import is_question, telling, without_greetings
from .clustering import terms

MOST: Final = 100


class Words(NamedTuple):
    """What somebody said: subject, text, its language, and the names of those who take part."""

    subject: str
    text: str
    language: str
    names: tuple[str, ...] = ()


def phrase(said: Sequence[Words]) -> str:
    """The sentence or subject that says most of what all of them share and names nobody; "" where there is none."""
    shared = Counter(term for one in said for term in set(terms(f"{one.subject}\n{one.text}", one.language)))
    best, best_score = "", 0.0
    for one in said:
        for line in (one.subject, *telling(one.text)):
            if (score := _score(line, one, shared)) > best_score:
                best, best_score = line, score
    return best.strip()[:MOST].rstrip(" .,;:։")


def _score(line: str, one: Words, shared: Counter[str]) -> float:
    """How much of what is shared a line says, the shorter the better; a question says it best."""
    if not line.strip() or len(line) > MOST or is_personal(line, one.names):
        return 0.0
    found = set(terms(line, one.language))
    if not found:
        return 0.0
    return (
        sum(shared[term] for term in found)
        / (3 + len(found))
        * (1.15 if is_question(line) else 1.0)
        * (0.7 if any(map(str.isdigit, line)) else 1.0)
    )


def is_personal(line: str, names: Iterable[str]) -> bool:
    """Whether it holds an address, a number, a code, or one of these names."""
    return speech.is_personal(line) or names_any(line, _parts(names))


def redacted(text: str, names: Iterable[str]) -> str:
    """A text without addresses, numbers, codes, secrets, these names, and the lines that only greet or sign."""
    left = speech.PERSONAL.sub(GONE, redact(without_greetings(text)))
    return without(left, _parts(names)).strip()


def _parts(names: Iterable[str]) -> list[str]:
    """Names, whole and by their words; a first name stands in a text alone."""
    return [part for name in names for part in (name, *name.split()) if len(part) > 2]
