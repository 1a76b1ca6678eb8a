"""One event as a calendar file (RFC 5545), which every calendar opens."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A moment that lasts, or with a `day` the whole of it. The same `uid` again replaces it in the calendar."""

    uid: str
    name: str
    text: str
    stamp: datetime
    begins: datetime | None = None
    lasts: timedelta = timedelta(hours=1)
    day: date | None = None


def written(event: Event) -> str:
    """The file."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tamada//Requests//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_moment(event.stamp)}",
        *_when(event),
        f"SUMMARY:{_text(event.name)}",
        f"DESCRIPTION:{_text(event.text)}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _when(event: Event) -> list[str]:
    if event.day is not None:
        after = event.day + timedelta(days=1)
        return [f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}", "TRANSP:TRANSPARENT"]
    assert event.begins is not None
    return [f"DTSTART:{_moment(event.begins)}", f"DTEND:{_moment(event.begins + event.lasts)}"]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return words.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """A line has at most 75 bytes, and no letter is parted; what goes on begins with a space."""
    parts, part, size = [], "", 0
    for letter in line:
        length = len(letter.encode())
        if size + length > 75:
            parts.append(part)
            part, size = " ", 1
        part, size = part + letter, size + length
    return [*parts, part]
