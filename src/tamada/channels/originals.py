"""The journal's files that messages came by: one, and with those that revised it several."""

from collections.abc import Iterable, Sequence
from typing import Final

from tamada.channels.journal import default_journal
from tamada.channels.models import RawInput, RawState
from tamada.conversations.models import Message

_REMOVED: Final = "Its conversation was deleted."


def names_of(messages: Iterable[Message]) -> set[str]:
    """All files that these messages were made of."""
    return {name for m in messages for name in (m.raw, *m.data.get("raws", ())) if name}


def remove_originals(messages: Sequence[Message]) -> None:
    """Every copy of the same bytes, but those that another message, as in another inbox, came by."""
    names = names_of(messages)
    digests = set(RawInput.objects.filter(name__in=names).values_list("digest", flat=True))
    names |= set(RawInput.objects.filter(digest__in=digests).values_list("name", flat=True))
    ids = {m.external_id for m in messages if m.external_id}
    others = Message.objects.filter(external_id__in=ids, raw__in=names).exclude(pk__in=[m.pk for m in messages])
    gone = names - set(others.values_list("raw", flat=True))
    # The row stays, without its sender: bytes that come once more are known, and a recovery looks for no file.
    RawInput.objects.filter(name__in=gone).update(state=RawState.DISCARDED, sender="", reason=_REMOVED)
    journal = default_journal()
    for name in sorted(gone):
        journal.discard(name)
