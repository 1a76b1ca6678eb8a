"""What happened, committed in the same transaction as the change: the outbox that streams and handlers read.

@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Event):
    type = "message.received"
    conversation_id: int

record(MessageReceived(audience=keys, conversation_id=7), actor=actor)      # inside transaction.atomic

@handles(MessageReceived)                                                   # in a room's handlers.py
def start_clock(event: MessageReceived, meta: EventMeta) -> None: ...
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tamada.core import bulk, settings_store, tasks, wakeup
from tamada.core.actors import Actor
from tamada.core.models import StoredEvent, StoredSetting

KEPT = timedelta(days=7)

types: dict[str, type["Event"]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened. Fields of subclasses are ids and short codes, JSON-able, never text.

    `audience` are the keys of those who may know (`inbox:1`, `team:2`, `agent:3`, `customer:4`, `role:admin`, `all`);
    `before` those who knew of it before the change, so that who lost access is told `gone`.
    """

    type: ClassVar[str]
    audience: frozenset[str]
    before: frozenset[str] = frozenset()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # Not super(): a dataclass with slots is built twice, and the zero-argument form would name the first.
        if (name := cls.__dict__.get("type")) is not None:
            types[name] = cls

    def payload(self) -> dict[str, Any]:
        """The subclass's own fields."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("audience", "before")}


@dataclass(frozen=True, slots=True)
class EventMeta:
    """What the log knows about an event beside its fields."""

    id: int
    at: datetime
    actor: Actor


E = TypeVar("E", bound=Event)
type_handler = Callable[[Any, EventMeta], None]
type_condition = Callable[[], bool]
handlers: dict[str, list[type_handler]] = {}
conditions: dict[type_handler, type_condition] = {}


def handles(
    *event_types: type[E], when: type_condition | None = None
) -> Callable[[Callable[[E, EventMeta], None]], Callable[[E, EventMeta], None]]:
    """Run the function, as a task, for each event of these types. It must do no harm when it runs twice.

    `when` is asked in the transaction that records: while it says no, the function is not run for the event, and where
    no other handler wants it there is no task. It is for what most installations never need; it must be cheap.
    """

    def wrap(function: Callable[[E, EventMeta], None]) -> Callable[[E, EventMeta], None]:
        for event_type in event_types:
            handlers.setdefault(event_type.type, []).append(function)
        if when is not None:
            conditions[function] = when
        return function

    return wrap


def record(*events: Event, actor: Actor) -> None:
    """Append events in the caller's transaction, enqueue their handlers, and wake the streams when it commits.

    Raises RuntimeError outside a transaction: an event must never be told of a change that did not happen.
    """
    record_all([(event, actor) for event in events])


def record_all(facts: Sequence[tuple[Event, Actor]]) -> None:
    """As `record`, for events of several actors: a batch of messages from many customers in one statement."""
    if not facts:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("Events are recorded inside the transaction that makes the change.")
    at = timezone.now()
    rows: list[dict[str, Any]] = [
        {
            "at": at,
            "type": event.type,
            "data": event.payload(),
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "audience": " ".join(sorted(event.audience)),
            "before": " ".join(sorted(event.before)),
        }
        for event, actor in facts
    ]
    ids = bulk.append(StoredEvent, rows, computed=_XID if connection.vendor == "postgresql" else None)
    idle = _idle({row["type"] for row in rows})
    told = zip(ids, rows, facts, strict=True)
    heard = [
        _as_task(pk, row, actor, idle[row["type"]])
        for pk, row, (_event, actor) in told
        if len(idle[row["type"]]) < len(handlers.get(row["type"], ()))
    ]
    tasks.enqueue_many(run_handlers, heard)
    wakeup.notify_after_commit(wakeup.EVENTS)


def _idle(names: Iterable[str]) -> dict[str, list[str]]:
    """By type the handlers that don't want it now; each condition is asked once."""
    asked: dict[type_condition, bool] = {}

    def wants(handler: type_handler) -> bool:
        if (when := conditions.get(handler)) is None:
            return True
        if when not in asked:
            asked[when] = when()
        return asked[when]

    return {name: [_path(one) for one in handlers.get(name, ()) if not wants(one)] for name in names}


# The id of the writing transaction on PostgreSQL; 0 on SQLite.
_XID = {"xid": "pg_current_xact_id()::text::bigint"}


def _as_task(pk: int, row: dict[str, Any], actor: Actor, idle: list[str]) -> dict[str, Any]:
    """The whole event, so that a dead letter can be replayed after the log was pruned, and who need not be asked."""
    return {
        "id": pk,
        "type": row["type"],
        "at": row["at"].isoformat(),
        "data": row["data"],
        "actor": actor.as_json(),
        "audience": row["audience"].split(),
        "before": row["before"].split(),
        **({"idle": idle} if idle else {}),
    }


