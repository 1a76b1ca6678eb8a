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
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.util import find_spec
from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tamada.core import settings_store, storage

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
_WORTH: Final = 0.03
"""An alternative less likely than this is not worth offering."""
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
    """What is known in one language. Without `may_answer` nothing is sure: there was too little to learn from."""

    model: "IntentModel"
    texts: "Retriever"
    bands: "Bands"
    may_answer: bool

    def judge(self, text: str, language: str) -> Judged:
        """By the ways of asking that were learned; what no way leads to may still be found by its words, unsurely."""
        said = self.model.predict(text)
        band = self._band(said)
        if band == Band.NONE:
            return Judged(Band.NONE)
        ranked = [(said.label, said.confidence), *((one.label, one.confidence) for one in said.alternatives)]
        ranked = [ranked[0], *(one for one in ranked[1:] if one[1] >= _WORTH)]
        known = {label for label, _confidence in ranked}
        hits = self.texts.search(text, language, _MOST)
        return Judged(band, (*ranked, *((hit.key, hit.score) for hit in hits if hit.key not in known)))

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


def split(label: str) -> tuple[str, str]:
    """Source and key of a label."""
    source, _, key = label.partition(":")
    return source, key


def is_possible() -> bool:
    """Whether the programs that understand are installed (the extra `assistant`)."""
    return all(find_spec(name) is not None for name in ("numpy", "scipy", "sklearn"))


_guard = threading.Lock()
_held: Brain | None = None


def current() -> Brain | None:
    """The newest brain, None before the first was made. A newer one is loaded by whoever asks first; a broken or
    missing file leaves the one before.
    """
    global _held
    newest = int(settings_store.get(NEWEST))
    if not newest:
        return None
    held = _held
    if held is None or held.version != newest:
        with _guard:
            held = _held
            if held is None or held.version != newest:
                _held = held = _load(newest) or held
    return held


def forget() -> None:
    """What is held goes; the next question loads it anew."""
    global _held
    _held = None


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


def packed(trained: Mapping[str, Trained], texts: Sequence[tuple[str, str, str]]) -> bytes:
    """The file of a brain: its models by language, and what is searched in."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as file:
        told = {language: one.told() for language, one in trained.items()}
        file.writestr("brain.json", json.dumps({"languages": told, "texts": list(texts)}))
        for language, one in sorted(trained.items()):
            file.write(one.model, f"{language}.model")
    return whole.getvalue()


def unpacked(content: bytes) -> dict[str, Mind]:
    """The minds of a file. Raises ValueError, KeyError, TypeError, BadZipFile for what is none."""
    from tamada.assistant.nlu import IntentModel
    from tamada.assistant.nlu.retrieval import Retriever

    with zipfile.ZipFile(io.BytesIO(content)) as file, tempfile.TemporaryDirectory(prefix="tamada-brain-") as folder:
        told = json.loads(file.read("brain.json"))
        texts = Retriever.build((key, text, language) for key, text, language in told["texts"])
        minds = {}
        for language, known in told["languages"].items():
            path = Path(folder) / "model"
            path.write_bytes(file.read(f"{language}.model"))
            minds[language] = Mind(IntentModel.load(path), texts, _bands(known["bands"]), bool(known["may_answer"]))
    return minds


def _bands(known: dict[str, Any]) -> "Bands":
    from tamada.assistant.nlu.bands import Bands

    known = {name: inf if value is None else value for name, value in known.items()}
    return Bands(**known)
