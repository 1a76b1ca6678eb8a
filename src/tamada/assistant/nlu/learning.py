"""How a model learns: what parts its labels, and from examples held out how far to trust what it says.

One linear support vector machine a label against all others (Fan et al. 2008, LIBLINEAR) over `features`, and
with examples enough a `network` beside them, whose logarithms of likelihoods are added to their scores. On examples
held out, some together with their whole label, three things are learned: by which signs a text is told that belongs to
no label (labels that were held out are such texts, and so are the examples of `out_of_scope`); how likely the best
label is right by the same signs, which say more than its score alone (Platt 1999, with several signs); and how often
answers of which confidence are right. Few examples are held out a part at a time until each has been; of many a fifth
is enough.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tamada.kit.text import fold

from .features import Features, type_vector
from .network import ENOUGH, Network
from .scores import Learned, Measure, signs_of, type_matrix

_PENALTY: Final = {"hy": 0.5, "ka": 0.5}
"""What a mistake costs in training (C), elsewhere 1: words of many forms are met seldom, and fitted less closely."""
_SECOND: Final = 0.25
"""What the network adds to a score, by its logarithm of a likelihood (cross-validated on BANKING77 and MASSIVE)."""
_PARTS: Final = 5
_FEW: Final = 1000
"""Of so few examples parts half as large are held out: what is left is as near to all of them as may be."""
_MANY: Final = 3000
"""Of more examples one part is held out, of fewer each in its turn."""
_HELD_LABELS: Final = 6
"""One label of so many is held out whole."""
_FEWEST_HELD: Final = 30
"""With fewer examples held out nothing is learned from them."""
_LOST: Final = 0.012
"""The share of texts in scope that may be taken for others: what is refused goes to a person, who costs more."""
SEED: Final = 20_261_126


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts, their labels, and texts that have none; sentences of answers, which are learned from and never asked."""

    texts: Sequence[str]
    labels: Sequence[str]
    others: Sequence[str]
    language: str
    answers: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Fitted:
    """Features, labels in order, by which weights of its features and which bias a text is scored for each.

    With enough examples a network is heard too.
    """

    features: Features
    names: Sequence[str]
    weights: type_matrix
    bias: type_matrix
    network: Network | None = None

    def scores(self, vectors: Sequence[type_vector]) -> type_matrix:
        """How far each text is on the side of each label: one row a text."""
        rows = [weight @ self.weights[columns] + self.bias for columns, weight in vectors]
        found = np.array(rows, dtype=np.float32)
        return found if self.network is None else found + _SECOND * self.network.likelihoods(vectors)


def fit(examples: Examples) -> Fitted:
    """Planes that part the labels. Texts of no label speak against all."""
    from scipy.sparse import csr_matrix

    texts = [*examples.texts, *(text for text, _ in examples.answers)]
    labels = [*examples.labels, *(label for _, label in examples.answers)]
    features, vectors = Features.learn(texts, examples.language, examples.others)
    names = sorted(set(labels))
    width = max(1, len(features.columns))
    if len(names) == 1 and not examples.others:
        return Fitted(features, names, np.zeros((width, 1), dtype=np.float32), np.ones(1, dtype=np.float32))
    columns = np.concatenate([columns for columns, _ in vectors])
    amounts = np.concatenate([amounts for _, amounts in vectors])
    ends = np.cumsum([0, *(len(columns) for columns, _ in vectors)])
    table = csr_matrix((amounts, columns, ends), shape=(len(vectors), width))
    number = {name: i for i, name in enumerate(names)}
    wanted = np.array([*(number[label] for label in labels), *([-1] * len(examples.others))])
    weights, bias = _planes(table, np.where(wanted < 0, len(names), wanted), examples.language)
    network = Network.learn(table, wanted, len(names), SEED) if len(texts) >= ENOUGH else None
    return Fitted(features, names, np.ascontiguousarray(weights[:, : len(names)]), bias[: len(names)], network)


