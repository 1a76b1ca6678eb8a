"""Erasing a person from the trail and from tasks that failed: both may name somebody though they should not."""

import json
from typing import Any, Final

from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from tamada.core.models import AuditEntry, QueuedTask
from tamada.core.personal import Eraser, Piece, Subject, erasers, names_any

_ERASED: Final = {"erased": True}
_AT_ONCE: Final = 2_000


def _named(rows: "models.QuerySet[Any]", subject: Subject, *fields: str) -> list[int]:
    """Those of some rows in whose texts the person is named. The database looks first: there may be millions."""
    texts = {f"{field}_text": Cast(field, models.TextField()) for field in fields}
    asked = models.Q(pk__in=[])
    for word in subject.telling:
        for written in {word, json.dumps(word)[1:-1]}:  # SQLite keeps JSON as it is written, other letters escaped
            for text in texts:
                asked |= models.Q(**{f"{text}__icontains": written})
    found = rows.annotate(**texts).filter(asked).values_list("pk", *fields)
    return [pk for pk, *values in found if names_any(json.dumps(values, ensure_ascii=False), subject.telling)]


def _trail(subject: Subject, after: int) -> "models.QuerySet[AuditEntry]":
    return AuditEntry.objects.filter(pk__gt=after).exclude(changes={}).exclude(changes=_ERASED).order_by("pk")


def _count_trail(subject: Subject) -> int:
    return len(_named(_trail(subject, 0), subject, "changes")) + _acted(subject).count()


def _acted(subject: Subject) -> "models.QuerySet[AuditEntry]":
    return AuditEntry.objects.filter(actor_kind="customer", actor_id__in=subject.ids).exclude(actor_name="")


def _erase_trail(subject: Subject, after: int) -> Piece:
    """The database lets go of an entry's words, and of nothing else (`core.audit_guard`)."""
    with transaction.atomic():
        done = _acted(subject).update(actor_name="") if not after else 0
        ids = list(_trail(subject, after).values_list("pk", flat=True)[:_AT_ONCE])
        named = _named(AuditEntry.objects.filter(pk__in=ids), subject, "changes")
        done += AuditEntry.objects.filter(pk__in=named).update(changes=_ERASED)
    return Piece(done, ids[-1] if ids else None)


def _tasks(subject: Subject) -> list[int]:
    return _named(QueuedTask.objects.filter(state=QueuedTask.State.DEAD), subject, "kwargs", "error")


def _erase_tasks(subject: Subject, after: int) -> Piece:
    del after
    return Piece(QueuedTask.objects.filter(pk__in=_tasks(subject)).delete()[0])


def register() -> None:
    """Called last of all: what other erasures write is looked through as well."""
    erasers.register(
        "trail",
        Eraser(
            _("Entries of the audit trail that name them"),
            _count_trail,
            _erase_trail,
            ("core.AuditEntry",),
            kept=lambda subject: AuditEntry.objects.filter(
                object_type="customers.customer", object_id__in=subject.ids
            ).count(),
            why=_("That something was done to this customer's number, when and by whom: the trail is only added to."),
        ),
    )
    erasers.register(
        "tasks",
        Eraser(
            _("Failed tasks that name them"),
            lambda subject: len(_tasks(subject)),
            _erase_tasks,
            ("core.QueuedTask",),
        ),
    )
