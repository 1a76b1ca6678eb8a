"""An intent model: linear, sparse, calibrated on examples that were held out, and able to say that it doesn't know.

One linear support vector machine a label against all others (Fan et al. 2008, LIBLINEAR) over `features`. On a fifth of
the examples, held out together with whole labels, two things are learned: a temperature that turns scores into
probabilities (Guo et al. 2017, arXiv:1706.04599), and from which signs a text is told that belongs to no label: labels
that were held out are such texts, and so are the examples of `out_of_scope`.
"""

import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .features import Features, type_vector

FORMAT: Final = 1
MOST_ALTERNATIVES: Final = 3

_PENALTY: Final = {"hy": 0.5, "ka": 0.5}
"""What a mistake costs in training (C), elsewhere 1: words of many forms are met seldom, and fitted less closely."""
_HELD: Final = 0.2
_HELD_LABELS: Final = 6
"""One label of so many is held out whole."""
_FEWEST_HELD: Final = 30
"""With fewer examples held out nothing is learned from them."""
_LOST: Final = 0.012
"""The share of texts in scope that may be taken for others: what is refused goes to a person, who costs more."""
_WARMTH: Final = 0.25
"""The temperature where there are too few examples to learn one."""
_SEED: Final = 20_261_126

type_matrix = NDArray[np.floating[Any]]


class NothingToLearn(ValueError):
    """No example had any words in it."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another label a text may have, and how likely."""

    label: str
    confidence: float

    def __iter__(self) -> Any:
        return iter((self.label, self.confidence))


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest label, its probability among all labels, whether the text belongs to any, and the next ones."""

    label: str
    confidence: float
    in_scope: bool
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class _Gate:
    """A logistic measure of how much a text's signs are those of a text in scope, and from where on it is one."""

    mean: type_matrix
    spread: type_matrix
    weights: type_matrix
    threshold: float

    def measure(self, signs: type_matrix) -> type_matrix:
        measured: type_matrix = ((signs - self.mean) / self.spread) @ self.weights
        return measured


class IntentModel:
    """Tells what a text is about, of the labels it was trained on."""

    def __init__(
        self, features: Features, labels: Sequence[str], weights: type_matrix, bias: type_matrix, learned: "_Learned"
    ) -> None:
        self._features = features
        self._labels = list(labels)
        self._weights = weights
        self._bias = bias
        self._learned = learned

    @classmethod
    def train(
        cls, examples: Iterable[tuple[str, str]], *, language: str, out_of_scope: Iterable[str] = ()
    ) -> "IntentModel":
        """Learn from texts and their labels; `out_of_scope` are texts that have none.

        The same examples give the same model. Raises `NothingToLearn`.
        """
        given = [(text, label) for text, label in examples if text.strip()]
        others = [text for text in out_of_scope if text.strip()]
        if not given:
            raise NothingToLearn
        texts, labels = [text for text, _ in given], [label for _, label in given]
        learned = _calibrate(texts, labels, others, language)
        features, names, weights, bias = _fit(texts, labels, others, language)
        return cls(features, names, weights, bias, learned)

    @property
    def labels(self) -> list[str]:
        """What it can tell apart."""
        return list(self._labels)

    def predict(self, text: str) -> Prediction:
        """What a text is about. A text without a word that is known belongs to no label."""
        vector = self._features.vector(text)
        scores = _scores([vector], self._weights, self._bias)
        chances = _chances(scores, self._learned.temperature)[0]
        best = np.argsort(-chances, kind="stable")[: MOST_ALTERNATIVES + 1]
        in_scope = bool(len(vector[0])) and self._is_in_scope(scores, self._features.known(text))
        found = [Alternative(self._labels[i], float(chances[i])) for i in best]
        return Prediction(found[0].label, found[0].confidence, in_scope, tuple(found[1:]))

    def _is_in_scope(self, scores: type_matrix, known: float) -> bool:
        signs = _signs(scores, np.array([known], dtype=np.float32))
        gate = self._learned.gate
        return known >= self._learned.fewest_known if gate is None else bool(gate.measure(signs)[0] >= gate.threshold)

    # --- on disk ------------------------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write it to a file: arrays and JSON in a zip, nothing that is run when it is read."""
        gate = self._learned.gate
        told = {
            "format": FORMAT,
            "language": self._features.language,
            "labels": self._labels,
            "temperature": self._learned.temperature,
            "fewest_known": self._learned.fewest_known,
            "threshold": None if gate is None else gate.threshold,
        }
        arrays = {
            "names": np.frombuffer("\n".join(self._features.columns).encode(), dtype=np.uint8),
            "rarity": self._features.rarity,
            "is_in_scope": self._features.is_in_scope,
            "weights": self._weights.astype(np.float16),
            "bias": self._bias,
            "told": np.frombuffer(json.dumps(told).encode(), dtype=np.uint8),
        }
        if gate is not None:
            arrays["gate"] = np.stack([gate.mean, gate.spread, gate.weights])
        with Path(path).open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: str | Path) -> "IntentModel":
        """Read it again. Raises ValueError for what is no such file."""
        try:
            with np.load(path, allow_pickle=False) as kept:
                told = json.loads(kept["told"].tobytes())
                arrays = {name: kept[name] for name in kept.files}
        except (zipfile.BadZipFile, AttributeError, EOFError, KeyError, OSError, ValueError) as error:
            raise ValueError("This is no intent model.") from error
        if told.get("format") != FORMAT:
            raise ValueError("This intent model is of another version.")
        names = arrays["names"].tobytes().decode().split("\n")
        columns = {name: column for column, name in enumerate(names)}
        features = Features(columns, arrays["rarity"], arrays["is_in_scope"], told["language"])
        gate = None
        if "gate" in arrays:
            mean, spread, weights = arrays["gate"]
            gate = _Gate(mean, spread, weights, told["threshold"])
        learned = _Learned(told["temperature"], gate, told["fewest_known"])
        return cls(features, told["labels"], arrays["weights"].astype(np.float32), arrays["bias"], learned)


