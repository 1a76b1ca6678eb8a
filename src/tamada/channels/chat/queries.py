"""Whose token this is, and what of the chats is theirs to see."""

import hashlib
import statistics
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone

from tamada.calendars.queries import schedule
from tamada.channels.base import troubles_of
from tamada.conversations.models import Channel, Conversation, Inbox, Status
from tamada.conversations.queries import mail_inbox_for
from tamada.customers.models import Identity, IdentityType
from tamada.kit.numbers import row_number
from tamada.kit.working_time import Schedule

from .models import Line, Thread, Visitor
from .settings import settings_of

ENOUGH: Final = 3
"""With fewer answers in a week there is no usual time that could be named."""

HERE_FOR: Final = timedelta(seconds=100)
"""Who asked or listened within that is there: it is written once a minute, and looked at every 20 to 30 seconds."""

LONGEST_TOKEN: Final = 200
_WEEK: Final = timedelta(days=7)
_LOOKED_AT: Final = 500
_REMEMBERED: Final = 300


def digest_of(token: str) -> str:
    """What is kept of a token. It has 256 random bits: nobody guesses it back."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def chat_inbox(key: str) -> Inbox | None:
    """The chat inbox that a site's script names."""
    return Inbox.objects.select_related("calendar").filter(key=key, channel="chat", is_active=True).first()


def visitor_for(token: str) -> Visitor | None:
    """Whose token this is, while their inbox is in use."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    return visitor_by(digest_of(token))


def visitor_by(digest: str) -> Visitor | None:
    """The same by what is kept of the token."""
    known = Visitor.objects.select_related("inbox", "customer")
    return next(iter(known.filter(token=digest, inbox__is_active=True)), None)


def own_threads(pairs: Iterable[tuple[str, int]]) -> Mapping[tuple[str, int], Thread]:
    """Threads by what is kept of their own visitor's token, and by their ids: one look for many, visitors included."""
    digests, ids = {digest for digest, _ in pairs}, {pk for _, pk in pairs}
    if not ids:
        return {}
    known = Thread.objects.select_related("visitor__inbox", "visitor__customer")
    there = known.filter(conversation__deleted_at=None, visitor__inbox__is_active=True)
    return {(row.visitor.token, row.pk): row for row in there.filter(pk__in=ids, visitor__token__in=digests)}


def threads_of(visitor: Visitor) -> QuerySet[Thread]:
    """The door to chats: a visitor's own, and those of the same proven user in the same inbox."""
    mine = Q(visitor=visitor)
    if visitor.user:
        mine |= Q(inbox=visitor.inbox_id, user=visitor.user)
    there = Q(conversation__deleted_at__isnull=True)
    return Thread.objects.filter(mine, there).select_related("conversation").order_by("-last_activity_at", "-pk")


def lines_of(thread: Thread) -> QuerySet[Line]:
    """What was said, as the visitor may see it."""
    return thread.lines.select_related("message", "message__agent").prefetch_related("message__attachments")


def keys_of(thread: Thread) -> frozenset[str]:
    """The streams of whoever sees the thread."""
    ids = {thread.visitor_id}
    if thread.user:
        same = Visitor.objects.filter(inbox=thread.inbox_id, user=thread.user)
        ids.update(same.order_by("-seen_at").values_list("pk", flat=True)[:50])
    return frozenset(f"visitor:{pk}" for pk in ids)


def hears(conversation: Conversation) -> QuerySet[Thread]:
    """The threads in which an answer in this conversation is to be seen: its own; of one that was split off, those
    whose lines went along.
    """
    own = Thread.objects.filter(conversation=conversation)
    if own.exists():
        return own
    return Thread.objects.filter(pk__in=Line.objects.filter(message__conversation=conversation).values("thread"))


def one_for_each(threads: Iterable[Thread], told: Container[int] = ()) -> list[Thread]:
    """Of several threads of one reader, as after a merge, the one that holds it already (`told`: ids), else the one
    used last: whoever reads all of them reads nothing twice.
    """
    readers: dict[Q, Thread] = {}
    for thread in sorted(threads, key=lambda one: (one.pk in told, one.last_activity_at, one.pk)):
        readers[_reader(thread)] = thread
    return sorted(readers.values(), key=lambda one: one.pk)


def _reader(thread: Thread) -> Q:
    """Whose thread it is: a browser's, or that of all those of a site's user."""
    return Q(inbox=thread.inbox_id, user=thread.user) if thread.user else Q(pk=thread.visitor_id)


def site_user(identity: Identity) -> tuple[int, str] | None:
    """The chat inbox (its id) and what its site calls the person, where an identity is that of a site's user."""
    inbox, _colon, user = identity.value.removeprefix("chat-").partition(":")
    is_one = identity.type == IdentityType.EXTERNAL and identity.value.startswith("chat-")
    return (row_number(inbox), user) if is_one and inbox.isdecimal() and user else None


def proven_visitors(known: Iterable[Identity]) -> QuerySet[Visitor]:
    """The browsers that are a customer's beyond doubt: the site proved it, or a colleague did. An address that somebody
    typed in a chat proves nothing: they would read what we write to its owner.
    """
    theirs = Q(pk__in=())
    for one in known:
        if not one.verified:
            continue
        if one.type == IdentityType.CHAT and (browser := one.value.removeprefix("visitor-")).isdecimal():
            theirs |= Q(pk=row_number(browser))
        if known_there := site_user(one):
            theirs |= Q(inbox=known_there[0], user=known_there[1])
    return Visitor.objects.filter(theirs, inbox__is_active=True).order_by("-seen_at", "-pk")


