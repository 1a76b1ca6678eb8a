"""What happened in conversations, as the facts that clocks go by (`kit.deadlines`)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from tamada.conversations.models import AuthorKind, Conversation, DeliveryState, Kind, Message, Status
from tamada.kit.deadlines import Fact, What, settled

_PEOPLE: Final = (AuthorKind.AGENT, AuthorKind.API)
_MEANS: Final[dict[str, What]] = {
    Status.OPEN: "open",
    Status.PENDING: "waits",
    Status.SNOOZED: "waits",
    Status.CLOSED: "closed",
}
_FIELDS: Final = (
    *("kind", "author_kind", "is_automatic", "delivery", "to", "cc", "bcc", "outbox__settled_at"),
    *("data__quiet", "data__cites__how", "data__ends_waiting_when_sent", "data__event", "data__to"),
)


def facts_of(conversations: Sequence[Conversation]) -> dict[int, list[Fact]]:
    """The facts of each conversation in their order; one query whatever their number."""
    found: dict[int, list[Fact]] = defaultdict(list)
    rows = Message.objects.filter(conversation__in=conversations).exclude(kind=Kind.NOTE).order_by("created_at", "seq")
    for row in rows.values("conversation", "created_at", *_FIELDS):
        if (fact := _fact(row)) is not None:
            found[row["conversation"]].append(fact)
    for facts in found.values():
        facts.sort(key=lambda fact: fact.at)  # What was written for later left later.
    return {c.pk: settled(found[c.pk], _MEANS[c.status], c.closed_at or c.last_activity_at) for c in conversations}


def _fact(row: dict[str, Any]) -> Fact | None:
    at, kind, automatic = row["created_at"], row["kind"], row["is_automatic"]
    if kind == Kind.SYSTEM:
        return _changed(at, row["data__event"], row["data__to"])
    if kind == Kind.IN:
        if row["data__quiet"]:
            return None
        return Fact(at, "open" if automatic else "asked")
    return _answered(at, row) if row["author_kind"] in _PEOPLE and not automatic else None


def _answered(at: datetime, row: dict[str, Any]) -> Fact | None:
    """An answer counts when it is written, one for later when it leaves; one that nobody got is none."""
    delivery, whom = row["delivery"], [*row["to"], *row["cc"], *row["bcc"]]
    lost = delivery == DeliveryState.FAILED or (delivery == DeliveryState.BOUNCED and len(whom) == 1)
    if lost or row["data__cites__how"] == "forward":
        return None
    if row["data__ends_waiting_when_sent"]:
        return None if delivery == DeliveryState.QUEUED else Fact(row["outbox__settled_at"] or at, "answered")
    return Fact(at, "answered")


def _changed(at: datetime, event: Any, to: Any) -> Fact | None:
    """What a system line tells: another status, or a snooze, which is one."""
    if event == "status" and str(to).lower() in _MEANS:
        return Fact(at, _MEANS[str(to).lower()])
    return Fact(at, "waits") if event == "snoozed_until" and to else None
