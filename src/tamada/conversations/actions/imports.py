"""Conversations of another desk: a batch in one transaction. Nothing is sent, and no rule, timer or person is woken."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tamada.core import bulk, events
from tamada.core.actors import Actor
from tamada.customers.actions import tags_for
from tamada.customers.actions.tags import usable
from tamada.customers.models import Customer
from tamada.kit import html as html_kit
from tamada.kit.text import analyse, detect_language
from tamada.search.index import Document, index_messages

from .. import counts, indexing
from ..events import ConversationsImported
from ..imported import ImportedConversation, ImportedMessage, Stored
from ..models import AuthorKind, Conversation, DeliveryState, Inbox, Kind, Message, Priority, Status
from ..text import preview_of
from .waiting import oldest, unanswered


def import_conversations(*, actor: Actor, inbox: Inbox, conversations: Sequence["Prepared"]) -> list[Stored]:
    """Store conversations with their messages in an inbox, by its team. One event tells lists that they changed."""
    with transaction.atomic():
        batch = _Batch(inbox, conversations)
        batch.save()
        keys = frozenset({f"inbox:{inbox.pk}", f"team:{inbox.team_id}", "role:admin"})
        fact = ConversationsImported(audience=keys, inbox=inbox.pk, total=len(batch.messages))
        events.record(fact, actor=actor)
    return [Stored(row.pk, [m.pk for m in batch.of[i]]) for i, row in enumerate(batch.rows)]


class _Said:
    """One message, cleaned and analysed."""

    def __init__(self, given: ImportedMessage, subject: str) -> None:
        self.given = given
        clean = html_kit.clean(given.html) if given.html else None
        self.html = clean.html if clean else ""
        self.text = (given.text or (clean.text if clean else "")).replace("\0", "").strip()
        if given.files:
            self.text = "\n".join([self.text, "", *(f"[{name[:255]}]" for name in given.files)]).strip()
        self.language = detect_language(self.text)
        self.terms = " ".join(analyse(f"{subject}\n{self.text}", self.language))


class Prepared:
    """A conversation with everything in it cleaned and analysed, oldest first. Make it before the transaction."""

    def __init__(self, given: ImportedConversation) -> None:
        self.given = given
        self.subject = " ".join(given.subject.replace("\0", "").split())[:998]
        self.said = [_Said(message, self.subject) for message in sorted(given.messages, key=lambda m: m.at)]

    def waiting_since(self) -> datetime | None:
        """The oldest message of the customer without an answer."""
        waiting = None
        for said in self.said:
            if said.given.kind == "out":
                waiting = None
            elif said.given.kind == "in":
                waiting = waiting or said.given.at
        return waiting

    def first_reply(self) -> datetime | None:
        return next((said.given.at for said in self.said if said.given.kind == "out"), None)


class _Batch:
    """Conversations and messages to be written together."""

    def __init__(self, inbox: Inbox, prepared: Sequence[Prepared]) -> None:
        self.inbox = inbox
        self.prepared = prepared
        pks = {read.given.customer_id for read in prepared}
        self.customers = Customer.objects.in_bulk(pks)
        known = [read.given.known for read in prepared if read.given.known]
        stored = Conversation.objects.select_for_update().in_bulk(known)
        self.rows = [stored.get(read.given.known or 0) or self._new(read) for read in prepared]
        self.of: list[list[Message]] = []
        self.documents: list[tuple[Message, str]] = []
        self.known = [row for row in self.rows if row.pk]

    @property
    def messages(self) -> list[Message]:
        return [message for messages in self.of for message in messages]

    def _new(self, read: Prepared) -> Conversation:
        given = read.given
        began = given.created_at or (read.said[0].given.at if read.said else timezone.now())
        status = given.status if given.status in Status.values else Status.CLOSED
        is_closed = status == Status.CLOSED
        return Conversation(
            inbox=self.inbox,
            channel=self.inbox.channel,
            customer=self.customers[given.customer_id],
            team=self.inbox.team,
            assignee_id=given.assignee_id,
            subject=read.subject,
            language=read.said[0].language if read.said else "",
            status=status,
            priority=given.priority if given.priority in Priority.values else Priority.NORMAL,
            created_at=began,
            last_activity_at=began,
            waiting_since=read.waiting_since() if status == Status.OPEN else None,
            first_replied_at=read.first_reply(),
            closed_at=(given.closed_at or began) if is_closed else None,
        )

    def save(self) -> None:
        new = [row for row in self.rows if not row.pk]
        cells = Counter(counts.key_of(row) for row in new)
        for row, read in zip(self.rows, self.prepared, strict=True):
            self.of.append([self._message(row, said) for said in read.said])
        bulk.insert(Conversation, new)
        for message in self.messages:
            message.conversation = message.conversation  # takes over the id that it has by now
        bulk.insert(Message, self.messages)
        self._advance()
        counts.apply(cells)
        self._tag(new)
        self._note_activity()
        index_messages([self._document(message, terms) for message, terms in self.documents])

    def _advance(self) -> None:
        """Conversations that were here before, by what is in them now: a question and its answer may come apart."""
        known = {row.pk for row in self.known}
        for row, read in zip(self.rows, self.prepared, strict=True):
            if row.pk in known:
                row.first_replied_at = oldest(row.first_replied_at, read.first_reply())
                row.waiting_since = _waiting_since(row, read)
                row.updated_at = timezone.now()
        bulk.update(Conversation, self.known, _ADVANCED)

    def _message(self, row: Conversation, said: _Said) -> Message:
        given = said.given
        row.last_seq += 1
        row.message_count += 1
        row.last_activity_at = max(row.last_activity_at, given.at)
        if row.closed_at and given.at > row.closed_at:
            row.closed_at = given.at
        row.preview, row.last_kind = preview_of(said.text), given.kind
        is_theirs = given.kind == "in"
        message = Message(
            conversation=row,
            seq=row.last_seq,
            kind=Kind(given.kind),
            channel=row.channel,
            inbox=self.inbox,
            author_kind=AuthorKind.CUSTOMER if is_theirs else AuthorKind.AGENT,
            author_name=" ".join((given.author_name or given.author_email).replace("\0", "").split())[:160],
            agent_id=None if is_theirs else given.agent_id,
            customer_id=row.customer_id if is_theirs else None,
            sender=given.author_email[:320] if is_theirs else "",
            subject=row.subject if row.last_seq == 1 else "",
            text=said.text,
            html=said.html,
            language=said.language,
            delivery=DeliveryState.SENT if given.kind == "out" else "",
            data={"imported": True},
            created_at=given.at,
        )
        self.documents.append((message, said.terms))
        return message

    def _document(self, message: Message, terms: str) -> Document:
        return indexing.document(message, terms)

    def _tag(self, new: Sequence[Conversation]) -> None:
        for row, read in zip(self.rows, self.prepared, strict=True):
            if read.given.tags and row in new:
                row.tags.add(*tags_for(usable(read.given.tags)))

    def _note_activity(self) -> None:
        latest: dict[int, datetime] = {}
        for row in self.rows:
            latest[row.customer_id] = max(latest.get(row.customer_id, row.last_activity_at), row.last_activity_at)
        for pk, at in latest.items():
            Customer.objects.filter(pk=pk, last_activity_at__lt=at).update(last_activity_at=at)


def _waiting_since(row: Conversation, read: Prepared) -> datetime | None:
    """The oldest unanswered question of those that were open and those that came in now."""
    began = oldest(row.waiting_since, next((said.given.at for said in read.said if said.given.kind == "in"), None))
    if began is None or row.status == Status.CLOSED or (row.status != Status.OPEN and row.waiting_since is None):
        return None
    return unanswered(row, began)


_ADVANCED = (
    *("last_seq", "message_count", "preview", "last_kind", "last_activity_at", "updated_at", "closed_at"),
    *("waiting_since", "first_replied_at"),
)
