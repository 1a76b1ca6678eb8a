"""What happened in conversations, as the facts that clocks go by (`kit.deadlines`)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from tamada.conversations.models import AuthorKind, Conversation, DeliveryState, Kind, Merge, Message, Status
from tamada.conversations.models import MovedMessage as Moved
from tamada.kit.deadlines import Fact, What, settled

_PEOPLE: Final = (AuthorKind.AGENT, AuthorKind.API)
_MEANS: Final[dict[str, What]] = {
    Status.OPEN: "open",
    Status.PENDING: "waits",
    Status.SNOOZED: "waits",
    Status.CLOSED: "closed",
}
_FIELDS: Final = (
    *("pk", "kind", "author_kind", "is_automatic", "delivery", "to", "cc", "bcc", "outbox__settled_at"),
    *("data__quiet", "data__cites__how", "data__ends_waiting_when_sent", "data__event", "data__to"),
)


def facts_of(conversations: Sequence[Conversation]) -> dict[int, list[Fact]]:
    """The facts of each conversation in their order; two queries, three where some were merged."""
    found: dict[int, list[_Told]] = defaultdict(list)
    rows = Message.objects.filter(conversation__in=conversations).exclude(kind=Kind.NOTE).order_by("created_at", "seq")
    for row in rows.values("conversation", "created_at", *_FIELDS):
        if (fact := _fact(row)) is not None:
            found[row["conversation"]].append(_Told(fact, row["pk"], row["conversation"]))
    for told in found.values():
        told.sort(key=lambda one: one.fact.at)  # What was written for later left later.
    facts = {pk: [one.fact for one in told] for pk, told in found.items()}
    for pk, parts in _merged(conversations).items():
        facts[pk] = parts.as_one(found[pk])
    return {
        c.pk: settled(facts.get(c.pk, ()), _MEANS[c.status], c.closed_at or c.last_activity_at) for c in conversations
    }


# --- what was told of a part, before it became one with others --------------------------------------------------------

_LIVELIEST: Final[tuple[What, ...]] = ("open", "waits", "closed")


@dataclass(frozen=True, slots=True)
class _Told:
    """A fact, the message that it is known by, and the conversation which that stands in now."""

    fact: Fact
    message: int
    conversation: int


@dataclass(slots=True)
class _Parts:
    """What a conversation was merged from: whence its messages came, and when each part came to which other."""

    origins: dict[int, int] = field(default_factory=dict)
    joined: dict[int, tuple[int, datetime]] = field(default_factory=dict)

    def as_one(self, told: Iterable[_Told]) -> list[Fact]:
        """The facts, as those of one conversation: it is open while a part is, and closed only when all of them are."""
        states: dict[int, What] = {}
        facts: list[Fact] = []
        stands: What | None = None
        for one in told:
            at, what = one.fact
            origin = self.origins.get(one.message, one.conversation)
            states.setdefault(origin, "open")
            if what == "answered":
                facts.append(one.fact)
                continue
            states |= dict.fromkeys(self._within(origin, at, states), "open" if what == "asked" else what)
            now = min(states.values(), key=_LIVELIEST.index)
            if what == "asked":
                facts.append(one.fact)
            elif now != stands:
                facts.append(Fact(at, now))
            stands = now
        return facts

    def _within(self, whole: int, at: datetime, parts: Iterable[int]) -> list[int]:
        return [part for part in parts if self._stands_in(part, at, whole)]

    def _stands_in(self, part: int, at: datetime, whole: int) -> bool:
        while part != whole:
            into, since = self.joined.get(part, (None, at))
            if into is None or since > at:
                return False
            part = into
        return True


def _merged(conversations: Sequence[Conversation]) -> dict[int, _Parts]:
    lasting = Merge.objects.filter(target__in=conversations, undone_at=None)
    wholes = set(lasting.values_list("target", flat=True))
    found: dict[int, _Parts] = defaultdict(_Parts)
    rows = Moved.objects.filter(message__conversation__in=wholes).order_by("merge") if wholes else Moved.objects.none()
    columns = ("message__conversation", "message", "came_from", "merge__target", "merge__created_at")
    for whole, message, came_from, into, at in rows.values_list(*columns):
        found[whole].origins.setdefault(message, came_from)
        if came_from != into:
            found[whole].joined.setdefault(came_from, (into, at))
    return found


# --- one message ------------------------------------------------------------------------------------------------------


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
