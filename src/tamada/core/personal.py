"""What the house keeps about a person: each room registers its own from its `apps.py`, and `privacy` asks them all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import Promise

from tamada.core.registry import Registry


class StoredFile(NamedTuple):
    """A file about a person: its path in an export, and how to read it. None when its bytes are gone."""

    path: str
    read: Callable[[], bytes | None]


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that a room keeps about people.

    `purpose` says why, in a sentence for the person. `rows` gives everything about a customer, oldest first, by plain
    names, each JSON-able but for dates; `count` how many those are; `files` what belongs to them on disk.
    """

    title: str | Promise
    purpose: str | Promise
    rows: Callable[[int], Iterator[dict[str, Any]]]
    count: Callable[[int], int]
    files: Callable[[int], Iterator[StoredFile]] | None = None


holdings: Registry[Holding] = Registry("personal.holdings")
"""By a short name of the room's own, such as `messages`; an export has them in the order they were registered."""
