"""The process that trains. `training` starts it; by stdin it is told what to learn, by stdout it says how it went."""

import json
import os
import resource
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from .model import IntentModel, NothingToLearn
from .training import Why

_NICE: Final = 10
_FAILED: Final = 3


def _bound(seconds: float, megabytes: int) -> None:
    os.nice(_NICE)
    for limit, most in ((resource.RLIMIT_CPU, int(seconds) + 1), (resource.RLIMIT_AS, megabytes * 1_048_576)):
        with suppress(OSError, ValueError):  # where the system has stricter ones, those hold
            resource.setrlimit(limit, (most, most))


def _train(asked: dict[str, Any]) -> dict[str, Any]:
    examples = [(text, label) for text, label in asked["examples"]]
    answers = [(text, label) for text, label in asked["answers"]]
    model = IntentModel.train(examples, language=asked["language"], out_of_scope=asked["out_of_scope"], answers=answers)
    path = Path(asked["path"])
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".training-", delete=False) as handle:
        unfinished = Path(handle.name)
    try:
        model.save(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return {"examples": len(examples), "labels": len(model.labels)}


def main() -> int:
    """Read what is wanted from stdin, and tell what came of it on stdout."""
    asked = json.load(sys.stdin)
    _bound(asked["seconds"], asked["megabytes"])
    try:
        told = _train(asked)
    except NothingToLearn:
        told = {"why": Why.NOTHING, "detail": ""}
    except MemoryError:
        told = {"why": Why.MEMORY, "detail": ""}
    except OSError as error:
        told = {"why": Why.BROKEN, "detail": str(error)}
    sys.stdout.write(json.dumps(told))
    return _FAILED if "why" in told else 0


if __name__ == "__main__":
    sys.exit(main())
