"""A conversation as an archive of another desk tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedMessage:
    """One thing said. `html` is as it came; `agent_id` is ours who wrote it, where they work here."""

    kind: Literal["in", "out", "note"]
    at: datetime
    text: str = ""
    html: str = ""
    author_name: str = ""
    author_email: str = ""
    agent_id: int | None = None
    files: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedConversation:
    """One matter. With `known` its messages are added to that conversation of ours, which stays as it is otherwise."""

    customer_id: int
    known: int | None = None
    subject: str = ""
    status: str = "closed"
    priority: str = "normal"
    tags: Sequence[str] = ()
    assignee_id: int | None = None
    created_at: datetime | None = None
    closed_at: datetime | None = None
    messages: Sequence[ImportedMessage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stored:
    """The ids that a conversation and its messages got."""

    conversation_id: int
    message_ids: Sequence[int]
