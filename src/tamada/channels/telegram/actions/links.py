"""Links by which a known customer comes to the bot, and who came by one."""

import hashlib
import secrets as random
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.channels.telegram.models import Bot, StartLink
from tamada.conversations.actions import tell_in_thread
from tamada.conversations.actions.door import check_works_in
from tamada.conversations.models import Message
from tamada.core import audit
from tamada.core.actors import SYSTEM, Actor
from tamada.customers.actions import merge_customers, verify_identity
from tamada.customers.models import Customer, IdentityType
from tamada.customers.queries import visible_to

LASTS: Final = timedelta(days=7)


def make_link(*, agent: Agent, actor: Actor, bot: Bot, customer: Customer) -> str:
    """An address that the customer alone should get: who opens it is them to us. Once, and within a week.

    Raises PermissionDenied, DoesNotExist for a customer or an inbox that the agent doesn't see.
    """
    require(agent, "customer.write")
    check_works_in(agent, bot.inbox)
    if not visible_to(agent).filter(pk=customer.pk).exists():
        raise Customer.DoesNotExist
    payload = random.token_urlsafe(32)  # 43 characters of the 64 that Telegram carries
    now = timezone.now()
    with transaction.atomic():
        StartLink.objects.create(
            bot=bot, customer=customer, agent=agent, digest=_digest(payload), created_at=now, expires_at=now + LASTS
        )
        audit.record(actor, "telegram_link.made", customer, inbox=bot.inbox_id)
    return f"https://t.me/{bot.username}?start={payload}"


def _digest(payload: str) -> str:
    """256 random bits: nobody guesses them back."""
    return hashlib.sha256(payload.encode()).hexdigest()


@transaction.atomic
def bind(*, message: Message, payload: str) -> None:
    """Whoever sent this `/start` is the customer whom the link was made for.

    They are made one only if nothing else is known of the writer: who is somebody else already stays that, and the
    thread says so. A link that was used, or is too old, is passed over.
    """
    fresh = StartLink.objects.select_for_update().filter(digest=_digest(payload), used_at=None)
    link = fresh.filter(expires_at__gt=timezone.now(), bot__inbox=message.inbox_id).select_related("customer").first()
    writer = message.customer
    if link is None or writer is None:
        return
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    known = _whole(link.customer)
    writer = _whole(writer)
    if known.erased_at is not None:
        return
    is_known = writer.pk == known.pk
    if not is_known and _is_stranger(writer, message.sender):
        merge_customers(agent=None, actor=SYSTEM, source=writer, target=known)
        is_known = True
    if is_known:
        for identity in known.identities.filter(type=IdentityType.TELEGRAM, value=message.sender):
            verify_identity(agent=None, actor=SYSTEM, identity=identity)
    data = {"event": "start_link", "customer": known.pk, "bound": is_known}
    tell_in_thread(actor=SYSTEM, conversation=message.conversation, data=data)


def _whole(customer: Customer) -> Customer:
    """Who the customer is by now, should they have been made part of another."""
    while customer.merged_into_id:
        customer = Customer.everything.get(pk=customer.merged_into_id)
    return customer


def _is_stranger(customer: Customer, user: str) -> bool:
    """Whether nothing is known of them but this account."""
    return not customer.identities.exclude(type=IdentityType.TELEGRAM, value=user).exists()


def forget_links() -> int:
    """Remove links that are over; how many."""
    old = StartLink.objects.filter(expires_at__lt=timezone.now() - LASTS)
    return old.delete()[0]
