"""What an installation has to fetch is what the program uses; the tools of tests belong to the group `dev`."""

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Django's password hasher loads it by itself.
USED_BY_DJANGO = {"argon2-cffi"}


def test_every_runtime_dependency_is_used_by_the_program() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {normal(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in project["dependencies"]}
    source = "\n".join(file.read_text() for file in (ROOT / "src").rglob("*.py"))
    named = set(re.findall(r'(?:import|from|") ?([a-z_]\w*)', source, re.IGNORECASE))
    used: set[str] = set()
    unused: set[str] = set()
    for module, owners in packages_distributions().items():
        (used if module in named else unused).update(map(normal, owners))
    # Some are not installed everywhere (pysqlite3): a machine can judge only its own.
    assert needed & (unused - used) - USED_BY_DJANGO == set()


def normal(name: str) -> str:
    return name.lower().replace("_", "-")
