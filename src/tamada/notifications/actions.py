"""Every write of this room: telling, marking as seen, and the browsers that listen."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from tamada.accounts.models import Agent, Role
from tamada.accounts.permissions import require
from tamada.conversations.queries import visible_to
from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor
from tamada.core.tasks import enqueue_many

from . import push, tasks
from .events import NotificationCreated, NotificationsSeen
from .models import Notification, PushSubscription
from .queries import preference

# Which choice of the agent silences which kind; what isn't here is always told.
PREFERENCES = {
    "assigned": "notify_assigned",
    "mention": "notify_mention",
    "reply": "notify_reply",
    "note": "notify_reply",
    "new_chat": "notify_chat",
}


def notify(
    *,
    agent_ids: Iterable[int],
    kind: str,
    conversation_id: int,
    key: str,
    actor: Actor,
    all_see: bool = False,
    **data: Any,
) -> list[Notification]:
    """Tell these agents once (`key` says once of what), and push to their browsers.

    Left out: who did it themselves, who left, who silenced the kind, and who may not see the conversation (any more).
    `all_see`: the caller knows that all of them see it, such as those of its team.
    """
    # A token acts as its agent, so what it does is the agent's own doing.
    by = actor.id if actor.kind in ("agent", "api") else None
    wanted = {pk for pk in agent_ids if pk != by}
    chosen = PREFERENCES.get(kind)
    agents = [
        agent
        for agent in (Agent.objects.filter(pk__in=wanted, is_active=True) if wanted else ())
        if (chosen is None or preference(agent, chosen))
        and (all_see or visible_to(agent).filter(pk=conversation_id, is_spam=False).exists())
    ]
    return _create(agents, kind, conversation_id, key, {**data, "by": by} if by else data)


def notify_admins(*, agent_ids: Iterable[int], kind: str, key: str, **data: Any) -> list[Notification]:
    """Tell these admins once of something that is about no conversation. This can't be silenced."""
    admins = Agent.objects.filter(pk__in=set(agent_ids), role=Role.ADMIN, is_active=True)
    return _create(list(admins), kind, None, key, data)


def notify_person(*, agent_id: int, kind: str, key: str, **data: Any) -> Notification | None:
    """Tell somebody once of something of their own that is about no conversation. This can't be silenced."""
    rows = _create(list(Agent.objects.filter(pk=agent_id, is_active=True)), kind, None, key, data)
    return rows[0] if rows else None


def _create(
    agents: Sequence[Agent], kind: str, conversation_id: int | None, key: str, data: dict[str, Any]
) -> list[Notification]:
    """The rows, their events and pushes, of those who don't know already; few statements, however many they are."""
    if len(agents) > 1:  # Of one the database says so itself.
        known = set(Notification.objects.filter(agent__in=agents, key=key).values_list("agent", flat=True))
        agents = [agent for agent in agents if agent.pk not in known]
    at = timezone.now()
    rows = [
        Notification(agent=agent, type=kind, conversation_id=conversation_id, key=key, data=data, created_at=at)
        for agent in agents
    ]
    if not rows:
        return []
    try:
        with transaction.atomic():
            Notification.objects.bulk_create(rows)
            events.record_all([(_created(row), SYSTEM) for row in rows])
            ids = {row.agent_id: row.pk for row in rows}
            listening = PushSubscription.objects.filter(agent__in=ids).values_list("pk", "agent")
            enqueue_many(
                tasks.send_push, [{"subscription_id": pk, "notification_id": ids[one]} for pk, one in listening]
            )
    except IntegrityError:
        if len(agents) == 1:
            return []
        # Somebody was told meanwhile; the others are not.
        return [row for agent in agents for row in _create([agent], kind, conversation_id, key, data)]
    return rows


def _created(row: Notification) -> NotificationCreated:
    return NotificationCreated(audience=frozenset({f"agent:{row.agent_id}"}), notification_id=row.pk)


def mark_seen(*, agent: Agent, ids: Iterable[int] | None = None) -> int:
    """These notifications of the agent, or all of them, are seen; returns how many were new."""
    return _see(agent.pk, Notification.objects.filter(agent=agent, seen_at=None), ids)


def mark_conversation_seen(*, agent_id: int, conversation_id: int, seq: int) -> int:
    """The agent read a conversation up to `seq`: what told of that is seen."""
    unseen = Notification.objects.filter(agent_id=agent_id, conversation_id=conversation_id, seen_at=None)
    ids = [row.pk for row in unseen if row.data.get("seq", 0) <= seq]
    return _see(agent_id, unseen, ids) if ids else 0


@transaction.atomic
def mark_seen_by_all(unseen: QuerySet[Notification]) -> None:
    """What these tell is settled, whoever was told."""
    rows = dict(unseen.values_list("pk", "agent"))
    Notification.objects.filter(pk__in=rows, seen_at=None).update(seen_at=timezone.now())
    events.record_all([(_seen(agent), SYSTEM) for agent in sorted(set(rows.values()))])


def _see(agent_id: int, rows: Any, ids: Iterable[int] | None) -> int:
    with transaction.atomic():
        chosen = rows if ids is None else rows.filter(pk__in=list(ids))
        count: int = chosen.update(seen_at=timezone.now())
        if count:
            events.record(_seen(agent_id), actor=SYSTEM)
    return count


def _seen(agent_id: int) -> NotificationsSeen:
    return NotificationsSeen(audience=frozenset({f"agent:{agent_id}"}), agent_id=agent_id)


@transaction.atomic
def subscribe(
    *, agent: Agent, actor: Actor, endpoint: str, p256dh: str, auth: str, user_agent: str = ""
) -> PushSubscription:
    """Push to this browser from now on; a browser that changes hands follows who is signed in.

    Raises `push.BadSubscription` for what no browser would send.
    """
    require(agent, "profile.own")
    push.check_subscription(endpoint, p256dh, auth)
    browser = user_agent.replace("\0", "")[:200]
    is_known = PushSubscription.objects.filter(endpoint=endpoint, agent=agent).exists()
    row, _created = PushSubscription.objects.update_or_create(
        endpoint=endpoint,
        defaults={"agent": agent, "p256dh": p256dh, "auth": auth, "user_agent": browser, "failures": 0},
    )
    if not is_known:
        audit.record(actor, "push.subscribed", row, browser=browser)
    return row


@transaction.atomic
def unsubscribe(*, agent: Agent, actor: Actor, endpoint: str) -> None:
    """Push to this browser no more."""
    require(agent, "profile.own")
    row = PushSubscription.objects.filter(agent=agent, endpoint=endpoint).first()
    if row is not None:
        audit.record(actor, "push.unsubscribed", row, browser=row.user_agent)
        row.delete()


def forget_subscriptions(*, agent_id: int) -> None:
    """Somebody left: their browsers hear nothing more."""
    PushSubscription.objects.filter(agent_id=agent_id).delete()
