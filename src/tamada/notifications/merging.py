"""What was told of conversations that become one leads to the one they are now, and back."""

from collections.abc import Mapping, Sequence

from tamada.conversations.models import Merge
from tamada.conversations.points import Part

from .models import Notification

_AT_ONCE = 500


def _move(merge: Merge, sources: Sequence[int]) -> dict[str, list[int]]:
    """The ids of what was told of each."""
    kept: dict[str, list[int]] = {str(pk): [] for pk in sources}
    rows = Notification.objects.filter(conversation_id__in=sources)
    for pk, source in rows.order_by("pk").values_list("pk", "conversation_id"):
        kept[str(source)].append(pk)
    rows.update(conversation_id=merge.target_id)
    return kept


def _put_back(merge: Merge, kept: Mapping[str, list[int]]) -> None:
    for source, ids in kept.items():
        for start in range(0, len(ids), _AT_ONCE):
            rows = Notification.objects.filter(pk__in=ids[start : start + _AT_ONCE], conversation_id=merge.target_id)
            rows.update(conversation_id=int(source))


PART = Part(_move, _put_back)
