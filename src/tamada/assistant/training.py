"""Learning one language, in a child process; and from when on what was learned is sure.

That is found on the company's own questions: those that parts of the training had not seen (`IntentModel.trials`), and
answers that people have judged.
"""

from collections.abc import Iterable
from pathlib import Path

from .brain import Trained
from .learning import Material


class Failed(Exception):
    """No model came of it; the text is why."""


def train(material: Material, language: str, folder: Path, judged: Iterable[tuple[float, bool]] = ()) -> Trained:
    """Learn one language; its model lies in the folder. `judged` is how confident an answer was, and whether it was
    right. Raises `Failed`.
    """
    from tamada.assistant.nlu import IntentModel
    from tamada.assistant.nlu.bands import find_bands
    from tamada.assistant.nlu.training import TrainingFailed, train_apart

    path = folder / f"{language}.model"
    try:
        train_apart(material.examples, language=language, path=path, out_of_scope=material.strangers)
    except TrainingFailed as failure:
        raise Failed(str(failure.why)) from failure
    bands = find_bands([*IntentModel.load(path).trials, *judged])
    return Trained(path, bands, material.suffices)