def _planes(table: Any, wanted: NDArray[np.int64], language: str) -> tuple[type_matrix, type_matrix]:
    """Weights by feature and label, and the bias of each label."""
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=_PENALTY.get(language, 1.0), random_state=SEED).fit(table, wanted)
    found, bias = np.asarray(machine.coef_, dtype=np.float32), np.asarray(machine.intercept_, dtype=np.float32)
    if len(found) == 1:  # Of two there is one plane between them.
        found, bias = np.vstack([-found, found]), np.concatenate([-bias, bias])
    return found.T, bias


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a model that was trained on a part said about the rest. A text of no label it knows wants number -1."""

    scores: type_matrix
    known: type_matrix
    wanted: NDArray[np.int64]


def calibrate(examples: Examples) -> Learned:
    """Train on a part, and learn from the rest how far to trust what such a model says."""
    asked = [_ask(examples, held, others) for held, others in _rounds(examples)]
    wanted = np.concatenate([one.wanted for one in asked]) if asked else np.array([], dtype=np.int64)
    if (wanted >= 0).sum() < _FEWEST_HELD:
        return Learned()
    signs = np.concatenate([signs_of(one.scores, one.known) for one in asked])
    right = np.concatenate([one.scores.argmax(1) == one.wanted for one in asked])
    learned = Learned(_gate(signs, wanted >= 0), _measure(signs, right))
    return Learned(learned.gate, learned.trust, tuple(pair for one in asked for pair in _trials(one, learned)))


def _ask(examples: Examples, held: Sequence[str], is_asked: Sequence[bool]) -> _Asked:
    train = [i for i, kind in enumerate(held) if kind == _TRAIN]
    rest = [i for i, kind in enumerate(held) if kind in (_IN, _OUT)]
    others = [text for text, is_one in zip(examples.others, is_asked, strict=True) if not is_one]
    strange = [text for text, is_one in zip(examples.others, is_asked, strict=True) if is_one]
    texts, labels = [examples.texts[i] for i in train], [examples.labels[i] for i in train]
    known = set(labels)
    answers = [(text, label) for text, label in examples.answers if label in known]
    fitted = fit(Examples(texts, labels, others, examples.language, answers))
    asked = [*(examples.texts[i] for i in rest), *strange]
    scores = fitted.scores([fitted.features.vector(text) for text in asked])
    number = {name: i for i, name in enumerate(fitted.names)}
    wanted = [*(number[examples.labels[i]] if held[i] == _IN else -1 for i in rest), *([-1] * len(strange))]
    share = np.array([fitted.features.known(text) for text in asked], dtype=np.float32)
    return _Asked(scores, share, np.array(wanted, dtype=np.int64))


_TRAIN, _IN, _OUT, _NEITHER = "train", "in", "out", "neither"


def _rounds(examples: Examples) -> Iterator[tuple[list[str], list[bool]]]:
    """For each round which examples are trained on, held out, or of a label held out, and which others are asked."""
    count = len(examples.texts)
    in_all = _PARTS * (2 if count <= _FEW else 1)
    rounds = in_all if count <= _MANY else 1
    chance = np.random.default_rng(SEED)
    counts = Counter(examples.labels)
    parts, ranks = _parts(examples, chance, in_all), _ranks(sorted(counts), chance)
    every = max(2, rounds)
    for turn in range(rounds):
        away = {name for name, rank in ranks.items() if rank % _HELD_LABELS == turn}
        held = [
            _TRAIN if label not in away and counts[label] == 1 else _KINDS[label in away, part == turn]
            for label, part in zip(examples.labels, parts, strict=True)
        ]
        if _IN in held and _TRAIN in held:
            yield held, [i % every == turn for i in range(len(examples.others))]


_KINDS: Final = {(True, True): _OUT, (True, False): _NEITHER, (False, True): _IN, (False, False): _TRAIN}


def _parts(examples: Examples, chance: np.random.Generator, in_all: int) -> list[int]:
    """In which part each example is: those of a label are spread evenly, and what is written twice stays together."""
    met: dict[str, dict[str, int]] = defaultdict(dict)
    places = [met[label].setdefault(fold(text), len(met[label])) for text, label in _pairs(examples)]
    spread = {label: chance.permutation(len(met[label])) for label in sorted(met)}
    return [int(spread[label][place]) % in_all for label, place in zip(examples.labels, places, strict=True)]


def _pairs(examples: Examples) -> Iterator[tuple[str, str]]:
    return zip(examples.texts, examples.labels, strict=True)


def _ranks(names: Sequence[str], chance: np.random.Generator) -> dict[str, int]:
    """Labels by the round in which they are held out whole; none where there are only a few."""
    if len(names) <= 2 * _HELD_LABELS:
        return {}
    return {name: rank for rank, name in enumerate(chance.permutation(np.array(names, dtype=object)))}


def _gate(signs: type_matrix, is_in: NDArray[np.bool_]) -> Measure | None:
    """What tells texts in scope from others, at the measure that only `_LOST` of those in scope don't reach."""
    gate = _measure(signs, is_in)
    return None if gate is None else replace(gate, threshold=float(np.quantile(gate.of(signs[is_in]), _LOST)))


def _measure(signs: type_matrix, is_so: NDArray[np.bool_]) -> Measure | None:
    """What tells these apart by their signs, where there are both: logistic regression."""
    from sklearn.linear_model import LogisticRegression

    if is_so.all() or not is_so.any():
        return None
    mean, spread = signs.mean(0), np.maximum(signs.std(0), 1e-6)
    with np.errstate(invalid="ignore"):  # OpenBLAS raises this flag over narrow float32 tables that are finite
        told = LogisticRegression(C=1.0).fit((signs - mean) / spread, is_so)
    return Measure(mean, spread, np.asarray(told.coef_[0], dtype=np.float32), -float(told.intercept_[0]))


def _trials(asked: _Asked, learned: Learned) -> Iterator[tuple[float, bool]]:
    """How confident each answer was (0 where it was refused), and whether it was right."""
    is_in = learned.in_scope(asked.scores, asked.known)
    confident = np.where(is_in, learned.confidence(asked.scores, asked.known), 0.0)
    return zip(confident.tolist(), (asked.scores.argmax(1) == asked.wanted).tolist(), strict=True)
