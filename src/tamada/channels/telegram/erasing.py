"""Erasing a person from Telegram's room: nobody comes by their links any more. Their messages are emptied by their own
room, and the updates they came by with them (`channels.originals`).
"""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Eraser, Piece, Subject, erasers

from .models import StartLink


def _links(subject: Subject) -> QuerySet[StartLink]:
    return StartLink.objects.filter(customer__in=subject.ids)


def _erase(subject: Subject, after: int) -> Piece:
    del after
    return Piece(_links(subject).delete()[0])


erasers.register(
    "telegram_links",
    Eraser(
        _("Links to our Telegram bot"),
        lambda subject: _links(subject).count(),
        _erase,
        ("telegram.StartLink",),
    ),
)
