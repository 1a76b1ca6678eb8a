"""What each channel can do, for whoever writes in it: its room says so (`channels.base`)."""

from dataclasses import dataclass

from tamada.core.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What may be written in a channel, and how it leaves.

    `addressed`: messages have To, Cc, Bcc and a subject. `formatted`: words may be bold, lists, links. `begins`: we may
    write first. `undo`: what is sent waits for ten seconds, in which it can be taken back; a live conversation doesn't.
    `signed`: the inbox's signature stands below. `longest` is in UTF-16 units, 0 without a limit; a longer text leaves
    in several messages where it `splits`. `largest_file` is in bytes, 0 without a limit of the channel's own.
    """

    icon: str
    addressed: bool = False
    formatted: bool = False
    begins: bool = False
    undo: bool = True
    signed: bool = False
    longest: int = 0
    splits: bool = False
    largest_file: int = 0


capabilities: Registry[Capabilities] = Registry("channel capabilities")
"""By channel."""


def capabilities_of(channel: str) -> Capabilities:
    """What this channel can do. Raises KeyError for one that nobody registered."""
    return capabilities.get(channel)


def units(text: str) -> int:
    """How long a text is as networks count it: in UTF-16 units, of which an emoji has two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
