"""From the journal into the conversations: batches of up to 100, one transaction each, then the files are archived.

A batch that fails is halved until the culprit stands alone. If that one only lost a race for a key it is tried once
more; else it is quarantined with its reason, and the rest is received. Input over which a process died is handled
alone, in its turn so that answers find what they answer, and quarantined when that happened three times. While database
or storage is away everything stays in the journal.
"""

import json
import logging
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tamada.conversations.actions import receive_messages
from tamada.conversations.envelopes import Envelope, Received
from tamada.core import bulk, events, loops, storage
from tamada.core.actors import SYSTEM
from tamada.core.db import AWAY

from .events import InputQuarantined
from .journal import Entry, Journal, default_journal
from .metrics import TAKEN_IN
from .models import RawInput, RawState
from .readers import StorageAway, Unreadable
from .reading import WAITED_FOR, Died, Hung, Item, Reader, read_all, read_names, unreadable, warm_up

log = logging.getLogger(__name__)

BATCH = 100
BATCH_BYTES = 32 * 1024 * 1024
"""Raw bytes of one batch, unless a single mail has more: batches are held in memory, up to three at a time."""

PRESSING = 20
"""With so many waiting, taking in goes before the tasks that follow from it."""

DEADLY = 3
"""How often the process may die over one input before that is quarantined."""

_LOOK_SECONDS = 1.0
_GATHER_SECONDS = 0.03
"""In a burst, so long is waited for a batch that is worth a transaction. A lone mail never waits."""
_LONGEST_PAUSE = 30.0
# What a single bad row can cause, though the driver calls it an operational error: PostgreSQL's program_limit_exceeded
# and statement_too_complex, SQLite's too big.
_CULPABLE = ("54", "SQLITE_TOOBIG")


@dataclass(slots=True)
class Summary:
    """How many inputs a run handled, by what became of them."""

    received: int = 0
    duplicates: int = 0
    blocked: int = 0
    quarantined: int = 0

    def add(self, state: str, count: int) -> None:
        names = {RawState.DUPLICATE: "duplicates", RawState.BLOCKED: "blocked", RawState.QUARANTINED: "quarantined"}
        name = names.get(RawState(state), "received")
        setattr(self, name, getattr(self, name) + count)


def run_ingest(stop: threading.Event) -> None:
    """The worker's loop. Only one process of a machine reads the journal; the others wait to take over."""
    journal = default_journal()
    while not stop.is_set():
        with journal.lock() as ours:
            if ours:
                Ingest(journal).run(stop)
        stop.wait(1.0)


