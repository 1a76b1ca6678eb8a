"""Tags and blocked senders."""

from collections.abc import Sequence

from django.db import transaction

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit
from tamada.core.actors import Actor

from ..models import BlockedSender, Tag

HUES = 24


def tags_for(names: Sequence[str]) -> list[Tag]:
    """The tags of these names, made where new; letter case doesn't tell tags apart. Call in a transaction."""
    wanted = {" ".join(n.split())[:60].casefold(): " ".join(n.split())[:60] for n in names if n.strip()}
    new = [Tag(name=name, key=key, hue=sum(key.encode()) % HUES) for key, name in wanted.items()]
    Tag.objects.bulk_create(new, ignore_conflicts=True)
    found = {t.key: t for t in Tag.objects.filter(key__in=wanted)}
    return [found[key] for key in wanted]


@transaction.atomic
def block_sender(*, agent: Agent, actor: Actor, value: str, reason: str = "") -> BlockedSender:
    """Refuse an address (`a@b.c`) or a whole domain (`@b.c`) from now on."""
    require(agent, "sender.block")
    blocked, created = BlockedSender.objects.get_or_create(
        value=value.strip().casefold()[:320], defaults={"reason": reason[:200]}
    )
    if created:
        audit.record(actor, "sender.blocked", blocked, value=blocked.value)
    return blocked


@transaction.atomic
def unblock_sender(*, agent: Agent, actor: Actor, blocked: BlockedSender) -> None:
    """Let a sender in again."""
    require(agent, "sender.block")
    audit.record(actor, "sender.unblocked", blocked, value=blocked.value)
    blocked.delete()
