"""Messages of visitors through three web processes and through one, on PostgreSQL and Redis.

    python benchmarks/processes.py [VISITORS [MESSAGES [SHARE]]]

The same crowd as in `chat`; the one process is the yardstick. Without `TAMADA_DATABASE_URL` it starts its own servers,
which keep what they say they keep (fsync). With a SHARE (0.25) the web processes alone have two cores that are as slow
as that share of ours, one process one of them at a time, while the database, the worker and the visitors have all of
ours: what two cores for the web bring, measured on a machine that has no more than two for everything. It takes quotas
of control groups (version 1) and root. Prints one JSON object.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import databases
from benchmarks.chat import _crowd
from benchmarks.compare import postgres_and_redis

_CORES: Final = 2
_PERIOD: Final = 10_000


def _with(processes: int, visitors: int, messages: int, share: float) -> dict[str, Any]:
    with ExitStack() as stack:
        limit = stack.enter_context(_slow_cores(share)) if share else None
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        options = ("--web-processes", str(processes))
        server = stack.enter_context(databases.running(folder, *options))
        server.add_user("owner@desk.example", role="admin")
        key, token = server.add_inbox("Site", "--chat")["key"], server.token("owner@desk.example")
        uvloop.run(_crowd(server.port, key, token, 4 * processes, 5))  # What is imported at the first request is.
        if limit:
            for number in range(processes):
                limit(server.child(f"web-{number + 1}"))
        return uvloop.run(_crowd(server.port, key, token, visitors, messages))


@contextmanager
def _slow_cores(share: float) -> Iterator[Callable[[int], None]]:
    """Two cores as slow as this share of one of ours; takes the processes that run on no others."""
    both = Path(f"/sys/fs/cgroup/cpu/tamada-{os.getpid()}")
    made = [_group(both, _CORES * share)]

    def limit(pid: int) -> None:
        made.append(_group(both / str(pid), share))
        (made[-1] / "cgroup.procs").write_text(str(pid))

    try:
        yield limit
    finally:
        for group in reversed(made):  # The processes are over: the server ends before.
            group.rmdir()


def _group(path: Path, cores: float) -> Path:
    path.mkdir()
    (path / "cpu.cfs_period_us").write_text(str(_PERIOD))
    (path / "cpu.cfs_quota_us").write_text(str(round(_PERIOD * cores)))
    return path


def measure(visitors: int = 100, messages: int = 40, share: float = 0.0) -> dict[str, Any]:
    """One, then three."""
    with postgres_and_redis():
        one, three = (_with(processes, visitors, messages, share) for processes in (1, 3))
    ratio = round(three["stored_per_s"] / one["stored_per_s"], 2)
    return {
        "cores": os.cpu_count(),
        "share": share,
        "one process": one,
        "three processes": three,
        "three of one": ratio,
    }


if __name__ == "__main__":
    given = [kind(text) for kind, text in zip((int, int, float), sys.argv[1:], strict=False)]
    print(json.dumps(measure(*given), indent=1))
