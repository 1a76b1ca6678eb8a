"""Links to a customer's requests: made, taken back, forgotten."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit
from tamada.core.actors import Actor
from tamada.customers import queries as customers
from tamada.customers.models import Customer

from ..link_queries import digest_of
from ..models import Job, RequestLink

LASTS: Final = timedelta(days=30)
_REMEMBERED: Final = timedelta(days=90)
"""So long an old link says kindly that it is over."""
_SEEN: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A new link: its row, and its address, which nobody can know again."""

    row: RequestLink
    address: str


@transaction.atomic
def make_link(*, agent: Agent | None, actor: Actor, customer: Customer, job: Job | None = None) -> MadeLink:
    """A link that opens the requests of one customer for 30 days, or one `job` of theirs and nothing else; `agent` None
    where a message goes out by itself.

    Raises `PermissionDenied`, `Customer.DoesNotExist` for one whom the agent does not see.
    """
    if agent is not None:
        require(agent, "job.update")
        customer = customers.visible_to(agent).get(pk=customer.pk)
    words = secrets.token_urlsafe(32)
    row = RequestLink.objects.create(
        customer=customer, job=job, digest=digest_of(words), made_by=agent, expires_at=timezone.now() + LASTS
    )
    audit.record(actor, "request_link.made", row, customer=customer.pk, **({"job": job.pk} if job else {}))
    return MadeLink(row, f"{settings.TAMADA.base_url.rstrip('/')}/requests/{words}")


@transaction.atomic
def revoke_links(*, agent: Agent, actor: Actor, customer: Customer, link: int | None = None) -> int:
    """Take back one link of a customer, or all of them; how many opened something until now. Once more changes nothing.

    Raises `PermissionDenied`, `Customer.DoesNotExist`.
    """
    require(agent, "job.update")
    customer = customers.visible_to(agent).get(pk=customer.pk)
    living = RequestLink.objects.filter(customer=customer, revoked_at=None, expires_at__gt=timezone.now())
    rows = list((living if link is None else living.filter(pk=link)).select_for_update())
    for row in rows:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        audit.record(actor, "request_link.revoked", row, customer=customer.pk)
    return len(rows)


def link_seen(*, link: RequestLink) -> None:
    """Somebody opened it. Told to the minute, so that reading seldom writes."""
    now = timezone.now()
    if link.seen_at is None or now - link.seen_at > _SEEN:
        RequestLink.objects.filter(pk=link.pk).update(seen_at=now)


def forget_links() -> int:
    """What has opened nothing for a long time is forgotten. Returns how many."""
    return RequestLink.objects.filter(expires_at__lt=timezone.now() - _REMEMBERED).delete()[0]
