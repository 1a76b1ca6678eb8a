"""`tamada check`: what is wrong with this installation, if anything."""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tamada.cli import summary
from tamada.cli.words import gettext as _

GOOD, WARNING, WRONG = "ok", "warning", "wrong"
_MARKS: Final = {GOOD: "✓", WARNING: "!", WRONG: "✗"}
_LITTLE_SPACE: Final = 1024**3
_NO_SPACE: Final = 200 * 1024**2


class Finding(NamedTuple):
    """One thing looked at: how it is, in a sentence that says what to do when it is not well."""

    state: str
    text: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to mend what can be mended."""
    parser.add_argument("--repair", action="store_true", help=_("count badges anew and index what is missing"))


def run(options: argparse.Namespace) -> int:
    """Look at everything; exit status 1 if anything is wrong."""
    if options.repair:
        _repair()
    problems = []
    for look in _LOOKS:
        for finding in _looked(look):
            print(f"{_MARKS[finding.state]} {finding.text}", file=sys.stdout if finding.state == GOOD else sys.stderr)
            if finding.state == WRONG:
                problems.append(finding.text)
    summary(ok=not problems, problems=problems)
    return 1 if problems else 0


def _looked(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """A look that itself fails is a finding, not the end of the others."""
    try:
        yield from look()
    except Exception as error:  # noqa: BLE001  whatever it is, the person should read it
        name = look.__name__.strip("_")
        yield Finding(WRONG, _("{what} could not be looked at: {error}").format(what=name, error=error))


def _repair() -> None:
    from tamada.conversations import counts
    from tamada.search import upkeep

    counts.rebuild()
    for _size in upkeep.rebuild():
        pass


def _configuration() -> Iterator[Finding]:
    from django.conf import settings

    config = settings.TAMADA
    key = Path(config.data_dir) / "secret.key"
    if key.exists() and key.stat().st_mode & 0o077:
        yield Finding(WRONG, _("Others on this machine can read {path}: chmod 600 it.").format(path=key))
    if config.debug:
        yield Finding(WARNING, _("TAMADA_DEBUG is on: never for real customers."))
    if not config.base_url_is_set:
        yield Finding(
            WARNING, _("TAMADA_BASE_URL is not set: links in mails lead to {url}.").format(url=config.base_url)
        )
    yield Finding(GOOD, _("Settings are readable; data is in {path}.").format(path=config.data_dir))


def _versions() -> Iterator[Finding]:
    from tamada.config import sqlite_warning

    warning = sqlite_warning()
    yield Finding(WARNING, warning) if warning else Finding(GOOD, _("Versions are fine."))


def _database() -> Iterator[Finding]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding(
            WRONG, _("{count} migrations are waiting: start tamada up, it runs them.").format(count=len(waiting))
        )
        return
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            verdict = cursor.fetchone()[0]
        if verdict != "ok":
            yield Finding(WRONG, _("The database file is damaged ({detail}): restore a backup.").format(detail=verdict))
            return
    yield Finding(GOOD, _("The database answers and is up to date."))


def _clock() -> Iterator[Finding]:
    from django.db import connection
    from django.utils import timezone

    from tamada.conversations.models import Message

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            apart = abs(float(cursor.fetchone()[0]) - time.time())
        if apart > 5:
            text = _("The clocks of this machine and the database are {seconds} s apart: run NTP on both.")
            yield Finding(WRONG, text.format(seconds=round(apart)))
            return
    newest = Message.objects.order_by("-pk").values_list("created_at", flat=True).first()
    if newest and (newest - timezone.now()).total_seconds() > 300:
        yield Finding(WRONG, _("The newest message is from the future: this machine's clock was wrong, or is now."))
        return
    yield Finding(GOOD, _("The clock is plausible."))


def _disk() -> Iterator[Finding]:
    from django.conf import settings

    root = Path(settings.TAMADA.data_dir)
    free = shutil.disk_usage(root).free
    probe = root / f".check-{os.getpid()}"
    probe.write_bytes(b"x")
    probe.unlink()
    text = _("{free} MB are free in {path}.").format(free=free // 1024**2, path=root)
    yield Finding(WRONG if free < _NO_SPACE else WARNING if free < _LITTLE_SPACE else GOOD, text)


def _storage() -> Iterator[Finding]:
    from tamada.core import storage

    key = storage.put(b"tamada check")
    if storage.read(key) != b"tamada check":
        yield Finding(WRONG, _("The file store does not give back what was put into it."))
        return
    yield Finding(GOOD, _("The file store keeps what is put into it."))


def _mail() -> Iterator[Finding]:
    from tamada.channels.email import accounts, reasons
    from tamada.channels.email.models import MailAccount

    found = list(MailAccount.objects.select_related("inbox").filter(inbox__is_active=True))
    for account in found:
        if not accounts.credentials_of(account).smtp_url:
            text = _("{address} can't send: set its server in the settings, or TAMADA_SMTP_URL.")
            yield Finding(WARNING, text.format(address=account.address))
        elif trouble := accounts.try_sending(account):
            text = _("{address} can't send: {reason}")
            yield Finding(WRONG, text.format(address=account.address, reason=reasons.in_words(trouble)))
        if trouble := accounts.fetching_trouble(account):
            text = _("{address} can't fetch its mail: {reason}")
            yield Finding(WRONG, text.format(address=account.address, reason=reasons.in_words(trouble)))
    yield Finding(GOOD, _("{count} mail inboxes were looked at.").format(count=len(found)))


def _letters() -> Iterator[Finding]:
    from tamada.accounts import mail

    if (trouble := mail.problem()) is None:
        yield Finding(GOOD, _("Invitations and password resets can be mailed."))
    else:
        yield Finding(WRONG if mail.is_configured() else WARNING, trouble)


def _left_over() -> Iterator[Finding]:
    from tamada.channels.models import RawInput, RawState
    from tamada.core import queue

    dead = len(queue.dead_letters())
    if dead:
        yield Finding(WARNING, _("{count} tasks were given up: see Settings, Failed tasks.").format(count=dead))
    kept = RawInput.objects.filter(state=RawState.QUARANTINED).count()
    if kept:
        yield Finding(WARNING, _("{count} messages are in quarantine: see Settings, Quarantine.").format(count=kept))
    yield Finding(GOOD, _("Failed tasks and quarantine were looked at."))


_LOOKS: Final = (_configuration, _versions, _database, _clock, _disk, _storage, _mail, _letters, _left_over)
