"""The documentation says what the code does, and its links lead somewhere."""

import re
from pathlib import Path

import pytest

from tamada.config import env
from tests.docs.test_security_list import TEST, names_in

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("frontend/*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")


def test_the_operating_guide_lists_every_setting() -> None:
    table = set(re.findall(r"^\| `(TAMADA_\w+)`", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE))
    assert table == {"TAMADA_DATA_DIR", *env.NAMES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_that_exist(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text()) if "://" not in target and "mailto:" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    assert [page.name for page in folder.glob("0*.md") if f"({page.name})" not in index] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    named = TEST.findall(page.read_text())
    assert sorted({f"{file}::{name}" for file, name in named if name not in names_in(file)}) == []
