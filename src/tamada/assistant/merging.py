"""What the assistant said goes along when conversations become one; who merged them is there, so it is silent there."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from tamada.conversations.models import Merge
from tamada.conversations.points import Part

from .models import Dialogue, Said, Stand


def _move(merge: Merge, sources: Sequence[int]) -> dict[str, list[int]]:
    """The ids of what was said in each."""
    kept: dict[str, list[int]] = {str(pk): [] for pk in sources}
    rows = Said.objects.filter(conversation__in=sources)
    for pk, source in rows.order_by("pk").values_list("pk", "conversation"):
        kept[str(source)].append(pk)
    rows.update(conversation=merge.target_id)
    Dialogue.objects.filter(conversation=merge.target_id, stand=Stand.TALKING).update(
        stand=Stand.HANDED, reason="taken", handed_at=timezone.now()
    )
    return kept


def _put_back(merge: Merge, kept: Mapping[str, list[int]]) -> None:
    for source, ids in kept.items():
        Said.objects.filter(pk__in=ids, conversation=merge.target_id).update(conversation=int(source))


PART = Part(_move, _put_back)
