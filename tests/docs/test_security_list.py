"""docs/security.md answers every requirement once, and what it names as proof is there."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security.md"

# OWASP ASVS 5.0: by chapter each section with the levels of its requirements 1, 2, 3 … in order.
LEVELS = {
    1: "1:22 2:1111122223 3:112222222223 4:222 5:123",
    2: "1:122 2:112 3:12223 4:23",
    3: "1:3 2:113 3:12223 4:11222233 5:11122333 6:3 7:22333",
    4: "1:12233 2:23333 3:22 4:1222",
    5: "1:2 2:112333 3:113 4:222",
    6: "1:122 2:111111112222 3:11223333 4:112233 5:22222333 6:2223 7:33 8:2222",
    7: "1:222 2:1111 3:22 4:11222 5:223 6:22",
    8: "1:1233 2:1123 3:133 4:23",
    9: "1:111 2:1222",
    10: "1:22 2:223 3:22223 4:1111122222233333 5:22222 6:22 7:222",
    11: "1:2233 2:22233 3:11233 4:1222 5:23 6:23 7:33",
    12: "1:12233 2:11 3:22223",
    13: "1:2333 2:222223 3:2233 4:1222233",
    14: "1:22 2:12223333 3:122",
    15: "1:12233 2:12233 3:1222222 4:3333",
    16: "1:2 2:22222 3:2222 4:222 5:2223",
    17: "1:23 2:22223333 3:22",
}
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (\d) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
PLACE = re.compile(r"`((?:src|frontend|scripts|tests)/[\w./-]+|[\w-]+\.(?:toml|lock))`")


def requirements() -> dict[str, str]:
    """Level by number, for levels 1 and 2."""
    return {
        f"{chapter}.{section}.{number}": level
        for chapter, sections in LEVELS.items()
        for section, levels in (entry.split(":") for entry in sections.split())
        for number, level in enumerate(levels, start=1)
        if level in "12"
    }


def rows() -> list[tuple[str, str, str, str, str]]:
    return [(m[1], m[2], m[3], m[4].strip("*"), m[5]) for m in ROW.finditer(PAGE.read_text())]


@cache
def names_in(file: str) -> frozenset[str]:
    path = ROOT / "tests" / file
    tree = ast.parse(path.read_text()) if path.is_file() else ast.Module([], [])
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(function.name for function in functions)


def test_every_requirement_of_both_levels_is_answered_once() -> None:
    found = Counter(number for number, *_ in rows())
    assert [number for number, times in found.items() if times > 1] == []
    assert {number: level for number, level, *_ in rows()} == requirements()


def test_every_answer_is_one_of_three_and_gives_its_proof_or_reason() -> None:
    for number, _level, words, answer, proof in rows():
        assert answer in ("met", "not applicable", "not met"), number
        assert words.strip(), number
        assert len(proof.split()) > 0, number


def test_the_counts_are_those_of_the_tables() -> None:
    for level in "12":
        counted = Counter(answer for _, of, _, answer, _ in rows() if of == level)
        line = (
            f"| {level} | {counted.total()} | {counted['met']} | {counted['not applicable']} | {counted['not met']} |"
        )
        assert line in PAGE.read_text()


def test_every_test_that_is_named_exists() -> None:
    named = TEST.findall(PAGE.read_text())
    assert len(named) > 150
    assert sorted({f"{file}::{name}" for file, name in named if name not in names_in(file)}) == []


def test_every_place_that_is_named_exists() -> None:
    assert [place for place in PLACE.findall(PAGE.read_text()) if not (ROOT / place).exists()] == []


def test_whatever_is_met_names_a_test_a_place_or_a_section() -> None:
    sections = {re.sub(r"[^a-z ]", "", title.lower()).replace(" ", "-") for title in headings()}
    for number, _level, _words, answer, proof in rows():
        for target in re.findall(r"\]\(#([^)]+)\)", proof):
            assert target in sections, number
        if answer == "met":
            assert TEST.search(proof) or PLACE.search(proof) or "](" in proof, number


def headings() -> list[str]:
    return re.findall(r"^#+ (.+)$", PAGE.read_text(), re.MULTILINE)


@pytest.mark.parametrize(("number", "level"), [("1.1.1", "2"), ("6.2.1", "1"), ("17.3.2", "2")])
def test_the_list_reads_as_published(number: str, level: str) -> None:
    assert requirements()[number] == level
    assert Counter(requirements().values()) == {"1": 70, "2": 183}
