"""Every write of this room: telling, marking as seen, and the browsers that listen."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from tamada.accounts.models import Agent, Role
from tamada.accounts.permissions import require
from tamada.conversations.queries import visible_to
from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor

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
    *, agent_ids: Iterable[int], kind: str, conversation_id: int, key: str, actor: Actor, **data: Any
) -> list[Notification]:
    """Tell these agents once (`key` says once of what), and push to their browsers.

    Left out: who did it themselves, who left, who silenced the kind, and who may not see the conversation (any more).
    """
    told: list[Notification] = []
    # A token acts as its agent, so what it does is the agent's own doing.
    by = actor.id if actor.kind in ("agent", "api") else None
    wanted = {pk for pk in agent_ids if pk != by}
    for agent in Agent.objects.filter(pk__in=wanted, is_active=True) if wanted else ():
        chosen = PREFERENCES.get(kind)
        if chosen is not None and not preference(agent, chosen):
            continue
        if not visible_to(agent).filter(pk=conversation_id, is_spam=False).exists():
            continue
        row = _create(agent, kind, conversation_id, key, {**data, "by": by} if by else data)
        if row is not None:
            told.append(row)
    return told


def notify_admins(*, agent_ids: Iterable[int], kind: str, key: str, **data: Any) -> list[Notification]:
    """Tell these admins once of something that is about no conversation. This can't be silenced."""
    admins = Agent.objects.filter(pk__in=set(agent_ids), role=Role.ADMIN, is_active=True)
    rows = [_create(agent, kind, None, key, data) for agent in admins]
    return [row for row in rows if row is not None]


def notify_person(*, agent_id: int, kind: str, key: str, **data: Any) -> Notification | None:
    """Tell somebody once of something of their own that is about no conversation. This can't be silenced."""
    agent = Agent.objects.filter(pk=agent_id, is_active=True).first()
    return None if agent is None else _create(agent, kind, None, key, data)


def _create(
    agent: Agent, kind: str, conversation_id: int | None, key: str, data: dict[str, Any]
) -> Notification | None:
    """The row, its event and its pushes; None if the agent knows already."""
    row = Notification(
        agent=agent, type=kind, conversation_id=conversation_id, key=key, data=data, created_at=timezone.now()
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            keys = frozenset({f"agent:{agent.pk}"})
            events.record(NotificationCreated(audience=keys, notification_id=row.pk), actor=SYSTEM)
            for subscription_id in agent.push_subscriptions.values_list("pk", flat=True):
                tasks.send_push.enqueue(subscription_id=subscription_id, notification_id=row.pk)
    except IntegrityError:
        return None
    return row


def mark_seen(*, agent: Agent, ids: Iterable[int] | None = None) -> int:
    """These notifications of the agent, or all of them, are seen; returns how many were new."""
    return _see(agent.pk, Notification.objects.filter(agent=agent, seen_at=None), ids)


def mark_conversation_seen(*, agent_id: int, conversation_id: int, seq: int) -> int:
    """The agent read a conversation up to `seq`: what told of that is seen."""
    unseen = Notification.objects.filter(agent_id=agent_id, conversation_id=conversation_id, seen_at=None)
    ids = [row.pk for row in unseen if row.data.get("seq", 0) <= seq]
    return _see(agent_id, unseen, ids) if ids else 0


def mark_seen_by_all(*, kind: str, conversation_id: int) -> None:
    """What was told of a conversation is settled, whoever was told of it."""
    unseen = Notification.objects.filter(type=kind, conversation_id=conversation_id, seen_at=None)
    for agent_id in unseen.order_by("agent").values_list("agent", flat=True).distinct():
        _see(agent_id, unseen.filter(agent=agent_id), None)


def _see(agent_id: int, rows: Any, ids: Iterable[int] | None) -> int:
    with transaction.atomic():
        chosen = rows if ids is None else rows.filter(pk__in=list(ids))
        count: int = chosen.update(seen_at=timezone.now())
        if count:
            fact = NotificationsSeen(audience=frozenset({f"agent:{agent_id}"}), agent_id=agent_id)
            events.record(fact, actor=SYSTEM)
    return count


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
