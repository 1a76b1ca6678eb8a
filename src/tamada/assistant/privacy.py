"""What this room keeps about a person, for exports: what the assistant answered, and what it asked them for."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Holding, holdings
from tamada.customers.queries import everybody_in

from .models import Dialogue, Lesson, Said


def _said(customer_id: int) -> QuerySet[Said]:
    return Said.objects.filter(conversation__customer__in=everybody_in(customer_id))


def _said_rows(customer_id: int) -> Iterator[dict[str, Any]]:
    for one in _said(customer_id).order_by("pk").iterator(500):
        yield {
            "conversation": one.conversation_id,
            "did": one.get_what_display(),
            "article": one.title,
            "confidence": one.confidence,
            "outcome": one.get_outcome_display(),
            "at": one.created_at,
        }


def _dialogues(customer_id: int) -> QuerySet[Dialogue]:
    return Dialogue.objects.filter(conversation__customer__in=everybody_in(customer_id))


def _dialogue_rows(customer_id: int) -> Iterator[dict[str, Any]]:
    for one in _dialogues(customer_id).order_by("pk").iterator(500):
        yield {
            "conversation": one.conversation_id,
            "collected": one.collected.get("fields", {}),
            "handed to people": one.handed_at,
        }


def _lessons(customer_id: int) -> QuerySet[Lesson]:
    return Lesson.objects.filter(customer__in=everybody_in(customer_id))


def _lesson_rows(customer_id: int) -> Iterator[dict[str, Any]]:
    for one in _lessons(customer_id).order_by("pk").iterator(500):
        yield {"question": one.text, "language": one.language, "at": one.created_at}


holdings.register(
    "assistant_answers",
    Holding(
        _("Answers of the automatic assistant"),
        _("So that we see whether it answers well, and who wants a person gets one."),
        _said_rows,
        lambda pk: _said(pk).count(),
    ),
)
holdings.register(
    "assistant_dialogues",
    Holding(
        _("What the assistant collected from them"),
        _("So that whoever answers need not ask again."),
        _dialogue_rows,
        lambda pk: _dialogues(pk).count(),
    ),
)
holdings.register(
    "assistant_lessons",
    Holding(
        _("Their questions among the examples of the assistant"),
        _("So that the assistant understands such a question the next time; without addresses and numbers."),
        _lesson_rows,
        lambda pk: _lessons(pk).count(),
    ),
)
