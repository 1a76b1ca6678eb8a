"""What happens in conversations. Events hold ids, never text."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationEvent(Event):
    """Base: something about one conversation. `number` is what people call it by."""

    type: ClassVar[str] = ""
    conversation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationStarted(ConversationEvent):
    """A conversation came to be."""

    type: ClassVar[str] = "conversation.started"
    customer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(ConversationEvent):
    """A customer wrote; `automatic` for out-of-office notes and the like."""

    type: ClassVar[str] = "message.received"
    message: int
    seq: int
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRevised(ConversationEvent):
    """A message that is known says something else, or has got a file: its writer edited it, or more of it came."""

    type: ClassVar[str] = "message.revised"
    message: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(ConversationEvent):
    """One of us wrote to the customer (queued; see `DeliveryChanged`)."""

    type: ClassVar[str] = "message.sent"
    message: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWithdrawn(ConversationEvent):
    """A message was taken back before it left."""

    type: ClassVar[str] = "message.withdrawn"
    message: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(ConversationEvent):
    """One of us left a note."""

    type: ClassVar[str] = "note.added"
    message: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentMentioned(ConversationEvent):
    """An agent was named in a note."""

    type: ClassVar[str] = "agent.mentioned"
    message: int
    agent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryChanged(ConversationEvent):
    """An outgoing message was sent, delivered, read, or failed: `state` is a `DeliveryState`."""

    type: ClassVar[str] = "delivery.changed"
    message: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientRefused(ConversationEvent):
    """A message reached others, but not everybody it was for: a server refused a recipient for good."""

    type: ClassVar[str] = "delivery.refused"
    message: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationUpdated(ConversationEvent):
    """Status, owner, team, priority, tags, snooze, spam or who waits changed; `fields` names them."""

    type: ClassVar[str] = "conversation.updated"
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationMerged(ConversationEvent):
    """A conversation became part of another one (`into`)."""

    type: ClassVar[str] = "conversation.merged"
    into: int
    merge: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationParted(ConversationEvent):
    """A merge was undone: the conversation is one of its own again, as before it became part of `into`."""

    type: ClassVar[str] = "conversation.parted"
    into: int
    merge: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationDeleted(ConversationEvent):
    """A conversation was put among the deleted, from where it can come back for a while."""

    type: ClassVar[str] = "conversation.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRestored(ConversationEvent):
    """A deleted conversation came back."""

    type: ClassVar[str] = "conversation.restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationAssigned(ConversationEvent):
    """An agent was made the owner."""

    type: ClassVar[str] = "conversation.assigned"
    agent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRead(ConversationEvent):
    """An agent read up to `seq`: their own screens follow."""

    type: ClassVar[str] = "conversation.read"
    agent: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationFollowed(ConversationEvent):
    """An agent began or ceased to follow."""

    type: ClassVar[str] = "conversation.followed"
    agent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChanged(ConversationEvent):
    """An agent's draft was saved or dropped: their other screens follow."""

    type: ClassVar[str] = "draft.changed"
    agent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxChanged(Event):
    """An inbox was made or its settings changed."""

    type: ClassVar[str] = "inbox.changed"
    inbox: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationsImported(Event):
    """An archive was read in: lists of this inbox changed, nobody is to be told."""

    type: ClassVar[str] = "conversations.imported"
    inbox: int
    total: int
