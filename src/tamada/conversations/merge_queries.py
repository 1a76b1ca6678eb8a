"""Reads around merging and deleting: what fits together, how it would look, what can be undone, what can come back."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from django.db.models import QuerySet

from tamada.accounts.models import Agent

from .models import Conversation, Kind, Merge, Message
from .queries import rows_visible_to, visible_to

SUGGESTED: Final = 8
PREVIEWED: Final = 6


def suggestions(agent: Agent, conversation: Conversation) -> list[Conversation]:
    """What the same customer wrote of besides, the latest first: it is most often the same matter."""
    theirs = visible_to(agent).filter(customer=conversation.customer_id, is_spam=False).exclude(pk=conversation.pk)
    return list(theirs.select_related("customer").order_by("-last_activity_at", "-pk")[:SUGGESTED])


def preview(source: Conversation, target: Conversation) -> list[Message]:
    """The last messages of both as they would stand together, oldest first."""
    said = Message.objects.exclude(kind=Kind.SYSTEM).order_by("-created_at", "-seq", "-pk")
    parts = (said.filter(conversation=c)[:PREVIEWED] for c in (source, target))
    latest = sorted(chain(*parts), key=lambda m: (m.created_at, m.seq, m.pk))
    return latest[-PREVIEWED:]


def undoable(lines: Iterable[Message]) -> dict[int, int]:
    """The merges that can be undone, by the id of the system line that tells of each."""
    told = {m.pk: m.data["merge"] for m in lines if m.data.get("event") == "merged" and "merge" in m.data}
    if not told:
        return {}
    lasting = Merge.objects.filter(pk__in=told.values(), undone_at__isnull=True)
    last = {merge.target_id: merge.pk for merge in lasting.order_by("pk")}
    return {line: merge for line, merge in told.items() if merge in last.values()}


def rejoinable(agent: Agent, lines: Iterable[Message]) -> dict[int, int]:
    """What was split off and can be taken back, by the id of the system line that tells of it, in either half."""
    told: dict[int, tuple[int, int]] = {}
    for m in lines:
        if m.data.get("event") == "split_off":
            told[m.pk] = (m.data["into"], m.conversation_id)
        elif m.data.get("event") == "split_from":
            told[m.pk] = (m.conversation_id, m.data["from"])
    if not told:
        return {}
    there = visible_to(agent).filter(pk__in={pk for pair in told.values() for pk in pair})
    origins = dict(there.values_list("pk", "linked_to"))
    return {line: part for line, (part, origin) in told.items() if origin in origins and origins.get(part) == origin}


def deleted(agent: Agent) -> QuerySet[Conversation]:
    """What was deleted and can still come back, the latest first."""
    rows = rows_visible_to(agent).filter(deleted_at__isnull=False)
    return rows.select_related("customer", "deleted_by").order_by("-deleted_at", "-pk")


def numbers(conversations: Sequence[int]) -> str:
    """What people call them by: `#12, #15`."""
    return ", ".join(f"#{pk}" for pk in conversations)
