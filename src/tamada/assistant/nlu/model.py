"""An intent model: small, sparse, calibrated on examples that were held out, and able to say that it doesn't know."""

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from tamada.kit.text import ANALYSIS

from .bands import Band, Bands, find_bands
from .features import Features
from .learning import Examples, Fitted, calibrate, fit
from .network import Network
from .scores import Learned, Measure, shares_of

FORMAT: Final = 3
MOST_ALTERNATIVES: Final = 3


class NothingToLearn(ValueError):
    """No example had any words in it."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another label a text may have, and how likely."""

    label: str
    confidence: float

    def __iter__(self) -> Iterator[Any]:
        return iter((self.label, self.confidence))


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest label, how likely it is right, whether the text belongs to any, and the next ones.

    `band` says what to do with it.
    """

    label: str
    confidence: float
    in_scope: bool
    alternatives: tuple[Alternative, ...]
    band: Band


class IntentModel:
    """Tells what a text is about, of the labels it was trained on."""

    def __init__(self, fitted: Fitted, learned: Learned) -> None:
        self._fitted = fitted
        self._learned = learned

    @classmethod
    def train(
        cls,
        examples: Iterable[tuple[str, str]],
        *,
        language: str,
        out_of_scope: Iterable[str] = (),
        answers: Iterable[tuple[str, str]] = (),
    ) -> "IntentModel":
        """Learn from texts and their labels; `out_of_scope` are texts that have none.

        `answers` are what is said about a label instead of asked, sentences of an article: learned from, but how sure
        the model may be is found on questions alone. Those whose label has no example are left out.

        The same examples give the same model. Raises `NothingToLearn`.
        """
        given = [(text, label) for text, label in examples if _has_words(text)]
        if not given:
            raise NothingToLearn
        others = [text for text in out_of_scope if _has_words(text)]
        labels = [label for _, label in given]
        asked = set(labels)
        said = [(text, label) for text, label in answers if _has_words(text) and label in asked]
        wanted = Examples([text for text, _ in given], labels, others, language, said)
        learned = calibrate(wanted)
        return cls(fit(wanted), learned)

    @property
    def labels(self) -> list[str]:
        """What it can tell apart."""
        return list(self._fitted.names)

    @property
    def trials(self) -> list[tuple[float, bool]]:
        """What models like this one said about examples they had not learned from: how confident, and whether right.

        0 is the confidence of what was taken to be out of scope. None where there were too few examples.
        """
        return list(self._learned.trials)

    @cached_property
    def bands(self) -> Bands:
        """From which confidence on an answer is sure, by these trials."""
        return find_bands(self._learned.trials)

    def predict(self, text: str) -> Prediction:
        """What a text is about. A text without a word that is known belongs to no label."""
        fitted = self._fitted
        vector = fitted.features.vector(text)
        scores = fitted.scores([vector])
        shares = shares_of(scores)[0]
        first, *others = np.argsort(-shares, kind="stable")[: MOST_ALTERNATIVES + 1]
        known = np.array([fitted.features.known(text)], dtype=np.float32)
        in_scope = bool(len(vector[0])) and bool(self._learned.in_scope(scores, known)[0])
        confidence = float(self._learned.confidence(scores, known)[0])
        # What is left of certainty the others have by their shares; none is likelier than the best.
        left = (1 - confidence) / max(1 - float(shares[first]), 1e-9)
        alternatives = (Alternative(fitted.names[i], min(confidence, float(shares[i]) * left)) for i in others)
        band = self.bands.of(confidence, in_scope=in_scope)
        return Prediction(fitted.names[first], confidence, in_scope, tuple(alternatives), band)

    # --- on disk ------------------------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write it to a file: arrays and JSON in a zip, nothing that is run when it is read."""
        fitted, learned = self._fitted, self._learned
        told = {
            "format": [FORMAT, ANALYSIS],
            "language": fitted.features.language,
            "labels": list(fitted.names),
            "thresholds": {name: measure.threshold for name, measure in _measures(learned)},
            "trials": learned.trials,
        }
        arrays = {
            "names": _bytes("\n".join(fitted.features.columns)),
            "rarity": fitted.features.rarity,
            "is_in_scope": fitted.features.is_in_scope,
            "weights": fitted.weights.astype(np.float16),
            "bias": fitted.bias,
            "told": _bytes(json.dumps(told)),
        }
        for name, measure in _measures(learned):
            arrays[name] = np.stack([measure.mean, measure.spread, measure.weights])
        if fitted.network is not None:
            arrays |= {f"network.{field.name}": getattr(fitted.network, field.name) for field in fields(Network)}
        with Path(path).open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: str | Path) -> "IntentModel":
        """Read it again. Raises ValueError for what is no such file, or was made by another analysis of words."""
        try:
            with np.load(path, allow_pickle=False) as kept:
                told = json.loads(kept["told"].tobytes())
                arrays = {name: kept[name] for name in kept.files}
        except (zipfile.BadZipFile, AttributeError, EOFError, KeyError, OSError, ValueError) as error:
            raise ValueError("This is no intent model.") from error
        if told.get("format") != [FORMAT, ANALYSIS]:
            raise ValueError("This intent model is of another version.")
        columns = {name: column for column, name in enumerate(arrays["names"].tobytes().decode().split("\n"))}
        features = Features(columns, arrays["rarity"], arrays["is_in_scope"], told["language"])
        measures = {}
        for name, threshold in told["thresholds"].items():
            mean, spread, weights = arrays[name]
            measures[name] = Measure(mean, spread, weights, threshold)
        network = None
        if "network.rows" in arrays:
            network = Network(**{field.name: arrays[f"network.{field.name}"] for field in fields(Network)})
        trials = tuple((float(confidence), bool(right)) for confidence, right in told["trials"])
        fitted = Fitted(features, told["labels"], arrays["weights"].astype(np.float32), arrays["bias"], network)
        return cls(fitted, Learned(measures.get("gate"), measures.get("trust"), trials))


def _measures(learned: Learned) -> list[tuple[str, Measure]]:
    """Those that were learned, by what they are called in the file."""
    both = {"gate": learned.gate, "trust": learned.trust}
    return [(name, measure) for name, measure in both.items() if measure is not None]


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _bytes(text: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer(text.encode(), dtype=np.uint8)
