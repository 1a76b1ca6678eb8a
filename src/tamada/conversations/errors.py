"""Why a write was refused: each is shown to the person who tried."""

from collections.abc import Sequence

from .models import Conversation, Draft, Message


class ConversationError(Exception):
    """Base of the refusals of this room."""


class StaleReply(ConversationError):
    """Somebody wrote after the last message the writer had seen: `unseen` holds what they missed, oldest first."""

    def __init__(self, unseen: Sequence[Message]) -> None:
        super().__init__(f"{len(unseen)} unseen messages")
        self.unseen = list(unseen)


class NoRecipient(ConversationError):
    """A reply without any valid address to go to."""


class BadRecipient(ConversationError):
    """An address that can't be one; `address` is what was written."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class EmptyMessage(ConversationError):
    """Nothing was written and nothing attached."""


class TooLong(ConversationError):
    """More text than the channel takes in one message; `most` is how much that is."""

    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


class FileTooLarge(ConversationError):
    """A file, called `name`, that has more than the `most` bytes that the channel takes."""

    def __init__(self, name: str, most: int) -> None:
        super().__init__(name)
        self.name, self.most = name, most


class SentBefore(ConversationError):
    """This writer's `client_id` named another message: it is `message`, and what is written now differs from it."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.client_id)
        self.message = message


class DraftSent(ConversationError):
    """The words of a draft have become a message meanwhile: kept once more, they would be sent twice."""


class StaleDraft(ConversationError):
    """The draft was saved elsewhere meanwhile: it is `draft`, as it stands."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.version)
        self.draft = draft


class MissingFile(ConversationError):
    """A file that was to go along is not there any more, or went with another message; `name` is what it is called."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class TooLate(ConversationError):
    """The message has left already and can't be taken back."""


class PastTime(ConversationError):
    """Something was to be put off until a time that has passed already."""


class WrongOwner(ConversationError):
    """An owner who may not see the conversation or may not write, or who doesn't work here any more."""


class MergedAway(Conversation.DoesNotExist):
    """The conversation is part of another one now, which the asker may see: `into` is its id."""

    def __init__(self, into: int) -> None:
        super().__init__(f"merged into {into}")
        self.into = into


class BadMerge(ConversationError):
    """These conversations can't be made one; `reason` is `itself`, `spam` or `many`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadSplit(ConversationError):
    """Nothing is left to be split off; `reason` is `none` (no such message here) or `all` (nothing would stay)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MergeStays(ConversationError):
    """A merge that can't be undone: it was undone before, or (`later`) another one must be undone first."""

    def __init__(self, later: int | None = None) -> None:
        super().__init__("undone before" if later is None else f"merge {later} came later")
        self.later = later


class BadSignature(ConversationError):
    """A signature has a placeholder that signatures don't have, or a broken one; `language` is "" for that of all."""

    def __init__(self, piece: str, language: str) -> None:
        super().__init__(piece)
        self.piece, self.language = piece, language
