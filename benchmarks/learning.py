"""How the desk fares while the assistant learns 10,000 examples in the process of its own that it learns in.

    python benchmarks/learning.py [CONVERSATIONS]

Ten times a second somebody opens a list of 50 and somebody changes a conversation: first alone, then until the training
ends. The examples are BANKING77's, in the folder that `TAMADA_TEST_DATA` names. Prints one JSON object.
"""

import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import bigdata
from benchmarks.intents import labelled, rows
from benchmarks.sla import Desk

ROUNDS = 100


def measure(conversations: int = 2_000) -> dict[str, Any]:
    """p50, p95 and p99 of both before and meanwhile, and how long the training took."""
    with bigdata.company(conversations=conversations, messages=conversations) as big:
        desk = Desk(big.admin)
        figures: dict[str, Any] = {"desk before": desk.used(lambda rounds: rounds < ROUNDS)}
        with tempfile.TemporaryDirectory() as folder:
            learning = threading.Thread(target=_learn, args=(Path(folder), figures))
            learning.start()
            figures["desk meanwhile"] = desk.used(lambda _rounds: learning.is_alive())
            learning.join()
        return figures


def _learn(folder: Path, figures: dict[str, Any]) -> None:
    """As a worker does: this process only waits."""
    from tamada.assistant.nlu import train_apart

    started = time.perf_counter()
    examples = labelled(rows("banking77.train"))
    trained = train_apart(examples, language="en", path=folder / "model")
    figures["examples"], figures["training, s"] = trained.examples, round(time.perf_counter() - started, 1)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000), indent=1))
