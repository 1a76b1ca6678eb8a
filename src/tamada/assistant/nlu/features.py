"""Texts as sparse vectors: which lemmas and which letters stand together in them.

Two views of a text, each of length one: lemmas (alone, two and three in a row, and pairs with up to two others between
them) and the letters of its words (two to five in a row). Each is weighted by `1 + ln(times in the text)` and
`1 + ln((1 + texts) / (1 + texts that have it))`: TF-IDF as Salton and Buckley 1988 (doi:10.1016/0306-4573(88)90021-0).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tamada.kit.text import analyse, fold, in_own_letters

LONGEST: Final = 2000
"""Of a longer text only so many characters are read: a question is asked before that."""

_WORDS: Final = "w:"
_LETTERS: Final = "c:"
_NEAR: Final = 3
_SHORTEST_RUN, _LONGEST_RUN = 2, 5
_TRUST: Final = {"hy": 0.7, "ka": 0.7}
"""How much the lemmas weigh beside the letters: those of Armenian and Georgian are found less surely."""
# Three in a row, and lemmas that stand apart, tell something only where they are met again.
_RARE: Final = 2

type_vector = tuple[NDArray[np.int32], NDArray[np.float32]]
"""Which features a text has, and how much of each."""


def terms_of(text: str, language: str) -> tuple[list[str], list[str]]:
    """The features of both views, as often as each is met."""
    head = beginning(text, language)
    return [*_of_lemmas(analyse(head, language))], [*_of_letters(fold(head))]


def beginning(text: str, language: str | None) -> str:
    """As much of a text as is read, in the letters of its language though it was typed in Latin ones."""
    letters = text[:LONGEST].encode("utf-8", "ignore").decode()  # halves of surrogates are none
    return in_own_letters(letters, language)


def _of_lemmas(lemmas: Sequence[str]) -> Iterator[str]:
    yield from (f"{_WORDS}{lemma}" for lemma in lemmas)
    yield from (f"{_WORDS}{a} {b}" for a, b in pairwise(lemmas))
    yield from (f"{_WORDS}{a} {b} {c}" for a, b, c in zip(lemmas, lemmas[1:], lemmas[2:], strict=False))
    for i, lemma in enumerate(lemmas):
        for other in lemmas[i + 1 : i + 1 + _NEAR]:
            yield f"{_WORDS}{'_'.join(sorted((lemma, other)))}"


def _of_letters(folded: str) -> Iterator[str]:
    for word in folded.split():
        padded = f" {word} "
        for size in range(_SHORTEST_RUN, min(_LONGEST_RUN, len(padded)) + 1):
            for start in range(len(padded) - size + 1):
                yield f"{_LETTERS}{padded[start : start + size]}"


@dataclass(frozen=True, slots=True)
class Features:
    """What was met in training: a column for each feature, how rare it was, and whether a text in scope has it."""

    columns: dict[str, int]
    rarity: NDArray[np.float32]
    is_in_scope: NDArray[np.bool_]
    language: str

    @classmethod
    def learn(
        cls, texts: Sequence[str], language: str, others: Sequence[str] = ()
    ) -> tuple["Features", list[type_vector]]:
        """The features of these texts and of others that are out of scope, and all of them as vectors."""
        counted = [tuple(map(Counter, terms_of(text, language))) for text in (*texts, *others)]
        met = Counter(name for views in counted for view in views for name in view)
        names = sorted(name for name, times in met.items() if times >= _RARE or not _is_combined(name))
        rarity = np.array([1 + np.log((1 + len(counted)) / (1 + met[name])) for name in names], dtype=np.float32)
        inside = {name for views in counted[: len(texts)] for view in views for name in view}
        is_in_scope = np.array([name in inside for name in names], dtype=np.bool_)
        features = cls({name: column for column, name in enumerate(names)}, rarity, is_in_scope, language)
        return features, [features._weigh(views) for views in counted]

    def vector(self, text: str) -> type_vector:
        """A text by its features that are known."""
        return self._weigh([Counter(view) for view in terms_of(text, self.language)])

    def known(self, text: str) -> float:
        """How much of what a text says was met in scope, by the weight of its lemmas: 0 nothing, 1 all."""
        lemmas = set(analyse(beginning(text, self.language), self.language))
        columns = [self.columns.get(f"{_WORDS}{lemma}") for lemma in sorted(lemmas)]
        met = np.array([column for column in columns if column is not None], dtype=np.int32)
        never = (len(columns) - len(met)) * float(self.rarity.max(initial=1.0))
        total = never + float(self.rarity[met].sum())
        return float(self.rarity[met[self.is_in_scope[met]]].sum()) / total if total else 0.0

    def _weigh(self, views: Sequence[Counter[str]]) -> type_vector:
        (lemmas, of_lemmas), (letters, of_letters) = map(self._of_view, views)
        trust = np.float32(_TRUST.get(self.language, 1.0))
        return np.concatenate([lemmas, letters]), np.concatenate([of_lemmas * trust, of_letters])

    def _of_view(self, view: Counter[str]) -> type_vector:
        found = [(column, times) for name, times in view.items() if (column := self.columns.get(name)) is not None]
        columns = np.array([column for column, _ in found], dtype=np.int32)
        times = np.array([times for _, times in found], dtype=np.float32)
        weights = (1 + np.log(np.maximum(times, 1))) * self.rarity[columns]
        return columns, (weights / max(float(np.linalg.norm(weights)), 1e-9)).astype(np.float32)


def _is_combined(name: str) -> bool:
    """Whether it is of lemmas that stand together in a looser way than side by side."""
    return name.startswith(_WORDS) and ("_" in name or name.count(" ") > 1)
