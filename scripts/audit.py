"""Asks for known holes in what is installed: pip-audit over uv.lock, npm audit over the front end's lock.

Usage: audit.py [--strict]. Status 1 for a known hole, and with --strict also when a service could not be asked: without
it that is said and is no failure, for a machine without a way out must be able to run its checks.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT))

import hatch_build  # noqa: E402

LONGEST = 120  # Seconds for one service.


@dataclass(frozen=True, slots=True)
class Answer:
    """What one service said: whether it could be asked, how many packages it knew, and the holes it knows."""

    reached: bool
    packages: int = 0
    holes: tuple[str, ...] = ()


UNREACHED = Answer(reached=False)


def of_pip_audit(report: Any) -> Answer:
    """Read pip-audit's JSON. A package that its service doesn't know was not asked about, whatever the exit status."""
    try:
        asked = [found for found in report["dependencies"] if "vulns" in found]
        holes = tuple(
            f"{found['name']} {found['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or '-'}"
            for found in asked
            for hole in found["vulns"]
        )
    except (KeyError, TypeError):
        return UNREACHED
    return Answer(bool(asked), len(asked), holes)


def of_npm_audit(report: Any) -> Answer:
    """Read npm audit's JSON; an error has a message in place of the figures."""
    try:
        known: Mapping[str, Any] = report["vulnerabilities"]
        holes = tuple(f"{name} {found['range']}: {found['severity']}" for name, found in known.items())
        return Answer(True, report["metadata"]["dependencies"]["total"], holes)
    except (KeyError, TypeError, AttributeError):
        return UNREACHED


def output_of(command: list[str], folder: Path) -> Any:
    """What a program printed, as JSON; None when it came to nothing."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=LONGEST)
        return json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None


def python_packages() -> Answer:
    """Every package of uv.lock, also those of extras and of the tools."""
    with tempfile.TemporaryDirectory() as folder:
        locked = Path(folder) / "requirements.txt"
        export = ["export", "--frozen", "--all-groups", "--all-extras", "--no-emit-project", "--quiet"]
        subprocess.run([f"{BIN}/uv", *export, "--output-file", str(locked)], cwd=ROOT, check=True)
        asking = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--timeout", "10", "-f", "json"]
        return of_pip_audit(output_of([f"{BIN}/pip-audit", "-r", str(locked), *asking], ROOT))


def npm_packages() -> Answer:
    """Every package of the front end's lock, asked by the machine's npm or the one beside Node's wheel."""
    if hatch_build.system_node():
        command = [shutil.which("npm") or "npm"]
    else:
        try:
            folder = hatch_build.wheel_folder()
        except RuntimeError:
            return UNREACHED
        command = [f"{folder}/bin/node", f"{folder}/lib/node_modules/npm/bin/npm-cli.js"]
    return of_npm_audit(output_of([*command, "audit", "--json", "--package-lock-only"], ROOT / "frontend"))


SERVICES: Mapping[str, Callable[[], Answer]] = {"PyPI": python_packages, "npm": npm_packages}


def told(service: str, answer: Answer) -> str:
    """One line for people."""
    if not answer.reached:
        return f"{service}: not reachable, so nobody was asked for known holes"
    return f"{service}: {len(answer.holes)} known holes in {answer.packages} packages"


def main(arguments: list[str]) -> int:
    """Ask both services at once."""
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        answers = dict(zip(SERVICES, pool.map(lambda ask: ask(), SERVICES.values()), strict=True))
    for service, answer in answers.items():
        print("\n  ".join((told(service, answer), *answer.holes)))
    unasked = "--strict" in arguments and not all(answer.reached for answer in answers.values())
    return 1 if unasked or any(answer.holes for answer in answers.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
