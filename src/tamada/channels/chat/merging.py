"""Threads follow their conversation when it becomes part of another one, and back."""

from collections.abc import Sequence

from tamada.conversations.models import Merge
from tamada.conversations.points import Part

from .models import Thread


def _move(merge: Merge, sources: Sequence[int]) -> list[list[int]]:
    """Pairs of a thread and the conversation it was of."""
    rows = Thread.objects.filter(conversation__in=sources)
    kept = [[pk, source] for pk, source in rows.order_by("pk").values_list("pk", "conversation")]
    rows.update(conversation=merge.target_id)
    return kept


def _put_back(merge: Merge, kept: list[list[int]]) -> None:
    for pk, source in kept:
        Thread.objects.filter(pk=pk, conversation=merge.target_id).update(conversation=source)


PART = Part(_move, _put_back)