# --- learning ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Learned:
    """What was learned from the examples held out. Without enough of them no gate: then what is known decides."""

    temperature: float = _WARMTH
    gate: _Gate | None = None
    fewest_known: float = 0.5


type_fitted = tuple[Features, list[str], type_matrix, type_matrix]


def _fit(texts: Sequence[str], labels: Sequence[str], others: Sequence[str], language: str) -> type_fitted:
    """Features, labels in order, weights by feature and label, and the bias. Texts of no label speak against all."""
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    features, vectors = Features.learn(texts, language, others)
    names = sorted(set(labels))
    width = max(1, len(features.columns))
    if len(names) == 1 and not others:
        return features, names, np.zeros((width, 1), dtype=np.float32), np.ones(1, dtype=np.float32)
    columns = np.concatenate([columns for columns, _ in vectors])
    weights = np.concatenate([weights for _, weights in vectors])
    ends = np.cumsum([0, *(len(columns) for columns, _ in vectors)])
    table = csr_matrix((weights, columns, ends), shape=(len(vectors), width))
    # Labels are numbered, so that none can be taken for that of the others.
    number = {name: i for i, name in enumerate(names)}
    wanted = [*(number[label] for label in labels), *([len(names)] * len(others))]
    machine = LinearSVC(C=_PENALTY.get(language, 1.0), random_state=_SEED).fit(table, wanted)
    found, bias = np.asarray(machine.coef_, dtype=np.float32), np.asarray(machine.intercept_, dtype=np.float32)
    if len(found) == 1:  # Of two there is one plane between them.
        found, bias = np.vstack([-found, found]), np.concatenate([-bias, bias])
    return features, names, np.ascontiguousarray(found[: len(names)].T), bias[: len(names)]


