"""Where rooms above fill in what conversations can't know: what of theirs goes along when
conversations become one, and what is to be done before messages are removed for good."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Manager

from tamada.core.registry import Registry
from tamada.customers.models import Identity

from .models import Conversation, Inbox, Merge, Message

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of rows that go along with a merge.

    `move(merge, sources)` gives `merge.target` what is of these conversations (ids), after their messages have moved;
    it returns what `put_back(merge, kept)` needs to restore every row, before the messages go back. Both run in the
    transaction of the merge; `kept` is JSON and holds no words of anybody.
    """

    move: Callable[[Merge, Sequence[int]], Any]
    put_back: Callable[[Merge, Any], None]


def rows_of(table: Manager[Any]) -> Part:
    """The rows of a table that name a conversation in `conversation`: they go along, and each back to its own."""

    def move(merge: Merge, sources: Sequence[int]) -> dict[str, list[int]]:
        kept: dict[str, list[int]] = {str(pk): [] for pk in sources}
        rows = table.filter(conversation_id__in=sources)
        for pk, source in rows.order_by("pk").values_list("pk", "conversation_id"):
            kept[str(source)].append(pk)
        rows.update(conversation_id=merge.target_id)
        return kept

    def put_back(merge: Merge, kept: Mapping[str, list[int]]) -> None:
        for source, ids in kept.items():
            for start in range(0, len(ids), _AT_ONCE):
                rows = table.filter(pk__in=ids[start : start + _AT_ONCE], conversation_id=merge.target_id)
                rows.update(conversation_id=int(source))

    return Part(move, put_back)


merging: Registry[Part] = Registry("conversations.merging")
"""Rows of other rooms that name a conversation."""

instant: Registry[Callable[[Message], None]] = Registry("conversations.instant")
"""By channel: delivers an answer that is due, in the transaction that sends it. For channels with no network between:
what is said meanwhile then comes after it at both ends."""

burials: Registry[Callable[[Sequence[Message]], None]] = Registry("conversations.burials")
"""Called outside a transaction, and perhaps twice, before messages of one conversation are removed for good: their
channel sees to it that they don't come back, and removes what it holds of them."""


@dataclass(frozen=True, slots=True)
class LoopGuard:
    """What keeps two machines from answering each other for ever over a channel.

    `refuses(message)` is why no machine may answer a message that came in, "" where one may; asked outside of a
    transaction. `note(message)` counts an automatic answer, in the transaction that queues it.
    """

    refuses: Callable[[Message], str]
    note: Callable[[Message], None]


loop_guards: Registry[LoopGuard] = Registry("conversations.loop_guards")
"""By channel. A channel whose other end is always a person has none."""

ways: Registry[Callable[[Conversation, Sequence[Identity]], Sequence[Inbox]]] = Registry("conversations.ways")
"""By channel, the inboxes from which the customer of a conversation can be answered over it, by these identities of
theirs. `conversations.ways` puts them together."""
