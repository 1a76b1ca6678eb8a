"""Problems go along when conversations become one, unless the other has an unsolved one of its own."""

from collections.abc import Sequence

from tamada.conversations.models import Merge
from tamada.conversations.points import Part, rows_of

from .models import Problem, State


def _move(merge: Merge, sources: Sequence[int]) -> dict[str, list[int]]:
    """The ids of the problems that were moved from each."""
    kept: dict[str, list[int]] = {str(pk): [] for pk in sources}
    taken = Problem.objects.filter(conversation=merge.target_id).exclude(state=State.SOLVED).exists()
    for row in Problem.objects.filter(conversation__in=sources).order_by("pk"):
        if row.state != State.SOLVED and taken:
            continue
        taken = taken or row.state != State.SOLVED
        kept[str(row.conversation_id)].append(row.pk)
        Problem.objects.filter(pk=row.pk).update(conversation=merge.target_id)
    return kept


PART = Part(_move, rows_of(Problem.objects).put_back)
