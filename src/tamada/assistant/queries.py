"""What the assistant may do where, and what it said."""

from django.db.models import F, Q, QuerySet

from tamada.accounts.models import Agent
from tamada.conversations import citing
from tamada.conversations.models import AuthorKind, Conversation, Inbox, Kind, Message, Status
from tamada.conversations.queries import visible_to

from .models import InboxAssistant, Mode, Said, Stand

PEOPLE = (AuthorKind.AGENT, AuthorKind.API)


def setup_of(inbox: Inbox | int) -> InboxAssistant:
    """How the assistant is settled in an inbox; off where nobody settled it."""
    pk = inbox if isinstance(inbox, int) else inbox.pk
    found = InboxAssistant.objects.select_related("inbox").filter(inbox=pk).first()
    return found or InboxAssistant(inbox_id=pk)


def mode_of(inbox: Inbox | int) -> str:
    """What the assistant does in an inbox: a `Mode`."""
    return setup_of(inbox).mode


def talking() -> Q:
    """Conversations that the assistant talks in, or is about to: nobody is given them meanwhile."""
    fresh = Q(dialogue__isnull=True, created_at__gte=F("inbox__assistant__answers_since"))
    mine = Q(inbox__assistant__mode=Mode.ANSWER, inbox__is_active=True, assignee__isnull=True)
    return mine & (fresh | Q(dialogue__stand=Stand.TALKING))


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


def is_closed_to(conversation: Conversation) -> bool:
    """Whether nothing may be said here by itself, whoever would like to."""
    customer = conversation.customer
    gone = customer.blocked_at or customer.erased_at or conversation.is_spam
    return bool(gone) or conversation.status in (Status.CLOSED, Status.SNOOZED)


def said_visible_to(agent: Agent) -> QuerySet[Said]:
    """The door to the log: what was said in conversations that the agent sees."""
    return Said.objects.filter(conversation__in=visible_to(agent)).select_related("conversation", "question", "message")
