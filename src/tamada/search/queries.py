"""The one door to search: `search(agent, q, kind=…)`. Rooms that hold what is found register how to look."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Protocol, TypeVar

from tamada.core.registry import Registry
from tamada.kit import cursors
from tamada.kit.cursors import BadCursor

from .query import Query, parse

T = TypeVar("T")
KINDS: Final = ("conversations", "customers", "articles")


class UnknownKind(ValueError):
    """Nothing of this kind can be searched for."""


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """What was found; `message` is the newest one that matches, for its words in context (conversations only)."""

    item: T
    message: Any = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some hits, newest first, and the cursor of the next ones or None.

    `problems` are sentences about operators that could not be understood. `nearly` says that nothing was spelt so, and
    that these are words spelt alike. `jump` is the item whose number was asked for; it comes first among the hits.
    """

    hits: list[Hit[T]]
    next: str | None = None
    problems: Sequence[str] = ()
    nearly: bool = False
    jump: T | None = None
    query: Query = field(default_factory=Query)

    @property
    def items(self) -> list[T]:
        """What was found, as their own lists hold it."""
        return [hit.item for hit in self.hits]


class Provider(Protocol):
    """Looks for one kind of thing, and shows only what the agent may see."""

    def __call__(self, agent: Any, query: Query, *, cursor: "Cursor", limit: int) -> Page[Any]:
        """One page from `cursor` on."""


providers: Registry[Provider] = Registry("search.providers")


def search(agent: Any, q: str, *, kind: str = "conversations", cursor: str | None = None, limit: int = 50) -> Page[Any]:
    """What the agent may see that matches; raises `UnknownKind` and `BadCursor`, whatever is asked never fails."""
    if kind not in KINDS:
        raise UnknownKind(kind)
    query = parse(q)
    start = Cursor.read(cursor)
    if kind not in providers:
        return Page([], query=query)
    return providers.get(kind)(agent, query, cursor=start, limit=limit)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: ids below `before`; `mode` tells an exact search ("e"), a near one ("n"), a list ("l")."""

    mode: str = ""
    before: int | None = None
    key: str = ""

    def written(self) -> str:
        """As it is given out."""
        return cursors.write(self.mode, self.before, self.key)

    @classmethod
    def read(cls, text: str | None) -> "Cursor":
        """As it came back; raises `BadCursor`."""
        if not text:
            return cls()
        mode, before, key = cursors.read(text, str, int, str)
        if mode not in ("e", "n", "l"):
            raise BadCursor(text)
        return cls(mode, before, key)
