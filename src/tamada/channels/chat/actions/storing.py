"""Messages of visitors, stored together: one transaction, however many wrote at the same moment."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import F
from django.utils import timezone

from tamada.conversations.actions import receive_messages
from tamada.conversations.envelopes import Envelope, IncomingAttachment, ThreadKeys
from tamada.conversations.models import Attachment, Conversation, Message
from tamada.core.db import durable_atomic
from tamada.kit.text import analyse

from ..errors import ChatError, NoFile, Refused, UsedBefore
from ..models import Line, Thread, Upload, Visitor
from ..queries import threads_of
from .lines import add_lines, begin_thread
from .visitors import introduce, note_seen, party_of, prove
from .writers import Browser, Writer, find_writers

_TITLE: Final = 80


@dataclass(frozen=True, slots=True)
class Sent:
    """The line it became, whether this call made it, and who wrote it."""

    line: Line
    is_new: bool
    visitor: Visitor


@dataclass(frozen=True, slots=True, eq=False)
class Letter:
    """What somebody wrote, read before the transaction begins; who that is may be found in it. `page` None is the one
    where they were before.
    """

    writer: Browser | Writer
    client_id: str
    text: str
    language: str
    lemmas: str
    files: Sequence[int]
    page: str | None

    def digest(self) -> str:
        """What it says."""
        said = json.dumps([self.text, sorted(self.files)], ensure_ascii=False)
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A letter whose writer is known."""

    letter: Letter
    visitor: Visitor
    thread: Thread | None

    @property
    def key(self) -> str:
        """What the message is called by: no other visitor's program can name it."""
        return f"chat:{self.visitor.pk}:{self.letter.client_id}"

    @property
    def page(self) -> str:
        """Where they were when they wrote it."""
        return self.visitor.page if self.letter.page is None else self.letter.page


type_result = Sent | Exception


def store(batch: Sequence[Letter]) -> list[type_result]:
    """Store all of them or none; the refusal of one is its result and harms no other. On disk when this returns."""
    results: dict[Letter, type_result] = {}
    with durable_atomic():
        read: list[Words] = []
        for letter, writer in zip(batch, find_writers([letter.writer for letter in batch]), strict=True):
            if isinstance(writer, Writer):
                read.append(Words(letter, writer.visitor, writer.thread))
            else:
                results[letter] = writer
        note_seen(visitors=[words.visitor for words in read])
        results |= {words.letter: result for words, result in _store_once(read).items()}
    # Twice in one batch: the second is what the first became.
    doubles = [letter for letter in batch if letter not in results]
    if doubles:
        results |= dict(zip(doubles, store(doubles), strict=True))
    return [results[letter] for letter in batch]


def _store_once(batch: Sequence[Words]) -> dict[Words, type_result]:
    """What came before is found, the rest is stored; of two that are called the same the second is left out."""
    results: dict[Words, type_result] = {}
    known = _known(batch)
    fresh: dict[str, Words] = {}
    for words in batch:
        if (message := known.get((words.visitor.inbox_id, words.key))) is not None:
            results[words] = _again(words, message)
        else:
            fresh.setdefault(words.key, words)
    return results | _store(list(fresh.values()))


def _known(batch: Sequence[Words]) -> Mapping[tuple[int, str], Message]:
    found = Message.objects.filter(
        inbox__in={words.visitor.inbox_id for words in batch}, external_key__in={words.key for words in batch}
    )
    return {(message.inbox_id, message.external_key or ""): message for message in found}


def _again(words: Words, message: Message) -> type_result:
    """The line of an earlier try, unless that said something else."""
    lines = Line.objects.select_related("message", "thread__conversation").filter(message=message)
    line = lines.filter(thread__in=threads_of(words.visitor)).first()
    if line is None or message.data.get("digest") != words.letter.digest():
        return UsedBefore()
    return Sent(line, False, words.visitor)