@tasks.task(queue="events")
def run_handlers(**event: Any) -> None:
    """Run every handler that wants an event; each one that fails becomes a task of its own and is retried alone."""
    idle = event.pop("idle", ())
    for handler in handlers.get(event["type"], []):
        if _path(handler) in idle:
            continue
        try:
            _call(handler, event)
        except Exception as error:  # noqa: BLE001 (a handler may raise anything; it is retried alone)
            tasks.log_failure(f"{handler.__module__}.{handler.__qualname__}", error)
            run_handler.using(run_after=timezone.now() + timedelta(seconds=1)).enqueue(
                handler=_path(handler), event=event
            )


@tasks.task(queue="events")
def run_handler(handler: str, event: dict[str, Any]) -> None:
    """Run the one handler again that failed before."""
    for function in handlers.get(event["type"], []):
        if _path(function) == handler:
            return _call(function, event)
    raise tasks.Fail(f"No handler is called {handler} any more.")


def _path(handler: type_handler) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"


def _call(handler: type_handler, event: dict[str, Any]) -> None:
    at = parse_datetime(event["at"])
    if at is None:
        raise tasks.Fail("The event has no time.")
    meta = EventMeta(event["id"], at, Actor.from_json(event["actor"]))
    handler(rebuild(event["type"], event["data"], event["audience"], event["before"]), meta)


def rebuild(name: str, data: dict[str, Any], audience: Iterable[str], before: Iterable[str]) -> Event:
    """The typed event from what was stored. Fields a newer version dropped are ignored."""
    cls = types[name]
    known = {f.name: f.type for f in fields(cls)}
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in data.items() if key in known}
    return cls(audience=frozenset(audience), before=frozenset(before), **values)


def read_after(cursor: int, limit: int) -> list[StoredEvent]:
    """Events after the one with id `cursor` (0: from the oldest kept), in an order no later commit gets in between.

    On PostgreSQL rows of transactions that might still see an earlier one commit are left for the next call. A cursor
    whose event was pruned reads from the oldest kept.
    """
    return read(cursor, limit)[0]


def read(cursor: int, limit: int) -> tuple[list[StoredEvent], bool]:
    """As `read_after`, with whether committed rows are held back: then look again soon, unasked."""
    if connection.vendor != "postgresql":
        return list(StoredEvent.objects.filter(pk__gt=cursor).order_by("pk")[:limit]), False
    rows = list(StoredEvent.objects.raw(_POSTGRES_READ, {"cursor": cursor, "limit": limit}))
    settled = [row for row in rows if getattr(row, "settled", True)]
    return settled, len(settled) < len(rows)


# Every transaction below the snapshot's xmin has ended: no row can appear before one read in (xid, id) order.
# The columns by name: a statement that PostgreSQL has prepared fails once `*` has become another set of them.
_POSTGRES_READ = """
    SELECT e.id, e.at, e.type, e.data, e.actor_kind, e.actor_id, e.audience, e.before, e.xid,
      e.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS settled
    FROM core_event e
    WHERE e.xid > 0
      AND (e.xid, e.id) > (COALESCE((SELECT c.xid FROM core_event c WHERE c.id = %(cursor)s), 0), %(cursor)s)
    ORDER BY e.xid, e.id LIMIT %(limit)s
"""


def latest() -> int:
    """The id of the last event a reader may have seen: where a stream without a cursor begins."""
    if connection.vendor != "postgresql":
        return StoredEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM core_event WHERE xid > 0 AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint "
            "ORDER BY xid DESC, id DESC LIMIT 1"
        )
        row = cursor.fetchone()
    return row[0] if row else 0


PRUNED = "events.pruned"
settings_store.declare(PRUNED, bool, default=False)


def known(cursor: int) -> bool:
    """Whether reading on from this cursor misses nothing: its event is kept, or it is 0 and nothing was ever pruned."""
    if cursor == 0:
        return not StoredSetting.objects.filter(key=PRUNED).exists()
    return StoredEvent.objects.filter(pk=cursor).exists()


@tasks.every(hours=1)
def prune() -> None:
    """Delete events older than KEPT, a thousand in a transaction."""
    while _prune_batch(timezone.now() - KEPT):
        pass


def _prune_batch(until: datetime, size: int = 1000) -> bool:
    oldest = list(StoredEvent.objects.order_by("pk").values_list("pk", "at")[:size])
    old = [pk for pk, at in oldest if at < until]
    if old:
        StoredSetting.objects.get_or_create(key=PRUNED, defaults={"value": True})
    StoredEvent.objects.filter(pk__in=old).delete()
    return len(old) == size
