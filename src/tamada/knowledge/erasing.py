"""Erasing a person from what readers said, and from how customers were heard to ask."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Message
from tamada.core.personal import Eraser, Piece, Subject, erasers, names_any

from .actions.door import renew_state
from .indexing import index_article
from .models import DeadEnd, Opinion, Phrasing

_AT_ONCE = 500


def _theirs(subject: Subject) -> set[int]:
    """Phrasings that shorten what they wrote, or that name them."""
    written = Phrasing.objects.filter(message_id__isnull=False)
    said = Message.objects.filter(customer__in=subject.ids).values("pk")
    found = set(written.filter(message_id__in=said).values_list("pk", flat=True))
    named = Phrasing.objects.values_list("pk", "text")
    return found | {pk for pk, text in named.iterator() if names_any(text, subject.telling)}


def _erase_phrasings(subject: Subject, after: int) -> Piece:
    ids = sorted(pk for pk in _theirs(subject) if pk > after)[:_AT_ONCE]
    with transaction.atomic():
        rows = Phrasing.objects.filter(pk__in=ids)
        articles = set(rows.values_list("article", flat=True))
        done = rows.delete()[0]
        for pk in articles:
            index_article(pk)
        if ids:
            renew_state()
    return Piece(done, ids[-1] if len(ids) == _AT_ONCE else None)


def _comments(subject: Subject) -> list[int]:
    rows = Opinion.objects.exclude(comment="").values_list("pk", "comment")
    return [pk for pk, comment in rows.iterator() if names_any(comment, subject.telling)]


def _erase_comments(subject: Subject, after: int) -> Piece:
    del after
    return Piece(Opinion.objects.filter(pk__in=_comments(subject)).update(comment=""))


def _searches(subject: Subject) -> QuerySet[DeadEnd]:
    asked = Q(pk__in=[])
    for word in subject.telling:
        asked |= Q(words__icontains=word)
    return DeadEnd.objects.filter(asked)


def _erase_searches(subject: Subject, after: int) -> Piece:
    del after
    return Piece(_searches(subject).delete()[0])


erasers.register(
    "phrasings",
    Eraser(
        _("Questions of theirs, shortened as examples"),
        lambda subject: len(_theirs(subject)),
        _erase_phrasings,
        ("knowledge.Phrasing", "knowledge.TermCounts"),
    ),
)
erasers.register(
    "opinions",
    Eraser(
        _("Comments on articles that name them"),
        lambda subject: len(_comments(subject)),
        _erase_comments,
        ("knowledge.Opinion",),
    ),
)
erasers.register(
    "dead_ends",
    Eraser(
        _("Searches in vain that name them"),
        lambda subject: _searches(subject).count(),
        _erase_searches,
        ("knowledge.DeadEnd",),
    ),
)
