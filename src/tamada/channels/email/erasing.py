"""Erasing a person from the memory of automatic answers."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Eraser, Piece, Subject, erasers

from .models import AutoReply


def _answers(subject: Subject) -> QuerySet[AutoReply]:
    return AutoReply.objects.filter(address__in={way for s in subject.spellings for way in (s, s.casefold())})


def _erase(subject: Subject, after: int) -> Piece:
    del after
    return Piece(_answers(subject).delete()[0])


def register() -> None:
    """From this room's `apps.py`."""
    erasers.register(
        "automatic_answers",
        Eraser(
            _("The memory of automatic answers to them"),
            lambda subject: _answers(subject).count(),
            _erase,
            ("email.AutoReply",),
        ),
    )
