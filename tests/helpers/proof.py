"""Hard tests come in two sizes: small in `make test`, full in `make proof`."""

import json
import os
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")

FULL = os.environ.get("TAMADA_PROOF") == "full"
full_only = pytest.mark.skipif(not FULL, reason="at full size only: `make proof`")


def sized(small: T, full: T) -> T:
    """The size for this run: `rounds = sized(3, 20)`."""
    return full if FULL else small


def report(title: str, **figures: object) -> None:
    """Keep what a proof measured; `make proof` writes these lines into docs/proof.md."""
    line = {"title": title, "figures": {name.replace("_", " "): str(value) for name, value in figures.items()}}
    if target := os.environ.get("TAMADA_PROOF_REPORT"):
        with Path(target).open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    print(f"{title}: {', '.join(f'{name} {value}' for name, value in line['figures'].items())}")  # type: ignore[attr-defined]


def some_of(things: tuple[T, ...]) -> tuple[T, ...]:
    """All of them at full size; otherwise an eighth, so that a broken kind of screen is met all the same."""
    return things if FULL else things[::8]
