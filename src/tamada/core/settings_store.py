"""Settings of the installation that people change while it runs. Each is declared once, with its type and default."""

import threading
import time
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction

from tamada.core import audit, wakeup
from tamada.core.actors import Actor
from tamada.core.models import StoredSetting

T = TypeVar("T")

# A change is seen at once; should its wake-up get lost, after this many seconds.
FRESH = 2.0


@dataclass(frozen=True, slots=True)
class Declared:
    """A known setting. `secret` values are audited as changed, without the value."""

    key: str
    kind: type
    default: Any
    secret: bool = False


declared: dict[str, Declared] = {}
_cache: dict[str, Any] = {}
_read_at = 0.0
_guard = threading.Lock()


def declare(key: str, kind: type[T], default: T, *, secret: bool = False) -> None:
    """Make a setting known, e.g. `declare("company.name", str, default="")`. Declaring it twice must agree."""
    new = Declared(key, kind, default, secret)
    if declared.setdefault(key, new) != new:
        raise ValueError(f"The setting {key} is declared twice, differently.")


def get(key: str, default: Any = None) -> Any:
    """The stored value, else the given default, else the declared one. Raises KeyError for an undeclared key."""
    known = declared[key]
    values = _values()
    if key in values:
        return values[key]
    return known.default if default is None else default


def set(key: str, value: Any, actor: Actor) -> None:  # noqa: A001 (reads as settings_store.set)
    """Store a value and audit it. Raises TypeError when it is not of the declared type."""
    known = declared[key]
    if not isinstance(value, known.kind):
        raise TypeError(f"{key} takes {known.kind.__name__}, not {type(value).__name__}.")
    with transaction.atomic():
        StoredSetting.objects.update_or_create(key=key, defaults={"value": value})
        audit.record(actor, "setting.changed", None, key=key, value="***" if known.secret else value)
        transaction.on_commit(_tell)
    forget()


def note(key: str, value: Any) -> None:
    """Store what the installation finds out by itself, which is no choice of anybody: no entry in the trail."""
    known = declared[key]
    if not isinstance(value, known.kind):
        raise TypeError(f"{key} takes {known.kind.__name__}, not {type(value).__name__}.")
    with transaction.atomic():
        StoredSetting.objects.update_or_create(key=key, defaults={"value": value})
        transaction.on_commit(_tell)
    forget()


def _tell() -> None:
    wakeup.notify(wakeup.SETTINGS)


def forget() -> None:
    """Read from the database at the next `get`."""
    global _read_at
    _read_at = 0.0


def _values() -> dict[str, Any]:
    global _cache, _read_at
    if time.monotonic() - _read_at > FRESH or _read_at == 0.0:
        with _guard:
            _cache = dict(StoredSetting.objects.values_list("key", "value"))
            _read_at = time.monotonic()
    return _cache


wakeup.receive(wakeup.SETTINGS, lambda _payload: forget())