class Ingest:
    """The journal's reader. Make one only while holding the journal's lock."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.reader = Reader(journal)
        self.suspects: set[str] = set()
        self.deaths: dict[str, int] = {}
        self._waiting: list[str] = []
        self._handling = journal.root / "journal" / "handling.json"
        self._deaths = journal.root / "journal" / "deaths.json"
        self.summary = Summary()

    def run(self, stop: threading.Event) -> None:
        """Handle what comes until `stop`; a database that is away is waited for."""
        self.reader.is_expected = True
        bell = self.journal.bell()
        pause, is_recovered = 0.0, False
        try:
            while not stop.is_set():
                try:
                    if not is_recovered:
                        self.recover()
                        warm_up()
                        is_recovered = True
                    if not self.step(stop):
                        bell.wait(_LOOK_SECONDS)
                    pause = 0.0
                except WAITED_FOR as error:
                    pause = min(_LONGEST_PAUSE, max(0.25, pause * 2))
                    reason = type(error).__name__
                    log.warning("Database or storage is away; mail waits in the journal.", extra={"reason": reason})
                    connection.close()
                    stop.wait(pause)
        finally:
            bell.close()
            connection.close()

    def recover(self) -> None:
        """After a start: make files and rows agree, and learn over which input the last process died."""
        died_over = _read_json(self._handling) or []
        self.deaths = _read_json(self._deaths) or {}
        archived, requeued = self.journal.recover(known_names)
        waiting = set(self.journal.pending())
        self.suspects = {name for name in died_over if name in waiting}
        if len(died_over) == 1 and self.suspects:
            name = died_over[0]
            self.deaths[name] = self.deaths.get(name, 0) + 1
        self.deaths = {name: count for name, count in self.deaths.items() if name in waiting}
        self._deaths.write_text(json.dumps(self.deaths))
        self._handling.unlink(missing_ok=True)
        if archived or requeued:
            log.info("The journal was put in order.", extra={"count": archived + requeued})

    def step(self, stop: threading.Event | None = None) -> int:
        """Handle what waits until nothing does, or until `stop`; returns how many inputs that were."""
        handled = 0
        self._waiting = []
        try:
            for names, items in self._read_ahead(stop or threading.Event()):
                self._keep(names, items)
                handled += len(names)
        except BaseException:
            self.reader.hang_up()
            raise
        finally:
            loops.pressing.clear()
        return handled

    # -- reading: one batch ahead of what is stored -----------------------------------------------------------

    def _read_ahead(self, stop: threading.Event) -> Iterator[tuple[list[str], list[Item]]]:
        """Batches, read. While the caller stores one the next is being read, if enough waits to make one."""
        ahead: list[str] = []
        last = 0
        while not stop.is_set():
            if not ahead:
                if 1 < last < BATCH // 2:
                    stop.wait(_GATHER_SECONDS)
                ahead = self._next([], least=1)
                self._ask(ahead)
            if not ahead:
                return
            try:
                names, items = ahead, self._answer(ahead)
            except Died as death:
                if stop.is_set():
                    return  # It was told to stop as we were.
                self.suspects.update(ahead)  # from now on each is read alone, and who was alone is guilty
                if isinstance(death, Hung):
                    _check_surroundings()
                self._note_death(ahead)
                # In front again: an answer that is read before what it answers would not find its conversation.
                self._waiting, ahead = [*ahead, *self._waiting], []
                continue
            ahead, last = self._next(names, least=BATCH // 2), len(names)
            self._ask(ahead)
            yield names, items

    def _next(self, busy: Sequence[str], *, least: int) -> list[str]:
        """The names of the next batch, which may be a suspect alone; none while fewer than `least` wait."""
        if len(self._waiting) < least:
            taken = set(busy)
            self._waiting = [name for name in self.journal.pending() if name not in taken]
            if len(self._waiting) >= PRESSING:
                loops.pressing.set()
        if len(self._waiting) < least:
            return []
        until = self._batch_size()
        names, self._waiting = self._waiting[:until], self._waiting[until:]
        return names

    def _batch_size(self) -> int:
        """How many of those that wait make the next batch: a suspect is alone, and no batch is larger than memory."""
        size = 0
        for number, name in enumerate(self._waiting[:BATCH]):
            size += self.journal.size(name)
            if number and (size > BATCH_BYTES or name in self.suspects):
                return number
            if name in self.suspects:
                return 1
        return min(BATCH, len(self._waiting))

    def _ask(self, names: list[str]) -> None:
        if names and not self._is_deadly(names):
            self.reader.ask(names)

    def _answer(self, names: list[str]) -> list[Item]:
        """What was asked for; without a process that reads for us we do it, and note what we may die over."""
        if self._is_deadly(names):
            reason = "Tamada stopped working each time it tried to read this."
            return [unreadable(self.journal, names[0], reason)]
        if not self.reader.is_busy and names[0] in self.suspects:
            self.reader.ask_patiently(names)
        if self.reader.is_busy:
            return self.reader.answer()
        self._handling.write_text(json.dumps(names))
        return read_names(self.journal, names)

    def _is_deadly(self, names: list[str]) -> bool:
        return self.deaths.get(names[0], 0) >= DEADLY

    def _note_death(self, names: list[str]) -> None:
        """The process that read these died, or hung."""
        log.error("The process that reads mail died; what it had is read one by one.", extra={"count": len(names)})
        if len(names) == 1:
            self.deaths[names[0]] = self.deaths.get(names[0], 0) + 1
            self._deaths.write_text(json.dumps(self.deaths))

    # -- storing ----------------------------------------------------------------------------------------------

    def _keep(self, names: list[str], items: list[Item]) -> None:
        """Store and archive one batch. Raises the database's errors when it is away."""
        self._handling.write_text(json.dumps(names))
        for state, count in Counter(store_items(items)).items():
            self.summary.add(state, count)
            TAKEN_IN.labels(state).inc(count)
        put_away(self.journal, items)
        self.suspects.difference_update(names)
        for name in names:
            self.deaths.pop(name, None)
        self._handling.unlink(missing_ok=True)


# -- one batch ------------------------------------------------------------------------------------------------------


def take_in(entries: Sequence[Entry]) -> list[Item]:
    """Read and store entries whose files lie in the archive already (imports). Raises when the database is away."""
    items = read_all(entries)
    store_items(items)
    put_away(default_journal(), items)
    return items


def put_away(journal: Journal, items: Sequence[Item]) -> None:
    """Archive what was stored; what had been removed here before goes again, with the files that reading it stored."""
    for item in items:
        if not item.is_gone:
            journal.archive(item.name)
            continue
        journal.discard(item.name)
        storage.delete(*(file.blob for envelope in _envelopes(item) for file in envelope.attachments))


def store_items(items: Sequence[Item], *, is_second: bool = False) -> list[str]:
    """Commit the items, halving them when they fail, down to the culprit; returns the state of each.

    Raises when the database itself is away.
    """
    if not items:
        return []
    try:
        return store(items)
    except Exception as error:
        if is_away(error):
            raise
        if len(items) > 1:
            middle = len(items) // 2
            return [*store_items(items[:middle]), *store_items(items[middle:])]
        if isinstance(error, IntegrityError) and not is_second:
            # Another writer had the same key between our look and our write: now it is found.
            return store_items(items, is_second=True)
        log.exception("An input can't be stored; it is quarantined.", extra={"reason": type(error).__name__})
        items[0].read = Unreadable(f"It could not be stored ({type(error).__name__}).")
        return store(items)


