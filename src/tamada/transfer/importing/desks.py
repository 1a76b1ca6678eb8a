"""What the readers of all desks share: passes over the file, people by id, small conversions."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone

from .reading import Item, items
from .records import Cut, Record, instant, text
from .tables import type_opener


class Desk:
    """A reader. Each phase is a pass over the file, for in one document people may stand after what they wrote.

    What must be remembered meanwhile is small: names of organisations, and the people who answer.
    """

    phases: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self.organisations: dict[str, str] = {}
        self.people: dict[str, Mapping[str, Any]] = {}
        self.now = timezone.now()

    def kind_of(self, item: Item) -> str:
        """Which of the phases an object belongs to; empty for none."""
        raise NotImplementedError

    def read(self, kind: str, value: Mapping[str, Any]) -> Iterator[Record]:
        """The records of one object."""
        raise NotImplementedError

    def records(self, opened: type_opener) -> Iterator[Record]:
        """Everything, phase by phase. Raises Unreadable, and Cut after the last phase of a file that ends early."""
        is_cut = False
        seen = dict.fromkeys(self.phases, 0)
        for place, phase in enumerate(self.phases):
            if place and not seen[phase]:
                continue  # The first pass counted what there is.
            try:
                for item in items(opened):
                    kind = self.kind_of(item)
                    if not place and kind in seen:
                        seen[kind] += 1
                    if kind == phase:
                        yield from self.read(kind, item.value)
            except Cut:
                is_cut = True
        if is_cut:
            raise Cut

    def note_staff(self, value: Mapping[str, Any]) -> None:
        """Somebody who answers."""
        self.people[text(value.get("id"))] = {"name": value.get("name"), "email": value.get("email"), "role": "agent"}

    def is_staff(self, pk: Any) -> bool:
        """Whether an id is of somebody who answers."""
        return text(pk) in self.people

    def email_of(self, person: Any, pk: Any) -> str:
        """The address of somebody who answers, told inside or by id."""
        found = person if isinstance(person, dict) else self.people.get(text(pk), {})
        return text(found.get("email"))

    def addresses(self, value: Mapping[str, Any], **names: tuple[str, ...]) -> list[tuple[str, str]]:
        """Addresses by type from these fields."""
        found = [(kind, text(value.get(name)).strip()) for kind, fields in names.items() for name in fields]
        return [(kind, address) for kind, address in found if address]


def dicts(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; none where there is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def first_text(value: Mapping[str, Any], *names: str) -> str:
    """The first of these fields that says something."""
    return next((found for name in names if (found := text(value.get(name)).strip())), "")


def instant_of(value: Mapping[str, Any], *names: str) -> datetime | None:
    """The first of these fields that is a time."""
    return next((at for name in names if (at := instant(value.get(name))) is not None), None)
