"""Erasing a person from what customers asked and from what troubled them."""

from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.actors import SYSTEM
from tamada.core.personal import Eraser, Piece, Subject, erasers, names_any
from tamada.knowledge import actions as knowledge
from tamada.knowledge.models import Article, Translation

from .models import Asked, Drafted, Judged, Problem

_AT_ONCE: Final = 500


def _asked(subject: Subject) -> QuerySet[Asked]:
    return Asked.objects.filter(message__conversation__customer__in=subject.ids)


def _erase_asked(subject: Subject, after: int) -> Piece:
    ids = list(_asked(subject).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    with transaction.atomic():
        Judged.objects.filter(message__conversation__customer__in=subject.ids).delete()  # of no topic too
        done = Asked.objects.filter(pk__in=ids).delete()[0]
    return Piece(done, ids[-1] if ids else None)


def _drafted(subject: Subject) -> QuerySet[Drafted]:
    return Drafted.objects.filter(message__conversation__customer__in=subject.ids)


def _articles(subject: Subject) -> set[int]:
    """Articles that were drafted from what they wrote, or that name them. What of it is theirs, a person must see."""
    drafted = Article.objects.filter(pk__in=_drafted(subject).values("article_id")).values_list("pk", flat=True)
    words = Translation.objects.filter(article__deleted_at=None)
    rows = words.values_list("article", "title", "text", "draft_title", "draft_html").iterator(200)
    return {*drafted, *(pk for pk, *texts in rows if names_any("\n".join(texts), subject.telling))}


def _hand_over_articles(subject: Subject, after: int) -> Piece:
    """They stay, and stand from now on among those that somebody is to read again."""
    del after
    with transaction.atomic():
        knowledge.ask_to_read_again(actor=SYSTEM, articles=_articles(subject))
        return Piece(_drafted(subject).delete()[0])


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
    "articles",
    Eraser(
        _("That articles were drafted from their questions"),
        lambda subject: _drafted(subject).count(),
        _hand_over_articles,
        ("insights.Drafted",),
        kept=lambda subject: len(_articles(subject)),
        why=_(
            "The articles themselves, without the names of those who took part. Read them through for what else tells "
            "of this person: they stand under Knowledge, To be read again. Earlier versions stay as they were."
        ),
    ),
)
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
