"""Texts and queries as terms that SQLite's FTS5 (unicode61) and PostgreSQL's `simple` configuration read alike.

Every term is one run of letters and digits, folded, without marks, so that neither tokenizer splits or folds it
further: hyphens, points, ``@`` and apostrophes never reach the database. A word written with joiners (``Wi-Fi``,
``INV-2024/55``, ``anna@example.am``) gives the terms of its parts and all of it as one; a telephone number gives its
digits and the last eight of them, which stay the same with and without the country code.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from heapq import merge
from typing import Final, NamedTuple

from tamada.kit.text.dictionaries import DICTIONARY_LANGUAGES, dictionary
from tamada.kit.text.language import is_romanised, script_language
from tamada.kit.text.normalise import WORD, fold_word
from tamada.kit.text.stems import LONGEST, term
from tamada.kit.text.transliterate import from_latin, to_latin

ANALYSIS: Final = 3
"""Grows whenever words get other terms than before: what was made of them (an index, a model) has to be made anew."""
# Of a longer text only the beginning is indexed (a tsvector ends at 1 MB).
MOST_BYTES = 100 * 1024
_JOINED = re.compile(rf"(?:{WORD.pattern})(?:[-\u2010\u2011./@_+](?:{WORD.pattern}))*")
_JOINER = re.compile(r"[-\u2010\u2011./@_+]")
_PHONE = re.compile(r"\+?\(?\d(?:[ \t\u00a0().-]{0,3}\d){6,15}(?!\d)")
_DIGIT = re.compile(r"\d")
_PHONE_TAIL = 8
# Endings written after a hyphen: ՀՀ-ում, SMS-ի, Wi-Fi-ს, 10-ში. They are no words of their own.
_ENDINGS = (
    "ի ը ն ում ից ով ին ներ ներին ներից ներով ներում ներն ները ների յի ս դ րդ եր եւ ական ցի "
    "ს ი მა ის ით ად ში ზე თან დან იდან ის ისთვის მდე კენ თვის გან ები ებს ების ებში ებზე ის ით იანი ე "
    "й я е го му м х ти ми ый ая ое ой ом ей ам ах ов"
)
_HYPHENATED_ENDINGS = frozenset(_ENDINGS.split())


def clear_caches() -> None:
    """Forget all words met so far (for measurements)."""
    for cached in (_terms, _trigrams, _alternatives, term, fold_word):
        cached.cache_clear()


class IndexText(NamedTuple):
    """What goes into the two columns of a full-text index, terms separated by single spaces."""

    lemmas: str
    trigrams: str


class Token(NamedTuple):
    """A word or joined words of a text, where it stands and the terms it is found by (the lemma first)."""

    start: int
    end: int
    terms: tuple[str, ...]


def _head(text: str) -> str:
    if len(text) * 3 <= MOST_BYTES:
        return text
    return text.encode("utf-8", "ignore")[:MOST_BYTES].decode("utf-8", "ignore")


@lru_cache(maxsize=65_536)
def _terms(chunk: str, romanised: str) -> tuple[str, ...]:
    """The terms of one word, or of several held together by joiners."""
    parts = _JOINER.split(chunk[: 4 * LONGEST])
    if len(parts) == 1:
        return _word_terms(chunk, romanised)
    if fold_word(parts[-1]) in _HYPHENATED_ENDINGS and "-" in chunk[-len(parts[-1]) - 1 :]:
        parts = parts[:-1]
    terms = [found for part in parts for found in _word_terms(part, romanised)]
    if len(parts) > 1:
        terms.append(_compound(parts))
    return tuple(dict.fromkeys(filter(None, terms)))


def _compound(parts: list[str]) -> str:
    return "".join(fold_word(part) for part in parts).replace("'", "")[:LONGEST]


def _word_terms(word: str, romanised: str) -> tuple[str, ...]:
    first = term(word)
    if not romanised or script_language(word) != "en":
        return (first,) if first else ()
    readings = from_latin(word, romanised)
    return tuple(dict.fromkeys([*(_reading_term(reading) for reading in readings), first]))


def _reading_term(reading: str) -> str:
    """The term of a word read from Latin letters. Georgians leave out the last ი when they spell: modem is მოდემი."""
    if script_language(reading) == "ka" and reading[-1] not in "აეიოუ" and reading not in dictionary("ka"):
        return term(reading + "ი")
    return term(reading)


def tokens(text: str, language: str | None = None, start: int = 0, end: int = sys.maxsize) -> Iterator[Token]:
    """The tokens of a text, or of a part of it, in order. Latin words of a text typed in Latin letters are read back
    into its own script.
    """
    romanised = _romanised(text, language)
    for match in _JOINED.finditer(text, start, end):
        yield Token(match.start(), match.end(), _terms(match.group(), romanised))


def _romanised(text: str, language: str | None) -> str:
    """The language that a text writes in Latin letters; "" when it does not."""
    if language in ("", "en"):
        return ""
    found = is_romanised(text)
    return found if language in (None, found) else ""


def _phone_terms(digits: str) -> list[str]:
    return [digits, digits[-_PHONE_TAIL:]] if len(digits) > _PHONE_TAIL else [digits]


def _phones(text: str) -> Iterator[str]:
    for match in _PHONE.finditer(text):
        digits = "".join(filter(str.isdecimal, match.group()))
        if len(digits) >= 7:
            yield from _phone_terms(digits)


def analyse(text: str, language: str | None = None) -> list[str]:
    """The index terms of a text, in its order; of each word its lemma first.

    ``language`` (``hy``, ``ka``, ``ru``, ``en``) may be given when known; otherwise each word goes by its script and a
    text of Armenian, Georgian or Russian in Latin letters is recognised. Only the first 100 KB are read.
    """
    head = _head(text)
    romanised = _romanised(head, language)
    terms = [found for word in _JOINED.findall(head) for found in _terms(word, romanised)]
    if _DIGIT.search(head):
        terms.extend(_phones(head))
    return terms


@lru_cache(maxsize=65_536)
def _trigrams(term: str) -> tuple[str, ...]:
    """A term's trigrams; the first says by its 0 that a term begins so."""
    padded = f"0{term}"
    return tuple(padded[start : start + 3] for start in range(len(padded) - 2))


