"""A company with as much history as wanted, written straight into a fresh database.

    with bigdata.company(conversations=200_000, messages=1_000_000) as big:
        search(big.admin, big.common)

SQLite in a folder that is thrown away, or a new database of the PostgreSQL that `TAMADA_DATABASE_URL` names. With
`TAMADA_BENCH_DATA=DIR` the SQLite file is kept there by its size and used again.
"""

import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.databases import own

if TYPE_CHECKING:
    from django.db.models import Model

    from tamada.accounts.models import Agent

CHUNK = 20_000
BODIES = 20_000
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ALPHABETS = ("abcdefghijklmnoprstuvz", "абвгдежзиклмнопрстуф", "աբգդեզլկհմնշոպսվտրցք", "აბგდევზთიკლმნოპრსტუფ")
COMMON = ("internet", "интернет", "ինտերնետ", "ინტერნეტი")
"""One of these words is in every second message of its language."""


@dataclass(frozen=True, slots=True)
class Company:
    """What was made: who asks, and what they look for. `limited` sees two of the three inboxes."""

    admin: "Agent"
    limited: "Agent"
    conversations: int
    messages: int
    common: str
    rare: str


@contextmanager
def company(*, conversations: int = 200_000, messages: int = 1_000_000) -> Iterator[Company]:
    """A fresh database with that much in it, and Django set up for it."""
    kept = os.environ.get("TAMADA_BENCH_DATA")
    folder = Path(kept) / f"{conversations}-{messages}" if kept else Path(tempfile.mkdtemp(prefix="tamada-bench-"))
    os.environ["TAMADA_DATA_DIR"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamada.config.settings")
    os.environ.setdefault("TAMADA_ALLOWED_HOSTS", "testserver,127.0.0.1")
    folder.mkdir(parents=True, exist_ok=True)
    with own():
        yield from _set_up(folder, conversations, messages, is_kept=bool(kept))


def _set_up(folder: Path, conversations: int, messages: int, *, is_kept: bool) -> Iterator[Company]:
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    try:
        call_command("migrate", verbosity=0)
        yield _company(conversations, messages)
    finally:
        connections.close_all()
        if not is_kept:
            shutil.rmtree(folder, ignore_errors=True)


def _company(conversations: int, messages: int) -> Company:
    from tamada.accounts.models import Agent
    from tamada.conversations.models import Message
    from tamada.core.db import refresh_statistics

    if not Message.objects.exists():
        started = time.monotonic()
        _fill(conversations, messages)
        print(f"{messages} messages written in {time.monotonic() - started:.0f} s", file=sys.stderr)
    refresh_statistics()
    admin, limited = Agent.objects.get(name="Big Admin"), Agent.objects.get(name="Big Agent")
    return Company(admin, limited, conversations, messages, COMMON[0], _rare(messages // 40))


def _rare(number: int) -> str:
    """A word that about twenty messages have."""
    return "zq" + "".join(ALPHABETS[0][(number >> (4 * i)) % 16] for i in range(6))


# --- words ------------------------------------------------------------------------------------------------------


def _bodies(dice: random.Random) -> list[tuple[str, str]]:
    """Texts of 15 to 45 words as people might use them, and their terms."""
    from tamada.kit.text import analyse

    vocabularies = [_vocabulary(dice, letters) for letters in ALPHABETS]
    found = []
    for n in range(BODIES):
        words, weights = vocabularies[n % 4]
        said = dice.choices(words, cum_weights=weights, k=dice.randint(15, 45))
        if n % 8 < 4:
            said[3] = COMMON[n % 4]
        text = " ".join(said).capitalize() + "."
        found.append((text, " ".join(dict.fromkeys(analyse(text)))))
    return found


def _vocabulary(dice: random.Random, letters: str) -> tuple[list[str], list[float]]:
    words = ["".join(dice.choices(letters, k=dice.randint(3, 11))) for _ in range(8_000)]
    weights, total = [], 0.0
    for rank in range(len(words)):
        total += 1 / (rank + 3)
        weights.append(total)
    return words, weights


# --- rows -------------------------------------------------------------------------------------------------------


class Rows:
    """Writes rows of a model, each a copy of one example with a few columns of its own."""

    def __init__(self, example: "Model", *own: str) -> None:
        from django.db import connection

        self.table = example._meta.db_table
        fields = example._meta.concrete_fields
        self.columns = [f.column for f in fields]
        self.values = [_plain(f.get_db_prep_save(getattr(example, f.attname), connection)) for f in fields]
        self.places = [[f.attname for f in fields].index(name) for name in own]

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Insert; every row gives the values of the `own` columns in their order."""
        insert(self.table, self.columns, (self._row(row) for row in rows))

    def _row(self, own: Sequence[Any]) -> list[Any]:
        row = list(self.values)
        for place, value in zip(self.places, own, strict=True):
            row[place] = value
        return row


def _plain(value: Any) -> Any:
    wrapped = getattr(value, "obj", value)
    return json.dumps(wrapped) if isinstance(wrapped, (dict, list)) else wrapped


def insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Many rows at once: COPY on PostgreSQL, executemany on SQLite."""
    from django.db import connection, transaction

    names = ", ".join(f'"{c}"' for c in columns)
    with transaction.atomic(), connection.cursor() as db:
        if connection.vendor == "postgresql":
            with db.cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["?"] * len(columns))
            connection.connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)


def _moment(at: datetime) -> Any:
    from django.db import connection

    return connection.ops.adapt_datetimefield_value(at)


# --- the company ------------------------------------------------------------------------------------------------


def _fill(conversations: int, messages: int) -> None:
    from django.db import connection

    from tamada.conversations import counts

    dice = random.Random(7)
    inboxes = _people()
    customers = max(10, conversations // 4)
    _customers(customers)
    each = messages / conversations
    owners = [int(i / each) + 1 for i in range(messages)]
    step = timedelta(days=900) / messages
    _conversations(conversations, customers, inboxes, each, step)
    _messages(owners, customers, inboxes, dice, step)
    counts.rebuild()
    if connection.vendor == "postgresql":
        _past_the_ids()


def _people() -> list[Any]:
    from tamada.accounts.models import Agent, Membership, Role, Team
    from tamada.accounts.queries import default_team
    from tamada.conversations.actions import create_inbox
    from tamada.core.actors import SYSTEM

    other = Team.objects.create(name="Elsewhere")
    ours = default_team()
    Agent.objects.create(email="admin@big.example", name="Big Admin", role=Role.ADMIN)
    limited = Agent.objects.create(email="agent@big.example", name="Big Agent", role=Role.AGENT)
    Membership.objects.create(agent=limited, team=ours)
    teams = (ours, ours, other)
    return [
        create_inbox(agent=None, actor=SYSTEM, name=f"Inbox {n}", channel="email", address=f"in{n}@big.example", team=t)
        for n, t in enumerate(teams)
    ]


def _customers(total: int) -> None:
    from tamada.customers.models import Customer, Identity

    rows = Rows(Customer(name="", language="en", created_at=NOW, last_activity_at=NOW), "id", "name")
    rows.write((n, f"Customer {n}") for n in range(1, total + 1))
    identities = Rows(Identity(customer_id=1, type="email", value="", created_at=NOW), "id", "customer_id", "value")
    identities.write((n, n, f"c{n}@big.example") for n in range(1, total + 1))


def _conversations(total: int, customers: int, inboxes: list[Any], each: float, step: timedelta) -> None:
    from tamada.conversations.models import Conversation

    example = Conversation(
        inbox=inboxes[0],
        channel="email",
        customer_id=1,
        team=inboxes[0].team,
        message_count=round(each),
        last_seq=round(each),
        preview="It does not work since the morning.",
        last_kind="in",
        created_at=NOW,
        last_activity_at=NOW,
        updated_at=NOW,
    )
    own = ("id", "inbox_id", "team_id", "customer_id", "subject", "status", "created_at", "last_activity_at")
    rows = Rows(example, *own, "waiting_since")
    begin = NOW - step * int(total * each)

    def row(pk: int) -> tuple[Any, ...]:
        inbox = inboxes[pk % 3]
        at = _moment(begin + step * int(pk * each))
        status = "open" if pk % 20 == 0 else "closed"
        waits = at if status == "open" and pk % 40 == 0 else None
        return pk, inbox.pk, inbox.team_id, pk % customers + 1, f"A question of {pk}", status, at, at, waits

    for start in range(1, total + 1, CHUNK):
        rows.write(row(pk) for pk in range(start, min(start + CHUNK, total + 1)))


def _messages(owners: list[int], customers: int, inboxes: list[Any], dice: random.Random, step: timedelta) -> None:
    from tamada.conversations.indexing import customer_mark, inbox_mark
    from tamada.conversations.models import Message
    from tamada.search.index import Document, index_messages

    example = Message(conversation_id=1, seq=1, kind="in", channel="email", inbox=inboxes[0], author_kind="customer")
    example.created_at = NOW
    total, bodies = len(owners), _bodies(dice)
    own = ("id", "conversation_id", "seq", "inbox_id", "customer_id", "text", "created_at")
    rows, begin = Rows(example, *own), NOW - step * total
    for start in range(0, total, CHUNK):
        chunk, documents = [], []
        for i in range(start, min(start + CHUNK, total)):
            owner = owners[i]
            text, terms = bodies[i * 7919 % len(bodies)]
            rare = _rare(i % (total // 20 or 1) if total >= 100 else i)
            inbox, customer = inboxes[owner % 3].pk, owner % customers + 1
            at = _moment(begin + step * i)
            chunk.append((i + 1, owner, i + 1, inbox, customer, f"{text} {rare}", at))
            documents.append(Document(i + 1, f"{terms} {rare}", (inbox_mark(inbox), customer_mark(customer))))
        rows.write(chunk)
        _index(documents, index_messages)


def _index(documents: list[Any], write: Any) -> None:
    from django.db import transaction

    with transaction.atomic():
        write(documents)


def _past_the_ids() -> None:
    """Let PostgreSQL's sequences go on after the ids that were given by hand."""
    from django.core.management.color import no_style
    from django.db import connection

    from tamada.conversations.models import Conversation, Message
    from tamada.customers.models import Customer, Identity

    with connection.cursor() as db:
        for sql in connection.ops.sequence_reset_sql(no_style(), [Conversation, Message, Customer, Identity]):
            db.execute(sql)
