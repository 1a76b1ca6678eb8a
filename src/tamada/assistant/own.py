"""What a customer may hear of their own requests, and only if it is proven who asks."""

import re
from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.conversations import citing
from tamada.conversations.models import Channel, Conversation, Kind, Message, Status
from tamada.conversations.text import preview_of
from tamada.customers import identities
from tamada.customers.models import Identity, IdentityType

from . import wording

MOST: Final = 5
MOST_CLOSED: Final = 3
LATELY: Final = timedelta(days=90)
"""Of what was closed before, nothing is told."""
_SITE: Final = re.compile(r"^chat-\d+:")
"""What stands before the name under which the company's own site knows somebody."""
_TYPES: Final = {
    Channel.EMAIL: (IdentityType.EMAIL,),
    Channel.CHAT: (IdentityType.EXTERNAL,),
    Channel.TELEGRAM: (IdentityType.TELEGRAM,),
}


def is_proven(message: Message) -> bool:
    """Whether whoever wrote this message is proven to be the conversation's customer.

    In a chat by the site's own signature, which no browser can make; by mail when the address was proven and the
    receiving server found that the mail comes from it; over Telegram by Telegram, for an account that was proven.
    """
    types = _TYPES.get(Channel(message.channel), ())
    customer = message.conversation.customer_id
    stored = {identities.loose(type_, message.sender) for type_ in types}
    known = Identity.objects.filter(type__in=types, value__in=stored, customer=customer)
    if not known.filter(verified_at__isnull=False).exists() or message.customer_id != customer:
        return False
    if message.channel != Channel.EMAIL:
        return True
    verdicts = message.data.get("verdicts") or {}
    return verdicts.get("dmarc") == "pass" and bool(verdicts.get("trusted"))  # else the mail itself may have said so


def proven_identities(message: Message) -> list[dict[str, str]] | None:
    """By what the customer of a message is proven, and their other proven addresses; None where they are not."""
    if not is_proven(message):
        return None
    known = Identity.objects.filter(customer=message.conversation.customer_id, verified_at__isnull=False)
    pairs = known.order_by("pk").values_list("type", "value")
    return [{"type": kind, "value": _SITE.sub("", value)} for kind, value in pairs]


def told(conversation: Conversation) -> str:
    """The customer's own conversations that are not closed, how they stand, and what we said last, and the newest that
    were closed of late; call where it was proven who asks.
    """
    theirs = Conversation.objects.filter(customer=conversation.customer_id, is_spam=False).exclude(pk=conversation.pk)
    is_open = theirs.exclude(status=Status.CLOSED).order_by("-last_activity_at", "-pk")[:MOST]
    lately = theirs.filter(status=Status.CLOSED, closed_at__gt=timezone.now() - LATELY)
    parts = [_line(one) for one in is_open]
    parts = [_("These are your open requests:"), *parts] if parts else [_("You have no other open request with us.")]
    if closed := [_closed(one) for one in lately.order_by("-closed_at", "-pk")[:MOST_CLOSED]]:
        parts += [_("These were closed lately:"), *closed]
    return "\n\n".join(parts)


def _line(conversation: Conversation) -> str:
    waits = _("We are working on it.") if conversation.waiting_since else _("It is open.")
    return f"{_begun(conversation)}\n{_answered(conversation) or waits}"


def _closed(conversation: Conversation) -> str:
    on = _("Closed on %(date)s.") % {"date": wording.day(conversation.closed_at or conversation.last_activity_at)}
    return "\n".join(part for part in (_begun(conversation), on, _answered(conversation)) if part)


def _answered(conversation: Conversation) -> str:
    """Our last answer; "" where there is none."""
    last = conversation.messages.filter(citing.GIVEN).order_by("-seq").first()
    if last is None:
        return ""
    facts = {"date": wording.day(last.created_at), "words": preview_of(last.text)}
    return _("Our last answer, on %(date)s: “%(words)s”") % facts


def _begun(conversation: Conversation) -> str:
    """Which request it is, by its subject or the customer's own first words; never by what we say among ourselves."""
    theirs = conversation.messages.filter(kind=Kind.IN, customer=conversation.customer_id).exclude(text="")
    first = theirs.order_by("seq").values_list("text", flat=True).first()
    facts = {
        "number": conversation.number,
        "subject": conversation.subject or preview_of(first or ""),
        "date": wording.day(conversation.created_at),
    }
    if not facts["subject"]:
        return _("#%(number)s, since %(date)s") % facts
    return _("#%(number)s “%(subject)s”, since %(date)s") % facts
