"""What the assistant said goes along when conversations become one; who merged them is there, so it is silent there."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from tamada.conversations.models import Merge
from tamada.conversations.points import Part, rows_of

from .models import Dialogue, Said, Stand

_SAID = rows_of(Said.objects)


def _move(merge: Merge, sources: Sequence[int]) -> Any:
    kept = _SAID.move(merge, sources)
    Dialogue.objects.filter(conversation=merge.target_id, stand=Stand.TALKING).update(
        stand=Stand.HANDED, reason="taken", handed_at=timezone.now()
    )
    return kept


PART = Part(_move, _SAID.put_back)
