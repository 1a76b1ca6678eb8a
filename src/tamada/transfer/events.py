"""What happens to exports and imports: heard by admins alone."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event

ADMINS = frozenset({"role:admin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportChanged(Event):
    """An export was asked for, is ready, failed or was removed."""

    type: ClassVar[str] = "export.changed"
    export: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportChanged(Event):
    """An import was begun, ended or was removed."""

    type: ClassVar[str] = "import.changed"
    import_id: int
