"""What things were called in another system, and what they are here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Max, QuerySet

from ..erasing import digest_of
from ..models import ImportedThing, Kind

_AT_ONCE: Final = 400


def newest() -> int:
    """The row that was noted last."""
    return ImportedThing.objects.aggregate(last=Max("pk"))["last"] or 0


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one system: `source` is whose export it is, `system` which installation or account of it."""

    source: str
    system: str

    def known(self, kind: Kind, keys: Sequence[str]) -> dict[str, int]:
        """What is here of it, by its name there."""
        return self._found(self.system, kind, keys)

    def unnamed(self, kind: Kind, keys: Sequence[str]) -> dict[str, int]:
        """What came from a system that nobody named, as all did once: this one's perhaps, or one that counts alike."""
        return self._found("", kind, keys) if self.system else {}

    def known_since(self, last: int, kind: Kind, keys: Sequence[str]) -> set[str]:
        """Those of the names that were known when `last` was the newest row (`newest`)."""
        rows = (rows.filter(system=self.system, pk__lte=last) for rows in self._rows(kind, keys))
        return {key for found in rows for key in found.values_list("key", flat=True)}

    def _found(self, system: str, kind: Kind, keys: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for rows in self._rows(kind, keys):
            found |= dict(rows.filter(system=system).values_list("key", "row_id"))
        return found

    def _rows(self, kind: Kind, keys: Sequence[str]) -> Iterator[QuerySet[ImportedThing]]:
        for start in range(0, len(keys), _AT_ONCE):
            yield ImportedThing.objects.filter(source=self.source, kind=kind, key__in=keys[start : start + _AT_ONCE])

    def is_new(self, kind: Kind, key: str) -> bool:
        """Whether nothing came under this name yet."""
        return not any(rows.filter(system__in=("", self.system)).exists() for rows in self._rows(kind, [key[:200]]))

    def erased(self, kind: Kind, keys: Sequence[str]) -> set[str]:
        """Those names that are of things which were erased here. One of an unnamed system counts: better too few."""
        digests = {digest_of(self.source, kind, key): key for key in keys}
        found: set[str] = set()
        for rows in self._rows(kind, list(digests)):
            here = rows.filter(system__in=("", self.system)).values_list("key", flat=True)
            found.update(digests[digest] for digest in here)
        return found

    def remember(self, kind: Kind, keys: dict[str, int]) -> None:
        """Note what things became."""
        ImportedThing.objects.bulk_create(
            [
                ImportedThing(source=self.source, system=self.system, kind=kind, key=key, row_id=pk)
                for key, pk in keys.items()
            ],
            update_conflicts=True,
            unique_fields=["source", "system", "kind", "key"],
            update_fields=["row_id"],
        )
