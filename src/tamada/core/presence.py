"""Who looks at a conversation and who is typing in it: known to every web process, stored nowhere."""

import threading
import time
from dataclasses import dataclass
from typing import Literal

type_kind = Literal["viewing", "typing", "left"]
LASTS = {"viewing": 30.0, "typing": 6.0, "left": 0.0}
MOST = 50_000


@dataclass(frozen=True, slots=True)
class Present:
    """One agent at one conversation."""

    agent_id: int
    kind: type_kind


class Table:
    """Entries run out by themselves (LASTS, in seconds), so a browser that vanishes is forgotten."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._rows: dict[int, dict[int, tuple[type_kind, float]]] = {}

    def put(self, conversation_id: int, agent_id: int, kind: type_kind) -> bool:
        """Remember; True when this changes what others see."""
        now = time.monotonic()
        with self._guard:
            rows = self._rows.setdefault(conversation_id, {})
            before = rows.get(agent_id)
            seen = before[0] if before and before[1] > now else "left"
            if kind == "left":
                rows.pop(agent_id, None)
            else:
                rows[agent_id] = (kind, now + LASTS[kind])
            if not rows:
                del self._rows[conversation_id]
            if len(self._rows) > MOST:
                self._sweep(now)
        return seen != kind

    def present(self, conversation_id: int) -> list[Present]:
        now = time.monotonic()
        with self._guard:
            rows = self._rows.get(conversation_id, {})
            return [Present(agent, kind) for agent, (kind, until) in sorted(rows.items()) if until > now]

    def present_in(self, conversation_ids: list[int]) -> dict[int, list[Present]]:
        """For a list page: only conversations where somebody is."""
        found = {pk: self.present(pk) for pk in conversation_ids if pk in self._rows}
        return {pk: rows for pk, rows in found.items() if rows}

    def _sweep(self, now: float) -> None:
        for conversation_id, rows in list(self._rows.items()):
            live = {agent: row for agent, row in rows.items() if row[1] > now}
            if live:
                self._rows[conversation_id] = live
            else:
                del self._rows[conversation_id]


table = Table()
