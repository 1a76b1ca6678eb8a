"""One mapping of a template at a time: which keys it may have, and what each holds. What is wrong is noted, and reading
goes on with something harmless in its place, so that one look finds everything."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from difflib import get_close_matches
from typing import Final

from .problems import Problem
from .source import Entries, Keys, Node, Value, clipped
from .template import LANGUAGES, Texts

MOST_PROBLEMS: Final = 100
LONGEST_ID: Final = 40
LONGEST_NAME: Final = 120
LONGEST_TEXT: Final = 2_000
MOST_ENTRIES: Final = 60

_ID: Final = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,{LONGEST_ID - 1}}}")
_DURATION: Final = re.compile(r"(?:([0-9]{1,5})h)? ?(?:([0-9]{1,5})m)?")
_YES: Final = frozenset({"true", "yes"})
_NO: Final = frozenset({"false", "no"})

Where = tuple[str, ...]


class Notes:
    """What was found wrong; and every text's place and languages, for they are compared at the end."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.texts: list[tuple[int, Where, Collection[str]]] = []
        self.language = "en"
        """Of the texts that don't name theirs."""

    def add(self, line: int, where: Where, code: str, **params: str | int) -> None:
        """Note one."""
        self.problems.append(Problem(line, tuple(map(clipped, where)), code, params))

    def nearest(self, word: str, known: Collection[str]) -> dict[str, str]:
        """The known word that was probably meant, as what a sentence needs; nothing where none is near.

        Nobody reads what comes after hundreds of problems, and comparing takes its time.
        """
        many = len(self.problems) > MOST_PROBLEMS
        found = [] if many else get_close_matches(word[:LONGEST_ID], known, n=1, cutoff=0.6)
        return {"nearest": clipped(found[0])} if found else {}


def duration(text: str) -> timedelta | None:
    """Working time from `40h`, `90m` or `1h30m`; None for anything else.

    >>> duration("1h30m")
    datetime.timedelta(seconds=5400)
    """
    found = _DURATION.fullmatch(text.strip())
    if not text.strip() or found is None:
        return None
    return timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))


def written(time: timedelta) -> str:
    """The way back.

    >>> written(timedelta(minutes=90))
    '1h30m'
    """
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    return f"{hours}h{minutes}m" if hours and minutes else f"{hours}h" if hours else f"{minutes}m"