def _trigrams_of(terms: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(trigram for term in terms for trigram in _trigrams(term)))


def trigrams(text: str, language: str | None = None) -> list[str]:
    """The different character trigrams of a text's terms, for near misses: a misspelt query still shares most."""
    return _trigrams_of(analyse(text, language))


def index_text(text: str, language: str | None = None) -> IndexText:
    """A text as the two streams of a full-text index: its terms, and their trigrams for near misses."""
    terms = analyse(text, language)
    return IndexText(" ".join(terms), " ".join(_trigrams_of(terms)))


def query_terms(query: str, *, live: bool = True) -> list[list[str]]:
    """A query as groups of alternatives: a text matches when it has, for every group, at least one of its terms.

    A term that ends in ``*`` stands for all terms that begin so; only the last word of a query gets them, and only
    while it is ``live`` (still being typed, no space after it). Words in Latin letters bring their readings in the
    other scripts, and native words their Latin spelling.

    >>> query_terms("открыты заявки ")
    [['открыт', 'otkryty'], ['заявк', 'zayavki']]
    """
    groups: list[list[str]] = []
    rest = query
    for match in _PHONE.finditer(query):
        digits = "".join(filter(str.isdecimal, match.group()))
        if len(digits) >= 7 and (" " in match.group().strip() or len(digits) > _PHONE_TAIL):
            groups.append(list(dict.fromkeys(reversed(_phone_terms(digits)))))
            rest = rest.replace(match.group(), " " * len(match.group()), 1)
    live = live and not query[-1:].isspace() and bool(WORD.search(query[-2:]))
    chunks = list(_JOINED.finditer(rest))
    for match in chunks:
        groups.extend(_query_groups(match.group(), live and match is chunks[-1] and match.end() >= len(rest.rstrip())))
    return groups


