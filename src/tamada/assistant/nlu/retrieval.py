"""Short texts ranked by how much of a question they say: titles, example phrasings, passages, solved conversations.

Two views, as everywhere: lemmas, and the trigrams of their letters for near misses and unknown words. Each is weighed
by how rare it is (BM25: Robertson and Zaragoza 2009, doi:10.1561/1500000019), and a score is the share of the
question's weight that a text holds: 0 nothing of it, 1 all of it, in a text no longer than most. So scores of different
questions may be compared, and bands be found for them (`bands`). All of it is in memory; nothing is written.

There is a second BM25, `knowledge.ranking`, for another end: it orders the rows that the help centre's index found, by
counts kept in the database, without NumPy, which a help centre without the assistant has not. To make one of both would
bind the one to NumPy, or take from the other what makes its scores comparable.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tamada.kit.text import index_text

from .features import beginning

_SATURATION: Final = 1.2
"""How soon a word said again counts no more (BM25's k1)."""
_LENGTH: Final = 0.75
"""How much a text's length counts against it (BM25's b)."""
_LEMMAS: Final = 0.4
"""The share of a score that lemmas have; the rest is the letters'."""

type_numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found, and how much of the question it says: from 0 to 1."""

    key: str
    score: float


class Retriever:
    """Documents to search in; several may have one key, and are found once by the best of them."""

    def __init__(self, keys: Sequence[str], languages: Sequence[str], views: Sequence["_View"]) -> None:
        self._keys = keys
        self._languages = np.array(languages, dtype=np.str_)
        self._views = views

    @classmethod
    def build(cls, documents: Iterable[tuple[str, str, str]]) -> "Retriever":
        """Of documents by key, text and language ("" or an unknown one: its script decides)."""
        keys, languages, lemmas, letters = [], [], [], []
        for key, text, language in documents:
            found = index_text(text, language or None)
            keys.append(key)
            languages.append(language)
            lemmas.append(Counter(found.lemmas.split()))
            letters.append(Counter(found.trigrams.split()))
        return cls(keys, languages, [_View.of(lemmas), _View.of(letters)])

    def __len__(self) -> int:
        return len(self._keys)

    def search(self, text: str, language: str | None = None, limit: int = 5) -> list[Hit]:
        """The best documents, best first; with a language only those in it, and those of no language.

        Of a long question the beginning is read.
        """
        if not self._keys:
            return []
        asked = index_text(beginning(text, language), language or None)
        lemmas, letters = (
            view.scores(terms.split()) for view, terms in zip(self._views, (asked.lemmas, asked.trigrams), strict=True)
        )
        scores = _LEMMAS * lemmas + (1 - _LEMMAS) * letters
        if language:
            scores[(self._languages != language) & (self._languages != "")] = 0
        return self._best(scores, limit)

    def _best(self, scores: type_numbers, limit: int) -> list[Hit]:
        found: dict[str, float] = {}
        for i in np.argsort(-scores, kind="stable"):
            if scores[i] <= 0 or len(found) >= limit:
                break
            found.setdefault(self._keys[i], min(1.0, float(scores[i])))
        return [Hit(key, score) for key, score in found.items()]


@dataclass(frozen=True, slots=True)
class _View:
    """For each term which documents have it, and how much it says of each; all terms in one row."""

    places: dict[str, int]
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]
    weights: NDArray[np.float32]
    rarity: NDArray[np.float32]
    count: int

    @classmethod
    def of(cls, counted: Sequence[Counter[str]]) -> "_View":
        places = {term: place for place, term in enumerate(sorted({term for terms in counted for term in terms}))}
        sizes = np.array([len(terms) for terms in counted], dtype=np.int64)
        documents = np.repeat(np.arange(len(counted), dtype=np.int32), sizes)
        columns = np.array([places[term] for terms in counted for term in terms], dtype=np.int64)
        times = np.array([times for terms in counted for times in terms.values()], dtype=np.float32)
        order = np.argsort(columns, kind="stable")
        met = np.bincount(columns, minlength=len(places))
        starts = np.concatenate([[0], np.cumsum(met)]).astype(np.int64)
        weights = _saturated(times, _relative_lengths(counted)[documents])
        rarity = np.log1p((len(counted) - met + 0.5) / (met + 0.5)).astype(np.float32)
        return cls(places, starts, documents[order], weights[order], rarity, len(counted))

    def scores(self, terms: Iterable[str]) -> type_numbers:
        """For each document the share of the weight of these terms that it holds."""
        asked = set(terms)
        known = [self.places[term] for term in sorted(asked) if term in self.places]
        never = (len(asked) - len(known)) * float(np.log1p((self.count + 0.5) / 0.5))
        total = never + float(self.rarity[known].sum()) if known else 0.0
        if not total:
            return np.zeros(self.count)
        spans = [(place, slice(self.starts[place], self.starts[place + 1])) for place in known]
        documents = np.concatenate([self.documents[span] for _, span in spans])
        held = np.concatenate([self.weights[span] * self.rarity[place] for place, span in spans])
        return np.bincount(documents, weights=held, minlength=self.count) / total


def _relative_lengths(counted: Sequence[Counter[str]]) -> type_numbers:
    lengths = np.array([terms.total() for terms in counted], dtype=np.float32)
    return lengths / max(float(lengths.mean()) if len(lengths) else 0.0, 1.0)


def _saturated(times: type_numbers, lengths: type_numbers) -> NDArray[np.float32]:
    """How much of a term a text holds that has it so often: 1 where it has it once and is as long as most."""
    damped = times * (1 + _SATURATION) / (times + _SATURATION * (1 - _LENGTH + _LENGTH * lengths))
    return damped.astype(np.float32)
