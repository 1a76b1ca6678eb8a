"""Sets of UIDs as IMAP writes them (RFC 3501 sequence-set): `1:500,503`. A mailbox of years is a few dozen ranges."""

from collections.abc import Iterable


def parse(written: str) -> set[int]:
    """The UIDs of a sequence set; none for an empty one."""
    found: set[int] = set()
    for part in filter(None, written.split(",")):
        first, _, last = part.partition(":")
        found.update(range(int(first), int(last or first) + 1))
    return found


def written(uids: Iterable[int]) -> str:
    """The shortest sequence set of these UIDs."""
    parts: list[str] = []
    first = last = 0
    for uid in sorted(uids):
        if last and uid == last + 1:
            last = uid
            continue
        if last:
            parts.append(_range(first, last))
        first = last = uid
    if last:
        parts.append(_range(first, last))
    return ",".join(parts)


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}:{last}"
