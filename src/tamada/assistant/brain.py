"""What was learned from everything that can be answered with: loaded when it is first asked, and kept in the process.

A label is what a text may be about: `join(source, key)` of an answer, or that of an action. What was learned is a zip
in `core.storage`, so that every process of every machine reads the same: `brain.json` says for each language what it
may do, `LANGUAGE.model` is an `IntentModel`.
"""

import io
import json
import logging
import tempfile
import threading
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.util import find_spec
from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tamada.core import settings_store, storage
from tamada.kit.text import analyse

if TYPE_CHECKING:
    from tamada.assistant.nlu import IntentModel, Prediction
    from tamada.assistant.nlu.bands import Bands
    from tamada.assistant.nlu.retrieval import Retriever

ACTION: Final = "action"
"""What stands for the source in the label of a business action."""

NEWEST: Final = "assistant.brain"
"""The setting that names the newest `Learned`, so that asking for it costs no query."""
settings_store.declare(NEWEST, int, default=0)

_MOST: Final = 5
log = logging.getLogger(__name__)


class Band(StrEnum):
    """How surely something is known. The same words as `nlu.bands`, which is not always installed."""

    SURE = "sure"
    UNSURE = "unsure"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a text may be about: labels and how likely each is, the likeliest first; none when it is about nothing."""

    band: Band
    ranked: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Mind:
    """What is known in one language. Without `may_answer` nothing is sure: there was too little to learn from.

    `known` are the questions that were learned, by their words, with the one label that each stands for.
    """

    model: "IntentModel"
    texts: "Retriever"
    bands: "Bands"
    may_answer: bool
    known: Mapping[str, str]

    def judge(self, text: str, language: str) -> Judged:
        """By the ways of asking that were learned. Sure is what two ways of looking agree on, or what was learned in
        these very words; of what is unsure the order is that of both together.
        """
        said = self.model.predict(text)
        if self.may_answer and (label := self.known.get(worded(text, language))) is not None:
            others = [name for name in _likely(said) if name != label]
            return Judged(Band.SURE, ((label, 1.0), *((name, 0.0) for name in others)))
        band = self._band(said)
        if band == Band.NONE:
            return Judged(Band.NONE)
        hits = {hit.key: hit.score for hit in self.texts.search(text, language, _MOST)}
        likely = _likely(said)
        if band == Band.SURE and next(iter(hits), "") != said.label:
            band = Band.UNSURE
        ranked = sorted(likely | hits, key=lambda label: -(likely.get(label, 0.0) + hits.get(label, 0.0)))
        if band == Band.SURE:
            ranked = [said.label, *(label for label in ranked if label != said.label)]
        return Judged(band, tuple((label, likely.get(label, 0.0)) for label in ranked))

    def _band(self, said: "Prediction") -> Band:
        """Where there was too little to find out how surely it is right, it may still be worth offering."""
        band = Band(self.bands.of(said.confidence, in_scope=said.in_scope).value)
        if band == Band.SURE and not self.may_answer:
            return Band.UNSURE
        if band == Band.NONE and said.in_scope and not self.may_answer:
            return Band.UNSURE
        return band


@dataclass(frozen=True, slots=True)
class Brain:
    """One version of what was learned, by language."""

    version: int
    minds: Mapping[str, Mind]

    @property
    def languages(self) -> frozenset[str]:
        """Those in which something is known."""
        return frozenset(self.minds)

    def judge(self, text: str, language: str) -> Judged:
        """What a text in one of its languages may be about."""
        return self.minds[language].judge(text, language)


def join(source: str, key: str) -> str:
    """The label of what a source holds under a key."""
    return f"{source}:{key}"


def _likely(said: "Prediction") -> dict[str, float]:
    """Every label that a model named, and how likely it is."""
    return {said.label: said.confidence, **{one.label: one.confidence for one in said.alternatives}}


def worded(text: str, language: str) -> str:
    """A question by its words alone, in their order: equal for questions that differ in endings and signs."""
    return " ".join(analyse(text, language))


def split(label: str) -> tuple[str, str]:
    """Source and key of a label."""
    source, _, key = label.partition(":")
    return source, key


def is_possible() -> bool:
    """Whether the programs that understand are installed (the extra `assistant`)."""
    return all(find_spec(name) is not None for name in ("numpy", "scipy", "sklearn"))


PAUSE: Final = 30.0
"""Seconds for which a brain that could not be read is not tried again."""
_guard = threading.Lock()
_held: Brain | None = None
_failed: tuple[int, float] = (0, 0.0)
"""Which version could not be read, and when."""


def current() -> Brain | None:
    """The newest brain, None before the first was made. A newer one is loaded by whoever asks first, and meanwhile, as
    while its file is broken or away, everybody else is served the one before. Only the first of all is waited for.
    """
    newest = int(settings_store.get(NEWEST))
    if not newest:
        return None
    held = _held
    if (held is not None and held.version == newest) or _has_failed(newest):
        return held
    if not _guard.acquire(blocking=held is None):
        return held
    try:
        return _renewed(newest)
    finally:
        _guard.release()


def _has_failed(version: int) -> bool:
    failed, at = _failed
    return failed == version and time.monotonic() - at < PAUSE


def _renewed(newest: int) -> Brain | None:
    """Load it, unless somebody else has meanwhile, or could not. The lock is held."""
    global _held, _failed
    if (_held is not None and _held.version == newest) or _has_failed(newest):
        return _held
    if found := _load(newest):
        _held = found
    else:
        _failed = (newest, time.monotonic())
    return _held


def forget() -> None:
    """What is held goes; the next question loads it anew."""
    global _held, _failed
    _held, _failed = None, (0, 0.0)


def _load(version: int) -> Brain | None:
    from .models import Learned

    blob = Learned.objects.filter(pk=version).values_list("blob", flat=True).first()
    if blob is None:
        return None
    try:
        return Brain(version, unpacked(storage.read(blob)) if blob else {})
    except (storage.MissingFile, storage.StoreAway, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        log.warning("What the assistant has learned can't be read.", extra={"reason": type(error).__name__})
        return None


@dataclass(frozen=True, slots=True)
class Trained:
    """What was learned of one language: where its model lies, from when on it is sure, and whether it may answer."""

    model: Path
    bands: "Bands"
    may_answer: bool

    def told(self) -> dict[str, Any]:
        """As JSON keeps it: a threshold that is never reached is null."""
        found = asdict(self.bands)
        for name in ("sure", "unsure"):
            found[name] = found[name] if isfinite(found[name]) else None
        return {"bands": found, "may_answer": self.may_answer}


def packed(
    trained: Mapping[str, Trained], texts: Sequence[tuple[str, str, str]], asked: Sequence[tuple[str, str, str]]
) -> bytes:
    """The file of a brain: its models by language, what is searched in, and what was asked: label, text, language."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as file:
        told = {language: one.told() for language, one in trained.items()}
        file.writestr("brain.json", json.dumps({"languages": told, "texts": list(texts), "asked": list(asked)}))
        for language, one in sorted(trained.items()):
            file.write(one.model, f"{language}.model")
    return whole.getvalue()


