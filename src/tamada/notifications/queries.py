"""Reads of what agents were told."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from tamada.accounts.models import Agent, default_preferences
from tamada.accounts.queries import active_agents
from tamada.accounts.zones import zone_of
from tamada.conversations.models import Conversation
from tamada.conversations.queries import visible_to

from .models import Notification
from .wording import path, sentence

MOST_SHOWN = 200
BADGE_STOPS_AT = 100
OFFLINE_AFTER = timedelta(minutes=15)
DIGEST_HOUR = 8


@dataclass(slots=True)
class Item:
    """Notifications of one kind about one conversation, as one line: the newest of them, how many, and which."""

    newest: Notification
    text: str
    subject: str = ""
    customer: str = ""
    count: int = 1
    is_new: bool = False
    ids: list[int] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What it is about: a key of `wording.title`."""
        return self.newest.type

    @property
    def conversation_id(self) -> int | None:
        """Where it leads."""
        return self.newest.conversation_id

    @property
    def path(self) -> str:
        """The address of where it leads."""
        return path(self.newest)

    @property
    def at(self) -> datetime:
        """When the newest came."""
        return self.newest.created_at


def preference(agent: Agent, key: str) -> object:
    """What the agent chose, or the default."""
    return {**default_preferences(), **agent.preferences}[key]


def unseen(agent: Agent) -> Counter[str]:
    """How many are new, by type, for a badge: at most `BADGE_STOPS_AT` in all, which means that many or more."""
    newest = Notification.objects.filter(agent=agent, seen_at=None).order_by("-id")
    return Counter(newest.values_list("type", flat=True)[:BADGE_STOPS_AT])


def feed(agent: Agent, *, limit: int = MOST_SHOWN) -> list[Item]:
    """One line for each kind and conversation, newest first; what the agent may no longer see is left out."""
    rows = list(Notification.objects.filter(agent=agent).order_by("-id")[:limit])
    return group(rows, visible_to(agent).filter(pk__in={row.conversation_id for row in rows if row.conversation_id}))


def group(rows: Iterable[Notification], conversations: Iterable[Conversation]) -> list[Item]:
    """Fold rows (newest first) into lines, naming colleagues and conversations in one query each."""
    rows = list(rows)
    known = {conversation.pk: conversation for conversation in conversations}
    names = _names(row.data.get("by") for row in rows)
    items: dict[tuple[str, int | None], Item] = {}
    for row in rows:
        if row.conversation_id is not None and row.conversation_id not in known:
            continue
        item = items.get((row.type, row.conversation_id))
        if item is None:
            item = Item(row, sentence(row, names.get(row.data.get("by"), "")), count=0)
            if row.conversation_id is not None:
                item.subject = known[row.conversation_id].subject
            items[row.type, row.conversation_id] = item
        item.count += 1
        item.ids.append(row.pk)
        item.is_new = item.is_new or row.seen_at is None
    return list(items.values())


def _names(ids: Iterable[object]) -> dict[object, str]:
    wanted = {pk for pk in ids if isinstance(pk, int)}
    return dict(Agent.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _to_be_mailed() -> QuerySet[Notification]:
    """New chats are told at once or not at all: by mail it is too late, and each would reach the whole team."""
    return Notification.objects.filter(seen_at=None, mailed_at=None).exclude(type="new_chat")


def unmailed(agent: Agent) -> list[Notification]:
    """What the agent neither saw nor was mailed, newest first."""
    return list(_to_be_mailed().filter(agent=agent).order_by("-id")[:MOST_SHOWN])


def agents_to_mail(now: datetime) -> list[Agent]:
    """Whose digest is due: see `is_due`."""
    news = _to_be_mailed().filter(agent=OuterRef("pk"))
    return [agent for agent in active_agents().filter(Exists(news)) if is_due(agent, now)]


def is_due(agent: Agent, now: datetime) -> bool:
    """True when the agent's choice says that now is the time.

    `daily`: once a day from eight o'clock of the agent's own time. `offline`: at once when they were away for a quarter
    of an hour, and not more often than every quarter of an hour. `never`: no.
    """
    choice = preference(agent, "digest")
    last = Notification.objects.filter(agent=agent, mailed_at__isnull=False).order_by("-mailed_at").first()
    mailed_at = last.mailed_at if last else None
    if choice == "daily":
        local = now.astimezone(zone_of(agent))
        today = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return local.hour >= DIGEST_HOUR and (mailed_at is None or mailed_at < today)
    if choice == "offline":
        away = agent.last_seen_at is None or now - agent.last_seen_at > OFFLINE_AFTER
        return away and (mailed_at is None or now - mailed_at > OFFLINE_AFTER)
    return False
