"""Runs the parts of the test suite one after another and says how each one ended.

Usage: suite.py check|test|proof [PART…]. Every part runs even when an earlier one failed; if any did, the exit status
is 1.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT))

CODE = [name for name in ("src", "tests", "scripts", "benchmarks", "hatch_build.py") if (ROOT / name).exists()]
NO_TEST_COLLECTED = 5
WORKERS = os.environ.get("TAMADA_TEST_WORKERS") or str(min(8, max(2, os.cpu_count() or 2)))
WAITING = str(int(WORKERS) + 1)
"""Where tests wait for servers and disks: one more than there are cores to work on."""
AS_IT_STARTS = "import django; django.setup(); from tamada.config import startup; startup.migrate()"
FACES = ("desk", "portal", "widget", "api")
FACES_ON_BOTH = {"test_access.py", "test_odd_forms.py", "test_openapi.py", "test_idempotency.py", "test_reading.py"}
"""Of the faces' tests those that open every page and put odd values everywhere run on PostgreSQL too; what a page looks
like is the same above any database, so the others do so in `make proof` alone."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a part ended: `detail` is one line for the closing table."""

    name: str
    passed: bool
    seconds: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A command of the fast half. Left out while `needs` does not exist. What `tells` is shown though all is well."""

    name: str
    command: list[str]
    needs: str = ""
    tells: bool = False


def checks() -> Iterator[Check]:
    """The fast half, the slowest first so that two cores finish together."""
    yield Check("types (mypy)", [f"{BIN}/mypy"])
    yield Check("templates (djlint)", [f"{BIN}/djlint", "--lint", "--quiet", "src"])
    yield Check("known holes (pip-audit, npm audit)", [sys.executable, "scripts/audit.py"], tells=True)
    yield Check("migrations", [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"])
    yield Check("floors (import-linter)", [f"{BIN}/lint-imports"])
    yield Check("TypeScript (tsc)", [sys.executable, "scripts/typescript.py"], needs="frontend/tsconfig.json")
    yield Check("translations", [sys.executable, "scripts/messages.py", "--check"], needs="locale")
    yield Check("secrets", [sys.executable, "scripts/secrets_scan.py"])
    yield Check("lint (ruff)", [f"{BIN}/ruff", "check", "--quiet", "--output-format", "concise", *CODE])
    yield Check("format (ruff)", [f"{BIN}/ruff", "format", "--check", "--output-format", "concise", *CODE])


def run_check(check: Check) -> Outcome:
    """Run one check; its output is shown only when it fails."""
    started = time.monotonic()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(check.command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        say(f"\n{check.name} failed:\n{done.stdout}{done.stderr}".rstrip())
    elif check.tells:
        say("\n".join(f"  {line}" for line in done.stdout.splitlines()))
    return Outcome(check.name, done.returncode == 0, time.monotonic() - started)


def check() -> Outcome:
    """Formatting, lint, types, floors, templates, translations, secrets and known holes, two at a time."""
    started = time.monotonic()
    todo = [item for item in checks() if not item.needs or (ROOT / item.needs).exists()]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(run_check, todo))
    for outcome in outcomes:
        say(f"  {'ok    ' if outcome.passed else 'FAILED'} {outcome.name} ({outcome.seconds:.0f} s)")
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    detail = f"failed: {', '.join(failed)}" if failed else f"{len(outcomes)} checks"
    return Outcome("check", not failed, time.monotonic() - started, detail)


def pytest(name: str, *arguments: str, aside: bool = False, **environment: str) -> Outcome:
    """Run pytest with these arguments; what it says is shown at its end when another part runs beside it.

    No test at all is a failure: a suite that vanished must not look green.
    """
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    kept = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if aside else {}
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False, text=True, **kept)  # type: ignore[call-overload]
    if aside:
        say(f"\n-- {name}\n{done.stdout}")
    code = done.returncode
    detail = {0: "", NO_TEST_COLLECTED: "no test was found"}.get(code, f"pytest ended with {code}")
    return Outcome(name, code == 0, time.monotonic() - started, detail)


def units() -> list[Outcome]:
    """Both suites side by side: each waits for servers and disks for a third of its time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda part: part(), (unit_sqlite, unit_postgres)))


def unit_sqlite() -> Outcome:
    """The suite on SQLite, in parallel."""
    return pytest("suite on SQLite", "-m", "not browser and not proof", "-n", WAITING, aside=True)


