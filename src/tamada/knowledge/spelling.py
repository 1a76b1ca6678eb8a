"""What a reader meant by a word that stands in no article they may read: one of these articles' words spelt almost so.

Only words that the reader may read are ever told, as they stand in an article: none of an internal article, of a
draft or of another brand. Nothing is held in memory, for the index keeps its words and their letters (`vocabulary`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tamada.kit.text import analyse, fold
from tamada.kit.text.normalise import WORD
from tamada.search import lookup
from tamada.search.vocabulary import Kind, alike, distance

from .indexing import ARTICLE, PUBLIC
from .models import Phrasing, Translation
from .readable import Readable

SHORTEST: Final = 5
"""Shorter words are too like each other to tell somebody what they meant."""
_MOST_WORDS: Final = 3
_HOLDERS: Final = 100
_TITLES: Final = 30
_READ: Final = 3
_LETTERS: Final = 20_000

type_holders = Mapping[str, Mapping[int, str]]
"""Of a term the translations that have it: id and language."""


def corrected(rows: Readable, language: str, words: str) -> str:
    """The words with each that none of these rows has as one is spelt that they have; few are looked at."""
    parts, end, guessed = [], 0, 0
    for found in WORD.finditer(words):
        word, is_last = found.group(), found.end() == len(words)
        if guessed == _MOST_WORDS or len(fold(word)) < SHORTEST or not word.isalpha():
            continue
        groups = lookup.groups_of(Kind.ARTICLE, word, live=is_last)
        if len(groups) != 1 or any(_holders(rows, [groups[0]]).values()):
            continue
        guessed += 1
        parts += [words[end : found.start()], _meant(rows, language, word, groups[0])]
        end = found.end()
    return "".join([*parts, words[end:]])


def _meant(rows: Readable, language: str, word: str, terms: Iterable[str]) -> str:
    """A word as it stands in an article, in the reader's language rather than another; else what was typed."""
    steps: dict[str, int] = {}
    # The whole word too: of one that it does not know, an analysis takes off what belongs to it.
    for term in dict.fromkeys([fold(word), *terms]):
        for guess in alike(Kind.ARTICLE, term):
            steps[guess] = min(distance(term, guess), steps.get(guess, len(guess)))
    holders = _holders(rows, [[guess] for guess in steps])

    def fit(guess: str) -> tuple[bool, int, int]:
        own = sum(1 for code in holders[guess].values() if code == language)
        return not own, steps[guess], -(own or len(holders[guess]))

    for guess in sorted(filter(holders.get, steps), key=fit):
        if spelt := _spelt(language, word, guess, holders[guess]):
            return spelt
    return word


def _holders(rows: Readable, groups: Sequence[Sequence[str]]) -> type_holders:
    """Which of the rows have a term of each group, by the group's first; the newest of many."""
    marks = [[PUBLIC], [ARTICLE]]
    ids = {group[0]: lookup.newest(Kind.ARTICLE, [group, *marks], before=None, limit=_HOLDERS) for group in groups}
    there = rows.among({pk for some in ids.values() for pk in some})
    return {term: {pk: there[pk][1] for pk in some if pk in there} for term, some in ids.items()}


def _spelt(language: str, word: str, term: str, holders: Mapping[int, str]) -> str:
    """How this term is written in some titles, or a few articles, of its holders: the form most like the typed word."""
    order = sorted(holders, key=lambda pk: holders[pk] != language)
    told, typed = Translation.objects.order_by(), fold(word)
    forms = _forms(told.filter(pk__in=order[:_TITLES]).values_list("title", "language"), term)
    if min((distance(typed, fold(form)) for form in forms), default=len(typed)) > 1:
        texts = list(told.filter(pk__in=order[:_READ]).values_list("text", "language", "article"))
        there = {(article, code) for _text, code, article in texts}
        asked = Phrasing.objects.filter(article__in={article for article, _code in there}, accepted=True)
        texts += [one for one in asked.values_list("text", "language", "article") if (one[2], one[1]) in there]
        forms += _forms(((text[:_LETTERS], code) for text, code, _article in texts), term)
    best = min(forms, key=lambda form: (distance(typed, fold(form)), not form.islower(), -forms[form]), default="")
    return best[:1].lower() + best[1:] if word.islower() and best.istitle() else best


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
