"""How texts are scored by label, and what is learned about such scores: their warmth, and where knowledge ends."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

type_matrix = NDArray[np.floating[Any]]

WARMTH: Final = 0.25
"""The temperature where there are too few examples to learn one."""
FEWEST_KNOWN: Final = 0.5
"""So much of what a text says has to be known where there are too few examples to learn more signs."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A logistic measure of how much a text's signs are those of a text in scope, and from where on it is one."""

    mean: type_matrix
    spread: type_matrix
    weights: type_matrix
    threshold: float

    def measure(self, signs: type_matrix) -> type_matrix:
        """Of each row of signs how much it is that of a text in scope."""
        measured: type_matrix = ((signs - self.mean) / self.spread) @ self.weights
        return measured


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned from examples held out. Without enough of them there is no gate: then what is known decides."""

    temperature: float = WARMTH
    gate: Gate | None = None
    trials: tuple[tuple[float, bool], ...] = ()

    def in_scope(self, scores: type_matrix, known: type_matrix) -> NDArray[np.bool_]:
        """Which texts belong to a label at all, by their scores and by how much of them is known."""
        if self.gate is None:
            return known >= FEWEST_KNOWN
        return self.gate.measure(signs_of(scores, known)) >= self.gate.threshold


def chances_of(scores: type_matrix, temperature: float) -> type_matrix:
    """Probabilities of the labels (softmax)."""
    raised = np.exp((scores - scores.max(1, keepdims=True)) / temperature)
    chances: type_matrix = raised / raised.sum(1, keepdims=True)
    return chances


def signs_of(scores: type_matrix, known: type_matrix) -> type_matrix:
    """What a text in scope is known by: its words, its best score, and how that stands out. One row a text."""
    ordered = -np.sort(-scores, axis=1)
    best, second = ordered[:, 0], ordered[:, min(1, ordered.shape[1] - 1)]
    next_ones = ordered[:, 1:5].mean(1) if ordered.shape[1] > 1 else best
    chances = chances_of(scores, WARMTH)
    doubt = -(chances * np.log(chances + 1e-12)).sum(1)
    return np.stack([known, best, best - second, best - next_ones, doubt], axis=1).astype(np.float32)
