"""What a reader meant by a word that stands in no article they may read: one of these articles' words spelt almost so.

Only words of articles that the reader may read are ever told, as they stand there or in another form: none of an
internal article, of a draft or of another brand. Nothing is held in memory, for the index keeps its words and their
letters (`vocabulary`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db.models import QuerySet

from tamada.kit.text import analyse, fold
from tamada.kit.text.dictionaries import DICTIONARY_LANGUAGES, dictionary
from tamada.kit.text.language import script_language
from tamada.kit.text.normalise import WORD
from tamada.kit.text.stems import term
from tamada.kit.text.transliterate import from_latin
from tamada.search import lookup
from tamada.search.vocabulary import Kind, alike, distance

from .indexing import ARTICLE, PUBLIC, language_mark
from .models import Phrasing, Translation
from .readable import Readable

SHORTEST: Final = 4
"""Shorter words are too like each other to tell somebody what they meant."""
_SHORTEST_CHANGED: Final = 5
"""In shorter words a letter may be missing or out of place, but none is wrong: too many words differ in one."""
_MOST_WORDS: Final = 3
_HOLDERS: Final = 100
_TITLES: Final = 30
_READ: Final = 3
_LETTERS: Final = 20_000
_READINGS: Final = 2
_EV: Final = "\u0565\u057e"
"""What և folds to: how it is written, an article tells."""

type_guesses = dict[str, Sequence[str]]
"""Terms, each with the spellings that lead to it where they are known."""

type_holders = Mapping[str, Mapping[int, str]]
"""Of a term the translations that have it: id and language."""


def corrected(rows: Readable, language: str, words: str) -> str:
    """The words with each that none of these rows has as one is spelt that they have; few are looked at.

    A word that only another language has, read from other letters, gives way to one of the reader's own.
    """
    parts, end, guessed = [], 0, 0
    for found in WORD.finditer(words):
        word, is_last = found.group(), found.end() == len(words)
        if guessed == _MOST_WORDS or len(fold(word)) < SHORTEST or not word.isalpha():
            continue
        groups = lookup.groups_of(Kind.ARTICLE, word, live=is_last)
        if len(groups) != 1 or any(_holders(rows, groups, language).values()):
            continue
        there = any(_holders(rows, groups).values())
        script = script_language(fold(word))
        as_typed = [term for term in groups[0] if script_language(term) == script] if there else []
        if as_typed and any(_holders(rows, [as_typed]).values()):
            continue
        guessed += 1
        parts += [words[end : found.start()], _meant(rows, language, word, others=not there)]
        end = found.end()
    return "".join([*parts, words[end:]])


def _meant(rows: Readable, language: str, word: str, *, others: bool) -> str:
    """A word as it is spelt rightly, in the reader's language or, with `others`, in another; else what was typed."""
    script = script_language(fold(word))
    if script in DICTIONARY_LANGUAGES and fold(word) in dictionary(script):
        return word  # It is spelt rightly; there is just nothing about it here.
    readings = [word, *(from_latin(word, language)[:_READINGS] if language != "en" else ())]
    near: type_guesses = {}
    for reading in readings:
        near |= lookup.one_letter_off(Kind.ARTICLE, reading)
    if is_short := len(fold(word)) < _SHORTEST_CHANGED:
        near = {guess: forms for guess, forms in near.items() if _has_no_other(fold(word), forms or [guess])}
    if spelt := _likeliest(rows, language, readings, near, language):
        return spelt
    # What is farther off is asked for only where one letter leads nowhere.
    forms = dict.fromkeys(form for reading in readings for form in (fold(reading), term(reading)))
    far: type_guesses = {} if is_short else {guess: () for form in forms for guess in alike(Kind.ARTICLE, form)}
    for guesses, of in ((far, language), (near, None), (far, None)) if others else ((far, language),):
        if spelt := _likeliest(rows, language, readings, guesses, of):
            return spelt
    return word


