"""Erasing a person from what came in and went out as files: each holds everybody, so the whole file goes.

What another system called them and their conversations becomes a digest: the same archive again leaves them out.
"""

from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Conversation, Message
from tamada.core import storage
from tamada.core.personal import Eraser, Piece, Subject, erasers, hashed

from .models import Export, Import, ImportedThing, Kind, Progress

MARK: Final = "erased:"
_AT_ONCE: Final = 500
_BUSY: Final = (Progress.WAITING, Progress.RUNNING)


def digest_of(source: str, kind: str, key: str) -> str:
    """What stands for the name that an erased thing had elsewhere."""
    return MARK + hashed("imported", source, kind, key)


def _things(subject: Subject) -> QuerySet[ImportedThing]:
    own = Conversation.everything.filter(customer__in=subject.ids).values("pk")
    written = Message.objects.filter(customer__in=subject.ids).order_by().values("pk")
    said = written.union(Message.objects.filter(conversation__in=own).order_by().values("pk"))
    named = (
        Q(kind=Kind.CUSTOMER, row_id__in=subject.ids)
        | Q(kind=Kind.CONVERSATION, row_id__in=own)
        | Q(kind=Kind.MESSAGE, row_id__in=said)
    )
    return ImportedThing.objects.filter(named).exclude(key__startswith=MARK)


def _erase_things(subject: Subject, after: int) -> Piece:
    del after
    with transaction.atomic():
        rows = list(_things(subject).order_by("pk")[:_AT_ONCE])
        for row in rows:
            row.key = digest_of(row.source, row.kind, row.key)
        ImportedThing.objects.bulk_update(rows, ["key"])
    return Piece(len(rows), 0 if rows else None)


def _exports(subject: Subject) -> QuerySet[Export]:
    """One that is being made stops when its row is gone, and leaves nothing."""
    del subject
    return Export.objects.exclude(state=Progress.FAILED)


def _erase_exports(subject: Subject, after: int) -> Piece:
    del after
    rows = list(_exports(subject).order_by("pk")[:20])
    for row in rows:
        if row.blob:
            # Before its row: should we die in between, the row is there to be removed.
            storage.delete(row.blob, without=Export.objects.filter(pk=row.pk))
        row.delete()
    return Piece(len(rows), 0 if rows else None)


def _done(subject: Subject) -> QuerySet[Import]:
    del subject
    return Import.objects.exclude(state__in=_BUSY)


def _erase_imports(subject: Subject, after: int) -> Piece:
    del after
    rows = list(_done(subject).order_by("pk")[:20])
    for row in rows:
        storage.delete(row.blob, without=Import.objects.filter(pk=row.pk))
        row.delete()
    return Piece(len(rows), 0 if rows else None)


erasers.register(
    "imported",
    Eraser(
        _("What another system called them"),
        lambda subject: _things(subject).count(),
        _erase_things,
        ("transfer.ImportedThing",),
        kept=lambda subject: _things(subject).count(),
        why=_("A keyed digest of each, so that the same archive brings none of it back."),
    ),
)
erasers.register(
    "exports",
    Eraser(
        _("Exports of everything, ready or being made"),
        lambda subject: _exports(subject).count(),
        _erase_exports,
        ("transfer.Export",),
    ),
)
erasers.register(
    "imports",
    Eraser(
        _("Uploaded files of imports"),
        lambda subject: _done(subject).count(),
        _erase_imports,
        ("transfer.Import",),
        kept=lambda subject: Import.objects.filter(state__in=_BUSY).count(),
        why=_(
            "The file of an import that runs now. It leaves this person out from here on; remove it when it is done."
        ),
    ),
)
