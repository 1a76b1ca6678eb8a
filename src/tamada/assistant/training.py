"""Learning one language; and from when on what was learned is sure.

That is found on the company's own questions, each asked of a model that had not seen it (cross-validation), and on
answers that people have judged. Each model is trained in a child process of its own (`nlu.training`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from .brain import Trained
from .learning import Material

FOLDS: Final = 4


class Failed(Exception):
    """No model came of it; the text is why."""


def train(
    material: Material,
    language: str,
    folder: Path,
    judged: Iterable[tuple[float, bool]] = (),
    *,
    tried: bool = True,
) -> Trained:
    """Learn one language; its model lies in the folder. `judged` is how confident an answer was, and whether it was
    right. What is not `tried` is never sure. Raises `Failed`.
    """
    from tamada.assistant.nlu.bands import Bands, find_bands

    path = folder / f"{language}.model"
    _train([*material.examples, *material.sentences], material.strangers, language, path)
    if not (tried and material.suffices):
        return Trained(path, Bands(), material.suffices)
    return Trained(path, find_bands([*_trials(material, language, folder / "part.model"), *judged]), True)


def _trials(material: Material, language: str, path: Path) -> Iterator[tuple[float, bool]]:
    """For each question how confident a model was that had not seen it, and whether it was right. What is about nothing
    of ours is always wrong to answer. Sentences of the answers are learned from each time, and never asked.
    """
    from tamada.assistant.nlu import IntentModel

    for fold in range(FOLDS):
        learned, asked = _parted(material.examples, fold)
        strangers = [text for place, text in enumerate(material.strangers) if place % FOLDS != fold]
        others = [(text, "") for place, text in enumerate(material.strangers) if place % FOLDS == fold]
        _train([*learned, *material.sentences], strangers, language, path)
        model = IntentModel.load(path)
        for text, label in [*asked, *others]:
            said = model.predict(text)
            yield (said.confidence if said.in_scope else 0.0), said.label == label


def _parted(examples: Sequence[tuple[str, str]], fold: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What is learned from and what is asked: of each label every fourth, but never its only example."""
    by_label: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for text, label in examples:
        by_label[label].append((text, label))
    learned: list[tuple[str, str]] = []
    asked: list[tuple[str, str]] = []
    for rows in by_label.values():
        for place, row in enumerate(rows):
            (asked if len(rows) > 1 and place % FOLDS == fold else learned).append(row)
    return learned, asked


def _train(examples: Sequence[tuple[str, str]], strangers: Sequence[str], language: str, path: Path) -> None:
    from tamada.assistant.nlu.training import TrainingFailed, train_apart

    try:
        train_apart(examples, language=language, path=path, out_of_scope=strangers)
    except TrainingFailed as failure:
        raise Failed(str(failure.why)) from failure