def _calibrate(texts: Sequence[str], labels: Sequence[str], others: Sequence[str], language: str) -> _Learned:
    """Train on a part, and learn from the rest how far to trust what such a model says."""
    held = _held(labels)
    if held.count(_IN) < _FEWEST_HELD:
        return _Learned()
    train = [i for i, kind in enumerate(held) if kind == _TRAIN]
    rest = [i for i, kind in enumerate(held) if kind in (_IN, _OUT)]
    features, names, weights, bias = _fit([texts[i] for i in train], [labels[i] for i in train], others[::2], language)
    asked = [*(texts[i] for i in rest), *others[1::2]]
    scores = _scores([features.vector(text) for text in asked], weights, bias)
    is_in = np.array([*(held[i] == _IN for i in rest), *([False] * len(others[1::2]))])
    number = {name: i for i, name in enumerate(names)}
    wanted = np.array([number[labels[i]] for i in rest if held[i] == _IN])
    temperature = _temperature(scores[is_in], wanted)
    known = np.array([features.known(text) for text in asked], dtype=np.float32)
    return _Learned(temperature, _gate(_signs(scores, known), is_in))


_TRAIN, _IN, _OUT = "train", "in", "out"


def _held(labels: Sequence[str]) -> list[str]:
    """For each example whether it is trained on, held out, or of a label that is held out; by a fixed seed."""
    chance = np.random.default_rng(_SEED)
    counts = Counter(labels)
    names = sorted(counts)
    away = set(chance.permutation(names)[: len(names) // _HELD_LABELS]) if len(names) > 2 * _HELD_LABELS else set()
    drawn = chance.random(len(labels)) < _HELD
    kinds = {(True, True): _OUT, (True, False): "neither", (False, True): _IN, (False, False): _TRAIN}
    return [
        _TRAIN if label not in away and counts[label] < 1 / _HELD else kinds[label in away, bool(is_drawn)]
        for label, is_drawn in zip(labels, drawn, strict=True)
    ]


def _temperature(scores: type_matrix, wanted: NDArray[np.int64]) -> float:
    """By which scores have to be divided for the right labels to be likeliest as a whole (least log loss)."""
    grid = np.geomspace(0.02, 2.0, 60)
    rows = np.arange(len(wanted))
    losses = [-np.log(_chances(scores, warmth)[rows, wanted] + 1e-12).mean() for warmth in grid]
    return float(grid[int(np.argmin(losses))])


def _gate(signs: type_matrix, is_in: NDArray[np.bool_]) -> _Gate | None:
    """What tells texts in scope from others, at the measure that only `_LOST` of those in scope don't reach."""
    from sklearn.linear_model import LogisticRegression

    if is_in.all():
        return None
    mean, spread = signs.mean(0), np.maximum(signs.std(0), 1e-6)
    told = LogisticRegression(C=1.0).fit((signs - mean) / spread, is_in)
    gate = _Gate(mean, spread, np.asarray(told.coef_[0], dtype=np.float32), 0.0)
    return _Gate(mean, spread, gate.weights, float(np.quantile(gate.measure(signs[is_in]), _LOST)))


# --- asking -----------------------------------------------------------------------------------------------------------


def _scores(vectors: Sequence[type_vector], weights: type_matrix, bias: type_matrix) -> type_matrix:
    """How far each text is on the side of each label: one row a text."""
    rows = [weight @ weights[columns] + bias for columns, weight in vectors]
    return np.array(rows, dtype=np.float32)


def _chances(scores: type_matrix, temperature: float) -> type_matrix:
    """Probabilities of the labels (softmax)."""
    raised = np.exp((scores - scores.max(1, keepdims=True)) / temperature)
    chances: type_matrix = raised / raised.sum(1, keepdims=True)
    return chances


def _signs(scores: type_matrix, known: type_matrix) -> type_matrix:
    """What a text in scope is known by: its words, its best score, and how that stands out. One row a text."""
    ordered = -np.sort(-scores, axis=1)
    best, second = ordered[:, 0], ordered[:, min(1, ordered.shape[1] - 1)]
    next_ones = ordered[:, 1:5].mean(1) if ordered.shape[1] > 1 else best
    chances = _chances(scores, _WARMTH)
    doubt = -(chances * np.log(chances + 1e-12)).sum(1)
    return np.stack([known, best, best - second, best - next_ones, doubt], axis=1).astype(np.float32)
