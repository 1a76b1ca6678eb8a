"""Erasing a person from what rules say about themselves: their reasons quote what was asked and answered."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Conversation, Message
from tamada.core.personal import Eraser, Piece, Subject, erasers

from .models import RuleTrace


def _traces(subject: Subject) -> QuerySet[RuleTrace]:
    own = Conversation.everything.filter(customer__in=subject.ids).values("pk")
    took_part = Message.objects.filter(customer__in=subject.ids).values("conversation")
    return RuleTrace.objects.filter(Q(conversation__in=own) | Q(conversation__in=took_part))


def _erase(subject: Subject, after: int) -> Piece:
    del after
    ids = list(_traces(subject).values_list("pk", flat=True)[:500])
    RuleTrace.objects.filter(pk__in=ids).delete()
    return Piece(len(ids), 0 if ids else None)


erasers.register(
    "traces",
    Eraser(
        _("What rules found in their conversations"),
        lambda subject: _traces(subject).count(),
        _erase,
        ("automation.RuleTrace",),
    ),
)
