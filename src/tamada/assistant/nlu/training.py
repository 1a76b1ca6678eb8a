"""Training in a process of its own: whoever asks for it keeps their threads, their memory and their speed.

    train_apart(examples, language="hy", path=folder / "intents.npz")

The child knows no Django, runs on one core behind everybody else (nice), and ends when it takes too long or too much
memory. Its file is there whole or not at all.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

SECONDS: Final = 600
MEGABYTES: Final = 4_096
"""Of address space, of which a fraction is used."""

_ONE_CORE: Final = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_CHILD: Final = "tamada.assistant.nlu.child"


class Why(StrEnum):
    """What kept a model from being trained."""

    NOTHING = "nothing to learn"
    TIME = "too long"
    MEMORY = "too much memory"
    BROKEN = "broken"


class TrainingFailed(Exception):
    """No model was written; whatever stood at the path before still stands there."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else str(why))
        self.why = why
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of it."""

    examples: int
    labels: int


def train_apart(
    examples: Iterable[tuple[str, str]],
    *,
    language: str,
    path: str | Path,
    out_of_scope: Iterable[str] = (),
    answers: Iterable[tuple[str, str]] = (),
    seconds: float = SECONDS,
    megabytes: int = MEGABYTES,
) -> Trained:
    """Train an `IntentModel` in a child process and write it to `path`. Raises `TrainingFailed`, and nothing else."""
    asked = {
        "examples": [[text, label] for text, label in examples],
        "language": language,
        "out_of_scope": list(out_of_scope),
        "answers": [[text, label] for text, label in answers],
        "path": str(Path(path).absolute()),
        "seconds": seconds,
        "megabytes": megabytes,
    }
    command = [sys.executable, "-m", _CHILD]
    try:
        # Surrogates that a client sent are no UTF-8; JSON writes them as ASCII.
        done = subprocess.run(
            command,
            input=json.dumps(asked).encode("ascii"),
            capture_output=True,
            timeout=seconds,
            check=False,
            env={**os.environ, **_ONE_CORE},
        )
    except subprocess.TimeoutExpired as error:
        raise TrainingFailed(Why.TIME) from error
    except OSError as error:
        raise TrainingFailed(Why.BROKEN, str(error)) from error
    return _outcome(done)


def _outcome(done: "subprocess.CompletedProcess[bytes]") -> Trained:
    if done.returncode == -signal.SIGXCPU:
        raise TrainingFailed(Why.TIME)
    if done.returncode == -signal.SIGKILL:  # Nobody but the kernel does this, when memory ends
        raise TrainingFailed(Why.MEMORY)
    try:
        told = json.loads(done.stdout)
        if done.returncode == 0:
            return Trained(told["examples"], told["labels"])
        why, detail = Why(told["why"]), str(told["detail"])
    except (ValueError, KeyError, TypeError):
        why, detail = Why.BROKEN, done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    raise TrainingFailed(why, detail)
