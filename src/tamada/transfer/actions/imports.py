"""Imports: a file uploaded, what it is settled, begun, run in the background, removed."""

import logging
import time
from collections.abc import Sequence
from typing import IO, Any, Final

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tamada.accounts import company
from tamada.accounts.actors import actor_of
from tamada.accounts.mail import language_of
from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.conversations.models import Inbox
from tamada.core import audit, events, storage
from tamada.core.actors import SYSTEM, Actor
from tamada.core.db import AWAY
from tamada.core.tasks import is_last_try

from .. import tasks
from ..errors import Invalid, Stopped
from ..events import ADMINS, ImportChanged
from ..importing import fields, opening, systems, tables
from ..importing.known import Names
from ..importing.records import Unreadable
from ..importing.run import Done, run
from ..models import Import, Progress, Source

MOST_BYTES: Final = 2 * 1024**3
FILE_GONE: Final = gettext_lazy("The file is no longer there. Upload it again.")
_NOTED_EVERY: Final = 1.0
log = logging.getLogger(__name__)


def upload_import(*, agent: Agent, actor: Actor, source: str, name: str, file: IO[bytes], size: int) -> Import:
    """Keep a file to be imported, and guess what it holds. Raises PermissionDenied, Invalid for what can't be read."""
    require(agent, "data.import")
    if source not in Source.values:
        raise Invalid(_("Say where the file is from."), "source")
    if size > MOST_BYTES:
        raise Invalid(_("The file is too large."), "file")
    blob = storage.put(file)  # Outside of the transaction.
    row = Import(made_by=agent, source=source, name=name.replace("\0", "")[:255], blob=blob, size=size)
    try:
        row.options = _guessed(row)
        row.system = systems.suggested(lambda: storage.open(blob), source, row.name)
        if source != Source.CSV:
            opening.preview(records_of(row))
    except Unreadable as error:
        _drop_blob(row)
        raise Invalid(str(error), "file") from None
    with transaction.atomic():
        row.save(force_insert=True)
        audit.record(actor, "import.uploaded", row, source=source)
        _tell(row, actor)
    return row


def _guessed(row: Import) -> dict[str, Any]:
    """A table of messages has a text; otherwise it lists customers."""
    if row.source != Source.CSV:
        return {}
    headings = list(tables.headings_of(lambda: storage.open(row.blob)))
    conversations = fields.guess(headings, "conversations")
    what = "conversations" if {"text", "email"} <= set(conversations) else "customers"
    return {"what": what, "headings": headings, "columns": fields.guess(headings, what)}


def records_of(row: Import) -> Any:
    """The records of an uploaded file, as its options have it."""

    def opened() -> IO[bytes]:
        return storage.open(row.blob)

    if row.source == Source.CSV:
        return tables.records(opened, what=row.options["what"], columns=row.options["columns"])
    return opening.desk_records(opened, row.source)


def settle_import(
    *,
    agent: Agent,
    actor: Actor,
    row: Import,
    inbox: Inbox | None,
    what: str = "",
    columns: Sequence[str] = (),
    system: str | None = None,
) -> Import:
    """Say what a table lists, what its columns are, which inbox conversations go to, and which system it is all from.

    Without a `system` it stays as it is. Raises PermissionDenied, Invalid.
    """
    require(agent, "data.import")
    _check_waits(row)
    options = dict(row.options)
    if row.source == Source.CSV:
        if what not in fields.FIELDS:
            raise Invalid(_("Say what the rows of the table are."), "what")
        if what != options["what"]:
            columns = fields.guess(options["headings"], what)
        options |= {"what": what, "columns": _columns(columns, what, len(options["headings"]))}
    with transaction.atomic():
        row.options, row.inbox = options, inbox
        row.system = row.system if system is None else systems.tidy(system)
        row.save(update_fields=["options", "inbox", "system"])
        audit.record(actor, "import.settled", row)
    return row


def _columns(given: Sequence[str], what: str, width: int) -> list[str]:
    possible = fields.offered(what)
    columns = [field if field in possible else "" for field in given][:width]
    columns += [""] * (width - len(columns))
    for field in filter(None, columns):
        if columns.count(field) > 1:
            raise Invalid(_("Two columns can't both be “%(field)s”.") % {"field": possible[field]}, "columns")
    return columns


def _check_waits(row: Import) -> None:
    if row.state in (Progress.WAITING, Progress.RUNNING):
        raise Invalid(_("This import is running already."))


