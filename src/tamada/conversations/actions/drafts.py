"""Drafts live on the server: what an agent has begun is on all their screens and survives a closed laptop."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import events
from tamada.core.actors import Actor
from tamada.core.storage import discard, named, put
from tamada.kit.html import to_text
from tamada.kit.sniff import sniff

from ..errors import DraftSent, MissingFile, StaleDraft
from ..events import DraftChanged
from ..models import Attachment, Conversation, Draft, Inbox, Kind, Message
from ..queries import visible_to
from ..text import clean_subject
from .door import check_works_in, locked

_FIELDS = frozenset({"subject", "to", "cc", "bcc", "html", "text", "data"})


@transaction.atomic
def save_draft(
    *,
    agent: Agent,
    actor: Actor,
    conversation: Conversation | None,
    inbox: Inbox | None = None,
    kind: str = Kind.OUT,
    draft_id: int | None = None,
    version: str = "",
    files: Collection[int] | None = None,
    client_id: str = "",
    **content: Any,
) -> Draft:
    """Keep what is written so far (`subject, to, cc, bcc, html, text, data`; absent fields stay), and its `files`.

    A conversation holds one reply and one note of an agent; a draft of a new conversation is told by `draft_id`.
    Raises `StaleDraft` when it is no longer the `version` that the writer saw, and `DraftSent` when these words have
    left as the message `client_id`.
    """
    require(agent, "conversation.note" if kind == Kind.NOTE else "conversation.reply")
    if unknown := content.keys() - _FIELDS:
        raise TypeError(f"no such field: {', '.join(sorted(unknown))}")
    if "subject" in content:
        content["subject"] = clean_subject(content["subject"])
    draft = _held(agent, conversation, inbox, kind, draft_id)
    _refuse_sent(agent, client_id, draft.kind, content)
    if draft.pk and version and version != draft.version:
        raise StaleDraft(draft)
    for name, value in content.items():
        setattr(draft, name, value)
    draft.save()
    if files is not None:
        _keep_files(agent, draft, files)
    _tell(agent, actor, draft)
    return draft


def _held(
    agent: Agent, conversation: Conversation | None, inbox: Inbox | None, kind: str, draft_id: int | None
) -> Draft:
    """The draft to be written, or one to begin; who saves it elsewhere, or sends it, waits until we are done."""
    if conversation is not None:
        conversation = locked(agent, conversation)
        known = Draft.objects.filter(agent=agent, conversation=conversation, kind=kind).first()
        draft = known or Draft(agent=agent, conversation=conversation, kind=kind)
        draft.inbox = conversation.inbox
        return draft
    if inbox is not None:
        check_works_in(agent, inbox)
    mine = Draft.objects.select_for_update().filter(agent=agent, pk=draft_id or 0, conversation=None)
    draft = mine.first() or Draft(agent=agent, kind=Kind.OUT)
    draft.inbox = inbox
    return draft


def _refuse_sent(agent: Agent, client_id: str, kind: str, content: Mapping[str, Any]) -> None:
    sent = Message.objects.filter(agent=agent, client_id=client_id, kind=kind).first() if client_id else None
    html = content.get("html", "") if kind == Kind.OUT else ""
    if sent and sent.text == (to_text(str(html)) if html else str(content.get("text", ""))).strip():
        raise DraftSent


def _keep_files(agent: Agent, draft: Draft, files: Collection[int]) -> None:
    """The draft keeps these uploads of the agent's, and lets go of those that were taken out.

    Pictures stand in a reply alone: what is told of them beside a note stays with the reply.
    """
    own = Attachment.objects.filter(uploaded_by=agent, message=None)
    if draft.kind == Kind.NOTE:
        own = own.filter(is_inline=False)
    own.filter(draft=draft).exclude(pk__in=files).update(draft=None)
    own.filter(pk__in=files).update(draft=draft)


@transaction.atomic
def discard_draft(*, agent: Agent, actor: Actor, draft: Draft) -> None:
    """Throw a draft of the agent's own away; `drop_uploads` forgets its files."""
    mine = Draft.objects.filter(pk=draft.pk, agent=agent)
    if mine.exists():
        _tell(agent, actor, draft)
        mine.delete()


def finish_draft(*, message: Message) -> None:
    """The draft of these words became the message: call it in the transaction that wrote it.

    Only a composer knows that. What a program, a job or a rule writes in an agent's name leaves what they have
    begun alone.
    """
    Draft.objects.filter(agent=message.agent, conversation=message.conversation, kind=message.kind).delete()


def attach(*, agent: Agent, draft: Draft | None, name: str, content: bytes, is_inline: bool = False) -> Attachment:
    """Store a file for a draft (or, without one, for a message about to be posted through the API).

    The type is told by the content, not by what the browser claims.
    """
    require(agent, "conversation.note")
    if draft is not None and draft.agent_id != agent.pk:
        raise PermissionDenied("conversation.note")
    blob = put(content)
    return Attachment.objects.create(
        draft=draft,
        uploaded_by=agent,
        name=name.replace("\x00", "").rpartition("/")[2].rpartition("\\")[2][:255] or "file",
        type=sniff(content),
        size=len(content),
        blob=blob,
        is_inline=is_inline,
        content_id=_content_id(blob) if is_inline else "",
    )


def copy_file(*, agent: Agent, file: Attachment, is_inline: bool = False) -> Attachment:
    """Another row for a stored file, to go along with a message that the agent is writing.

    It must be the agent's own upload or of a message they may see; raises `MissingFile`, without telling its name.
    """
    require(agent, "conversation.note")
    seen = file.uploaded_by_id == agent.pk if file.message is None else _sees(agent, file.message.conversation_id)
    if not seen:
        raise MissingFile(str(file.pk))
    content_id = _content_id(file.blob) if is_inline else ""
    copy = copy_of(file, uploaded_by=agent, is_inline=is_inline, content_id=content_id)
    copy.save()
    return copy


def copy_of(file: Attachment, **fields: Any) -> Attachment:
    """A new row, not saved yet, for the same stored bytes."""
    return Attachment(name=file.name, type=file.type, size=file.size, blob=file.blob, **fields)


def _sees(agent: Agent, conversation_id: int) -> bool:
    return visible_to(agent).filter(pk=conversation_id).exists()


def _content_id(blob: str) -> str:
    return f"{blob[:32]}@tamada"


def drop_uploads(*, older_than: timedelta = timedelta(days=1)) -> int:
    """Forget files that were uploaded for a message that never came, and their bytes where no other row names them.

    How many.
    """
    stray = Attachment.objects.filter(message__isnull=True, draft__isnull=True)
    old = stray.filter(created_at__lt=timezone.now() - older_than)
    blobs = set(old.values_list("blob", flat=True))
    dropped = old.delete()[0]
    for blob in blobs - named(blobs):
        discard(blob)
    return dropped


def _tell(agent: Agent, actor: Actor, draft: Draft) -> None:
    if draft.conversation_id:
        key = frozenset({f"agent:{agent.pk}"})
        events.record(DraftChanged(audience=key, conversation=draft.conversation_id, agent=agent.pk), actor=actor)
