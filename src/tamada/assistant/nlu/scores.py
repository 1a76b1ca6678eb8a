"""How texts are scored by label, and what is learned about such scores: their warmth, and where knowledge ends."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

type_matrix = NDArray[np.floating[Any]]

WARMTH: Final = 0.25
"""By which scores are divided before they are turned into shares of the labels."""
FEWEST_KNOWN: Final = 0.5
"""So much of what a text says has to be known where there are too few examples to learn more signs."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A logistic measure of signs, and where it turns from no to yes."""

    mean: type_matrix
    spread: type_matrix
    weights: type_matrix
    threshold: float

    def of(self, signs: type_matrix) -> type_matrix:
        """Of each row of signs how far it speaks for yes."""
        measured: type_matrix = ((signs - self.mean) / self.spread) @ self.weights
        return measured

    def chance(self, signs: type_matrix) -> type_matrix:
        """Of each row of signs how likely it is yes, where the threshold is that of equal chances."""
        chances: type_matrix = 1 / (1 + np.exp(np.clip(self.threshold - self.of(signs), -50, 50)))
        return chances


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned from examples held out: which texts are in scope, and how likely the best label is right.

    Without enough of them what is known decides about the scope, and the best label's share stands for its chance.
    """

    gate: Measure | None = None
    trust: Measure | None = None
    trials: tuple[tuple[float, bool], ...] = ()

    def in_scope(self, scores: type_matrix, known: type_matrix) -> NDArray[np.bool_]:
        """Which texts belong to a label at all, by their scores and by how much of them is known."""
        if self.gate is None:
            return known >= FEWEST_KNOWN
        return self.gate.of(signs_of(scores, known)) >= self.gate.threshold

    def confidence(self, scores: type_matrix, known: type_matrix) -> type_matrix:
        """How likely the best label of each text is right."""
        if self.trust is None:
            best: type_matrix = shares_of(scores).max(1)
            return best
        return self.trust.chance(signs_of(scores, known))


def shares_of(scores: type_matrix) -> type_matrix:
    """What part of the likelihood each label has beside the others (softmax)."""
    raised = np.exp((scores - scores.max(1, keepdims=True)) / WARMTH)
    shares: type_matrix = raised / raised.sum(1, keepdims=True)
    return shares


def signs_of(scores: type_matrix, known: type_matrix) -> type_matrix:
    """What a text in scope is known by: its words, its best score, and how that stands out. One row a text."""
    ordered = -np.sort(-scores, axis=1)
    best, second = ordered[:, 0], ordered[:, min(1, ordered.shape[1] - 1)]
    next_ones = ordered[:, 1:5].mean(1) if ordered.shape[1] > 1 else best
    shares = shares_of(scores)
    doubt = -(shares * np.log(shares + 1e-12)).sum(1)
    return np.stack([known, best, best - second, best - next_ones, doubt], axis=1).astype(np.float32)
