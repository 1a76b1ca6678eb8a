"""The kit that a channel is made of: what e-mail, chat and Telegram share. `docs/channels.md` shows how to add one.

A channel is one folder with a `Channel` that its `apps.py` registers. Everything is optional but its name and what it
can do: a chat has no wire, and so neither reader nor listeners.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tamada.conversations.capabilities import Capabilities, capabilities
from tamada.core import loops
from tamada.core.registry import Registry

from .readers import READERS, type_reader

if TYPE_CHECKING:
    from tamada.conversations.models import Conversation, Inbox, Message
    from tamada.customers.models import Identity


@dataclass(frozen=True, slots=True)
class Troubles:
    """What doesn't work now, in the reader's words; "" for what does. `is_new`: it was never set up to send."""

    sending: str = ""
    fetching: str = ""
    is_new: bool = False

    @property
    def first(self) -> str:
        """The one to mention where there is room for one."""
        return self.sending or self.fetching


def no_troubles(inbox: "Inbox") -> Troubles:
    """Of a channel that can't be out of order by itself."""
    del inbox
    return Troubles()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to talk with people. The functions import what they need when they are called: processes stay small.

    `read` makes envelopes of what this channel wrote into the journal (`readers.READERS`). `send` is the worker's loop
    that delivers what is due in the outbox (`outbox.Outbox` for what has a network). `listen` are loops of the mail
    process: listeners and pollers, by name. `bury` is called before messages are removed for good
    (`conversations.points.burials`). `instant` delivers in the transaction that sends, where no network lies between.
    `ways` finds the inboxes from which somebody who wrote over another channel can be answered (`conversations.ways`).
    `troubles` says, without asking anybody, whether an inbox works.
    """

    name: str
    can: Capabilities
    send: loops.type_loop
    read: type_reader | None = None
    listen: Mapping[str, loops.type_loop] = field(default_factory=dict)
    bury: Callable[[Sequence["Message"]], None] | None = None
    instant: Callable[["Message"], None] | None = None
    ways: Callable[["Conversation", Sequence["Identity"]], Sequence["Inbox"]] | None = None
    troubles: Callable[["Inbox"], Troubles] = no_troubles


CHANNELS: Registry[Channel] = Registry("channels")
"""By the name that inboxes know them by."""


def register(channel: Channel, *, loop: str = "") -> None:
    """Make a channel known, from its `apps.py`. `loop` names its sender's thread, if not like the channel."""
    from tamada.conversations import points

    CHANNELS.register(channel.name, channel)
    capabilities.register(channel.name, channel.can)
    loops.register(loop or channel.name, channel.send)
    if channel.read is not None:
        READERS.register(channel.name, channel.read)
    if channel.bury is not None:
        points.burials.register(channel.name, channel.bury)
    if channel.instant is not None:
        points.instant.register(channel.name, channel.instant)
    if channel.ways is not None:
        points.ways.register(channel.name, channel.ways)
    for name, listener in channel.listen.items():
        loops.register(name, listener, process="mail")


def troubles_of(inbox: "Inbox") -> Troubles:
    """What is the matter with an inbox, as far as we know."""
    return CHANNELS.get(inbox.channel).troubles(inbox)
