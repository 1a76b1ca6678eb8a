"""Texts of one language that ask the same, found together. Pure; nothing is stored.

Each text is a vector of its lemmas and, more lightly, of the trigrams of their letters (so that misspelt words meet),
weighed by how rare they are. One pass gives each text to the nearest cluster so far, or to one of its own; a second one
joins clusters that lie close. A word that stands in very many clusters finds none: so the cost grows with the number of
texts, not with its square.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import log, sqrt
from typing import Final

from tamada.kit.text import analyse

from .asking import telling

MOST_TEXTS: Final = 20_000
"""Of more texts the newest are read: those that come first."""
_MOST_WORDS: Final = 40
_MOST_TERMS: Final = 24
"""So many of a text's terms are kept, the rarest."""
_TOO_COMMON: Final = 300
_NEAR: Final = 0.24
_SAME: Final = 0.34
_LETTERS: Final = 0.3
"""How much the letters of a word weigh against the word."""
_TOLD: Final = 8

_LITTLE: Final = (
    "hello dear please thank thanks you your we our me my i it is are was the and or but for with not no to of in on "
    "at this that have has had do does did can could would will be been from by an there here what how when where "
    "which good morning day evening regards best hi "
    "здравствуйте добрый день вечер утро пожалуйста спасибо вы ваш мы наш я мой мне меня нам вам это он она они и или "
    "но для с без не нет на в по от до из у как что когда где почему был быть есть уже ещё еще так то же бы ли а "
    "բարև ձեզ խնդրում եմ շնորհակալություն շնորհակալ դուք ձեր մենք մեր ես իմ ինձ մեզ սա այս այդ է են եք եմ էր և ու կամ "
    "բայց համար հետ ոչ չէ մոտ ինչ ինչպես երբ որտեղ որ որը թե արդեն դեռ այո նա հարգելի բարի օր լույս երեկո "
    "გამარჯობა გთხოვთ მადლობა თქვენ თქვენი ჩვენ ჩვენი მე ჩემი მაქვს ეს ის არის და ან მაგრამ არ არა უკვე როგორ რა "
    "როდის სად რომ თუ დღე საღამო დილა მოგესალმებით"
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Texts that ask the same, by their places among those given: the most typical first. `words` tell it apart."""

    members: tuple[int, ...]
    words: tuple[str, ...] = ()


@dataclass(slots=True)
class _Heap:
    """A cluster as it grows: the sum of its texts' vectors, and how long that is."""

    members: list[int] = field(default_factory=list)
    sums: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    square: float = 0.0


def clusters(texts: Sequence[str], language: str) -> list[Cluster]:
    """The clusters of these texts, the largest first; each text stands in one, but for those without words."""
    vectors = _vectors(texts[:MOST_TEXTS], language)
    heaps = _joined(_led(vectors))
    found = [_told(heap, vectors) for heap in heaps]
    return sorted(found, key=lambda one: (-len(one.members), one.members[0]))


@cache
def _little() -> frozenset[str]:
    """Words that say nothing about what is asked."""
    return frozenset(analyse(_LITTLE))


def terms(text: str, language: str) -> list[str]:
    """The telling lemmas of a text, without greetings, thanks, numbers and little words."""
    said = " ".join(telling(text)) or text[:400]
    found = analyse(said[:600], language or None)[:_MOST_WORDS]
    return [term for term in found if len(term) > 1 and not any(map(str.isdigit, term)) and term not in _little()]


def _vectors(texts: Sequence[str], language: str) -> list[dict[str, float]]:
    """Each text as terms of length one. Words begin with `w`, trigrams with `l`."""
    counted = [Counter(_views(terms(text, language))) for text in texts]
    met = Counter(term for one in counted for term in one)
    total = len(counted)
    return [_vector(one, met, total) for one in counted]


def _views(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        yield f"w{word}"
        padded = f"0{word}"
        yield from (f"l{padded[at : at + 4]}" for at in range(max(1, len(padded) - 3)))


def _vector(counts: Mapping[str, int], met: Mapping[str, int], total: int) -> dict[str, float]:
    weights = {
        term: (1.0 if term[0] == "w" else _LETTERS) * (1 + log(times)) * log(1 + total / met[term])
        for term, times in counts.items()
    }
    kept = dict(sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:_MOST_TERMS])
    length = sqrt(sum(weight * weight for weight in kept.values())) or 1.0
    return {term: weight / length for term, weight in kept.items()}


def _led(vectors: Sequence[Mapping[str, float]]) -> list[_Heap]:
    heaps: list[_Heap] = []
    index: dict[str, dict[int, float]] = defaultdict(dict)
    for place, vector in enumerate(vectors):
        if vector:
            _put(place, vector, heaps, index)
    return heaps


def _put(place: int, vector: Mapping[str, float], heaps: list[_Heap], index: dict[str, dict[int, float]]) -> None:
    best, dot = _nearest(vector, heaps, index, _NEAR)
    if best is None:
        best = len(heaps)
        heaps.append(_Heap())
    heap = heaps[best]
    heap.square += 2 * dot + sum(weight * weight for weight in vector.values())
    heap.members.append(place)
    for term, weight in vector.items():
        heap.sums[term] += weight
        index[term][best] = heap.sums[term]


def _nearest(
    vector: Mapping[str, float], heaps: Sequence[_Heap], index: Mapping[str, Mapping[int, float]], least: float
) -> tuple[int | None, float]:
    """The nearest cluster, and the product with its sum; None where none is near enough."""
    dots: dict[int, float] = defaultdict(float)
    for term, weight in vector.items():
        where = index.get(term, {})
        if len(where) <= _TOO_COMMON:
            for heap, total in where.items():
                dots[heap] += weight * total
    best = max(dots, key=lambda heap: (dots[heap] / sqrt(heaps[heap].square), -heap), default=None)
    if best is None or dots[best] / sqrt(heaps[best].square) < least:
        return None, 0.0
    return best, dots[best]


def _joined(heaps: Sequence[_Heap]) -> list[_Heap]:
    """Clusters that lie close become one, the largest first."""
    kept: list[_Heap] = []
    index: dict[str, dict[int, float]] = defaultdict(dict)
    for heap in sorted(heaps, key=lambda one: (-len(one.members), one.members[0])):
        length = sqrt(heap.square) or 1.0
        middle = {term: total / length for term, total in _foremost(heap.sums, _MOST_TERMS)}
        best, dot = _nearest(middle, kept, index, _SAME)
        if best is None:
            best = len(kept)
            kept.append(_Heap())
        into = kept[best]
        into.square += 2 * dot * length + heap.square
        into.members.extend(heap.members)
        for term, total in heap.sums.items():
            into.sums[term] += total
            index[term][best] = into.sums[term]
    return kept


def _foremost(sums: Mapping[str, float], most: int) -> list[tuple[str, float]]:
    return sorted(sums.items(), key=lambda one: (-one[1], one[0]))[:most]


def _told(heap: _Heap, vectors: Sequence[Mapping[str, float]]) -> Cluster:
    def typical(place: int) -> float:
        return sum(weight * heap.sums.get(term, 0.0) for term, weight in vectors[place].items())

    members = sorted(heap.members, key=lambda place: (-typical(place), place))
    words = [term[1:] for term, _sum in _foremost(heap.sums, 4 * _TOLD) if term[0] == "w"][:_TOLD]
    return Cluster(tuple(members), tuple(words))
