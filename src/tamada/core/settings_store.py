"""Settings of the installation that people change while it runs. Each is declared once, with its type and default."""

import threading
import time
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction

from tamada.core import audit, secrets, wakeup
from tamada.core.actors import Actor
from tamada.core.models import StoredSetting

T = TypeVar("T")

# A change is seen at once; should its wake-up get lost, after this many seconds.
FRESH = 2.0


@dataclass(frozen=True, slots=True)
class Declared:
    """A known setting. A `secret` is a text that is encrypted where it is stored, and audited without its value."""

    key: str
    kind: type
    default: Any
    secret: bool = False


declared: dict[str, Declared] = {}
_cache: dict[str, Any] = {}
_read_at = 0.0
_forgotten = 0
_guard = threading.Lock()


def declare(key: str, kind: type[T], default: T, *, secret: bool = False) -> None:
    """Make a setting known, e.g. `declare("company.name", str, default="")`. Declaring it twice must agree."""
    if secret and kind is not str:
        raise TypeError(f"{key} is secret, and so a text.")
    new = Declared(key, kind, default, secret)
    if declared.setdefault(key, new) != new:
        raise ValueError(f"The setting {key} is declared twice, differently.")


def get(key: str, default: Any = None) -> Any:
    """The stored value, else the given default, else the declared one. Raises KeyError for an undeclared key."""
    known = declared[key]
    values = _values()
    value = values.get(key)
    if known.secret and isinstance(value, dict):
        value = secrets.opened(value["sealed"])  # of another key: as good as not set, and `tamada check` says so
    if value is not None:
        return value
    return known.default if default is None else default


def set(key: str, value: Any, actor: Actor) -> None:  # noqa: A001 (reads as settings_store.set)
    """Store a value and audit it. Raises TypeError when it is not of the declared type."""
    known = declared[key]
    if not isinstance(value, known.kind):
        raise TypeError(f"{key} takes {known.kind.__name__}, not {type(value).__name__}.")
    with transaction.atomic():
        stored = sealed(str(value)) if known.secret and value else value
        StoredSetting.objects.update_or_create(key=key, defaults={"value": stored})
        audit.record(actor, "setting.changed", None, key=key, value="***" if known.secret else value)
        wakeup.notify_after_commit(wakeup.SETTINGS)
    forget()


def note(key: str, value: Any) -> None:
    """Store what the installation finds out by itself, which is no choice of anybody: no entry in the trail."""
    known = declared[key]
    if not isinstance(value, known.kind):
        raise TypeError(f"{key} takes {known.kind.__name__}, not {type(value).__name__}.")
    with transaction.atomic():
        StoredSetting.objects.update_or_create(key=key, defaults={"value": value})
        wakeup.notify_after_commit(wakeup.SETTINGS)
    forget()


def sealed(value: str) -> dict[str, str]:
    """A secret as it is stored."""
    return {"sealed": secrets.encrypt(value)}


def unreadable() -> list[str]:
    """The secrets that were stored under another key."""
    known = {name for name, known in declared.items() if known.secret}
    kept = {key: value["sealed"] for key, value in _values().items() if key in known and isinstance(value, dict)}
    return sorted(key for key, text in kept.items() if secrets.opened(text) is None)


def forget() -> None:
    """Read from the database at the next `get`."""
    global _read_at, _forgotten
    _forgotten += 1
    _read_at = 0.0


def _values() -> dict[str, Any]:
    global _cache, _read_at
    if time.monotonic() - _read_at > FRESH or _read_at == 0.0:
        with _guard:
            began, before = time.monotonic(), _forgotten
            _cache = dict(StoredSetting.objects.values_list("key", "value"))
            # What was read may be old already when something changed meanwhile.
            _read_at = began if before == _forgotten else 0.0
    return _cache


wakeup.receive(wakeup.SETTINGS, lambda _payload: forget())
