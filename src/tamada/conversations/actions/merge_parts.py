"""What goes along when conversations become one, besides their messages: each part with its way back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Max, Min, Q
from django.utils import timezone

from ..models import Access, Attachment, Conversation, Draft, Kind, Mention, Merge, ReadMark
from ..points import Part
from .drafts import copy_of

# --- tags: those of all ---------------------------------------------------------------------------------------------


def _add_tags(merge: Merge, sources: Sequence[int]) -> list[int]:
    tagged = Conversation.tags.through.objects
    has = set(tagged.filter(conversation=merge.target_id).values_list("tag_id", flat=True))
    theirs = set(tagged.filter(conversation__in=sources).values_list("tag_id", flat=True))
    model = Conversation.tags.through
    rows = tagged.bulk_create(model(conversation_id=merge.target_id, tag_id=pk) for pk in sorted(theirs - has))
    return [row.pk for row in rows]


def _drop_tags(merge: Merge, kept: list[int]) -> None:
    Conversation.tags.through.objects.filter(pk__in=kept, conversation=merge.target_id).delete()


# --- mentions go with their messages ----------------------------------------------------------------------------------


def _move_mentions(merge: Merge, sources: Sequence[int]) -> None:
    Mention.objects.filter(conversation__in=sources).update(conversation=merge.target_id)


def _return_mentions(merge: Merge, kept: None) -> None:
    del kept
    for source in merge.data["sources"]:
        theirs = merge.moved.filter(came_from=source).values("message")
        Mention.objects.filter(conversation=merge.target_id, message__in=theirs).update(conversation=source)


# --- who follows, and who was let in: of a note that called them, they must be able to read on ------------------------


def _open_doors(merge: Merge, sources: Sequence[int]) -> dict[str, Any]:
    wanted: dict[int, tuple[bool, bool]] = {}
    rows = Access.objects.filter(conversation__in=sources).values_list("agent", "follows", "is_open")
    owners = Conversation.objects.filter(pk__in=sources, assignee__isnull=False).values_list("assignee", flat=True)
    for agent, follows, is_open in [*rows, *((owner, True, False) for owner in owners)]:
        before = wanted.get(agent, (False, False))
        wanted[agent] = (before[0] or follows, before[1] or is_open)
    known = {row.agent_id: row for row in Access.objects.filter(conversation=merge.target_id)}
    changed = [_widened(known[agent], *flags) for agent, flags in sorted(wanted.items()) if agent in known]
    made = Access.objects.bulk_create(
        Access(conversation_id=merge.target_id, agent_id=agent, follows=follows, is_open=is_open)
        for agent, (follows, is_open) in sorted(wanted.items())
        if agent not in known and (follows or is_open)
    )
    return {"made": [row.pk for row in made], "changed": [entry for entry in changed if entry]}


def _widened(row: Access, follows: bool, is_open: bool) -> list[Any] | None:
    """Add to what an agent has; how it was before, or None where nothing is new."""
    before = [row.pk, row.follows, row.is_open]
    row.follows, row.is_open = row.follows or follows, row.is_open or is_open
    if before == [row.pk, row.follows, row.is_open]:
        return None
    row.save(update_fields=["follows", "is_open"])
    return before


def _shut_doors(merge: Merge, kept: dict[str, Any]) -> None:
    """Whom a note called since keeps the door that it opened."""
    since = Mention.objects.filter(conversation=merge.target_id, message__seq__gt=merge.data["end"])
    called = since.values("agent")
    Access.objects.filter(pk__in=kept["made"]).exclude(agent__in=called).delete()
    for pk, follows, is_open in kept["changed"]:
        row = Access.objects.filter(pk=pk)
        row.update(follows=follows)
        row.exclude(agent__in=called).update(is_open=is_open)


# --- read marks: whatever somebody had not read in one of them is still to be read ------------------------------------


def _move_marks(merge: Merge, sources: Sequence[int]) -> list[list[int | None]]:
    """Entries of agent, mark before (None: there was none), mark after."""
    marks: dict[int, dict[int, int]] = {}
    rows = ReadMark.objects.filter(conversation__in=[merge.target_id, *sources])
    for agent, conversation, seq in rows.values_list("agent", "conversation", "seq").order_by("agent"):
        marks.setdefault(agent, {})[conversation] = seq
    end = merge.moved.aggregate(end=Max("message__seq"))["end"] or 0
    return [_move_mark(merge, agent, read, end) for agent, read in marks.items()]


def _move_mark(merge: Merge, agent: int, read: Mapping[int, int], end: int) -> list[int | None]:
    unread = Q()
    for conversation in [merge.target_id, *merge.data["sources"]]:
        unread |= Q(came_from=conversation, seq__gt=read.get(conversation, 0))
    said = merge.moved.filter(unread).exclude(message__kind=Kind.SYSTEM)
    first = said.aggregate(first=Min("message__seq"))["first"]
    after = first - 1 if first else end
    ReadMark.objects.update_or_create(agent_id=agent, conversation_id=merge.target_id, defaults={"seq": after})
    return [agent, read.get(merge.target_id), after]


def _return_marks(merge: Merge, kept: list[list[int | None]]) -> None:
    """As before; and what was read since, in whichever of them, stays read."""
    before = {agent: (was, left) for agent, was, left in kept}
    for mark in ReadMark.objects.filter(conversation=merge.target_id):
        was, left = before.get(mark.agent_id, (None, None))
        if mark.seq == left:
            _set_mark(mark, was)
            continue
        for source in merge.data["sources"]:
            _read_up_to(mark.agent_id, source, _place(merge, source, mark.seq))
        if mark.seq <= merge.data["end"]:
            _set_mark(mark, max(was or 0, _place(merge, merge.target_id, mark.seq)))


def _place(merge: Merge, conversation: int, seq: int) -> int:
    """The number that the last message up to `seq` had in its own conversation."""
    found = merge.moved.filter(came_from=conversation, message__seq__lte=seq)
    return found.aggregate(place=Max("seq"))["place"] or 0


def _set_mark(mark: ReadMark, seq: int | None) -> None:
    if seq is None:
        mark.delete()
    else:
        ReadMark.objects.filter(pk=mark.pk).update(seq=seq)


def _read_up_to(agent: int, conversation: int, seq: int) -> None:
    mark, made = ReadMark.objects.get_or_create(agent_id=agent, conversation_id=conversation, defaults={"seq": seq})
    if not made:
        ReadMark.objects.filter(pk=mark.pk, seq__lt=seq).update(seq=seq)


# --- drafts: who was writing in both has one text, of which the other part stays where it was -------------------------

_BETWEEN: Final = {"html": "<div><br></div>", "text": "\n\n"}


def _move_drafts(merge: Merge, sources: Sequence[int]) -> dict[str, Any]:
    kept: dict[str, Any] = {"moved": [], "joined": []}
    for draft in Draft.objects.filter(conversation__in=sources).order_by("pk"):
        there = Draft.objects.filter(agent=draft.agent_id, kind=draft.kind, conversation=merge.target_id).first()
        if there is None:
            kept["moved"].append([draft.pk, draft.conversation_id])
            Draft.objects.filter(pk=draft.pk).update(conversation=merge.target_id)
        else:
            kept["joined"].append(_join(there, draft))
    return kept


def _join(draft: Draft, other: Draft) -> dict[str, Any]:
    files = [copy_of(f, draft=draft, uploaded_by_id=f.uploaded_by_id) for f in other.attachments.all()]
    for copy, file in zip(files, other.attachments.all(), strict=True):
        copy.is_inline, copy.content_id = file.is_inline, file.content_id
        copy.save()
    before = draft.updated_at
    for name, between in _BETWEEN.items():
        setattr(draft, name, between.join(part for part in (getattr(draft, name), getattr(other, name)) if part))
    draft.save()
    times = [before.isoformat(), draft.updated_at.isoformat()]
    return {"draft": draft.pk, "other": other.pk, "files": [f.pk for f in files], "times": times}


def _return_drafts(merge: Merge, kept: dict[str, Any]) -> None:
    for entry in reversed(kept["joined"]):
        _part(entry)
    for pk, source in kept["moved"]:
        Draft.objects.filter(pk=pk, conversation=merge.target_id).update(conversation=source)


def _part(entry: dict[str, Any]) -> None:
    """Take the words of the other one out where they still stand; when all of it was sent, the other goes too."""
    draft, other = Draft.objects.filter(pk=entry["draft"]).first(), Draft.objects.filter(pk=entry["other"]).first()
    if other is None:
        return
    if draft is None:
        other.delete()
        return
    Attachment.objects.filter(pk__in=entry["files"], draft=draft).delete()
    before, after = map(datetime.fromisoformat, entry["times"])
    changes: dict[str, Any] = {"updated_at": before if draft.updated_at == after else timezone.now()}
    for name, between in _BETWEEN.items():
        text, words = getattr(draft, name), getattr(other, name)
        if words and text.endswith(words):
            changes[name] = text.removesuffix(words).removesuffix(between)
    Draft.objects.filter(pk=draft.pk).update(**changes)


PARTS: Final[Mapping[str, Part]] = {
    "tags": Part(_add_tags, _drop_tags),
    "mentions": Part(_move_mentions, _return_mentions),
    "access": Part(_open_doors, _shut_doors),
    "marks": Part(_move_marks, _return_marks),
    "drafts": Part(_move_drafts, _return_drafts),
}
