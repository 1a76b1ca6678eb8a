"""What a conversation tells us of its promises: small lines for us alone, with the words as they were then."""

from typing import Final

from tamada.conversations.actions.system import add_system_line
from tamada.conversations.models import Kind, Message
from tamada.core.actors import Actor
from tamada.core.personal import GONE, Subject, names_any

from .models import Commitment, State

MADE: Final = "promise_made"
MOVED: Final = "promise_moved"
SETTLED: Final = {State.KEPT: "promise_kept", State.BROKEN: "promise_broken", State.OPEN: "promise_reopened"}
_EVENTS: Final = (MADE, MOVED, *SETTLED.values())


def tell(row: Commitment, actor: Actor, event: str, why: str = "") -> None:
    """Add a line about a promise where it was made in a conversation. Call in a transaction."""
    if row.conversation is None:
        return
    data = {"event": event, "commitment": row.pk, "promise": row.text, "to": row.due_at.isoformat()}
    add_system_line(conversation=row.conversation, actor=actor, data=data | ({"why": why} if why else {}))


def naming(subject: Subject) -> list[Message]:
    """Lines in the conversations of others whose words name somebody."""
    where = Commitment.objects.exclude(conversation=None).exclude(customer__in=subject.ids).values("conversation")
    lines = Message.objects.filter(kind=Kind.SYSTEM, conversation__in=where, data__event__in=_EVENTS)
    return [line for line in lines.iterator() if names_any(_words(line), subject.telling)]


def _words(line: Message) -> str:
    return f"{line.data.get('promise', '')}\n{line.data.get('why', '')}"


def clear(line: Message) -> None:
    """Take the words out of a line."""
    line.data = {key: GONE if key in ("promise", "why") else value for key, value in line.data.items()}
    line.save(update_fields=["data"])
