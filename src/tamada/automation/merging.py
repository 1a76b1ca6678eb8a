"""What rules did to conversations that become one is told in the one they are now, and back."""

from collections.abc import Mapping, Sequence

from tamada.conversations.models import Merge
from tamada.conversations.points import Part

from .models import RuleTrace

_AT_ONCE = 500


def _move(merge: Merge, sources: Sequence[int]) -> dict[str, list[int]]:
    """The ids of the reasons of each."""
    kept: dict[str, list[int]] = {str(pk): [] for pk in sources}
    rows = RuleTrace.objects.filter(conversation__in=sources)
    for pk, source in rows.order_by("pk").values_list("pk", "conversation"):
        kept[str(source)].append(pk)
    rows.update(conversation=merge.target_id)
    return kept


def _put_back(merge: Merge, kept: Mapping[str, list[int]]) -> None:
    for source, ids in kept.items():
        for start in range(0, len(ids), _AT_ONCE):
            rows = RuleTrace.objects.filter(pk__in=ids[start : start + _AT_ONCE], conversation=merge.target_id)
            rows.update(conversation=int(source))


PART = Part(_move, _put_back)
