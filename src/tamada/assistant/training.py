"""Learning a language in a child process; and from when on what was learned is sure.

That is found on the company's own questions: those that parts of the training had not seen (`IntentModel.trials`), and
answers that people have judged. A confidence means the same in every language, so all languages count together: each
alone has too few questions to be certain of anything.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .learning import Material

if TYPE_CHECKING:
    from tamada.assistant.nlu.bands import Bands


class Failed(Exception):
    """No model came of it; the text is why."""


def train(material: Material, language: str, folder: Path) -> Path:
    """Learn one language; its model then lies in the folder. Raises `Failed`."""
    from tamada.assistant.nlu.training import TrainingFailed, train_apart

    path = folder / f"{language}.model"
    try:
        train_apart(
            material.examples,
            language=language,
            path=path,
            out_of_scope=material.strangers,
            answers=material.sentences,
        )
    except TrainingFailed as failure:
        raise Failed(str(failure.why)) from failure
    return path


def bands_of(models: Mapping[str, Path], judged: Callable[[str], list[tuple[float, bool]]]) -> dict[str, "Bands"]:
    """From when on each language is sure. `judged` tells how confident its answers were, and whether right."""
    from tamada.assistant.nlu import IntentModel
    from tamada.assistant.nlu.bands import shared_bands

    return shared_bands(
        {language: [*IntentModel.load(path).trials, *judged(language)] for language, path in models.items()}
    )