def chats_into(conversation: Conversation, known: Sequence[Identity]) -> list[Inbox]:
    """The chat inboxes in which the customer of another channel's conversation can be answered: where they chat in it
    already, because somebody merged the two, or are known beyond doubt.
    """
    if not any(one.type in (IdentityType.CHAT, IdentityType.EXTERNAL) for one in known):
        return []
    there = Q(pk__in=hears(conversation).values("inbox")) | Q(pk__in=proven_visitors(known).order_by().values("inbox"))
    return list(Inbox.objects.filter(there))


def listeners(conversation: Conversation) -> frozenset[Q]:
    """Who reads what is written in a conversation, each once: a browser, or all those of a site's user."""
    return frozenset(map(_reader, hears(conversation)))


def last_of(who: Iterable[Q]) -> Visitor | None:
    """The browser among those of some listeners that was there last."""
    theirs = reduce(or_, who, Q(pk__in=()))
    return Visitor.objects.filter(theirs).order_by("-seen_at", "-pk").first()


def visitor_in(conversation: Conversation) -> Visitor | None:
    """Who chats in a conversation: the browser that was there last, of a site's user any of theirs. Ask only where the
    agent sees the conversation.
    """
    return last_of(listeners(conversation))


def is_here(visitor: Visitor) -> bool:
    """Whether they have the site open now, as far as any web process has noted."""
    return timezone.now() - visitor.seen_at < HERE_FOR


def last_there(visitor: Visitor) -> datetime:
    """When they had the site open last: that is noted once a minute, and they may have written since."""
    said = Line.objects.filter(thread__visitor=visitor, is_ours=False, message__channel=Channel.CHAT)
    last = said.order_by("-pk").values_list("created_at", flat=True).first()
    return max(visitor.seen_at, last or visitor.seen_at)


def hours_of(inbox: Inbox) -> Schedule:
    """When the inbox is open."""
    return schedule(inbox.calendar)


def reply_seconds(inbox: Inbox, now: datetime | None = None) -> int | None:
    """How long a first answer usually takes: the median of the last 7 days in office hours, remembered for minutes."""
    key = f"chat.reply_seconds:{inbox.pk}"
    known = cache.get(key)
    if known is None:
        found = _median(inbox, now or timezone.now())
        known = -1 if found is None else found
        cache.set(key, known, _REMEMBERED)
    return None if known < 0 else int(known)


def _median(inbox: Inbox, now: datetime) -> int | None:
    """Who still waits longer than that counts with how long they have waited: leaving them out would flatter us."""
    recent = Conversation.objects.filter(inbox=inbox, is_spam=False, created_at__gte=now - _WEEK)
    rows = recent.order_by("-created_at").values_list("created_at", "first_replied_at", "waiting_since", "status")
    found = list(rows[:_LOOKED_AT])
    hours = hours_of(inbox)
    answered = [hours.elapsed(began, at).total_seconds() for began, at, _, _ in found if at]
    if len(answered) < ENOUGH:
        return None
    median = statistics.median(answered)
    waiting = [
        hours.elapsed(began, now).total_seconds()
        for began, at, since, status in found
        if not at and since and status == Status.OPEN
    ]
    return round(statistics.median([*answered, *(w for w in waiting if w > median)]))


def mail_inbox_of(conversation: Conversation, thread: Thread) -> Inbox | None:
    """Where an answer that stays unseen goes out from; None where nobody has set up a server for it. One that is away
    just now is tried: mail waits for it.

    A conversation by mail that went on into the chat has an inbox for it already.
    """
    if conversation.channel == Channel.EMAIL and conversation.inbox.is_active:
        inbox: Inbox | None = conversation.inbox
    else:
        inbox = mail_inbox_for(thread.inbox, settings_of(thread.inbox).mail_inbox)
    return None if inbox is None or troubles_of(inbox).is_new else inbox


def can_mail(chat: Inbox) -> bool:
    """Whether the answers of a chat inbox could go out by mail as things stand: what may be promised."""
    return _sends(mail_inbox_for(chat, settings_of(chat).mail_inbox))


def _sends(inbox: Inbox | None) -> bool:
    return inbox is not None and not troubles_of(inbox).sending


def mail_address_of(thread: Thread) -> str:
    """What was typed, else what is known of them and takes mail."""
    if thread.visitor.email:
        return thread.visitor.email
    customer = thread.visitor.customer
    known = customer.identities.filter(type=IdentityType.EMAIL, paused_at__isnull=True).first() if customer else None
    return (known.display or known.value) if known else ""


def reached_by_mail(conversation: Conversation) -> tuple[str, bool]:
    """The address to which an answer that stays unread is mailed, "" for none, and whether a mail could leave now."""
    threads = hears(conversation).select_related("visitor__customer", "inbox").order_by("-visitor__seen_at", "-pk")
    for thread in threads:
        if address := mail_address_of(thread):
            return address, _sends(mail_inbox_of(conversation, thread))
    return "", False


def lacks_address(conversation: Conversation) -> bool:
    """Whether whoever leaves this chat is out of reach, and an address would help."""
    thread = Thread.objects.select_related("visitor__customer", "inbox").filter(conversation=conversation.pk).first()
    if thread is None or mail_address_of(thread):
        return False
    return _sends(mail_inbox_of(conversation, thread))
