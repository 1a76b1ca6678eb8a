"""Mail that is removed for good: a tombstone keeps it from coming back, and its original goes."""

from collections.abc import Sequence
from typing import Final

from django.utils import timezone

from tamada.channels.journal import default_journal
from tamada.channels.models import RawInput, RawState
from tamada.conversations.models import Channel, Message

from .models import Tombstone
from .receive import tombstone_digest

_REMOVED: Final = "Its conversation was deleted."


def bury(messages: Sequence[Message]) -> None:
    """Leave tombstones first, then remove the originals; done twice, it is as done once."""
    mails = [m for m in messages if m.channel == Channel.EMAIL]
    now = timezone.now()
    stones = {tombstone_digest(m.inbox_id, m.external_id, m.data.get("digest", "")) for m in mails if m.external_id}
    Tombstone.objects.bulk_create(
        (Tombstone(digest=digest, created_at=now) for digest in sorted(stones)), ignore_conflicts=True
    )
    _remove_originals(mails)


def _remove_originals(mails: Sequence[Message]) -> None:
    """Every copy of the same bytes, but those that another message, as in another inbox, came by."""
    names = {m.raw for m in mails if m.raw}
    digests = set(RawInput.objects.filter(name__in=names).values_list("digest", flat=True))
    names |= set(RawInput.objects.filter(digest__in=digests).values_list("name", flat=True))
    ids = {m.external_id for m in mails if m.external_id}
    others = Message.objects.filter(external_id__in=ids, raw__in=names).exclude(pk__in=[m.pk for m in mails])
    gone = names - set(others.values_list("raw", flat=True))
    # The row stays, without its sender: bytes that come once more are known, and a recovery looks for no file.
    RawInput.objects.filter(name__in=gone).update(state=RawState.DISCARDED, sender="", reason=_REMOVED)
    journal = default_journal()
    for name in sorted(gone):
        journal.discard(name)
