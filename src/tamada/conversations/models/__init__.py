"""The nouns of the main room."""

from .change import ChangeRecord
from .conversation import Access, Conversation, ConversationCount, Mention, Priority, ReadMark, SpamWord, Status
from .inbox import Channel, Inbox
from .merge import Merge, MovedMessage
from .message import (
    ASKED_AGAIN,
    TROUBLED,
    Attachment,
    AuthorKind,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Draft,
    Kind,
    Message,
)

__all__ = [
    "ASKED_AGAIN",
    "TROUBLED",
    "Access",
    "Attachment",
    "AuthorKind",
    "ChangeRecord",
    "Channel",
    "Conversation",
    "ConversationCount",
    "Delivery",
    "DeliveryAttempt",
    "DeliveryState",
    "Draft",
    "Inbox",
    "Kind",
    "Mention",
    "Merge",
    "Message",
    "MovedMessage",
    "Priority",
    "ReadMark",
    "SpamWord",
    "Status",
]
