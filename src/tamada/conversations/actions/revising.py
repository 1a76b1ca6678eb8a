"""A message that is known says something else now: its writer edited it, more of it came, or a file was fetched."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.dateparse import parse_datetime

from tamada.core import events, storage
from tamada.core.actors import SYSTEM, Actor
from tamada.core.db import is_postgres
from tamada.kit.sniff import sniff
from tamada.search.index import index_messages

from .. import indexing
from ..access import audience
from ..envelopes import AwaitedFile, Envelope, Received
from ..events import MessageRevised
from ..models import Attachment, Conversation, Message
from ..text import preview_of
from .door import held_of

MOST_EDITS: Final = 20
"""So many earlier wordings of a message are kept, the newest."""


def first_parts(envelope: Envelope) -> dict[str, Any]:
    """What a new message keeps in its `data` for later revisions."""
    kept: dict[str, Any] = {}
    if envelope.part:
        kept["parts"] = {envelope.part: _part(envelope)}
    if envelope.awaited:
        kept["awaited"] = list(envelope.awaited)
    return kept


def _part(envelope: Envelope) -> dict[str, str]:
    return {"text": envelope.text, "html": envelope.html}


def record_revision(envelope: Envelope) -> Received:
    """Change the message that the envelope revises; what it said before an edit is kept. Call in a transaction.

    The same revision twice, and one that is older than what the message says, change nothing.
    """
    found = Message.objects.filter(inbox=envelope.inbox_id, external_key=envelope.external_id).first()
    if found is None or (conversation := held_of(found)) is None:
        return Received(outcome="deleted")
    message = _fresh(found, conversation)
    outcome = Received(outcome="duplicate", conversation_id=conversation.pk, message_id=message.pk)
    if not _apply(message, envelope):
        return outcome
    _keep_raw(message, envelope.raw)
    _save(message, conversation, Actor("customer", message.customer_id))
    return Received(outcome="revision", conversation_id=conversation.pk, message_id=message.pk)


def _fresh(message: Message, conversation: Conversation) -> Message:
    """As it stands now that its conversation is held."""
    if is_postgres():
        message.refresh_from_db()
    message.conversation = conversation
    return message


def _apply(message: Message, envelope: Envelope) -> bool:
    """Whether it changed anything."""
    at = envelope.sent_at or envelope.received_at
    known = parse_datetime(str(message.data.get("edited_at", "")))
    parts: dict[str, dict[str, str]] = dict(message.data.get("parts", {}))
    is_edit = envelope.revises == "edit"
    if envelope.part:
        if (is_edit and known and known > at) or (not is_edit and envelope.part in parts):
            return False
        is_edit = is_edit and envelope.part in parts
        changed = parts.get(envelope.part) != _part(envelope)
        parts[envelope.part] = _part(envelope)
        message.data = {**message.data, "parts": parts}
        text, html = _whole(parts)
    else:
        if known and known > at:
            return False
        text, html = envelope.text, envelope.html
        changed = (text, html) != (message.text, message.html)
    changed |= _await(message, envelope.awaited)
    if is_edit and (text, html) != (message.text, message.html):
        _keep_words(message, at)
    message.text, message.html = text, html
    return changed


def _whole(parts: dict[str, dict[str, str]]) -> tuple[str, str]:
    """The words of all parts, in their order."""
    said = [part for _name, part in sorted(parts.items(), key=lambda item: (len(item[0]), item[0])) if part["text"]]
    text = "\n".join(part["text"] for part in said)
    return text, said[0]["html"] if len(said) == 1 else ""


def _await(message: Message, files: Sequence[AwaitedFile]) -> bool:
    """Note files to be fetched that were not known, by whichever of their names."""
    known = {name for file in message.data.get("awaited", ()) for name in _names(file)}
    known |= set(message.data.get("fetched", ()))
    fresh = [file for file in files if not known & _names(file)]
    if fresh:
        message.data = {**message.data, "awaited": [*message.data.get("awaited", ()), *fresh]}
    return bool(fresh)


def _names(file: AwaitedFile) -> set[str]:
    """What a file is known by; one that an earlier version noted has its `id` alone."""
    return {name for name in (file["id"], file.get("unique")) if name}


def _keep_words(message: Message, at: datetime) -> None:
    earlier = [*message.data.get("edits", ()), {"text": message.text, "until": at.isoformat()}]
    message.data = {**message.data, "edits": earlier[-MOST_EDITS:], "edited_at": at.isoformat()}


def _keep_raw(message: Message, raw: str) -> None:
    if raw:
        message.data = {**message.data, "raws": [*message.data.get("raws", ()), raw]}


def _save(message: Message, conversation: Conversation, actor: Actor) -> None:
    """Store, index and tell."""
    message.save(update_fields=["text", "html", "data", "has_attachments"])
    index_messages([indexing.document(message, indexing.terms_of(message))])
    if message.seq == conversation.last_seq:
        said = message.text or ", ".join(file.name for file in message.attachments.all())
        Conversation.everything.filter(pk=conversation.pk).update(preview=preview_of(said) or conversation.preview)
    fact = MessageRevised(
        audience=audience(conversation), conversation=conversation.pk, message=message.pk, seq=message.seq
    )
    events.record(fact, actor=actor)


def take_fetched(*, message_id: int, file: str, content: bytes) -> None:
    """Give a message a file that its channel has fetched. Twice it is there once."""
    blob = storage.put(content)
    with transaction.atomic():
        if (held := _awaiting(message_id, file)) is None:
            return
        message, conversation, awaited = held
        kind = sniff(content) or awaited["type"] or "application/octet-stream"
        name = awaited["name"][:255]
        # By another name it may have come before, in a message of which no lasting names were noted.
        if not message.attachments.filter(blob=blob, name=name).exists():
            Attachment.objects.create(message=message, name=name, type=kind[:127], size=len(content), blob=blob)
        rest = [one for one in message.data["awaited"] if one["id"] != file]
        fetched = [*message.data.get("fetched", ()), *sorted(_names(awaited))]
        message.data = {**message.data, "awaited": rest, "fetched": fetched}
        message.has_attachments = True
        _save(message, conversation, SYSTEM)


@transaction.atomic
def give_up_file(*, message_id: int, file: str, state: str) -> None:
    """Say in a message that one of its files won't come: it is too "large" for us, or "gone"."""
    if (held := _awaiting(message_id, file)) is None:
        return
    message, conversation, _awaited = held
    told = [{**one, "state": state} if one["id"] == file else one for one in message.data["awaited"]]
    message.data = {**message.data, "awaited": told}
    _save(message, conversation, SYSTEM)


def _awaiting(message_id: int, file: str) -> tuple[Message, Conversation, AwaitedFile] | None:
    """The message, held with its conversation, while it waits for this file."""
    found = Message.objects.filter(pk=message_id).first()
    if found is None or (conversation := held_of(found)) is None:
        return None
    message = _fresh(found, conversation)
    awaited = next((one for one in message.data.get("awaited", ()) if one["id"] == file and not one["state"]), None)
    return (message, conversation, awaited) if awaited else None
