"""Erasing a person from chats: their browsers are strangers from then on."""

from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Eraser, Piece, Subject, erasers
from tamada.customers.models import IdentityType

from .models import Visitor

_AT_ONCE: Final = 200


def _visitors(subject: Subject) -> QuerySet[Visitor]:
    """Whoever wrote as them, and who typed their address or proved to be their user and has not written yet."""
    kinds = (IdentityType.EXTERNAL, IdentityType.EMAIL)
    values = [value for kind, value in subject.addresses if kind in kinds]
    typed = Q(customer=None, email__in={way for v in values for way in (v, v.casefold())})
    proven = Q(pk__in=[])
    for value in values:
        inbox, _colon, user = value.removeprefix("chat-").partition(":")
        if value.startswith("chat-") and inbox.isdigit() and user:
            proven |= Q(inbox=int(inbox), user=user)
    return Visitor.objects.filter(Q(customer__in=subject.ids) | typed | proven)


def _erase(subject: Subject, after: int) -> Piece:
    """With the browser go its token and its threads; the messages are emptied by their own room."""
    del after
    ids = list(_visitors(subject).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    Visitor.objects.filter(pk__in=ids).delete()
    return Piece(len(ids), 0 if ids else None)


erasers.register(
    "chat_visitors",
    Eraser(
        _("Browsers they chatted from"),
        lambda subject: _visitors(subject).count(),
        _erase,
        ("chat.Visitor", "chat.Thread"),
    ),
)
