"""Beside a chat: whether its visitor is there, and what becomes of an answer if not."""

from datetime import datetime, timedelta
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tamada.channels.chat import queries
from tamada.channels.chat.actions.unseen import WAIT
from tamada.channels.chat.models import Visitor
from tamada.conversations.models import Channel, Conversation, DeliveryState, Kind, Message

type_where = Literal["here", "left", ""]
_UNREAD = (DeliveryState.SENT, DeliveryState.DELIVERED)
_MINUTES = int(WAIT.total_seconds() // 60)


def state_of(visitor: Visitor | None) -> type_where:
    """Whether a visitor is `here` or has `left`; "" of nobody."""
    return ("here" if queries.is_here(visitor) else "left") if visitor else ""


def whereabouts(conversation: Conversation, messages: list[Message], *, by_chat: bool) -> dict[str, Any]:
    """For the head, the composer and the end of the thread; `by_chat`: what is written there goes into the chat."""
    is_chat = by_chat or conversation.channel == Channel.CHAT
    who = queries.listeners(conversation) if is_chat else frozenset()
    visitor = queries.last_of(who) if who else None
    if visitor is None:
        return {}
    heard_words = _heard(len(who)) if by_chat else ""
    if state_of(visitor) == "here":
        return {"where": "here", "heard_words": heard_words}
    address, can_mail = queries.reached_by_mail(conversation)
    return {
        "where": "left",
        "left_at": queries.last_there(visitor),
        "heard_words": heard_words,
        "left_words": _before(address, can_mail) if by_chat else "",
        "waits": _below(messages, address if can_mail else ""),
    }


def will_be_heard(source: Conversation, target: Conversation) -> str:
    """That what is written after a merge is read by several visitors; "" where it is not. Of two that are no chats
    nothing is asked.
    """
    if Channel.CHAT not in (source.channel, target.channel):
        return ""
    count = len(queries.listeners(source) | queries.listeners(target))
    if count < 2:
        return ""
    return ngettext(
        "%(count)d visitor will read what you write there in the chat.",
        "%(count)d different visitors will read what you write there in the chat.",
        count,
    ) % {"count": count}


def _heard(count: int) -> str:
    """That an answer goes to more than one, as after a merge."""
    if count < 2:
        return ""
    return ngettext(
        "%(count)d visitor reads what you write here.", "%(count)d different visitors read what you write here.", count
    ) % {"count": count}


def _before(address: str, can_mail: bool) -> str:
    """What becomes of what is about to be written."""
    if not address:
        return _("The visitor has left and gave no address: they will see your answer when they come back.")
    if not can_mail:
        return _("The visitor has left: they will see your answer when they come back.")
    return _("The visitor has left: what stays unread for %(minutes)d minutes is mailed to %(address)s.") % {
        "minutes": _MINUTES,
        "address": address,
    }


def _below(messages: list[Message], address: str) -> tuple[str, str]:
    """The last answer, as long as nobody has read it, and what becomes of it."""
    last = next((one for one in reversed(messages) if one.kind in (Kind.IN, Kind.OUT)), None)
    if last is None or last.kind != Kind.OUT or last.channel != Channel.CHAT or last.delivery not in _UNREAD:
        return "", ""
    # Long over, and no mail followed it: none will.
    if not address or timezone.now() - _told_at(last) > WAIT + timedelta(minutes=1):
        return str(last.pk), _("Not read yet; they will see it when they come back.")
    known = {"minutes": _MINUTES, "address": address}
    return str(last.pk), _("Not read yet; it is mailed to %(address)s if it stays so for %(minutes)d minutes.") % known


def _told_at(message: Message) -> datetime:
    """When it came into the chat, which may be long after it was written."""
    outbox = getattr(message, "outbox", None)
    return (outbox and outbox.settled_at) or message.created_at
