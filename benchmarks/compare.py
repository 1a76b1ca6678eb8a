"""The benchmarks on SQLite and on PostgreSQL with Redis, side by side in a table.

    python benchmarks/compare.py [NAME…] [--full] [--write]

Each runs twice in a process of its own, on a new database each time. PostgreSQL is the one that `TAMADA_DATABASE_URL`
names (and Redis `TAMADA_REDIS_URL`), else one is started for the run, with fsync. `--full` takes the sizes that the
figures of docs/benchmarks.md have; `--write` puts the table into that page.
"""

import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.databases import REDIS, URL
from tests.helpers import servers
from tests.helpers.data import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- compared: begin -->", "<!-- compared: end -->"
DURABLE: Final = ("fsync=on", "full_page_writes=on", "synchronous_commit=on", "shared_buffers=512MB")

SIZES: Final[dict[str, tuple[int, ...]]] = {
    "chat": (50, 40),
    "ingest": (2000,),
    "open_chats": (1000, 100),
    "pages": (100_000, 500_000),
    "rules": (200,),
    "search": (200_000,),
    "sla": (20_000,),
    "streams": (500, 20),
    "views": (20_000,),
}
"""What is compared, and how much of it where nobody asks for all."""


@contextmanager
def postgres_and_redis() -> Iterator[dict[str, str]]:
    """Those that the environment names, else new ones; meanwhile the environment names them."""
    with ExitStack() as stack:
        found = {name: os.environ[name] for name in (URL, REDIS) if name in os.environ}
        if not found.get(URL, "").startswith("postgres"):
            found = {
                URL: stack.enter_context(servers.postgres(*DURABLE)).url,
                REDIS: stack.enter_context(servers.redis()).url,
            }
        before = dict(os.environ)
        os.environ.update(found)
        try:
            yield found
        finally:
            os.environ.clear()
            os.environ.update(before)


def measured(name: str, sizes: tuple[int, ...], address: dict[str, str]) -> dict[str, Any]:
    """The figures of one benchmark on one database."""
    environment = {key: value for key, value in os.environ.items() if key not in (URL, REDIS)} | address
    command = [sys.executable, str(ROOT / "benchmarks" / f"{name}.py"), *map(str, sizes)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        return {"result": "failed"}
    return dict(json.loads(done.stdout[done.stdout.index("{") :]))


def flat(figures: dict[str, Any], *path: str) -> dict[str, Any]:
    """`{"a": {"b": 1}}` as `{"a, b": 1}`."""
    found: dict[str, Any] = {}
    for name, value in figures.items():
        found |= flat(value, *path, name) if isinstance(value, dict) else {", ".join((*path, name)): value}
    return found


def rows(name: str, one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Of the table, one for each figure; the sizes, which are the same, stand in the heading of the benchmark."""
    left, right = flat(one), flat(other)
    sizes = [f"{key} {left[key]:,}" for key in left if key == key.lower() and _is_size(key, left, right)]
    lines = [f"| **{name}** {'(' + ', '.join(sizes) + ')' if sizes else ''} | | |"]
    keys = [key for key in dict.fromkeys((*left, *right)) if key != "database" and not _is_size(key, left, right)]
    lines += [f"| {key.replace('_', ' ')} | {_shown(left.get(key))} | {_shown(right.get(key))} |" for key in keys]
    return lines


def _is_size(key: str, left: dict[str, Any], right: dict[str, Any]) -> bool:
    return "," not in key and isinstance(left.get(key), int) and left[key] == right.get(key)


def _shown(value: Any) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int | float) else str(value)


def machine() -> str:
    """This one, in a line."""
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = model.group(1) if model else platform.machine()
    return f"{os.cpu_count()} cores ({processor}), {memory:.0f} GB, {platform.system()} {platform.release()}"


def table(names: list[str], *, full: bool) -> str:
    """Measure, and say how far it is on stderr."""
    lines = ["| figure | SQLite | PostgreSQL and Redis |", "|---|---|---|"]
    load = os.getloadavg()[0]
    with postgres_and_redis() as address:
        for name in names:
            sizes = () if full else SIZES[name]
            print(f"{name} …", file=sys.stderr)
            lines += rows(name, measured(name, sizes, {}), measured(name, sizes, address))
    said = f"Measured on {datetime.now(UTC):%d %B %Y} on {machine()}; other work took {load:.1f} of them at the start."
    return "\n".join([said, "", *lines])


def main(arguments: list[str]) -> None:
    names = [name for name in arguments if not name.startswith("--")] or list(SIZES)
    if unknown := set(names) - set(SIZES):
        sys.exit(f"Not compared: {', '.join(sorted(unknown))}.")
    made = table(names, full="--full" in arguments)
    print(made)
    if "--write" in arguments:
        head, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n{made}\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main(sys.argv[1:])