def _has_no_other(typed: str, spellings: Iterable[str]) -> bool:
    """Whether one of these has the letters that were typed: one more, or two swapped."""
    return any(len(one) > len(typed) or sorted(one) == sorted(typed) for one in spellings)


def _likeliest(rows: Readable, language: str, readings: Sequence[str], guesses: type_guesses, of: str | None) -> str:
    """The best of these guesses that stands in an article, of one language or of any, as it is spelt; or ""."""
    holders, typed = _holders(rows, [[guess] for guess in guesses], of), [fold(reading) for reading in readings]

    def fit(guess: str) -> tuple[int, bool, int]:
        steps = 1 if guesses[guess] else min(distance(form, guess) for form in typed)
        return steps, all(guess[0] != form[0] for form in typed), -len(holders[guess])

    for guess in sorted(filter(holders.get, guesses), key=fit):
        spellings = guesses[guess]
        if script_language(guess) in DICTIONARY_LANGUAGES and len(spellings) == 1 and _EV not in spellings[0]:
            return spellings[0]  # A word of the dictionary.
        spelt = _spelt(language, readings[0], guess, holders[guess])
        # A stem of letters that nobody would call alike, as со of софт, is no guess.
        if spelt and (not spellings or min(distance(form, fold(spelt)) for form in typed) <= _near_enough(typed[0])):
            return spelt
    return ""


def _near_enough(typed: str) -> int:
    """How many letters a word may differ in from what is told for it: one, and in a longer one its ending too."""
    return 1 + (len(typed) > 5)


def _holders(rows: Readable, groups: Sequence[Sequence[str]], language: str | None = None) -> type_holders:
    """Which of the rows, of one language or of all, have a term of each group, by its first; the newest of many."""
    marks = [[PUBLIC], [ARTICLE], *([[language_mark(language)]] if language else [])]
    ids = {group[0]: lookup.newest(Kind.ARTICLE, [group, *marks], before=None, limit=_HOLDERS) for group in groups}
    there = rows.among({pk for some in ids.values() for pk in some})
    return {term: {pk: there[pk][1] for pk in some if pk in there} for term, some in ids.items()}


def _spelt(language: str, word: str, term: str, holders: Mapping[int, str]) -> str:
    """How this term is written in some titles, or a few articles, or asked for: the form most like the typed word."""
    order, typed = sorted(holders, key=lambda pk: holders[pk] != language), fold(word)
    told, forms = Translation.objects.order_by(), Counter[str]()
    for read in (_titles, _texts, _asked):
        forms += _forms(read(told, order), term)
        if min((distance(typed, fold(form)) for form in forms), default=len(typed)) <= _near_enough(typed):
            break
    best = min(forms, key=lambda form: (distance(typed, fold(form)), not form.islower(), -forms[form]), default="")
    return best[:1].lower() + best[1:] if word.islower() and best.istitle() else best


def _titles(told: QuerySet[Translation], ids: Sequence[int]) -> Iterable[tuple[str, str]]:
    return told.filter(pk__in=ids[:_TITLES]).values_list("title", "language")


def _texts(told: QuerySet[Translation], ids: Sequence[int]) -> Iterable[tuple[str, str]]:
    rows = told.filter(pk__in=ids[:_READ]).values_list("text", "language")
    return ((text[:_LETTERS], code) for text, code in rows)


def _asked(told: QuerySet[Translation], ids: Sequence[int]) -> Iterable[tuple[str, str]]:
    there = set(told.filter(pk__in=ids[:_READ]).values_list("article", "language"))
    asked = Phrasing.objects.filter(article__in={article for article, _code in there}, accepted=True)
    rows = asked.values_list("text", "language", "article")
    return ((text[:_LETTERS], code) for text, code, article in rows if (article, code) in there)


def _forms(texts: Iterable[tuple[str, str]], term: str) -> Counter[str]:
    """How often each form of a term stands in texts with their languages."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for text, code in texts:
        written[code].update(WORD.findall(text))
    forms: Counter[str] = Counter()
    for code, words in written.items():
        for form, count in words.items():
            if term in analyse(form, code):
                forms[form] += count
    return forms
