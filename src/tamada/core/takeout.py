"""What leaves with an export of everything: kinds of things, rows as plain dicts, in memory that doesn't grow.

`transfer` names those of the rooms below it; a room beside it registers its own from its `apps.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any, Final

from django.db.models import Max, QuerySet

from tamada.core.registry import Registry

PAGE: Final = 500

type_row = dict[str, Any]
type_shape = Callable[[Any], type_row]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One kind of thing: `columns` in the order of the CSV file."""

    name: str
    columns: tuple[str, ...]
    query: Callable[[], QuerySet[Any]]
    shape: type_shape

    def total(self) -> int:
        """How many there are now."""
        return self.query().order_by().count()

    def rows(self) -> Iterator[type_row]:
        """Each as a dict, oldest first: a page at a time by id, so that no snapshot is held open for long.

        What is added while it runs is left out.
        """
        last = self.query().aggregate(last=Max("pk"))["last"] or 0
        after = 0
        while page := list(self.query().filter(pk__gt=after, pk__lte=last).order_by("pk")[:PAGE]):
            yield from (self.shape(row) for row in page)
            after = page[-1].pk


datasets: Registry[Dataset] = Registry("takeout.datasets")

type_keys = Callable[[], set[str]]

stored: Registry[type_keys] = Registry("takeout.stored")
"""The keys of stored files that go along, beside those of messages."""


def of_fields(name: str, query: Callable[[], QuerySet[Any]], /, **columns: str | Callable[[Any], Any]) -> Dataset:
    """A dataset whose columns are fields of the row (`team.name` goes on from one), or what a function makes of it."""

    def shape(row: Any) -> type_row:
        return {key: _plain(how(row) if callable(how) else _reached(row, how)) for key, how in columns.items()}

    return Dataset(name, tuple(columns), query, shape)


def _reached(row: Any, path: str) -> Any:
    """An id as the API writes it, a text; nothing where something on the way is nothing."""
    value = reduce(lambda found, part: None if found is None else getattr(found, part), path.split("."), row)
    is_id = path.rpartition(".")[2] in ("pk", "id") or path.endswith("_id")
    return str(value) if is_id and value is not None else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value


def instant(at: datetime | None) -> str | None:
    """A time as the API writes it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z" if at else None


def names(related: str) -> Callable[[Any], list[str]]:
    """A column with the names of the rows that a field holds, which the query has fetched before."""
    return lambda row: [str(one) for one in getattr(row, related).all()]
