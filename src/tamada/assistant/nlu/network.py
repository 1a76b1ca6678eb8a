"""A second opinion beside the planes: a small network that learns what features mean together.

Each feature is a point in a space of `_WIDTH` dimensions, a text is the sum of its features there, bent (ReLU) and
turned into likelihoods of labels: fastText (Joulin et al. 2017, arXiv:1607.01759) with one layer more. Where there are
enough examples it errs in other places than the planes do, so that both together are right more often than either.
Trained in NumPy with RMSprop (one rate a feature), dropout of features and of the layer (Srivastava et al. 2014) and
smoothed labels (Szegedy et al. 2016).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .features import type_vector
from .scores import type_matrix

ENOUGH: Final = 2000
"""With fewer examples it would know too little to be asked."""

_WIDTH: Final = 256
_SPREAD: Final = 0.02
_EPOCHS: Final = 8
_AT_ONCE: Final = 200
_WARM_UP: Final = 50
_RATE: Final = 3e-3
_FEATURES_LEFT: Final = 0.5
_LAYER_LEFT: Final = 0.5
_SMOOTH: Final = 0.1
_MEMORY: Final = 0.99
_MOMENTUM: Final = 0.9
_FEWEST_TEXTS: Final = 2
"""Features of a single text say nothing that could be learned here."""

type_floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Network:
    """Which row each feature has (-1: none), where it stands, and how places become labels."""

    rows: NDArray[np.int32]
    places: NDArray[np.float16]
    bias: type_floats
    outer: type_floats
    outer_bias: type_floats

    def likelihoods(self, vectors: Sequence[type_vector]) -> type_matrix:
        """The logarithm of each label's likelihood: one row a text."""
        found = np.array([self._sum(columns, weights) for columns, weights in vectors], dtype=np.float32)
        return _log_softmax(np.maximum(found + self.bias, 0) @ self.outer + self.outer_bias)

    def _sum(self, columns: NDArray[np.int32], weights: type_floats) -> type_floats:
        rows = self.rows[columns]
        known = rows >= 0
        summed: type_floats = weights[known] @ self.places[rows[known]].astype(np.float32)
        return summed

    @classmethod
    def learn(cls, table: Any, wanted: NDArray[np.int64], labels: int, seed: int) -> "Network":
        """From texts as rows of features (a sparse matrix) and the number of each text's label, or -1 for none."""
        met = np.bincount(table.indices, minlength=table.shape[1])
        kept = met >= _FEWEST_TEXTS
        rows = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
        learning = _Learning.begin(int(kept.sum()), labels, seed)
        learning.run(table[:, kept].tocsr(), _targets(wanted, labels))
        return cls(rows, learning.places.astype(np.float16), *learning.layers)


class _Learning:
    """Weights on their way, with what RMSprop remembers of their gradients."""

    def __init__(self, chance: np.random.Generator, places: type_floats, layers: list[type_floats]) -> None:
        self.places = places
        self.layers = layers
        self._chance = chance
        self._places_memory = np.zeros(len(places), dtype=np.float32)
        self._memories = [np.zeros_like(layer) for layer in layers]
        self._momenta = [np.zeros_like(layer) for layer in layers]

    @classmethod
    def begin(cls, features: int, labels: int, seed: int) -> "_Learning":
        chance = np.random.default_rng(seed)
        places = chance.standard_normal((features, _WIDTH), dtype=np.float32) * np.float32(_SPREAD)
        outer = chance.standard_normal((_WIDTH, labels), dtype=np.float32) / np.float32(np.sqrt(_WIDTH))
        bias, outer_bias = np.zeros(_WIDTH, dtype=np.float32), np.zeros(labels, dtype=np.float32)
        return cls(chance, places, [bias, outer, outer_bias])

    def run(self, table: Any, targets: type_floats) -> None:
        """All epochs; the rate rises at first, and then falls to nothing."""
        starts = range(0, table.shape[0], _AT_ONCE)
        steps = _EPOCHS * len(starts)
        step = 0
        for _ in range(_EPOCHS):
            order = self._chance.permutation(table.shape[0])
            for start in starts:
                step += 1
                rate = _RATE * min(1.0, step / _WARM_UP) * (1 + np.cos(np.pi * step / steps)) / 2
                chosen = order[start : start + _AT_ONCE]
                self._step(table[chosen], targets[chosen], np.float32(rate))

    def _step(self, batch: Any, targets: type_floats, rate: np.float32) -> None:
        from scipy.sparse import csr_matrix

        batch.data *= self._left(batch.data.shape, _FEATURES_LEFT)
        batch.eliminate_zeros()
        met, inverse = np.unique(batch.indices, return_inverse=True)
        batch = csr_matrix((batch.data, inverse.astype(np.int32), batch.indptr), shape=(len(targets), len(met)))
        bias, outer, outer_bias = self.layers
        places = self.places[met]
        summed = batch @ places + bias
        left = self._left(summed.shape, _LAYER_LEFT) * (summed > 0)
        bent = summed * left
        error = (np.exp(_log_softmax(bent @ outer + outer_bias)) - targets) / np.float32(len(targets))
        back = (error @ outer.T) * left
        self._move_places(met, places, np.asarray(batch.T @ back), rate)
        self._move_layers([back.sum(0), bent.T @ error, error.sum(0)], rate)

    def _left(self, shape: tuple[int, ...], share: float) -> type_floats:
        """What is left by dropout: so large a share, and that made up for."""
        drawn = self._chance.random(shape, dtype=np.float32) < share
        return np.asarray(drawn / np.float32(share), dtype=np.float32)

    def _move_places(self, met: NDArray[np.int32], places: type_floats, slope: type_floats, rate: np.float32) -> None:
        squares = (slope * slope).mean(1, dtype=np.float32)
        self._places_memory[met] += np.float32(1 - _MEMORY) * (squares - self._places_memory[met])
        memory = self._places_memory[met]
        self.places[met] = places - slope * (rate / (np.sqrt(memory) + np.float32(1e-6)))[:, None]

    def _move_layers(self, slopes: list[type_floats], rate: np.float32) -> None:
        for i, slope in enumerate(slopes):
            self._momenta[i] += np.float32(1 - _MOMENTUM) * (slope - self._momenta[i])
            self._memories[i] += np.float32(1 - _MEMORY) * (slope * slope - self._memories[i])
            self.layers[i] -= rate * self._momenta[i] / (np.sqrt(self._memories[i]) + np.float32(1e-6))


def _targets(wanted: NDArray[np.int64], labels: int) -> type_floats:
    """What to say of each text: its label, and a little of all others; of a text of no label that all are alike."""
    targets = np.full((len(wanted), labels), 1 / labels, dtype=np.float32)
    inside = np.flatnonzero(wanted >= 0)
    targets[inside] *= np.float32(_SMOOTH)
    targets[inside, wanted[inside]] += np.float32(1 - _SMOOTH)
    return targets


def _log_softmax(values: type_matrix) -> type_matrix:
    raised = values - values.max(1, keepdims=True)
    logarithms: type_matrix = raised - np.log(np.exp(raised).sum(1, keepdims=True))
    return logarithms
