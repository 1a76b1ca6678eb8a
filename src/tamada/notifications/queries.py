"""Reads of what agents were told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

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
_ABOUT: Final = ("handoff", "job", "promise", "talk", "article", "endpoint", "rule", "absence")


@dataclass(slots=True)
class Item:
    """Notifications of one kind about one thing, as one line: the newest of them, how many, and which."""

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
    def job(self) -> int | None:
        """The job that it is about, if it is about one."""
        number = self.newest.data.get("job")
        return number if isinstance(number, int) else None

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


class Unseen(NamedTuple):
    """What is new, for a badge: at most `BADGE_STOPS_AT` in all, which means that many or more.

    `newest_chat` is the conversation of the last chat that nobody has yet, if there is one among them.
    """

    new: int
    chats: int
    newest_chat: int | None


def unseen(agent: Agent) -> Unseen:
    """What an agent has not seen yet."""
    newest = Notification.objects.filter(agent=agent, seen_at=None).order_by("-id")
    rows = list(newest.values_list("type", "conversation_id")[:BADGE_STOPS_AT])
    chats = [conversation for type_, conversation in rows if type_ == "new_chat"]
    return Unseen(len(rows), len(chats), chats[0] if chats else None)


def feed(agent: Agent, *, limit: int = MOST_SHOWN) -> list[Item]:
    """One line for each kind and thing, newest first; conversations the agent may no longer see are left out, and so
    are new chats that somebody has by now or that the agent has looked at.
    """
    rows = list(
        Notification.objects.filter(agent=agent).exclude(type="new_chat", seen_at__isnull=False).order_by("-id")[:limit]
    )
    wanted = {pk for row in rows if (pk := row.conversation_id or row.data.get("talk"))}
    return group(rows, visible_to(agent).filter(pk__in=wanted))


def about(row: Notification) -> tuple[str, int] | None:
    """What it is about, where that is no conversation of its own: `("job", 12)`."""
    named = row.data if row.conversation_id is None else {}
    return next(((name, named[name]) for name in _ABOUT if name in named), None)


def group(rows: Iterable[Notification], conversations: Iterable[Conversation]) -> list[Item]:
    """Fold rows (newest first) into lines, naming colleagues and conversations in one query each."""
    rows = list(rows)
    known = {conversation.pk: conversation for conversation in conversations}
    names = _names(row.data.get("by") for row in rows)
    items: dict[tuple[object, ...], Item] = {}
    for row in rows:
        if row.conversation_id is not None and row.conversation_id not in known:
            continue
        key = (row.type, row.conversation_id, about(row))
        item = items.get(key)
        if item is None:
            item = Item(row, sentence(row, names.get(row.data.get("by"), "")), count=0)
            if (where := known.get(row.conversation_id or row.data.get("talk"))) is not None:
                item.subject = where.subject
            items[key] = item
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
