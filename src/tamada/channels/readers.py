"""How each channel turns its journal entries into envelopes."""

from collections.abc import Callable, Sequence

from tamada.channels.journal import Entry
from tamada.conversations.envelopes import Envelope
from tamada.core.registry import Registry


class Unreadable(Exception):
    """An input that can't become a message. `reason` is shown in the quarantine list."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StorageAway(Exception):
    """Attachments can't be stored now, whatever they hold: the input waits."""


type_read = list[Envelope] | Unreadable
type_reader = Callable[[Sequence[Entry]], list[type_read]]

READERS: Registry[type_reader] = Registry("channel readers")
"""By channel. A reader gives for each entry one envelope an inbox (none: nothing to show), or why it is unreadable.

It is called once with no entries when the worker starts, to load what reading needs: the first customer shall not wait.
"""