def _store(batch: Sequence[Words]) -> dict[Words, type_result]:
    results: dict[Words, type_result] = {}
    wanted: list[tuple[Words, Envelope]] = []
    used: list[int] = []
    last = _last_said([words.thread.pk for words in batch if words.thread])
    for words in batch:
        try:
            uploads = _uploads(words)
        except ChatError as refusal:
            results[words] = refusal
            continue
        wanted.append((words, _envelope(words, uploads, last)))
        used += [file.pk for file in uploads]
    received = receive_messages(envelopes=[envelope for _, envelope in wanted]) if wanted else []
    # The files are the messages' by now, under rows of their own.
    Attachment.objects.filter(pk__in=used).delete()
    became = {words: one.message for (words, _), one in zip(wanted, received, strict=True)}
    results |= {words: Refused() for words, message in became.items() if message is None}
    return results | _tell({words: message for words, message in became.items() if message is not None})


def _tell(taken: Mapping[Words, Message]) -> dict[Words, type_result]:
    """Each message in its visitor's thread."""
    pairs = [(_thread(words, message.conversation), message) for words, message in taken.items()]
    lines = add_lines(pairs, is_ours=False)
    for (words, message), line in zip(taken.items(), lines, strict=True):
        line.thread.conversation = message.conversation
        _meet(words.visitor, message)
    return {words: Sent(line, True, words.visitor) for words, line in zip(taken, lines, strict=True)}


def _uploads(words: Words) -> list[Attachment]:
    """The files that go along. Raises `NoFile`."""
    files = words.letter.files
    if not files:
        return []
    mine = Upload.objects.filter(visitor=words.visitor, attachment__message=None, attachment__in=files)
    found = {row.attachment_id: row.attachment for row in mine.select_related("attachment")}
    if len(found) < len(files):
        raise NoFile
    return [found[pk] for pk in files]


def _envelope(words: Words, uploads: Sequence[Attachment], last: Mapping[int, str]) -> Envelope:
    letter, visitor, files = words.letter, words.visitor, [_incoming(file) for file in uploads]
    title = (letter.text or ", ".join(file.name for file in uploads)).split("\n", 1)[0]
    return Envelope(
        inbox_id=visitor.inbox_id,
        channel="chat",
        sender=party_of(visitor),
        external_id=words.key,
        digest=letter.digest(),
        subject="" if words.thread else (title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"),
        text=letter.text,
        received_at=timezone.now(),
        language=letter.language or visitor.language,
        thread=_thread_keys(words.thread, last),
        attachments=files,
        lemmas=" ".join([letter.lemmas, *analyse(" ".join(file.name for file in uploads), letter.language)]),
        data={"page": words.page} if words.page else {},
    )


def _incoming(file: Attachment) -> IncomingAttachment:
    return IncomingAttachment(name=file.name, type=file.type, size=file.size, blob=file.blob)


def _last_said(threads: Sequence[int]) -> Mapping[int, str]:
    """What the last message of each thread is called by, where that is in another conversation by now; one that was
    erased has no name any more.
    """
    if not threads:
        return {}
    rows = Line.objects.filter(thread__in=threads, seq=F("thread__last_seq")).exclude(message__external_id="")
    elsewhere = rows.exclude(message__conversation=F("thread__conversation"))
    return dict(elsewhere.order_by().values_list("thread", "message__external_id"))


def _thread_keys(thread: Thread | None, last: Mapping[int, str]) -> ThreadKeys:
    """The conversation, and the last thing said in it: what that went into by now is where this belongs."""
    if thread is None:
        return ThreadKeys()
    answered = (last[thread.pk],) if thread.pk in last else ()
    return ThreadKeys(conversation_ids=(thread.conversation_id,), external_ids=answered)


def _thread(words: Words, conversation: Conversation) -> Thread:
    """The thread to go on with. One whose conversation is gone goes on with the new one."""
    thread, visitor = words.thread, words.visitor
    if thread is None:
        visitor.refresh_from_db(fields=["user"])  # proven a moment ago, perhaps
        return begin_thread(visitor, conversation)
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