def unpacked(content: bytes) -> dict[str, Mind]:
    """The minds of a file. Raises ValueError, KeyError, TypeError, BadZipFile for what is none."""
    from tamada.assistant.nlu import IntentModel
    from tamada.assistant.nlu.retrieval import Retriever

    with zipfile.ZipFile(io.BytesIO(content)) as file, tempfile.TemporaryDirectory(prefix="tamada-brain-") as folder:
        told = json.loads(file.read("brain.json"))
        texts = Retriever.build((key, text, language) for key, text, language in [*told["texts"], *told["asked"]])
        known = _known(told["asked"])
        minds = {}
        for language, one in told["languages"].items():
            path = Path(folder) / "model"
            path.write_bytes(file.read(f"{language}.model"))
            model, bands = IntentModel.load(path), _bands(one["bands"])
            minds[language] = Mind(model, texts, bands, bool(one["may_answer"]), known.get(language, {}))
    return minds


def _known(asked: Sequence[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """Questions by language and words; those that stand for several labels are left out."""
    found: dict[str, dict[str, set[str]]] = {}
    for label, text, language in asked:
        if words := worded(text, language):
            found.setdefault(language, {}).setdefault(words, set()).add(label)
    return {
        language: {words: next(iter(labels)) for words, labels in by_words.items() if len(labels) == 1}
        for language, by_words in found.items()
    }


def _bands(known: dict[str, Any]) -> "Bands":
    from tamada.assistant.nlu.bands import Bands

    known = {name: inf if value is None else value for name, value in known.items()}
    return Bands(**known)
