"""The database: that it answers, is whole, can be written and is this version's; what is counted; and the clock."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from tamada.cli.words import gettext as _

from . import GOOD, WRONG, Finding, first_line

OLDEST_POSTGRES: Final = 15
# A process that holds the writer lock longer than this is stuck: transactions take milliseconds.
STUCK_SECONDS: Final = 20.0
_AHEAD: Final = timedelta(minutes=5)
_DAMAGED: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def database() -> Iterator[Finding]:
    """Whether it can be used at all. What else needs it is only looked at when nothing is wrong here."""
    from django.db import DatabaseError, connection

    file = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and not file.exists():
        yield Finding(WRONG, _("There is no database at {path} yet: tamada up makes it.").format(path=file))
        return
    try:
        problem = _version_problem() or _damage() or _write_problem()
    except (DatabaseError, OSError) as error:
        problem = _unusable(error)
    if problem:
        yield Finding(WRONG, problem)
    else:
        yield Finding(GOOD, _("The database answers, can be written, and is up to date.") + _server())


def _server() -> str:
    """Which PostgreSQL it is, in brackets."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f" (PostgreSQL {cursor.fetchone()[0].split()[0]})"


def _unusable(error: Exception) -> str:
    name = getattr(error.__cause__, "sqlite_errorname", None) or ""
    if name.startswith(_DAMAGED):
        text = _("The database file is damaged ({detail}): stop Tamada and restore a backup.")
        return text.format(detail=first_line(error))
    return _("The database can't be used: {reason}").format(reason=first_line(error))


def _version_problem() -> str | None:
    """Migrations that wait or that nobody here knows, or a server that is too old."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from tamada.config import startup

    if connection.vendor == "postgresql" and connection.pg_version < OLDEST_POSTGRES * 10_000:  # type: ignore[attr-defined]
        return _("PostgreSQL {oldest} or newer is needed.").format(oldest=OLDEST_POSTGRES)
    if trouble := startup.too_new():
        return trouble
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        return _("{count} migrations are waiting: start tamada up, it runs them.").format(count=waiting)
    return None


def _damage() -> str | None:
    from django.db import connection

    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        verdict = cursor.fetchone()[0]
        if verdict != "ok":
            text = _("The database file is damaged ({detail}): stop Tamada and restore a backup.")
            return text.format(detail=verdict.partition("\n")[0])
        cursor.execute("PRAGMA foreign_key_check")
        torn = cursor.fetchone()
    if torn:
        return _("Rows of the table {table} refer to others that are gone: restore a backup.").format(table=torn[0])
    return None


def _write_problem() -> str | None:
    """Whether a row could be written now. Nothing is."""
    from django.db import connection, transaction

    if connection.vendor == "sqlite" and _writers_are_stuck():
        return _("Something has kept the database to itself for {seconds} seconds: restart Tamada.").format(
            seconds=round(STUCK_SECONDS)
        )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE core_setting SET key = key WHERE 1 = 0")
    return None


def _writers_are_stuck() -> bool:
    """Whether the writer lock stays taken for long; waiting for it ourselves would never end."""
    import fcntl

    from django.db import connection

    from tamada.core.sqlite.lock import SUFFIX

    file = Path(f"{connection.settings_dict['NAME']}{SUFFIX}")
    if not file.exists():
        return False
    deadline = time.monotonic() + STUCK_SECONDS
    with file.open() as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    return True
                time.sleep(0.05)
            else:
                return False


def contents() -> Iterator[Finding]:
    """Badges equal a recount, search knows every message and customer, and nobody can change the audit trail."""
    from tamada.cli.archive import snapshot
    from tamada.conversations import counts
    from tamada.core import audit_guard
    from tamada.search import upkeep

    if not audit_guard.is_there():
        text = _(
            "Nothing guards the audit trail, so entries may have been changed: a restored backup is guarded again."
        )
        yield Finding(WRONG, text)
    with snapshot():
        badges_are_right = counts.stored() == counts.recounted()
        missing = {name: source.count() - upkeep.indexed(source.kind) for name, source in upkeep.sources.all().items()}
    if not badges_are_right:
        yield Finding(WRONG, _("The counts beside the lists are wrong: tamada check --repair counts anew."))
    if any(missing.values()):
        yield Finding(WRONG, _("Search does not know everything: tamada reindex makes its index anew."))
    if badges_are_right and not any(missing.values()):
        yield Finding(GOOD, _("Counts are right, and search knows every message and customer."))


def clock() -> Iterator[Finding]:
    """Agreement with the database's clock, and nothing stored that lies in the future."""
    apart = _seconds_from_database()
    if apart > 5:
        text = _("The clocks of this machine and the database are {seconds} s apart: run NTP on both.")
        yield Finding(WRONG, text.format(seconds=round(apart)))
        return
    future = [*_from_the_future()]
    yield from future
    if not future:
        yield Finding(GOOD, _("The clock is plausible."))


def _seconds_from_database() -> float:
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return abs(float(cursor.fetchone()[0]) - time.time())


def _from_the_future() -> Iterator[Finding]:
    """Moments that were stored as the present and have not come yet: the clock was ahead then, or is behind now."""
    from django.db.migrations.recorder import MigrationRecorder
    from django.db.models import Max
    from django.utils import timezone

    from tamada.conversations.models import Conversation, Message
    from tamada.core.models import StoredEvent

    now = timezone.now()
    stored = (
        Conversation.objects.aggregate(at=Max("last_activity_at"))["at"],
        Message.objects.order_by("-pk").values_list("created_at", flat=True).first(),
        StoredEvent.objects.order_by("-pk").values_list("at", flat=True).first(),
        MigrationRecorder.Migration.objects.aggregate(at=Max("applied"))["at"],
    )
    newest = max((at for at in stored if at), default=now)
    if newest > now + _AHEAD:
        text = _("Something was stored at {moment}, which is yet to come: this machine's clock was wrong, or is now.")
        yield Finding(WRONG, text.format(moment=f"{newest:%Y-%m-%d %H:%M} UTC"))
    if sleeping := asleep():
        text = _(
            "{count} recurring tasks sleep beyond their period, because the clock was ahead: {command} wakes them."
        )
        yield Finding(WRONG, text.format(count=len(sleeping), command="tamada check --repair"))


def asleep() -> list[str]:
    """Recurring tasks whose next run is further away than their period."""
    from django.utils import timezone

    from tamada.core import tasks
    from tamada.core.models import CronRow

    now = timezone.now()
    rows = CronRow.objects.filter(name__in=tasks.crons).values_list("name", "next_at")
    return [name for name, at in rows if at > now + tasks.crons[name].period + _AHEAD]