def _query_groups(chunk: str, prefix: bool) -> list[list[str]]:
    parts = _JOINER.split(chunk[: 4 * LONGEST])
    if len(parts) > 1 and not prefix and fold_word(parts[-1]) in _HYPHENATED_ENDINGS:
        parts = parts[:-1]
    whole = [_compound(parts)] if len(parts) > 1 else []
    return [
        group
        for index, part in enumerate(parts)
        if (group := list(dict.fromkeys([*_alternatives(part, prefix and index == len(parts) - 1), *whole])))
    ]


@lru_cache(maxsize=4_096)
def _alternatives(word: str, prefix: bool) -> tuple[str, ...]:
    word = word[:LONGEST]
    folded = fold_word(word).replace("'", "")
    language = script_language(folded)
    found = [term(word)]
    if prefix:
        found += _prefixes(folded, language)
    if language in ("hy", "ka", "ru") and len(folded) >= 3:
        found.append(to_latin(folded))
    elif language == "en":
        for other in ("hy", "ka", "ru"):
            for reading in from_latin(word, other):
                found.append(_reading_term(reading))
                if prefix:
                    found += _prefixes(reading, other)[:1]
    return tuple(dict.fromkeys(filter(None, found)))


def _prefixes(folded: str, language: str) -> list[str]:
    """Terms a half-typed word may become: everything that begins so, and the stems of the forms it may grow into."""
    found = [folded + "*"] if len(folded) >= 2 else []
    if language in DICTIONARY_LANGUAGES and len(folded) >= 4:
        stems = dict.fromkeys(term(form) for form in dictionary(language).completions(folded, 24))
        found += [stem for stem in stems if not stem.startswith(folded)][:4]
    return found


def _matches(found: tuple[str, ...], wanted: frozenset[str], prefixes: tuple[str, ...]) -> bool:
    if not wanted.isdisjoint(found):
        return True
    return bool(prefixes) and any(term.startswith(prefixes) for term in found)


def highlight(text: str, query: str, start: int = 0, end: int = sys.maxsize) -> Iterator[tuple[int, int]]:
    """Where in ``text``, or a part of it, the words stand that ``query`` matches: (start, end) pairs in order, for
    ``<mark>``.

    They are looked for as they are taken: who needs the first few does not wait for the whole text.
    """
    wanted, prefixes = _sought(query)
    dialled = any(len(term) >= 7 and term.isdecimal() for term in wanted)
    numbers = _PHONE.finditer(text, start, end) if dialled else ()
    phones = [match.span() for match in numbers if not wanted.isdisjoint(_phones(match.group()))]
    return merge(phones, _highlighted(text, tokens(text, None, start, end), wanted, prefixes, phones))


@lru_cache(maxsize=256)
def _sought(query: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The terms of a query, and what others of them begin with: the same for every text of a page."""
    alternatives = {term for group in query_terms(query) for term in group}
    whole = frozenset(term for term in alternatives if not term.endswith("*"))
    return whole, tuple(term[:-1] for term in alternatives - whole)


def _highlighted(
    text: str,
    among: Iterable[Token],
    wanted: frozenset[str],
    prefixes: tuple[str, ...],
    phones: Iterable[tuple[int, int]],
) -> Iterator[tuple[int, int]]:
    """The words that match and are no part of these telephone numbers."""
    for token in among:
        if _matches(token.terms, wanted, prefixes) and not any(a <= token.start < b for a, b in phones):
            yield from _matching_words(text, token, wanted, prefixes)


def _matching_words(
    text: str, token: Token, wanted: frozenset[str], prefixes: tuple[str, ...]
) -> Iterator[tuple[int, int]]:
    """The words of a token that match by themselves; the whole token when only the compound does."""
    words = [(token.start + m.start(), token.start + m.end()) for m in WORD.finditer(text[token.start : token.end])]
    matching = [(a, b) for a, b in words if _matches(_terms(text[a:b], ""), wanted, prefixes)]
    yield from matching or [(token.start, token.end)]
