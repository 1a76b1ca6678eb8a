"""The dictionaries' cache: built once, whole or not at all, found again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tamada.kit.text import build_caches, dictionaries


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """No usual folder has the dictionaries; afterwards the usual ones serve again."""
    monkeypatch.setattr(dictionaries, "_PACKAGED", tmp_path / "package")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(dictionaries, "_folder", None)
    monkeypatch.setattr(dictionaries, "_builder", None)
    yield tmp_path
    monkeypatch.undo()
    dictionaries.dictionary.cache_clear()


def built(folder: Path) -> list[str]:
    return sorted(path.name.split("-")[0] + path.suffix for path in folder.iterdir() if not path.name.startswith("."))


ALL = ["hy.forms", "hy.lemmas", "ka.forms", "ka.lemmas"]


def test_what_is_missing_is_built_once_where_it_can_be_written(elsewhere: Path) -> None:
    (elsewhere / "package").write_text("a file, not a folder", encoding="utf-8")
    folder = elsewhere / "home" / "tamada" / "text"
    assert build_caches() == folder
    assert built(folder) == ALL
    times = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert build_caches() == build_caches(folder) == folder
    assert times == {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert dictionaries.dictionary("hy").lemma("հաճախորդներից") == "հաճախորդ"
    assert "ტელეფონი" in dictionaries.dictionary("ka").lemmas
    assert dictionaries.dictionary("ka").lemma("nonsense") is None


def test_building_can_start_in_the_background(elsewhere: Path) -> None:
    dictionaries.start_building()
    builder = dictionaries._builder
    assert builder is not None
    assert builder.wait() == 0


def test_nothing_is_started_where_the_dictionaries_stand() -> None:
    build_caches()
    dictionaries.start_building()
    assert dictionaries._builder is None
