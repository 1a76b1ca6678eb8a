"""Who did something: every write names an actor, and every event and audit entry keeps it."""

from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

type_kind = Literal["agent", "customer", "rule", "assistant", "api", "system"]
KINDS: tuple[type_kind, ...] = get_args(type_kind)


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is the row's id in the kind's own table (an agent's, a customer's); `name` is what a person would read.

    `depth` counts the automatic writes in a row that led here: 0 for what a person did, 1 for what a rule did about it.
    """

    kind: type_kind
    id: int | None = None
    name: str = ""
    depth: int = 0

    def as_json(self) -> dict[str, Any]:
        """Kind and id only: events and tasks hold no names."""
        return {"kind": self.kind, "id": self.id} | ({"depth": self.depth} if self.depth else {})

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Actor":
        return cls(cast(type_kind, value["kind"]), value.get("id"), value.get("name", ""), value.get("depth", 0))

    def __str__(self) -> str:
        return self.name or (f"{self.kind} {self.id}" if self.id is not None else self.kind)


SYSTEM = Actor("system", None, "Tamada")
