"""What may be asked of lists."""

from typing import Literal

from pydantic import BaseModel, Field

from .base import ChannelName, Instant

_LIMIT = "How many items; more than 200 is read as 200."


class ListQuery(BaseModel):
    """What every list takes."""

    limit: int = Field(50, ge=1, description=_LIMIT)
    cursor: str | None = Field(None, description="`next` of the page before.")

    @property
    def size(self) -> int:
        """The limit that holds."""
        return min(self.limit, 200)


class ConversationQuery(ListQuery):
    """Filters of conversations. Spam is left out unless asked for. An id or tag that nothing has leaves nothing."""

    status: str | None = Field(
        None,
        pattern=r"^(open|pending|snoozed|closed)(,(open|pending|snoozed|closed))*$",
        description="One status, or several separated by commas.",
    )
    assignee: str | None = Field(None, description="`me`, `none` or an agent's id.")
    team: str | None = None
    inbox: str | None = None
    channel: ChannelName | None = None
    tag: str | None = Field(None, description="A tag's name in any letter case.")
    customer: str | None = None
    updated_since: Instant | None = None
    spam: bool = False
    mentioned: bool = Field(False, description="Only where a note that the caller hasn't seen names them.")
    order: Literal["last_activity_at", "created_at", "waiting_since"] = Field(
        "last_activity_at",
        description=(
            "Newest activity first; or by the day they began, oldest first, which no change moves; or longest waiting "
            "first. What an archive adds meanwhile stands at its own day: `updated_since` finds it."
        ),
    )


class MessageQuery(ListQuery):
    """Messages come oldest first."""

    after: str | None = Field(None, description="Only messages after this one.")


class CustomerQuery(ListQuery):
    """Filters of customers."""

    identity: str | None = Field(None, description="Any address of theirs, as people write it.")
    tag: str | None = None
    organisation: str | None = None
    updated_since: Instant | None = Field(None, description="Only who was active since.")
    order: Literal["last_activity_at", "created_at"] = "last_activity_at"


class DeliveryQuery(ListQuery):
    """Newest first."""

    state: Literal["pending", "delivered", "failed"] | None = None


class TimelineQuery(ListQuery):
    """Newest first, or `created_at`: oldest first."""

    order: Literal["newest", "created_at"] = "newest"


class SearchQuery(ListQuery):
    """A full-text query; operators `from: to: tag: is: before: has:` narrow it."""

    q: str = Field(max_length=1000, examples=["ինտերնետ is:open"])
    kind: Literal["conversations", "customers", "articles"] = "conversations"
