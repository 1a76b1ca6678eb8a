"""Mail that is removed for good: a tombstone keeps it from coming back, and its original goes."""

from collections.abc import Sequence

from django.utils import timezone

from tamada.channels.originals import remove_originals
from tamada.conversations.models import Channel, Message

from .models import Tombstone
from .receive import tombstone_digest


def bury(messages: Sequence[Message]) -> None:
    """Leave tombstones first, then remove the originals; done twice, it is as done once."""
    mails = [m for m in messages if m.channel == Channel.EMAIL]
    now = timezone.now()
    stones = {tombstone_digest(m.inbox_id, m.external_id, m.data.get("digest", "")) for m in mails if m.external_id}
    Tombstone.objects.bulk_create(
        (Tombstone(digest=digest, created_at=now) for digest in sorted(stones)), ignore_conflicts=True
    )
    remove_originals(mails)
