"""What a visitor writes becomes a message: once, however often their browser sends it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError
from django.utils import timezone

from tamada.conversations.actions import receive_messages
from tamada.conversations.envelopes import Envelope, IncomingAttachment, ThreadKeys
from tamada.conversations.models import Attachment, Conversation, Message
from tamada.core.db import durable_atomic
from tamada.customers.models import BlockedSender
from tamada.kit.text import analyse, detect_language

from ..errors import FormFirst, NoFile, NothingSaid, Refused, TooLong, UsedBefore
from ..models import Line, Thread, Upload, Visitor
from ..queries import threads_of
from ..settings import LARGEST_TEXT, MOST_FILES, settings_of
from .lines import add_line
from .visitors import introduce, known_customer, party_of, prove

_TITLE = 80


@dataclass(frozen=True, slots=True)
class Sent:
    """The line it became, and whether this call made it."""

    line: Line
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Words:
    """What was written, read before the transaction begins."""

    client_id: str
    text: str
    language: str
    lemmas: str
    files: Sequence[int]

    def digest(self) -> str:
        said = json.dumps([self.text, sorted(self.files)], ensure_ascii=False)
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def receive_from_visitor(
    *, visitor: Visitor, thread: Thread | None, client_id: str, text: str, files: Sequence[int] = ()
) -> Sent:
    """Store what a visitor wrote, in `thread` or a new one; it is on disk when this returns.

    The same `client_id` again returns what it became. Raises `NothingSaid`, `TooLong`, `UsedBefore`, `Refused`,
    `NoFile`, `FormFirst`.
    """
    words = _read(client_id, text, files)
    _check_welcome(visitor)
    if thread is None:
        _check_form(visitor)
    try:
        return _store(visitor, thread, words)
    except IntegrityError:
        # On PostgreSQL two tries at once both look before either has written: now the other one is found.
        return _store(visitor, thread, words)


def _read(client_id: str, text: str, files: Sequence[int]) -> _Words:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text.encode("utf-8", "replace")) > LARGEST_TEXT:
        raise TooLong
    if not text and not files:
        raise NothingSaid
    if len(files) > MOST_FILES:
        raise NoFile
    language = detect_language(text)
    return _Words(client_id, text, language, " ".join(analyse(text, language)), tuple(dict.fromkeys(files)))


def _check_welcome(visitor: Visitor) -> None:
    customer = known_customer(visitor)
    address = visitor.email.casefold()
    names = {address, f"@{address.rpartition('@')[2]}"} if address else set()
    if (customer and customer.blocked_at) or BlockedSender.objects.filter(value__in=names).exists():
        raise Refused


def _check_form(visitor: Visitor) -> None:
    form = settings_of(visitor.inbox).form
    missing = [str(f["name"]) for f in form if f["required"] and not getattr(visitor, f["name"])]
    if missing and not visitor.user:
        raise FormFirst(missing)


def _store(visitor: Visitor, thread: Thread | None, words: _Words) -> Sent:
    key = f"chat:{visitor.pk}:{words.client_id}"
    with durable_atomic():
        if (known := _known(visitor, key, words)) is not None:
            return Sent(known, False)
        uploads = _uploads(visitor, words.files)
        envelope = _envelope(visitor, thread, key, words, uploads)
        received = receive_messages(envelopes=[envelope])[0]
        if received.message_id is None:
            raise Refused
        # Its files are the message's by now, under rows of their own.
        Attachment.objects.filter(pk__in=[file.pk for file in uploads]).delete()
        message = Message.objects.select_related("conversation", "customer").get(pk=received.message_id)
        line = add_line(_thread(visitor, thread, message.conversation), message, is_ours=False)
        _meet(visitor, message)
    return Sent(line, True)


def _known(visitor: Visitor, key: str, words: _Words) -> Line | None:
    """The line of an earlier try. Raises `UsedBefore` when that said something else."""
    known = Message.objects.filter(inbox=visitor.inbox_id, external_key=key).first()
    if known is None:
        return None
    lines = Line.objects.select_related("message", "thread")
    line = lines.filter(message=known, thread__in=threads_of(visitor)).first()
    if line is None or known.data.get("digest") != words.digest():
        raise UsedBefore
    return line


def _uploads(visitor: Visitor, ids: Sequence[int]) -> list[Attachment]:
    mine = Upload.objects.filter(visitor=visitor, attachment__message=None, attachment__in=ids)
    found = {row.attachment_id: row.attachment for row in mine.select_related("attachment")}
    if len(found) < len(ids):
        raise NoFile
    return [found[pk] for pk in ids]


def _envelope(
    visitor: Visitor, thread: Thread | None, key: str, words: _Words, uploads: Sequence[Attachment]
) -> Envelope:
    files = [IncomingAttachment(name=f.name, type=f.type, size=f.size, blob=f.blob) for f in uploads]
    title = (words.text or ", ".join(f.name for f in uploads)).split("\n", 1)[0]
    return Envelope(
        inbox_id=visitor.inbox_id,
        channel="chat",
        sender=party_of(visitor),
        external_id=key,
        digest=words.digest(),
        subject="" if thread else (title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"),
        text=words.text,
        received_at=timezone.now(),
        language=words.language or visitor.language,
        thread=_thread_keys(thread),
        attachments=files,
        lemmas=words.lemmas,
        data={"page": visitor.page} if visitor.page else {},
    )


def _thread_keys(thread: Thread | None) -> ThreadKeys:
    """The conversation, and the last thing said in it: what that went into by now is where this belongs."""
    if thread is None:
        return ThreadKeys()
    last = thread.lines.select_related("message").exclude(message__external_id="").order_by("-seq").first()
    answered = (last.message.external_id,) if last else ()
    return ThreadKeys(conversation_ids=(thread.conversation_id,), external_ids=answered)


def _thread(visitor: Visitor, thread: Thread | None, conversation: Conversation) -> Thread:
    """The thread to go on with. One whose conversation is gone goes on with the new one."""
    if thread is None:
        now = timezone.now()
        return Thread.objects.create(
            visitor=visitor,
            inbox_id=visitor.inbox_id,
            user=visitor.user,
            conversation=conversation,
            created_at=now,
            last_activity_at=now,
        )
    if thread.conversation_id != conversation.pk and thread.conversation.deleted_at is not None:
        Thread.objects.filter(pk=thread.pk).update(conversation=conversation)
    return thread


def _meet(visitor: Visitor, message: Message) -> None:
    """From their first message on a visitor is a customer."""
    customer = message.customer
    if customer is None or visitor.customer_id == customer.pk:
        return
    visitor.customer = customer
    visitor.save(update_fields=["customer"])
    if visitor.user:
        prove(visitor, customer)
    introduce(visitor)