def unit_postgres() -> Outcome:
    """Of whatever touches data every eighth test, on PostgreSQL and Redis; all of them in `make proof`."""
    pages = (path for face in FACES for path in (ROOT / "tests" / face).glob("test_*.py"))
    left_out = (f"--ignore={path}" for path in pages if path.name not in FACES_ON_BOTH)
    return on_postgres(*left_out, TAMADA_TEST_ONE_OF="8")


def all_on_postgres() -> Outcome:
    """The faces on PostgreSQL and Redis as well."""
    return on_postgres()


def on_postgres(*left_out: str, **environment: str) -> Outcome:
    """The suite on servers that are started for this run alone."""
    from tests.helpers import prepared, servers

    name = "suite on PostgreSQL and Redis"
    if not (servers.postgres_available() and servers.redis_available()):
        return Outcome(name, os.environ.get("CI") != "true", 0, "left out: PostgreSQL or Redis is not installed")
    with ExitStack() as stack:
        database = stack.enter_context(servers.postgres()).url
        redis = stack.enter_context(servers.redis()).url
        data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        prepared.program(data_dir, "-c", AS_IT_STARTS, TAMADA_DATABASE_URL=database)
        return pytest(
            name,
            *("-m", "not browser and not proof and not sqlite", "-n", WORKERS, *left_out),
            aside=True,
            TAMADA_TEST_DATABASE_URL=database,
            TAMADA_TEST_TEMPLATE=database.rpartition("/")[2],
            TAMADA_TEST_REDIS_URL=redis,
            **environment,
        )


def browser() -> Outcome:
    """The browser tests, on the real server."""
    return pytest("browser", "-m", "browser and not proof", "-n", WORKERS, "--dist", "loadfile")


def small_proofs() -> Outcome:
    """The hard tests, small: kills, floods, power loss."""
    return pytest("proofs", "-m", "proof", "-n", WAITING)


def full_proofs() -> Outcome:
    """The hard tests at full size; what they measured goes to docs/proof.md."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.jsonl"
        outcome = pytest(
            "proofs at full size",
            *("-m", "proof or sized", "--timeout", "7200", "-s"),
            TAMADA_PROOF="full",
            TAMADA_PROOF_REPORT=str(figures),
        )
        write_proof(outcome, figures)
    return outcome


def write_proof(outcome: Outcome, figures: Path) -> None:
    """Keep the run's figures in docs/proof.md, one row for each proof."""
    rows = [json.loads(line) for line in figures.read_text().splitlines()] if figures.exists() else []
    revision = subprocess.run(
        [shutil.which("git") or "git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    lines = [
        "# Proof",
        "",
        "The hard tests at full size: `make proof` runs them and writes this page.",
        "",
        f"Last run: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, revision {revision or 'unknown'}, {os.cpu_count()} cores.",
        f"{outcome.seconds / 60:.0f} minutes, {'all passed' if outcome.passed else '**failed**'}.",
        "",
        "| proof | figures |",
        "|---|---|",
        *(f"| {row['title']} | {', '.join(f'{k} {v}' for k, v in row['figures'].items())} |" for row in rows),
    ]
    (ROOT / "docs" / "proof.md").write_text("\n".join(lines) + "\n")


SUITES: dict[str, list[Callable[[], Outcome | list[Outcome]]]] = {
    "check": [check],
    "test": [check, units, browser, small_proofs],
    "proof": [all_on_postgres, full_proofs],
}


def say(line: str) -> None:
    """Print at once, so that the lines of the parts and of their programs stay in order."""
    print(line, flush=True)


def main(arguments: list[str]) -> int:
    """Run the suite named first, or only those of its parts that are named after it."""
    suite, wanted = (arguments[0] if arguments else "test"), arguments[1:]
    # Where this is set, each of a thousand processes would compile every module anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="tamada-prepared-") as prepared:
        os.environ["TAMADA_TEST_PREPARED"] = prepared
        for part in SUITES[suite]:
            if wanted and part.__name__ not in wanted:
                continue
            say(f"\n== {part.__name__.replace('_', ' ')}")
            ended = part()
            outcomes += ended if isinstance(ended, list) else [ended]
    say("")
    for outcome in outcomes:
        ending = "passed" if outcome.passed else "FAILED"
        say(f"{ending}  {outcome.name}, {outcome.seconds:.0f} s{': ' if outcome.detail else ''}{outcome.detail}")
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
