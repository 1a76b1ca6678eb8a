"""What the assistant may do where, and what it said."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.conversations import citing
from tamada.conversations.models import AuthorKind, Channel, Conversation, Inbox, Kind, Message, Status
from tamada.conversations.queries import visible_to
from tamada.core import settings_store

from .models import WAITS, Dialogue, InboxAssistant, Learned, Mode, Said, Stand, What

IN_USE: Final = "assistant.in_use"
"""Whether the assistant is on in any inbox: without that nothing is learned, and no message makes a task."""
settings_store.declare(IN_USE, bool, default=False)

PEOPLE = (AuthorKind.AGENT, AuthorKind.API)
MOST_TRIED: Final = 5
PATIENCE: Final = timedelta(minutes=2)
"""Who has waited so long for the assistant is given to people."""
SILENCE: Final = timedelta(minutes=30)
SILENCE_BY_MAIL: Final = timedelta(days=1)
"""Who has not answered a question of the assistant's for so long is given to people as well, where nobody chose."""


def is_in_use() -> bool:
    """Whether the assistant is on anywhere; costs no query."""
    return bool(settings_store.get(IN_USE))


def setup_of(inbox: Inbox | int) -> InboxAssistant:
    """How the assistant is settled in an inbox; off where nobody settled it."""
    pk = inbox if isinstance(inbox, int) else inbox.pk
    found = InboxAssistant.objects.select_related("inbox").filter(inbox=pk).first()
    return found or InboxAssistant(inbox_id=pk)


def suggests_in(inbox: Inbox | int) -> bool:
    """Whether whoever answers in an inbox is offered published answers: off is off beside the composer, too."""
    return setup_of(inbox).mode != Mode.OFF


def answers_in(inbox: Inbox) -> bool:
    """Whether the assistant answers customers here, and has learned something to answer with."""
    return setup_of(inbox).mode == Mode.ANSWER and Learned.objects.exclude(blob="").exists()


def talking() -> Q:
    """Conversations that the assistant talks in, or is about to: nobody is given them meanwhile."""
    fresh = Q(dialogue__isnull=True, created_at__gte=F("inbox__assistant__answers_since"))
    mine = Q(inbox__assistant__mode=Mode.ANSWER, inbox__is_active=True, assignee__isnull=True)
    return mine & (fresh | Q(dialogue__stand=Stand.TALKING))


def handed_over(conversations: Collection[int]) -> set[int]:
    """Which of these conversations the assistant has given to people; where it is off, nobody asks and none."""
    if not is_in_use():
        return set()
    found = Dialogue.objects.filter(conversation__in=conversations, stand=Stand.HANDED)
    return set(found.values_list("conversation", flat=True))


def person_spoke(conversation: Conversation) -> bool:
    """Whether one of us has written to the customer here, with their own hands."""
    return conversation.messages.filter(citing.ANSWERS, author_kind__in=PEOPLE).exists()


def person_took(conversation: Conversation) -> bool:
    """Whether somebody owns it, or did: the thread has a line of that."""
    if conversation.assignee_id is not None:
        return True
    lines = conversation.messages.filter(kind=Kind.SYSTEM, data__event="assignee")
    return lines.exclude(data__to=None).exists()


def asked_in(conversation: Conversation) -> QuerySet[Message]:
    """What the customer wrote since anybody of us last said something, oldest first."""
    theirs = conversation.messages.filter(kind=Kind.IN, is_automatic=False, data__quiet__isnull=True)
    last = conversation.messages.filter(kind=Kind.OUT).order_by("-seq").values_list("seq", flat=True).first()
    return theirs.filter(seq__gt=last or 0).order_by("seq")


def left_waiting() -> QuerySet[Conversation]:
    """Conversations with words that the assistant should have looked at long ago, the longest waiting first."""
    since = timezone.now() - PATIENCE
    return _waiting().filter(_unheard(), waiting_since__lte=since).order_by("waiting_since", "pk")


def fallen_silent() -> QuerySet[Conversation]:
    """Conversations that wait though everything was looked at: the customer never answered what they were asked."""
    now = timezone.now()
    by_mail = Q(channel=Channel.EMAIL, last_activity_at__lte=now - SILENCE_BY_MAIL)
    by_chat = Q(last_activity_at__lte=now - SILENCE) & ~Q(channel=Channel.EMAIL)
    long = Q(inbox__assistant__waits=None) & (by_mail | by_chat)
    for minutes in WAITS:
        long |= Q(inbox__assistant__waits=minutes, last_activity_at__lte=now - timedelta(minutes=minutes))
    return _waiting().filter(long, ~_unheard()).order_by("waiting_since", "pk")


def _waiting() -> QuerySet[Conversation]:
    return Conversation.objects.filter(talking(), waiting_since__isnull=False, status=Status.OPEN, is_spam=False)


def _unheard() -> Exists:
    """As `asked_in`, without what was looked at: for a query of conversations."""
    answered = Message.objects.filter(conversation=OuterRef("conversation"), kind=Kind.OUT, seq__gt=OuterRef("seq"))
    theirs = Message.objects.filter(conversation=OuterRef("pk"), inbox=OuterRef("inbox"), kind=Kind.IN)
    fresh = theirs.filter(seq__gt=Coalesce(OuterRef("dialogue__handled_seq"), 0))
    return Exists(fresh.filter(~Exists(answered), is_automatic=False, data__quiet__isnull=True))


def lookups_in(conversation: Conversation) -> int:
    """How often a program was asked in it, and told something."""
    return Said.objects.filter(conversation=conversation, what=What.ACTION).count()


def tried_in(conversation: Conversation) -> list[tuple[str, str]]:
    """What the assistant did last in it: a code (`What`), and the title of what it quoted, oldest first."""
    said = Said.objects.filter(conversation=conversation).exclude(what=What.NOTHING)
    rows = said.exclude(what=What.QUESTION, title="").order_by("-pk")  # to greet is to try nothing
    return [(str(what), title) for what, title in rows.values_list("what", "title")[:MOST_TRIED]][::-1]


def is_closed_to(conversation: Conversation) -> bool:
    """Whether nothing may be said here by itself, whoever would like to."""
    customer = conversation.customer
    gone = customer.blocked_at or customer.erased_at or conversation.is_spam
    return bool(gone) or conversation.status in (Status.CLOSED, Status.SNOOZED)


def said_visible_to(agent: Agent) -> QuerySet[Said]:
    """The door to the log: what was said in conversations that the agent sees."""
    return Said.objects.filter(conversation__in=visible_to(agent)).select_related("conversation", "question", "message")
