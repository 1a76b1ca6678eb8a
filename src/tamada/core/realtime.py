"""What happened, sent on to open desks and widgets; and passing things (presence, typing) that are never stored.

This module is for rooms that publish; `core.hub` holds the open streams of a web process.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from tamada.core import presence, wakeup
from tamada.core.models import StoredEvent
from tamada.core.presence import Present, type_kind


@dataclass(frozen=True)
class Notice:
    """One event as streams need it: whom it concerns, and what to send to those who may know and who no longer may.

    What is sent is rendered once for all readers, and not at all where nobody listens.
    """

    id: int
    type: str
    audience: frozenset[str]
    before: frozenset[str]
    data: dict[str, Any]
    at: datetime
    actor_kind: str
    actor_id: int | None

    @cached_property
    def frame(self) -> bytes:
        """For those who may know."""
        return frame(self.type, self._body(self.type, shown_actor(self.actor_kind, self.actor_id)), self.id)

    @cached_property
    def gone(self) -> bytes:
        """For those who no longer may."""
        return frame("gone", self._body("gone", None), self.id)

    def _body(self, kind: str, actor: dict[str, Any] | None) -> dict[str, Any]:
        return shown(self.id, kind, self.at, actor, self.data)

    def for_keys(self, keys: frozenset[str]) -> bytes | None:
        """What a holder of these keys is sent: the event, `gone`, or nothing."""
        if not keys.isdisjoint(self.audience):
            return self.frame
        if not keys.isdisjoint(self.before):
            return self.gone
        return None


def shown(pk: int, kind: str, at: datetime, actor: dict[str, Any] | None, data: dict[str, Any]) -> dict[str, Any]:
    """An event as programs outside read it, on the stream and in webhooks: ids as strings, times in UTC."""
    outside = {name: _outside(name, value) for name, value in data.items()}
    return {"id": str(pk), "type": kind, "at": instant(at), "actor": actor, "data": outside}


def shown_actor(kind: str, pk: int | None) -> dict[str, Any]:
    """Who did it, by kind and id."""
    return {"type": kind, "id": None if pk is None else str(pk)}


def instant(at: datetime) -> str:
    """ISO 8601 in UTC."""
    return at.isoformat().replace("+00:00", "Z")


def notice(event: StoredEvent) -> Notice:
    """An event for the streams."""
    return Notice(
        id=event.pk,
        type=event.type,
        audience=event.audience_keys,
        before=event.before_keys - event.audience_keys,
        data=event.data,
        at=event.at,
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
    )


def frame(name: str, body: dict[str, Any], pk: int | None = None) -> bytes:
    """One server-sent event. Without `pk` a client's Last-Event-ID stays as it is."""
    head = f"id: {pk}\n" if pk is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(body, separators=(',', ':'))}\n\n".encode()


# Fields of events that are numbers indeed; every other whole number is an id.
_NUMBERS = frozenset({"seq", "total"})


def _outside(name: str, value: Any) -> Any:
    """Ids are opaque strings outside."""
    if isinstance(value, (list, tuple)):
        return [_outside(name, item) for item in value]
    return str(value) if type(value) is int and name not in _NUMBERS else value


def publish_ephemeral(keys: Iterable[str], kind: str, payload: dict[str, Any], ttl: float) -> None:
    """Send something passing to whoever holds one of the keys now; `ttl` in seconds tells them when to forget it.

    Open streams get the event `kind` with `{…payload, "ttl": ttl}` and no id. Nothing is stored or replayed.
    """
    message = {"keys": sorted(keys), "kind": kind, "payload": {**payload, "ttl": ttl}}
    wakeup.notify(wakeup.EPHEMERAL, json.dumps(message, separators=(",", ":")).encode())


def touch(agent_id: int, conversation_id: int, kind: type_kind, *, keys: Iterable[str]) -> None:
    """Note that an agent is `viewing`, `typing` or has `left`; holders of `keys` get `presence` when that is news."""
    payload = {"agent_id": str(agent_id), "conversation_id": str(conversation_id), "kind": kind}
    publish_ephemeral(keys, "presence", payload, presence.LASTS[kind])


def present(conversation_id: int) -> list[Present]:
    """Who is at a conversation now, by agent id."""
    return presence.table.present(conversation_id)


def present_in(conversation_ids: list[int]) -> dict[int, list[Present]]:
    """The same for the rows of a list; conversations without anybody are left out."""
    return presence.table.present_in(conversation_ids)


type_sink = Callable[[frozenset[str], bytes], None]
sinks: list[type_sink] = []  # The hub of a web process; none elsewhere.


def _on_ephemeral(payload: bytes) -> None:
    """Keep the presence table, then pass what is news to open streams."""
    message = json.loads(payload)
    body = message["payload"]
    if message["kind"] == "presence":
        news = presence.table.put(int(body["conversation_id"]), int(body["agent_id"]), body["kind"])
        if not news:
            return
    for sink in sinks:
        sink(frozenset(message["keys"]), frame(message["kind"], body))


wakeup.receive(wakeup.EPHEMERAL, _on_ephemeral)
