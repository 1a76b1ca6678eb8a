"""Typed extension points: where rooms meet that must not import each other.

TIMELINE: Registry[TimelineSource] = Registry("timeline")      # in the room that asks
TIMELINE.register("jobs", JobTimeline())                       # in another room's apps.py
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Named things in the order they were registered. A name is taken once."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, T] = {}

    def register(self, name: str, entry: T) -> T:
        """Add an entry and return it. Raises ValueError when another one has the name."""
        if self._entries.setdefault(name, entry) is not entry:
            raise ValueError(f"{self.what} has an entry named {name} already.")
        return entry

    def get(self, name: str) -> T:
        """The entry of that name. Raises KeyError naming what was asked."""
        try:
            return self._entries[name]
        except KeyError:
            raise KeyError(f"{self.what} has no entry named {name}.") from None

    def all(self) -> dict[str, T]:
        """A copy, by name."""
        return dict(self._entries)

    def __iter__(self) -> Iterator[T]:
        return iter(list(self._entries.values()))

    def __contains__(self, name: object) -> bool:
        return name in self._entries
