"""Erasing a person from the journal: what of theirs became no message, being refused, unreadable, or there twice."""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Eraser, Piece, Subject, erasers, names_any

from .journal import default_journal
from .models import RawInput, RawState

ERASED: Final = "Erased."
_AT_ONCE: Final = 200


def _sent(subject: Subject) -> QuerySet[RawInput]:
    return RawInput.objects.filter(sender__in={way for s in subject.spellings for way in (s, s.casefold())})


def _unread(subject: Subject) -> list[int]:
    """What nobody could read names them perhaps: its bytes are looked through."""
    rows = RawInput.objects.filter(state=RawState.QUARANTINED).values_list("pk", "name")
    return [pk for pk, name in rows.iterator() if names_any(_text(name), subject.telling)]


def _text(name: str) -> str:
    try:
        return default_journal().content(name).decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def _ids(subject: Subject) -> list[int]:
    return sorted({*_sent(subject).values_list("pk", flat=True), *_unread(subject)})


def _erase(subject: Subject, after: int) -> Piece:
    """Files first: a row without its file says what is still to be done, a file without its row nothing."""
    rows = list(RawInput.objects.filter(pk__in=[pk for pk in _ids(subject) if pk > after][:_AT_ONCE]).order_by("pk"))
    for row in rows:
        default_journal().discard(row.name)
    RawInput.objects.filter(pk__in=[row.pk for row in rows]).update(state=RawState.DISCARDED, sender="", reason=ERASED)
    return Piece(len(rows), rows[-1].pk if rows else None)


erasers.register(
    "originals",
    Eraser(
        _("Mails as they came"),
        lambda subject: len(_ids(subject)),
        _erase,
        ("channels.RawInput",),
        kept=lambda subject: len(_ids(subject)),
        why=_("The digest and the time of each mail, so that the same bytes are not taken in again."),
    ),
)
