"""Messages of visitors through three web processes and through one, on PostgreSQL and Redis.

    python benchmarks/processes.py [VISITORS [MESSAGES]]

The same crowd as in `chat`; the one process is the yardstick. Without `TAMADA_DATABASE_URL` it starts its own servers,
which keep what they say they keep (fsync). Prints one JSON object.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import databases
from benchmarks.chat import _crowd
from benchmarks.compare import postgres_and_redis


def _with(processes: int, visitors: int, messages: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        options = ("--web-processes", str(processes))
        with databases.running(folder, *options) as server:
            server.add_user("owner@desk.example", role="admin")
            key, token = server.add_inbox("Site", "--chat")["key"], server.token("owner@desk.example")
            return uvloop.run(_crowd(server.port, key, token, visitors, messages))


def measure(visitors: int = 100, messages: int = 40) -> dict[str, Any]:
    """One, then three."""
    with postgres_and_redis():
        one, three = _with(1, visitors, messages), _with(3, visitors, messages)
    ratio = round(three["stored_per_s"] / one["stored_per_s"], 2)
    return {"cores": os.cpu_count(), "one process": one, "three processes": three, "three of one": ratio}


if __name__ == "__main__":
    print(json.dumps(measure(*(int(a) for a in sys.argv[1:])), indent=1))
