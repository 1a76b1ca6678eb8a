"""Tasks and events that only tests know."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from django.db import connection

from tamada.core import tasks
from tamada.core.events import Event, EventMeta, handles


@dataclass
class Seen:
    """What ran, in order, and what is to go wrong."""

    ran: list[object] = field(default_factory=list)
    last: list[bool] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def note(self, what: object) -> None:
        self.ran.append(what)
        self.last.append(tasks.is_last_try())
        if self.errors:
            raise self.errors.pop(0)


seen = Seen()


@tasks.task(max_attempts=3)
def note(what: str) -> None:
    seen.note(what)


@tasks.task
def touch(path: str) -> None:
    with Path(path).open("a") as file:
        file.write("x")


@tasks.task
def ask(*, and_lose_the_connection: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())" if and_lose_the_connection else "SELECT 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    type: ClassVar[str] = "test.rang"
    bell_id: int
    times: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent(Event):
    type: ClassVar[str] = "test.silent"
    bell_id: int = 0


@handles(Rang)
def first(event: Rang, meta: EventMeta) -> None:
    seen.note(("first", event.bell_id, meta.actor.kind))


@handles(Rang)
def second(event: Rang, meta: EventMeta) -> None:
    seen.note(("second", event.bell_id, event.times))
