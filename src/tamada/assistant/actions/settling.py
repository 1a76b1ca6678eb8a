"""What an inbox's assistant does: a lead settles it for the inboxes of their teams."""

from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.conversations.actions import check_settles
from tamada.conversations.models import Inbox
from tamada.core import audit, events, settings_store
from tamada.core.actors import Actor

from .. import brain, fields, wording
from ..errors import Invalid
from ..events import AssistantChanged
from ..models import WAITS, InboxAssistant, Mode
from ..queries import IN_USE

ADMINS: Final = frozenset({"role:admin"})


@transaction.atomic
def settle(
    *,
    agent: Agent | None,
    actor: Actor,
    inbox: Inbox,
    mode: str,
    name: str = "",
    languages: Collection[str] = (),
    asks_phone: bool = False,
    asks_order: bool = False,
    order_mask: str = "",
    waits: int | None = None,
) -> InboxAssistant:
    """Settle the assistant of an inbox. Raises PermissionDenied, and `Invalid`."""
    check_settles(agent, inbox)
    if mode not in Mode.values:
        raise Invalid(_("Choose what the assistant does."), "mode")
    if mode != Mode.OFF and not brain.is_possible():
        raise Invalid(_("The programs that understand are not installed."), "mode")
    mask = " ".join(order_mask.split())
    if mask and not fields.is_mask(mask):
        raise Invalid(
            _("A pattern has at least one 9, which stands for a digit, and at most 40 characters."), "order_mask"
        )
    if waits is not None and waits not in WAITS:
        raise Invalid(_("Choose one of the waiting times."), "waits")
    row = InboxAssistant.objects.select_for_update().filter(inbox=inbox).first() or InboxAssistant(inbox=inbox)
    before = row.mode
    row.mode, row.name = mode, " ".join(name.replace("\0", "").split())[:60]
    row.languages = [code for code in wording.LANGUAGES if code in languages]
    row.asks_phone, row.asks_order, row.order_mask, row.waits = asks_phone, asks_order, mask, waits
    if mode == Mode.ANSWER and before != Mode.ANSWER:
        row.answers_since = timezone.now()
    row.save()
    asks = [name for name, is_asked in ((fields.PHONE, asks_phone), (fields.ORDER, asks_order)) if is_asked]
    values = {"mode": [before, mode], "languages": row.languages, "asks": asks, "waits": waits}
    audit.record(actor, "assistant.settled", inbox, **values)
    settings_store.note(IN_USE, InboxAssistant.objects.exclude(mode=Mode.OFF).exists())
    events.record(AssistantChanged(audience=ADMINS), actor=actor)
    return row
