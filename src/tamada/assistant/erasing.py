"""Erasing a person from what the assistant knows: what it collected, and their questions as examples.

What was learned from such a question is learned anew without it within a minute or two, and then every older file goes;
while the assistant is on nowhere, nothing that it learned is kept.
"""

from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Eraser, Piece, Subject, erasers

from .models import Dialogue, Lesson, Said

_AT_ONCE: Final = 500


def _dialogues(subject: Subject) -> QuerySet[Dialogue]:
    return Dialogue.objects.filter(conversation__customer__in=subject.ids)


def _erase_dialogues(subject: Subject, after: int) -> Piece:
    ids = list(_dialogues(subject).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    done, _by_table = Dialogue.objects.filter(pk__in=ids).delete()
    return Piece(done, ids[-1] if ids else None)


def _lessons(subject: Subject) -> QuerySet[Lesson]:
    return Lesson.objects.filter(customer__in=subject.ids)


def _erase_lessons(subject: Subject, after: int) -> Piece:
    del after
    with transaction.atomic():
        return Piece(_lessons(subject).delete()[0])


def _said(subject: Subject) -> QuerySet[Said]:
    return Said.objects.filter(conversation__customer__in=subject.ids)


erasers.register(
    "assistant_dialogues",
    Eraser(
        _("What the assistant collected from them"),
        lambda subject: _dialogues(subject).count(),
        _erase_dialogues,
        ("assistant.Dialogue",),
    ),
)
erasers.register(
    "assistant_lessons",
    Eraser(
        _("Their questions among the examples of the assistant"),
        lambda subject: _lessons(subject).count(),
        _erase_lessons,
        ("assistant.Lesson",),
    ),
)
erasers.register(
    "assistant_log",
    Eraser(
        _("What the assistant answered them"),
        lambda subject: 0,
        lambda subject, after: Piece(0),
        ("assistant.Said",),
        kept=lambda subject: _said(subject).count(),
        why=_("Which article was quoted, how surely, and what came of it: without a word of theirs."),
    ),
)
