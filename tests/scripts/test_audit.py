"""Known holes: found when the services say so, and never called absent when nobody was asked."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FILE = Path(__file__).parents[2] / "scripts" / "audit.py"


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    import sys

    spec = importlib.util.spec_from_file_location("audit", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


HOLE = {"id": "PYSEC-2026-1", "fix_versions": ["5.2.9"], "aliases": [], "description": "…"}
SKIPPED = {"name": "anyio", "skip_reason": "Dependency not found on PyPI"}
WELL = {"name": "httpx", "version": "0.28.1", "vulns": []}
HOLED = {"name": "django", "version": "5.2", "vulns": [HOLE]}


def test_a_hole_is_named_with_what_mends_it(audit: ModuleType) -> None:
    answer = audit.of_pip_audit({"dependencies": [WELL, HOLED, SKIPPED]})
    assert (answer.reached, answer.packages) == (True, 2)
    assert answer.holes == ("django 5.2: PYSEC-2026-1, mended in 5.2.9",)
    npm = {
        "vulnerabilities": {"htmx.org": {"range": "<2.0.1", "severity": "high"}},
        "metadata": {"dependencies": {"total": 9}},
    }
    assert audit.of_npm_audit(npm).holes == ("htmx.org <2.0.1: high",)


@pytest.mark.parametrize("report", [None, {}, [], {"dependencies": []}, {"dependencies": [SKIPPED, SKIPPED]}])
def test_packages_that_nobody_knew_were_not_asked_about(audit: ModuleType, report: Any) -> None:
    assert audit.of_pip_audit(report) == audit.UNREACHED


@pytest.mark.parametrize("report", [None, {"message": "405 Method Not Allowed"}, {"error": {"code": "ENOAUDIT"}}])
def test_an_error_of_npm_is_no_answer(audit: ModuleType, report: Any) -> None:
    assert audit.of_npm_audit(report) == audit.UNREACHED


@pytest.mark.parametrize(
    ("pypi", "npm", "arguments", "status"),
    [
        ("well", "well", [], 0),
        ("well", "unreached", [], 0),
        ("well", "unreached", ["--strict"], 1),
        ("well", "well", ["--strict"], 0),
        ("holed", "unreached", [], 1),
        ("unreached", "holed", [], 1),
    ],
)
def test_a_hole_fails_and_silence_only_when_asked_to(
    audit: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    pypi: str,
    npm: str,
    arguments: list[str],
    status: int,
) -> None:
    answers = {
        "well": audit.Answer(True, 5),
        "unreached": audit.UNREACHED,
        "holed": audit.Answer(True, 5, ("django 5.2: PYSEC-2026-1",)),
    }
    monkeypatch.setattr(audit, "SERVICES", {"PyPI": lambda: answers[pypi], "npm": lambda: answers[npm]})
    assert audit.main(arguments) == status
    told = capsys.readouterr().out
    assert told.count("not reachable") == [pypi, npm].count("unreached")
    assert told.count("PYSEC-2026-1") == [pypi, npm].count("holed")
