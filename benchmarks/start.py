"""Starting and standing idle: second start to first page, and the memory of the whole process group with the demo.

    python benchmarks/start.py

Memory is the proportional set size (pages shared by the forked processes count once). Prints one JSON object.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.helpers.tamada import RunningTamada


def measure() -> dict[str, Any]:
    """One first start with the demo company, then three more."""
    with tempfile.TemporaryDirectory() as folder:
        server = RunningTamada(Path(folder) / "data", demo=True)
        first = _first_page(server)
        again = []
        for _ in range(3):
            server.stop()
            again.append(_first_page(server))
        try:
            time.sleep(5)
            memory = (
                sum(_proportional(pid) for pid in (server.process.pid, *server.children())) if server.process else 0
            )
        finally:
            server.end()
    return {
        "first start with the demo, to first page, s": first,
        "second start to first page, s": sorted(again)[1],
        "memory idle, MB": round(memory / 1024, 1),
    }


def _first_page(server: RunningTamada) -> float:
    started = time.perf_counter()
    server.start()
    server.get("/login")
    return round(time.perf_counter() - started, 2)


def _proportional(pid: int) -> int:
    """KiB of a process, shared pages divided by who shares them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
