"""What came of an answer: it helped, brought them back, or a person wrote after it."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from tamada.conversations.models import AuthorKind, Message

from ..models import Outcome, Said, What

QUIET: Final = timedelta(hours=24)
"""Who has not come back by then was helped."""


def note_person(*, message_id: int) -> int:
    """One of us wrote: what the assistant had answered there just before was corrected; returns how many answers."""
    found = Message.objects.filter(pk=message_id, author_kind__in=(AuthorKind.AGENT, AuthorKind.API)).first()
    if found is None or found.is_automatic:
        return 0
    said = Said.objects.filter(conversation=found.conversation_id, outcome=Outcome.OPEN)
    return said.exclude(what=What.NOTHING).update(outcome=Outcome.CORRECTED)


def settle_outcomes() -> int:
    """Answers after which nobody came back for a day have helped; returns how many."""
    said = Said.objects.filter(outcome=Outcome.OPEN, created_at__lte=timezone.now() - QUIET)
    return said.exclude(what__in=(What.NOTHING, What.QUESTION)).update(outcome=Outcome.HELPED)
