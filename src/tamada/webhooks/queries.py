"""Reads. Endpoints hear of all conversations, so whoever may not settle them sees none."""

from datetime import datetime

from django.db.models import QuerySet

from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed
from tamada.core import settings_store

from .models import Delivery, Endpoint, OffReason, State
from .offered import TEST

LISTENS = "webhooks.listens"
settings_store.declare(LISTENS, bool, default=False)


def visible_to(agent: Agent) -> QuerySet[Endpoint]:
    """The endpoints an agent may see: all, or none."""
    living = Endpoint.objects.filter(removed_at=None).select_related("made_by")
    return living if allowed(agent, "webhook.settings") else living.none()


def deliveries_of(endpoint: Endpoint, state: str = "") -> QuerySet[Delivery]:
    """Its deliveries, newest first, with their attempts; `state` narrows."""
    found = Delivery.objects.filter(endpoint=endpoint)
    return (found.filter(state=state) if state in State.values else found).prefetch_related("attempts")


def has_failed(endpoint: Endpoint) -> bool:
    """Whether there is anything to replay."""
    return Delivery.objects.filter(endpoint=endpoint, state=State.FAILED).exclude(type=TEST).exists()


def abandoned_tests(now: datetime) -> QuerySet[Delivery]:
    """Tests whose time is over, and nobody wrote down how they went."""
    due = Delivery.objects.filter(endpoint__in=Endpoint.objects.values("pk"), state=State.PENDING, not_before__lte=now)
    return due.filter(type=TEST, give_up_at__lte=now)


def listening() -> QuerySet[Endpoint]:
    """The endpoints that hear what happens now."""
    return Endpoint.objects.filter(is_active=True, removed_at=None)


def somebody_listens() -> bool:
    """Whether any endpoint is on. It is asked with every event, so memory answers, a moment behind at most."""
    return bool(settings_store.get(LISTENS))


def failing() -> QuerySet[Endpoint]:
    """Endpoints that we switched off, and nobody looked after yet."""
    return Endpoint.objects.filter(removed_at=None, is_active=False).exclude(off_reason=OffReason.HAND)
