"""Bringing in an archive: an mbox, a maildir or a folder of .eml files. It sends nothing and may be run again."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tamada.channels.email import headers
from tamada.channels.email.book import AddressBook
from tamada.channels.email.limits import MAX_MESSAGE_BYTES
from tamada.channels.email.parse import Unparsable, parse
from tamada.channels.ingest import BATCH, BATCH_BYTES, take_in
from tamada.channels.journal import Entry, Journal, default_journal
from tamada.channels.models import RawInput, RawState
from tamada.channels.readers import Unreadable
from tamada.conversations.models import Message

_LONGEST_LINE = 1 << 20
_HEAD = 64 * 1024
_UNDATED = datetime.min.replace(tzinfo=UTC)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


class NoArchiveError(Exception):
    """The path holds nothing that can be imported; the text says why."""


@dataclass(slots=True)
class Summary:
    """What an import did (or, for a dry run, would do). `removed` came once and was removed here, or its writer was."""

    read: int = 0
    conversations: int = 0
    messages: int = 0
    duplicates: int = 0
    quarantined: int = 0
    blocked: int = 0
    removed: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one raw message lies: a whole file, or the bytes from `start` to `end` of an mbox."""

    path: Path
    start: int = 0
    end: int = -1
    is_quoted: bool = False

    def read(self, most: int = -1) -> bytes:
        """Its bytes, or the first `most` of them."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            length = self.end - self.start if self.end >= 0 else -1
            raw = file.read(min(length, most) if length >= 0 <= most else max(length, most))
        return _unquoted(raw) if self.is_quoted else raw


def messages_in(kind: str, path: Path) -> Iterator[bytes]:
    """The raw messages of an archive of one of the `KINDS`, oldest first. Raises NoArchiveError.

    By their dates, whatever the files are called: an answer finds the conversation that came before it. What goes on
    beyond the bytes that are looked at anyway is not read: a broken archive may seem to hold one message of gigabytes.
    """
    if not path.exists():
        raise NoArchiveError(_("There is no file or folder {path}.").format(path=path))
    places = list(KINDS[kind](path))
    dates = [_sent_at(place) for place in places]
    return (places[i].read(MAX_MESSAGE_BYTES + 1) for i in sorted(range(len(places)), key=dates.__getitem__))


def subfolders(kind: str, path: Path) -> list[str]:
    """The folders of mail inside a maildir (Sent, Junk …), which are left out: each is an archive of its own."""
    if kind != "maildir":
        return []
    inner = {part.parent for name in ("cur", "new") for part in path.rglob(name) if part.is_dir()}
    return sorted(str(folder.relative_to(path)) for folder in inner - {path})


def _maildir_places(path: Path) -> list[Place]:
    parts = [path / name for name in ("cur", "new") if (path / name).is_dir()]
    if not parts:
        raise NoArchiveError(_("{path} is no maildir: it has no folder “cur” or “new”.").format(path=path))
    files = [file for part in parts for file in part.iterdir() if file.is_file()]
    return [Place(file) for file in sorted(files, key=lambda file: file.name)]


def _folder_places(path: Path) -> list[Place]:
    files = sorted(file for file in path.rglob("*") if file.suffix.lower() == ".eml" and file.is_file())
    if not files:
        raise NoArchiveError(_("There are no .eml files in {path}.").format(path=path))
    return [Place(file) for file in files]


def _sent_at(place: Place) -> datetime:
    """What its Date says; the beginning of time for a mail without one."""
    head = headers.split(place.read(_HEAD))[0]
    return headers.date(head.first("date"), datetime.max.replace(tzinfo=UTC)) if "date" in head else _UNDATED


def _mbox_places(path: Path) -> Iterator[Place]:
    """The messages of an mbox (RFC 4155; `>From ` of the mboxo and mboxrd forms is undone). Raises NoArchiveError."""
    if not path.is_file():
        raise NoArchiveError(_("{path} is no mbox: it is a folder.").format(path=path))
    with path.open("rb") as file:
        if not file.read(5) == b"From ":
            raise NoArchiveError(_("{path} is no mbox: it does not begin with “From ”.").format(path=path))
        file.seek(0)
        start, position, is_after_blank = -1, 0, True
        for line in iter(lambda: file.readline(_LONGEST_LINE), b""):
            if is_after_blank and line.startswith(b"From "):
                if start >= 0 and position > start:
                    yield Place(path, start, position, is_quoted=True)
                start, is_after_blank = position + len(line), False
            else:
                is_after_blank = line in (b"\n", b"\r\n")
            position += len(line)
        if position > start >= 0:
            yield Place(path, start, position, is_quoted=True)


KINDS: dict[str, Callable[[Path], Iterable[Place]]] = {
    "mbox": _mbox_places,
    "maildir": _maildir_places,
    "folder": _folder_places,
}


def _unquoted(raw: bytes) -> bytes:
    """Without the blank line that parts messages, and with `From ` at the beginning of lines."""
    for blank in (b"\n\r\n", b"\n\n"):
        if raw.endswith(blank):
            raw = raw[: 1 - len(blank)]
            break
    return _QUOTED_FROM.sub(rb"\1", raw)


def inbox_of(address: str) -> int:
    """The inbox to import into. Raises NoArchiveError when nobody has the address."""
    found = AddressBook().find(address)
    if found is None:
        raise NoArchiveError(_("No inbox has the address {address}.").format(address=address))
    return found


def run_import(messages: Iterable[bytes], *, inbox_id: int, journal: Journal | None = None) -> Summary:
    """Take the messages in, a hundred at a time. What came in before, by any way, is counted and left alone."""
    journal = journal or default_journal()
    summary = Summary()
    for batch in _batches(messages):
        summary.read += len(batch)
        fresh = _unknown(batch, inbox_id)
        summary.duplicates += len(batch) - len(fresh)
        items = take_in([_kept(journal, raw, inbox_id) for raw in fresh])
        for item in items:
            summary.quarantined += isinstance(item.read, Unreadable) or RawState.QUARANTINED in item.states
            summary.blocked += RawState.BLOCKED in item.states
            summary.duplicates += RawState.DUPLICATE in item.states
            summary.messages += sum(r.outcome == "message" for r in item.received)
            summary.removed += item.is_gone
            summary.conversations += sum(r.new_conversation for r in item.received)
    return summary


def _kept(journal: Journal, raw: bytes, inbox_id: int) -> Entry:
    meta = _meta(inbox_id)
    return Entry(journal.keep(raw, meta), meta, raw)


def _meta(inbox_id: int) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {"channel": "email", "source": "import", "inboxes": [inbox_id], "received_at": now}


def _batches(messages: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for raw in messages:
        if batch and (len(batch) == BATCH or size + len(raw) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(raw)
        size += len(raw)
    if batch:
        yield batch


def _unknown(batch: list[bytes], inbox_id: int) -> list[bytes]:
    """Those whose bytes this inbox never had; quarantined ones may be tried again."""
    by_digest = {hashlib.sha256(raw).hexdigest(): raw for raw in batch}
    stored = RawInput.objects.filter(digest__in=by_digest).exclude(state=RawState.QUARANTINED)
    rows = stored.values_list("digest", "inbox_ids")
    known = {digest for digest, inboxes in rows if inbox_id in inboxes}
    return [raw for digest, raw in by_digest.items() if digest not in known]


def rehearse(messages: Iterable[bytes], *, inbox_id: int) -> Summary:
    """What an import would do, without writing anything. Conversations are told by the ids that messages answer."""
    summary = Summary()
    seen: set[str] = set()
    digests: set[str] = set()
    for batch in _batches(messages):
        summary.read += len(batch)
        fresh = [raw for raw in _unknown(batch, inbox_id) if hashlib.sha256(raw).hexdigest() not in digests]
        digests.update(hashlib.sha256(raw).hexdigest() for raw in fresh)
        summary.duplicates += len(batch) - len(fresh)
        for raw in fresh:
            _rehearse_one(raw, inbox_id, seen, summary)
    return summary


def _rehearse_one(raw: bytes, inbox_id: int, seen: set[str], summary: Summary) -> None:
    try:
        mail = parse(raw, received_at=datetime.now(UTC))
    except Unparsable:
        summary.quarantined += 1
        return
    answered = {*mail.in_reply_to, *mail.references}
    stored = Message.objects.filter(inbox=inbox_id, external_id__in={mail.message_id, *answered})
    known = set(stored.values_list("external_id", flat=True))
    if mail.message_id in known:
        summary.duplicates += 1
        return
    summary.messages += 1
    summary.conversations += not (answered & (seen | known))
    seen.add(mail.message_id)
