"""The nouns of the main room."""

from .conversation import Access, Conversation, ConversationCount, Mention, Priority, ReadMark, SpamWord, Status
from .inbox import Channel, Inbox
from .message import TROUBLED, Attachment, AuthorKind, Delivery, DeliveryAttempt, DeliveryState, Draft, Kind, Message

__all__ = [
    "TROUBLED",
    "Access",
    "Attachment",
    "AuthorKind",
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
    "Message",
    "Priority",
    "ReadMark",
    "SpamWord",
    "Status",
]