def store(items: Sequence[Item]) -> list[str]:
    """Commit a batch: messages, index, events and the journal's rows in one transaction; the state of each."""
    with transaction.atomic():
        wanted = _unseen(items)
        received = receive_messages(envelopes=[envelope for _, envelope in wanted]) if wanted else []
        for (item, _), result in zip(wanted, received, strict=True):
            item.states.append(_state(result))
            item.received.append(result)
            item.is_gone = all(one.outcome == "deleted" for one in item.received)
        rows = [_row(item) for item in items]
        _tell_quarantined(rows, bulk.append(RawInput, rows))
    return [row["state"] for row in rows]


def _envelopes(item: Item) -> list[Envelope]:
    return [] if isinstance(item.read, Unreadable) else item.read


def _unseen(items: Sequence[Item]) -> list[tuple[Item, Envelope]]:
    """Each item's envelopes, but for inboxes that had the same bytes before, in an earlier batch or in this one.

    The items keep them all: a batch that fails is tried again in halves, where a double may stand alone.
    """
    digests = {item.digest for item in items}
    # Neither what was quarantined or refused was received, nor is a duplicate of that.
    received = RawInput.objects.filter(digest__in=digests, state__in=(RawState.DONE, RawState.DISCARDED))
    found = list(received.values_list("digest", "state", "inbox_ids"))
    seen = {(digest, inbox) for digest, _state, inboxes in found for inbox in inboxes}
    kept_somewhere = {digest for digest, state, _inboxes in found if state == RawState.DONE}
    wanted: list[tuple[Item, Envelope]] = []
    known_here: set[str] = set()
    for item in items:
        envelopes = _envelopes(item)
        kept = [e for e in envelopes if (item.digest, e.inbox_id) not in seen]
        item.states, item.received = [RawState.DUPLICATE] if len(kept) < len(envelopes) else [], []
        item.is_gone = bool(envelopes) and not kept and item.digest not in kept_somewhere | known_here
        known_here.add(item.digest)
        seen.update((item.digest, e.inbox_id) for e in kept)
        wanted += ((item, envelope) for envelope in kept)
    return wanted


def _state(result: Received) -> str:
    if result.outcome == "bounce" and result.message_id is None:
        return RawState.QUARANTINED
    states = {"duplicate": RawState.DUPLICATE, "blocked": RawState.BLOCKED, "deleted": RawState.DISCARDED}
    return states.get(result.outcome, RawState.DONE)


def _row(item: Item) -> dict[str, Any]:
    meta = item.meta
    state = _overall(item.states)
    reason = "It reports on a message that was not sent from here." if state == RawState.QUARANTINED else ""
    if isinstance(item.read, Unreadable):
        state, reason = RawState.QUARANTINED, item.read.reason
    return {
        "name": item.name,
        "channel": str(meta.get("channel", ""))[:12],
        "source": str(meta.get("source", ""))[:12],
        "digest": item.digest,
        "size": item.size,
        "inbox_ids": meta.get("inboxes") or [],
        "sender": "" if item.is_gone else _sender(item),
        "state": state,
        "reason": reason[:300],
        "received_at": received_at(meta),
    }


def _sender(item: Item) -> str:
    """Who wrote it, by its own words; what can't be read has a sender on its envelope, or none."""
    authors = [envelope.sender.value for envelope in _envelopes(item)]
    return (authors[0] if authors else str(item.meta.get("from", "")))[:320].replace("\0", "")


def _overall(states: Sequence[str]) -> str:
    """One word for an input that went to several inboxes: received anywhere is received."""
    order = (RawState.DONE, RawState.BLOCKED, RawState.DUPLICATE, RawState.DISCARDED, RawState.QUARANTINED)
    return next((state for state in order if state in states), RawState.DONE)


def received_at(meta: dict[str, Any]) -> datetime:
    """When the input came, by its journal line; now, if that says nothing usable. Never in the future."""
    now = timezone.now()
    with suppress(KeyError, TypeError, ValueError):
        at = datetime.fromisoformat(meta["received_at"])
        return min(at if at.tzinfo else at.replace(tzinfo=UTC), now)
    return now


def _tell_quarantined(rows: Sequence[dict[str, Any]], ids: Sequence[int]) -> None:
    bad = [pk for row, pk in zip(rows, ids, strict=True) if row["state"] == RawState.QUARANTINED]
    events.record(*(InputQuarantined(audience=frozenset({"role:admin"}), raw=pk) for pk in bad), actor=SYSTEM)


def is_away(error: BaseException) -> bool:
    """Whether the database itself is unreachable, locked or full, rather than refusing one row."""
    if not isinstance(error, AWAY):
        return False
    cause = error.__cause__
    code = str(getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or "")
    return not code.startswith(_CULPABLE)


def _check_surroundings() -> None:
    """A process that hung may have waited for the database or for where files are kept: then no mail is guilty of it.

    Raises the database's errors and StorageAway.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    try:
        storage.exists("0" * 64)
    except Exception as error:
        raise StorageAway(type(error).__name__) from error


def known_names(names: list[str]) -> set[str]:
    """Which journal files have a row."""
    return set(RawInput.objects.filter(name__in=names).values_list("name", flat=True))


def _read_json(path: Any) -> Any:
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return None
