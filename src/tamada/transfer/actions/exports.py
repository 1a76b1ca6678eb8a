"""Exports: asked for, made in the background, downloaded, gone after a while."""

import logging
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events, storage
from tamada.core.actors import SYSTEM, Actor
from tamada.core.tasks import is_last_try

from .. import exporting, tasks
from ..errors import Invalid, Stopped
from ..events import ADMINS, ExportChanged
from ..models import Export, Progress

KEPT: Final = timedelta(days=7)
_NOTED_EVERY: Final = 1.0
log = logging.getLogger(__name__)

_UNFINISHED: Final = (Progress.WAITING, Progress.RUNNING)


def start_export(*, agent: Agent, actor: Actor) -> Export:
    """Have everything written to a zip in the background. Raises PermissionDenied, or Invalid while one is made."""
    require(agent, "data.export")
    with transaction.atomic():
        if Export.objects.filter(state__in=_UNFINISHED).exists():
            raise Invalid(_("An export is being made already."))
        row = Export.objects.create(made_by=agent)
        audit.record(actor, "export.started", row)
        _tell(row, actor)
        tasks.run_export.enqueue(export_id=row.pk)
    return row


def make_export(*, export_id: int) -> None:
    """Write the zip and keep it until it expires. Runs as a task, from the beginning should a process have died."""
    row = Export.objects.filter(pk=export_id, state__in=_UNFINISHED).first()
    if row is None:
        return
    Export.objects.filter(pk=row.pk).update(state=Progress.RUNNING, done=0)
    try:
        _make(row.pk)
    except Stopped:
        return
    except OSError as error:
        log.warning("An export could not be written.", extra={"reason": error.strerror or type(error).__name__})
        _fail(row.pk)
    except Exception:
        if not is_last_try():
            raise
        log.exception("An export was given up.", extra={"job": row.pk})
        _fail(row.pk)


def _fail(pk: int) -> None:
    Export.objects.filter(pk=pk).update(state=Progress.FAILED, ended_at=timezone.now())


def _make(pk: int) -> None:
    with tempfile.TemporaryDirectory(prefix="export-", dir=_folder()) as folder:
        target = Path(folder) / "tamada.zip"
        done = exporting.write(target, tell=_Teller(pk))
        with target.open("rb") as file:
            blob = storage.put(file)
        size = target.stat().st_size
    _finish(pk, blob, size, done.counts)


def _folder() -> Path:
    folder = Path(settings.TAMADA.data_dir) / "tmp"
    folder.mkdir(exist_ok=True)
    return folder


class _Teller:
    """Notes how far it is, once a second at most, and stops when the export was removed."""

    def __init__(self, pk: int) -> None:
        self.pk, self.next = pk, 0.0

    def __call__(self, done: int, total: int) -> None:
        if (now := time.monotonic()) < self.next:
            return
        self.next = now + _NOTED_EVERY
        if not Export.objects.filter(pk=self.pk).update(done=done, total=total):
            raise Stopped


def _finish(pk: int, blob: str, size: int, counts: dict[str, int]) -> None:
    now = timezone.now()
    with transaction.atomic():
        row = Export.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            transaction.on_commit(lambda: storage.delete(blob))
            return
        row.state, row.blob, row.size, row.counts = Progress.DONE, blob, size, counts
        row.done = row.total = sum(counts.values())
        row.ended_at, row.expires_at = now, now + KEPT
        row.save()
        audit.record(SYSTEM, "export.ready", row, total=row.total)
        _tell(row, SYSTEM)


def note_download(*, agent: Agent, actor: Actor, export: Export) -> None:
    """Somebody takes everything with them: that is written down. Raises PermissionDenied."""
    require(agent, "data.export")
    audit.record(actor, "export.downloaded", export)


def remove_export(*, agent: Agent, actor: Actor, export: Export) -> None:
    """Remove an export and its file, or stop one that is being made."""
    require(agent, "data.export")
    with transaction.atomic():
        audit.record(actor, "export.removed", export)
        _tell(export, actor)
        _drop(export)


def drop_expired() -> None:
    """Files whose time is over go."""
    for row in Export.objects.filter(expires_at__lt=timezone.now()):
        with transaction.atomic():
            audit.record(SYSTEM, "export.expired", row)
            _drop(row)


def _drop(row: Export) -> None:
    blob = row.blob
    row.delete()
    if blob:
        transaction.on_commit(lambda: storage.delete(blob))


def _tell(row: Export, actor: Actor) -> None:
    events.record(ExportChanged(audience=ADMINS, export=row.pk), actor=actor)
