"""Erasing a person from the log of webhooks: we send numbers alone, but receivers answer what they like."""

import re

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Conversation
from tamada.core.personal import Eraser, Piece, Subject, erasers

from .models import Attempt

_AT_ONCE = 2_000
_NUMBER = re.compile(r'"(customer|conversation)":"?(\d+)')


def _answers(after: int) -> QuerySet[Attempt]:
    return Attempt.objects.exclude(answer="").filter(pk__gt=after).order_by("pk")


def _about(subject: Subject, rows: QuerySet[Attempt]) -> list[int]:
    """Those of some answers to a delivery that names this customer or a conversation of theirs."""
    people = {str(pk) for pk in subject.ids}
    own = Conversation.everything.filter(customer__in=subject.ids).values_list("pk", flat=True)
    known = {"customer": people, "conversation": {str(pk) for pk in own}}
    found = rows.values_list("pk", "delivery__body")
    return [pk for pk, body in found.iterator() if any(number in known[what] for what, number in _NUMBER.findall(body))]


def _erase(subject: Subject, after: int) -> Piece:
    ids = list(_answers(after).values_list("pk", flat=True)[:_AT_ONCE])
    about = _about(subject, Attempt.objects.filter(pk__in=ids))
    return Piece(Attempt.objects.filter(pk__in=about).update(answer=""), ids[-1] if ids else None)


erasers.register(
    "webhook_answers",
    Eraser(
        _("What receivers of webhooks answered about them"),
        lambda subject: len(_about(subject, _answers(0))),
        _erase,
        ("webhooks.Attempt",),
    ),
)
