"""Erasing a person from promises: theirs go, and where another's names them, those words go, in its lines too."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Eraser, Piece, Subject, erasers, names_any

from . import lines
from .models import Commitment


def _theirs(subject: Subject) -> QuerySet[Commitment]:
    return Commitment.objects.filter(customer__in=subject.ids)


def _naming(subject: Subject) -> list[int]:
    """Promises to others whose words name them."""
    rows = Commitment.objects.exclude(customer__in=subject.ids).values_list("pk", "text", "reason")
    return [pk for pk, text, reason in rows.iterator() if names_any(f"{text}\n{reason}", subject.telling)]


def _erase(subject: Subject, after: int) -> Piece:
    del after
    with transaction.atomic():
        told = lines.naming(subject)
        for line in told:
            lines.clear(line)
        named = Commitment.objects.filter(pk__in=_naming(subject)).update(text="—", reason="", message=None)
        count = _theirs(subject).count()
        _theirs(subject).delete()
    return Piece(named + count + len(told))


erasers.register(
    "commitments",
    Eraser(
        _("What was promised to them"),
        lambda subject: _theirs(subject).count() + len(_naming(subject)) + len(lines.naming(subject)),
        _erase,
        ("operations.Commitment", "conversations.Message"),
    ),
)
