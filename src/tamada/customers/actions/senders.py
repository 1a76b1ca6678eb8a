"""Refusing senders by name."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor

from ..errors import Invalid
from ..events import SenderBlocked, SenderUnblocked
from ..identities import InvalidIdentity, email, email_domain
from ..models import BlockedSender, Customer, Identity, IdentityType

_ALL = frozenset({"all"})


@transaction.atomic
def block_sender(*, agent: Agent | None, actor: Actor, value: str, reason: str = "") -> BlockedSender:
    """Refuse an address, a whole domain given as `@domain`, or an account by its number, from now on.

    Raises Invalid, PermissionDenied.
    """
    if agent is not None:
        require(agent, "sender.block")
    key = _key(value)
    row, made = BlockedSender.objects.get_or_create(value=key, defaults={"reason": reason.replace("\x00", "")[:200]})
    if made:
        _customers_of(key).filter(blocked_at__isnull=True).update(blocked_at=timezone.now())
        audit.record(actor, "sender.blocked", row, domain=key.startswith("@"))
        events.record(SenderBlocked(audience=_ALL, sender=row.pk), actor=actor)
    return row


@transaction.atomic
def unblock_sender(*, agent: Agent | None, actor: Actor, sender: BlockedSender) -> None:
    """Let a sender write again."""
    if agent is not None:
        require(agent, "sender.block")
    pk, key = sender.pk, sender.value
    audit.record(actor, "sender.unblocked", sender)
    sender.delete()
    _unmark(key)
    events.record(SenderUnblocked(audience=_ALL, sender=pk), actor=actor)


def _key(value: str) -> str:
    text = value.strip()
    if text.isascii() and text.isdigit() and 5 <= len(text) <= 20:
        return text
    try:
        return f"@{email_domain(text[1:])}" if text.startswith("@") else email(text)
    except InvalidIdentity:
        message = _(
            "A sender is an address such as name@example.com, a domain such as @example.com, or the number of a "
            "Telegram account."
        )
        raise Invalid(message, "value") from None


def _named(values: Any) -> QuerySet[Identity]:
    """Who writes under these names; an account's number is no phone number."""
    return Identity.objects.filter(type__in=(IdentityType.EMAIL, IdentityType.TELEGRAM), value__in=values)


def _customers_of(key: str) -> QuerySet[Customer]:
    """Whom a block by name marks; a block of a domain names nobody."""
    return Customer.objects.filter(pk__in=_named([key]).values("customer"))


def _unmark(key: str) -> None:
    blocked = _named(BlockedSender.objects.values("value"))
    _customers_of(key).exclude(pk__in=blocked.values("customer")).update(blocked_at=None)
