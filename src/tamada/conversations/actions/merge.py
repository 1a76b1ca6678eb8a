"""Making conversations one, and parting them again: every row is as before, and what came since stays in the target."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor

from .. import access, citing, counts, points, tasks
from ..errors import BadMerge, MergeStays
from ..events import ConversationMerged, ConversationParted, ConversationUpdated, DraftChanged
from ..models import Conversation, Draft, Kind, Merge, Message, Status
from ..queries import rows_visible_to, visible_to
from . import merge_messages
from .merge_parts import PARTS
from .state import FIELDS, put_back, read, snapshot
from .system import add_system_line
from .undo import recount
from .waiting import last_standing, oldest, unanswered

MOST: Final = 20
_KNOWN: Final = (*FIELDS, "waiting_since", "first_replied_at", "last_activity_at", "last_seq")
# Of several, the one in which most is still to be done says where the whole stands.
_LIVELIEST: Final = (Status.OPEN, Status.PENDING, Status.SNOOZED, Status.CLOSED)


@transaction.atomic
def merge_conversations(*, agent: Agent, actor: Actor, sources: Sequence[Conversation], target: Conversation) -> Merge:
    """Make `sources` part of `target`: their messages stand in it by time, and what comes for them lands there.

    The agent must see all of them. Its subject, customer, team, priority, and owner if it has one, are the target's; it
    stands as the one in which most is to be done. Raises `BadMerge`.
    """
    require(agent, "conversation.update")
    wanted = {c.pk for c in sources}
    _check(wanted, target)
    rows = _locked(agent, {target.pk, *wanted})
    whole, parts = rows[target.pk], [rows[pk] for pk in sorted(wanted)]
    if whole.is_spam and not all(c.is_spam for c in parts):
        raise BadMerge("spam")
    cells, keys = {pk: counts.key_of(c) for pk, c in rows.items()}, access.audiences(rows.values())
    merge = _remember(agent, whole, parts)
    _move(merge, whole, sorted(wanted))
    _finish(merge, actor, whole, parts)
    for pk in wanted:
        counts.move(cells[pk], None)
    counts.move(cells[whole.pk], counts.key_of(whole))
    _tell_merged(merge, actor, whole, parts, keys)
    _index_later(whole, parts)
    return merge


def _check(wanted: set[int], target: Conversation) -> None:
    if target.pk in wanted or not wanted:
        raise BadMerge("itself")
    if len(wanted) > MOST:
        raise BadMerge("many")


def _locked(agent: Agent, ids: set[int]) -> dict[int, Conversation]:
    """All of them as they stand, held in one order; DoesNotExist unless the agent sees each."""
    list(Conversation.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    rows = visible_to(agent).select_related("inbox", "team").in_bulk(ids)
    if len(rows) < len(ids):
        raise Conversation.DoesNotExist
    return rows


def _remember(agent: Agent, whole: Conversation, parts: Sequence[Conversation]) -> Merge:
    before = {str(c.pk): snapshot(c, _KNOWN) for c in (whole, *parts)}
    answered = {str(c.pk): last_standing(c) for c in (whole, *parts)}
    data = {"sources": [c.pk for c in parts], "before": before, "answered": answered}
    return Merge.objects.create(target=whole, agent=agent, data=data, created_at=timezone.now())


def _move(merge: Merge, whole: Conversation, sources: list[int]) -> None:
    above = max(entry["last_seq"] for entry in merge.data["before"].values())
    whole.last_seq = merge.data["end"] = above + merge_messages.move(merge, sources, above)
    merge.data["parts"] = {name: part.move(merge, sources) for name, part in _parts().items()}


def _parts() -> dict[str, points.Part]:
    return {**PARTS, **points.merging.all()}


def _finish(merge: Merge, actor: Actor, whole: Conversation, parts: Sequence[Conversation]) -> None:
    """How all of them stand now, and a line in each that says so."""
    _settle(whole, parts)
    whole.save()
    line = {"event": "merged", "from": merge.data["sources"], "merge": merge.pk}
    lines = [add_system_line(conversation=whole, actor=actor, data=line)]
    for part in parts:
        lines.append(add_system_line(conversation=part, actor=actor, data={"event": "merged_into", "into": whole.pk}))
        part.merged_into = whole
        part.save(update_fields=["merged_into", "updated_at"])
    merge.data |= {"after": snapshot(whole, _KNOWN), "lines": [line.pk for line in lines]}
    merge.save(update_fields=["data"])


def _settle(whole: Conversation, parts: Sequence[Conversation]) -> None:
    wanted = [whole, *(c for c in parts if not c.is_spam)]
    lively = min(wanted, key=lambda c: _LIVELIEST.index(Status(c.status)))
    whole.status, whole.snoozed_until, whole.closed_at = lively.status, lively.snoozed_until, lively.closed_at
    whole.assignee_id = next((c.assignee_id for c in wanted if c.assignee_id), None)
    whole.waiting_since = oldest(*(c.waiting_since for c in wanted))
    whole.first_replied_at = oldest(*(c.first_replied_at for c in (whole, *parts)))
    whole.last_activity_at = max(c.last_activity_at for c in (whole, *parts))
    recount(whole)


def _tell_merged(
    merge: Merge,
    actor: Actor,
    whole: Conversation,
    parts: Sequence[Conversation],
    before: dict[int, frozenset[str]],
) -> None:
    now = access.audience(whole)
    facts: list[events.Event] = [
        ConversationMerged(audience=now, before=before[c.pk], conversation=c.pk, into=whole.pk, merge=merge.pk)
        for c in parts
    ]
    fields = ("messages", "status", "assignee", "tags")
    facts.append(ConversationUpdated(audience=now, before=before[whole.pk], conversation=whole.pk, fields=fields))
    events.record(*facts, *_drafts_changed([whole.pk]), actor=actor)
    for c in parts:
        audit.record(actor, "conversation.merged", c, into=whole.pk, merge=merge.pk)
    audit.record(actor, "conversation.took_in", whole, conversations=merge.data["sources"], merge=merge.pk)


def _drafts_changed(conversations: Sequence[int]) -> list[events.Event]:
    rows = Draft.objects.filter(conversation__in=conversations).values_list("conversation", "agent").distinct()
    return [DraftChanged(audience=frozenset({f"agent:{a}"}), conversation=c, agent=a) for c, a in rows]


def _index_later(whole: Conversation, parts: Sequence[Conversation]) -> None:
    """Messages are found by the inbox of their conversation: what changed it is indexed anew."""
    if any(c.inbox_id != whole.inbox_id for c in parts):
        for c in (whole, *parts):
            tasks.index_again.enqueue(conversation_id=c.pk)


# --- parting them again -----------------------------------------------------------------------------------------------


@transaction.atomic
def undo_merge(*, agent: Agent, actor: Actor, merge: Merge) -> Merge:
    """Make each conversation what it was. What was written since stays in the target, whoever it was for.

    The agent must see all of them. Raises `MergeStays`, as long as the target took in others since.
    """
    require(agent, "conversation.update")
    whole, parts = _held(agent, merge)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    _check_undone(merge)
    key, keys = counts.key_of(whole), access.audience(whole)
    for name, part in _parts().items():
        if name in merge.data["parts"]:
            part.put_back(merge, merge.data["parts"][name])
    Message.objects.filter(pk__in=merge.data["lines"], kind=Kind.SYSTEM).delete()
    merge_messages.put_back(merge)
    fields = _restore_whole(merge, whole)
    for c in parts:
        _restore_part(merge, c)
        counts.move(None, counts.key_of(c))
    counts.move(key, counts.key_of(whole))
    merge.moved.all().delete()
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])
    _tell_parted(merge, actor, (whole, *parts), keys, fields)
    _index_later(whole, parts)
    return merge


def _held(agent: Agent, merge: Merge) -> tuple[Conversation, list[Conversation]]:
    ids = {merge.target_id, *merge.data["sources"]}
    list(Conversation.everything.select_for_update().filter(pk__in=ids).order_by("pk"))
    rows = rows_visible_to(agent).select_related("inbox", "team").in_bulk(ids)
    if len(rows) < len(ids) or rows[merge.target_id].deleted_at is not None:
        raise Conversation.DoesNotExist
    return rows[merge.target_id], [rows[pk] for pk in merge.data["sources"]]


def _check_undone(merge: Merge) -> None:
    if merge.undone_at is not None:
        raise MergeStays
    if (later := later_merge(merge)) is not None:
        raise MergeStays(later)


def later_merge(merge: Merge) -> int | None:
    """The merge that must be undone before this one: a later one into the same target, or of the target."""
    lasting = Merge.objects.filter(undone_at__isnull=True, pk__gt=merge.pk)
    other = Q(target=merge.target_id) | Q(target__merged_from=merge.target_id)
    return lasting.filter(other).order_by("-pk").values_list("pk", flat=True).first()


def _restore_whole(merge: Merge, whole: Conversation) -> list[str]:
    """As it stood, save what was changed since, and what later messages make of it."""
    before, after = merge.data["before"][str(whole.pk)], merge.data["after"]
    later = whole.messages.exclude(kind=Kind.SYSTEM).filter(seq__gt=after["last_seq"])
    fields = put_back(whole, before, after)
    if snapshot(whole, ["last_seq"])["last_seq"] == after["last_seq"]:
        whole.last_seq = before["last_seq"]
    last = later.aggregate(at=Max("created_at"))["at"]
    whole.last_activity_at = max(filter(None, (read("last_activity_at", before["last_activity_at"]), last)))
    replied = later.filter(citing.ANSWERS).aggregate(at=Min("created_at"))["at"]
    whole.first_replied_at = read("first_replied_at", before["first_replied_at"]) or replied
    whole.waiting_since = _waiting(whole, before, later)
    _owe_again(merge, whole)
    recount(whole)
    whole.save()
    return fields


def _waiting(whole: Conversation, before: dict[str, Any], later: QuerySet[Message]) -> datetime | None:
    answered = later.filter(citing.ANSWERS).aggregate(seq=Max("seq"))["seq"]
    if whole.status == Status.CLOSED:
        return None
    was: datetime | None = None if answered else read("waiting_since", before["waiting_since"])
    asked = later.filter(kind=Kind.IN, is_automatic=False, seq__gt=answered or 0).aggregate(at=Min("created_at"))["at"]
    return was or asked


def _restore_part(merge: Merge, part: Conversation) -> None:
    """Nobody could change it meanwhile."""
    for name, value in merge.data["before"][str(part.pk)].items():
        setattr(part, name, read(name, value))
    part.merged_into = None
    _owe_again(merge, part)
    recount(part)
    part.save()


def _owe_again(merge: Merge, conversation: Conversation) -> None:
    """An answer that was on its way when they were merged may have been lost since, or taken back."""
    stood, stands = merge.data.get("answered", {}).get(str(conversation.pk)), last_standing(conversation)
    if stood is None or (stands is not None and stands >= stood):
        return
    if stands is None:
        conversation.first_replied_at = None
    if conversation.status != Status.CLOSED:
        conversation.waiting_since = conversation.waiting_since or unanswered(conversation)


def _tell_parted(
    merge: Merge, actor: Actor, everyone: Sequence[Conversation], before: frozenset[str], fields: Sequence[str]
) -> None:
    whole, *parts = everyone
    now = access.audiences(everyone)
    facts: list[events.Event] = [
        ConversationParted(audience=now[c.pk], conversation=c.pk, into=whole.pk, merge=merge.pk) for c in parts
    ]
    changed = ("messages", "tags", *fields)
    facts.append(ConversationUpdated(audience=now[whole.pk], before=before, conversation=whole.pk, fields=changed))
    events.record(*facts, *_drafts_changed([c.pk for c in everyone]), actor=actor)
    for c in everyone:
        audit.record(actor, "conversation.parted", c, merge=merge.pk)
