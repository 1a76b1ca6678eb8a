"""What every reader hands in, in the same shape whatever the system it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

type_kind = Literal["in", "out", "note"]

MOST_KEY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer. `key` is what the other system calls them, empty for one known by addresses alone."""

    key: str = ""
    name: str = ""
    addresses: Sequence[tuple[str, str]] = ()
    organisation: str = ""
    language: str = ""
    city: str = ""
    note: str = ""
    tags: Sequence[str] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)
    created_at: datetime | None = None

    @property
    def is_nobody(self) -> bool:
        """Nothing by which anybody could know them."""
        return not (self.name.strip() or any(value.strip() for _kind, value in self.addresses))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message. `key` is unique in the other system."""

    key: str
    kind: type_kind
    at: datetime
    text: str = ""
    html: str = ""
    author_name: str = ""
    author_email: str = ""
    files: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A conversation with what was said in it. Several of one `key` are one conversation."""

    key: str
    customer: Person
    subject: str = ""
    status: str = "closed"
    priority: str = "normal"
    tags: Sequence[str] = ()
    assignee_email: str = ""
    created_at: datetime | None = None
    closed_at: datetime | None = None
    said: Sequence[Said] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was left out: where, and why, in words for a person. `in_part`: the rest of it came in."""

    where: str
    why: str
    in_part: bool = False


Record = Person | Matter | Problem


class Unreadable(Exception):
    """The file is not what it was said to be; the text says why, for a person."""


class Cut(Exception):
    """The file ends in the middle of something. What stood before was read."""


def instant(value: Any) -> datetime | None:
    """A time as other systems write it: ISO 8601, or seconds since 1970. None for nonsense."""
    try:
        if isinstance(value, (int, float)) or (isinstance(value, str) and value.strip().isdecimal()):
            seconds = float(value)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        if isinstance(value, str) and value.strip():
            text = value.strip().replace(" UTC", "+00:00")
            at = datetime.fromisoformat(text)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def text(value: Any) -> str:
    """A value as text: nothing for what is none."""
    if value is None or isinstance(value, (bool, dict, list)):
        return ""
    return str(value).replace("\0", "")


def key(*parts: Any) -> str:
    """What the other system calls a thing."""
    return ":".join(text(part) for part in parts)[:MOST_KEY]
