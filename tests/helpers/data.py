"""The large shared collections of test data, where a checkout has them beside it."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def shared_data(*parts: str) -> Path | None:
    """The folder or file in the shared data, or None where it is missing: tests then use their own."""
    base = Path(os.environ.get("TAMADA_TEST_DATA") or ROOT.parent / "shared" / "data")
    path = base.joinpath(*parts)
    return path if path.exists() else None
