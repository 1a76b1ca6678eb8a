"""The page about services says what is read: its example is one, and its tables have every key."""

import re

import pytest

from tamada.kit.services.reading import ASKS, KINDS, MOMENTS, PARTS, ROLES, look
from tests.docs.test_docs import ROOT

PAGE = (ROOT / "docs" / "services.md").read_text(encoding="utf-8")


def test_the_example_is_a_service_and_nothing_is_to_be_said_of_it() -> None:
    example = next(block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "service:" in block)
    assert look(example).problems == ()


@pytest.mark.parametrize("part", PARTS)
def test_every_key_is_explained(part: str) -> None:
    explained = set(re.findall(r"`(\w+)`", "".join(line for line in PAGE.splitlines() if line.startswith("| "))))
    assert set(PARTS[part]) - explained == set()


def test_every_word_that_may_stand_for_something_is_named() -> None:
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]*)`", PAGE))))
    assert {*KINDS, *ASKS, *MOMENTS, *ROLES} - named == set()