def start_import(*, agent: Agent, actor: Actor, row: Import) -> Import:
    """Begin, or begin again: what is here already is left alone. Raises PermissionDenied, Invalid."""
    require(agent, "data.import")
    _check_waits(row)
    if not row.system:
        raise Invalid(_("Say what you call the system that the file is from."), "system")
    if row.inbox is None and (row.source != Source.CSV or row.options["what"] == "conversations"):
        raise Invalid(_("Choose the inbox that the conversations go to."), "inbox")
    if row.source == Source.CSV:
        try:
            tables.check_columns({f: i for i, f in enumerate(row.options["columns"]) if f}, row.options["what"])
        except Unreadable as error:
            raise Invalid(str(error), "columns") from None
    with transaction.atomic():
        row.state, row.done, row.problems, row.result = Progress.WAITING, 0, [], {}
        row.save(update_fields=["state", "done", "problems", "result"])
        audit.record(actor, "import.started", row, source=row.source)
        _tell(row, actor)
        tasks.run_import.enqueue(import_id=row.pk)
    return row


def make_import(*, import_id: int) -> None:
    """Bring the file in. Runs as a task: after a crash from the beginning again, which brings no doubles."""
    unfinished = Import.objects.filter(state__in=(Progress.WAITING, Progress.RUNNING))
    row = unfinished.select_related("inbox__team", "made_by").filter(pk=import_id).first()
    if row is None:
        return
    Import.objects.filter(pk=row.pk).update(state=Progress.RUNNING)
    # What was left out is told in the language of whoever began it.
    with translation.override(language_of(row.made_by) if row.made_by else company.language()):
        _bring_in(row, actor_of(row.made_by) if row.made_by else SYSTEM)


def _bring_in(row: Import, actor: Actor) -> None:
    done, why = Done(), ""
    try:
        names = Names(row.source, systems.key_of(row.system))
        run(records_of(row), names=names, actor=actor, inbox=row.inbox, tell=_Teller(row.pk), done=done)
    except Stopped:
        return
    except Unreadable as error:
        why = str(error)
    except storage.MissingFile:
        why = str(FILE_GONE)
    except Exception as error:
        if not is_last_try():
            raise
        log.exception("An import was given up.", extra={"job": row.pk})
        why = _reason(error)
    _finish(row.pk, done, why)


def _reason(error: Exception) -> str:
    """Why an import was given up after its last try: for who began it, with what they can do."""
    if isinstance(error, (*AWAY, storage.StoreAway)):
        return _("The database or the store of files was away each time it was tried. Import again when it is back.")
    return _(
        "Tamada could not go on with it, and it is not your doing. "
        "The server's log names the reason for whoever runs it."
    )


class _Teller:
    """Notes how far it is, once a second at most, and stops when the import was removed."""

    def __init__(self, pk: int) -> None:
        self.pk, self.next = pk, 0.0

    def __call__(self, done: int) -> None:
        if (now := time.monotonic()) < self.next:
            return
        self.next = now + _NOTED_EVERY
        if not Import.objects.filter(pk=self.pk).update(done=done):
            raise Stopped


def _finish(pk: int, done: Done, why: str) -> None:
    """`why` it was given up; "" where it was not."""
    with transaction.atomic():
        row = Import.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            return
        row.state = Progress.FAILED if why else Progress.DONE
        row.done, row.ended_at = done.summary.read, timezone.now()
        row.result = done.summary.as_dict() | ({"why": why} if why else {})
        row.problems = [[problem.where, problem.why] for problem in done.problems]
        row.save(update_fields=["state", "done", "ended_at", "result", "problems"])
        audit.record(SYSTEM, "import.ended", row, **done.summary.as_dict())
        _tell(row, SYSTEM)


def remove_import(*, agent: Agent, actor: Actor, row: Import) -> None:
    """Forget an import and its file, or stop one that runs. What it brought in stays."""
    require(agent, "data.import")
    with transaction.atomic():
        audit.record(actor, "import.removed", row)
        _tell(row, actor)
        row.delete()
        transaction.on_commit(lambda: _drop_blob(row))


def _drop_blob(row: Import) -> None:
    storage.delete(row.blob)


def _tell(row: Import, actor: Actor) -> None:
    events.record(ImportChanged(audience=ADMINS, import_id=row.pk), actor=actor)