class Section:
    """A mapping whose keys are known."""

    def __init__(self, notes: Notes, node: Node, where: Where, keys: Collection[str]) -> None:
        self.notes, self.where, self.line = notes, where, node.line
        self.nodes: Mapping[str, tuple[int, Node]] = {}
        self.is_mapping = isinstance(node, Keys)
        if not isinstance(node, Keys):
            notes.add(node.line, where, "not_keys", example=next(iter(keys)))
            return
        self.nodes = node.nodes
        for line, key in node.twice:
            notes.add(line, where, "key_twice", key=clipped(key), first=node.nodes[key][0])
        for key, (line, held) in node.nodes.items():
            if key not in keys:
                # {en: Yes, we can} has a key "we can"
                code = "comma" if keys is LANGUAGES and isinstance(held, Value) and held.is_nothing else "key_unknown"
                notes.add(line, where, code, key=clipped(key), **notes.nearest(key, keys))

    def wrong(self, key: str, code: str, **params: str | int) -> None:
        """Note what is wrong with what a key holds, at its line."""
        self.notes.add(self.line_of(key), (*self.where, key), code, **params)

    def line_of(self, key: str) -> int:
        """The line of what a key holds; of the mapping where there is no such key."""
        return self.nodes[key][1].line if key in self.nodes else self.line

    def has(self, key: str) -> bool:
        """Whether there is anything under this key."""
        node = self.nodes.get(key, (0, None))[1]
        return node is not None and not (isinstance(node, Value) and node.is_nothing)

    def get(self, key: str, *, is_needed: bool = False) -> Node | None:
        """What a key holds; None where it holds nothing."""
        if self.has(key):
            return self.nodes[key][1]
        if is_needed and self.is_mapping:
            self.notes.add(self.line, self.where, "missing", key=key)
        return None

    def word(self, key: str, *, is_needed: bool = False, longest: int = LONGEST_TEXT) -> str:
        """A single value."""
        node = self.get(key, is_needed=is_needed)
        return "" if node is None else sentence(self.notes, node, (*self.where, key), longest)

    def id(self, key: str) -> str:
        """An id, as it was written even where it is none: others may name it."""
        word = self.word(key, is_needed=True)
        if word:
            self.check_id(key, word)
        return word

    def check_id(self, key: str, word: str) -> None:
        """Note a word that is no id."""
        if not _ID.fullmatch(word):
            self.wrong(key, "bad_id", value=clipped(word), most=LONGEST_ID)

    def among(self, key: str, known: Collection[str], default: str, *, is_needed: bool = False) -> str:
        """One of a few words."""
        word = self.word(key, is_needed=is_needed)
        if word and word not in known:
            self.wrong(key, "not_among", value=clipped(word), known=", ".join(known), **self.notes.nearest(word, known))
        return word if word in known else default

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        word = self.word(key).lower()
        if word and word not in _YES | _NO:
            self.wrong(key, "yes_or_no", value=clipped(word))
        return word in _YES if word in _YES | _NO else default

    def time(self, key: str, most: timedelta, *, is_needed: bool = False) -> timedelta | None:
        """Working time."""
        word = self.word(key, is_needed=is_needed)
        found = duration(word)
        if word and found is None:
            self.wrong(key, "duration", value=clipped(word))
        elif found is not None and not timedelta(0) < found <= most:
            self.wrong(key, "out_of_range", value=clipped(word), least="1m", most=written(most))
            return None
        return found

    def number(self, key: str, most: int) -> int | None:
        """A whole number from 1."""
        word = self.word(key)
        if not word:
            return None
        if not (word.isascii() and word.isdigit() and len(word) < 6 and 1 <= int(word) <= most):
            self.wrong(key, "out_of_range", value=clipped(word), least=1, most=most)
            return None
        return int(word)

    def list(self, key: str, *, is_needed: bool = False, most: int = MOST_ENTRIES) -> list[Node]:
        """The entries of a list."""
        node = self.get(key, is_needed=is_needed)
        if node is None:
            return []
        if not isinstance(node, Entries):
            self.wrong(key, "not_list")
            return []
        if not node.nodes and is_needed:
            self.wrong(key, "no_entries")
        if len(node.nodes) > most:
            self.wrong(key, "too_many", most=most)
        return node.nodes[:most]

    def words(self, key: str) -> Iterator[str]:
        """A list of single values; one alone may stand without its list."""
        node = self.get(key)
        nodes = [node] if isinstance(node, Value) else self.list(key)
        read = (sentence(self.notes, one, (*self.where, key), LONGEST_ID) for one in nodes)
        return (word for word in read if word)

    def texts(self, key: str, *, is_needed: bool = False, longest: int = LONGEST_TEXT) -> Texts:
        """A text in some languages."""
        node = self.get(key, is_needed=is_needed)
        return {} if node is None else texts(self.notes, node, (*self.where, key), longest)


def texts(notes: Notes, node: Node, where: Where, longest: int = LONGEST_TEXT) -> Texts:
    """A text by language, or plain and so in the language of the service."""
    if isinstance(node, Value):
        found = {notes.language: sentence(notes, node, where, longest)}
    else:
        section = Section(notes, node, where, LANGUAGES)
        held = [(language, section.nodes[language][1]) for language in LANGUAGES if language in section.nodes]
        found = {language: sentence(notes, value, (*where, language), longest) for language, value in held}
        if isinstance(node, Keys) and not held:
            notes.add(node.line, where, "no_text")
    if found:
        notes.texts.append((node.line, where, tuple(found)))
    return {language: sentence for language, sentence in found.items() if sentence}


def sentence(notes: Notes, node: Node, where: Where, longest: int) -> str:
    """A single value that can be shown; empty where it is wrong."""
    if not isinstance(node, Value):
        notes.add(node.line, where, "not_value")
        return ""
    text = "" if node.is_nothing else node.text.strip()
    if not text:
        notes.add(node.line, where, "no_text")
    elif len(text) > longest:
        notes.add(node.line, where, "too_long", most=longest)
    elif any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t" for one in text):
        notes.add(node.line, where, "unprintable")
    else:
        return text
    return ""
