"""What this room does later: pushes, digests, forgetting."""

from datetime import timedelta

from django.utils import timezone, translation

from tamada.accounts import mail
from tamada.accounts.models import Agent
from tamada.conversations.queries import visible_to
from tamada.core.tasks import every, task

from . import letters, push, queries
from .models import Notification, PushSubscription

KEPT = timedelta(days=90)


@task(max_attempts=6)
def send_push(subscription_id: int, notification_id: int) -> None:
    """Push one notification to one browser, unless it was seen meanwhile."""
    subscription = PushSubscription.objects.filter(pk=subscription_id, agent__is_active=True).first()
    notification = Notification.objects.select_related("agent").filter(pk=notification_id, seen_at=None).first()
    if subscription is not None and notification is not None and subscription.agent_id == notification.agent_id:
        push.send(subscription, notification)


@every(minutes=5)
def mail_digests() -> None:
    """Enqueue the digests that are due."""
    if mail.is_configured():
        for agent in queries.agents_to_mail(timezone.now()):
            mail_digest.using(unique=f"digest:{agent.pk}").enqueue(agent_id=agent.pk)


@task(max_attempts=5)
def mail_digest(agent_id: int) -> None:
    """Mail what an agent has not seen, and remember that it was mailed."""
    agent = Agent.objects.filter(pk=agent_id, is_active=True).first()
    if agent is None:
        return
    rows = queries.unmailed(agent)
    with translation.override(mail.language_of(agent)):
        seen = visible_to(agent).filter(pk__in={row.conversation_id for row in rows if row.conversation_id})
        items = queries.group(rows, seen)
        if items:
            mail.send(to=agent.email, language=mail.language_of(agent), letter=letters.digest(agent, items))
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=timezone.now())


@every(days=1)
def prune_notifications() -> None:
    """Forget what is older than KEPT."""
    Notification.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
