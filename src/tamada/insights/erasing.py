"""Erasing a person from what customers asked and from what troubled them."""

from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Eraser, Piece, Subject, erasers, names_any

from .models import Asked, Drafted, Judged, Problem

_AT_ONCE: Final = 500


def _asked(subject: Subject) -> QuerySet[Asked]:
    return Asked.objects.filter(message__conversation__customer__in=subject.ids)


def _erase_asked(subject: Subject, after: int) -> Piece:
    ids = list(_asked(subject).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    with transaction.atomic():
        messages = list(Asked.objects.filter(pk__in=ids).values_list("message", flat=True))
        Judged.objects.filter(message__in=messages).delete()
        Drafted.objects.filter(message__in=messages).delete()
        done = Asked.objects.filter(pk__in=ids).delete()[0]
    return Piece(done, ids[-1] if ids else None)


def _theirs(subject: Subject) -> QuerySet[Problem]:
    return Problem.objects.filter(conversation__customer__in=subject.ids)


def _naming(subject: Subject) -> list[int]:
    """Problems of others whose outcome names them."""
    rows = Problem.objects.exclude(outcome="").exclude(conversation__customer__in=subject.ids)
    return [pk for pk, outcome in rows.values_list("pk", "outcome").iterator() if names_any(outcome, subject.telling)]


def _erase_problems(subject: Subject, after: int) -> Piece:
    """What troubled them goes; where a colleague named them in another's, the words go."""
    del after
    with transaction.atomic():
        named = Problem.objects.filter(pk__in=_naming(subject)).update(outcome="")
        count = _theirs(subject).count()
        _theirs(subject).delete()
    return Piece(named + count)


erasers.register(
    "asked",
    Eraser(
        _("Their questions among what customers ask"),
        lambda subject: _asked(subject).count(),
        _erase_asked,
        ("insights.Judged",),
    ),
)
erasers.register(
    "problems",
    Eraser(
        _("What troubled them, and what was done about it"),
        lambda subject: _theirs(subject).count() + len(_naming(subject)),
        _erase_problems,
        ("insights.Problem", "insights.Trouble"),
    ),
)
