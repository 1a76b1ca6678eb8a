"""What was learned from everything that can be answered with: loaded when it is first asked, and kept in the process.

A label is what a text may be about: `join(source, key)` of an answer, or that of an action.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from typing import Final, Protocol

ACTION: Final = "action"
"""What stands for the source in the label of a business action."""


class Band(StrEnum):
    """How surely something is known."""

    SURE = "sure"
    UNSURE = "unsure"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a text may be about: labels and how likely each is, the likeliest first; none when it is about nothing."""

    band: Band
    ranked: tuple[tuple[str, float], ...] = ()


class Brain(Protocol):
    """What `current` gives: one version of what was learned."""

    @property
    def version(self) -> int: ...
    @property
    def languages(self) -> Collection[str]: ...
    def judge(self, text: str, language: str) -> Judged: ...


def join(source: str, key: str) -> str:
    """The label of what a source holds under a key."""
    return f"{source}:{key}"


def split(label: str) -> tuple[str, str]:
    """Source and key of a label."""
    source, _, key = label.partition(":")
    return source, key


def is_possible() -> bool:
    """Whether the programs that understand are installed (the extra `assistant`)."""
    return all(find_spec(name) is not None for name in ("numpy", "scipy", "sklearn"))


def current() -> Brain | None:
    """The newest brain, None before the first was made."""
    return None
