"""What the house keeps about a person: each room registers its own from its `apps.py`, and `privacy` asks them all."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any, Final, NamedTuple, TypeVar

from django.db.models import Model, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise

from tamada.core.registry import Registry

type_row = TypeVar("type_row", bound=Model)

GONE: Final = "[…]"
"""Stands where words about somebody were taken out of what others said."""

_ENDINGS: Final = "იаяйь"
_TELLING: Final = 8
SHORTEST: Final = 3
"""A shorter name or address would be found in half of all words."""


class StoredFile(NamedTuple):
    """A file about a person: its path in an export, and how to read it. None when its bytes are gone."""

    path: str
    read: Callable[[], bytes | None]


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that a room keeps about people.

    `purpose` says why, in a sentence for the person. `rows` gives everything about a customer, oldest first, by plain
    names, each JSON-able but for dates; one of several choices is given as their member, which has a name for people.
    `count` says how many those are, `files` what belongs to them on disk.
    """

    title: str | Promise
    purpose: str | Promise
    rows: Callable[[int], Iterator[dict[str, Any]]]
    count: Callable[[int], int]
    files: Callable[[int], Iterator[StoredFile]] | None = None


holdings: Registry[Holding] = Registry("personal.holdings")
"""By a short name of the room's own, such as `messages`; an export has them in the order they were registered."""


# --- erasing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an erasure is about: what it takes to find them after their own rows are empty.

    `ids` are the customer's and those of whoever was merged into them; `addresses` are pairs of type and address, in
    every spelling that is stored. What is older than `at` shall not come back.
    """

    ids: tuple[int, ...]
    addresses: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    at: datetime

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every address as somebody may have written it."""
        return tuple(dict.fromkeys(written for _type, written in self.addresses))

    @property
    def words(self) -> tuple[str, ...]:
        """What names this person where they took part: addresses and names, but no number that may be any."""
        return (*(word for word in self.spellings if len(word) > 6 or not word.isdigit()), *self.names)

    @property
    def telling(self) -> tuple[str, ...]:
        """What names nobody else wherever it stands: mail addresses, phones, long ids, names of several words."""
        known = (word for word in self.spellings if "@" in word[1:] or len(word) >= _TELLING)
        return (*known, *(name for name in self.names if len(name.split()) > 1))


class Piece(NamedTuple):
    """What one step of an erasure did: how much, and after which id it goes on; None when nothing is left."""

    done: int
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Eraser:
    """How one kind of things about a person is erased; `erasers` run in the order in which they were registered.

    `count` says before how many there are. `erase(subject, after)` takes a few hundred, those above an id, in a
    transaction of its own; a death may follow each, and each may come twice. `kept` counts what stays without a name,
    and `why` says in a sentence what stays and why. `covers` names the tables whose words about people it removes.
    """

    title: str | Promise
    count: Callable[[Subject], int]
    erase: Callable[[Subject, int], Piece]
    covers: tuple[str, ...]
    kept: Callable[[Subject], int] | None = None
    why: str | Promise = ""


erasers: Registry[Eraser] = Registry("personal.erasers")


def hashed(*parts: str) -> str:
    """What a tombstone keeps of an address or a foreign key: a digest that is of no use without our secret key."""
    return salted_hmac("tamada.erased", "\n".join(parts), algorithm="sha256").hexdigest()


def without(text: str, words: Iterable[str], *, escaped: bool = False) -> str:
    """The text with each of these words, whole and in any letter case, taken out; `escaped` for HTML."""
    pattern = _pattern(frozenset(map(escape, words) if escaped else words))
    return pattern.sub(GONE, text) if text and pattern else text


def cleared(value: Any, words: Iterable[str]) -> Any:
    """JSON with these words taken out of every text in it."""
    if isinstance(value, dict):
        return {key: cleared(item, words) for key, item in value.items()}
    if isinstance(value, list):
        return [cleared(item, words) for item in value]
    return without(value, words) if isinstance(value, str) else value


def names_any(text: str, words: Iterable[str]) -> bool:
    """Whether one of these words stands in the text, whole, in any letter case."""
    pattern = _pattern(frozenset(words))
    return pattern is not None and pattern.search(text) is not None


@lru_cache(maxsize=16)
def _pattern(words: frozenset[str]) -> re.Pattern[str] | None:
    known = sorted((_spelt(word) for word in words if len(word) >= SHORTEST), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(known)})(?!\w)", re.IGNORECASE) if known else None


def _spelt(word: str) -> str:
    """A name of several words also with other endings, which Armenian, Georgian and Russian give it in a sentence."""
    parts = word.split()
    if len(parts) < 2:
        return re.escape(word)
    stems = (part[:-1] if len(part) > SHORTEST and part[-1] in _ENDINGS else part for part in parts)
    return r"\s+".join(rf"{re.escape(stem)}\w{{0,4}}" for stem in stems)


# --- terms ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scope:
    """What is older than `before`: in one inbox, or in all `but` those that have a term of their own."""

    before: datetime
    inbox: int | None = None
    but: tuple[int, ...] = ()

    def narrow(self, rows: QuerySet[type_row], *, at: str, inbox: str = "") -> QuerySet[type_row]:
        """Those of some rows that are meant; `at` and `inbox` are fields."""
        old = rows.filter(**{f"{at}__lt": self.before})
        if not inbox:
            return old
        if self.inbox is not None:
            return old.filter(**{inbox: self.inbox})
        return old.exclude(**{f"{inbox}__in": self.but}) if self.but else old


@dataclass(frozen=True, slots=True)
class Expiry:
    """How things of a kind go that were kept long enough.

    `drop` takes a few hundred in transactions of its own and returns how many; 0 when none is left. It may come twice.
    """

    title: str | Promise
    help: str | Promise
    count: Callable[[Scope], int]
    drop: Callable[[Scope], int]
    by_inbox: bool = False


expiries: Registry[Expiry] = Registry("personal.expiries")
"""Kinds of things for which a term can be set; without one they are kept."""
