"""Erasing a person from conversations: what was said with them is emptied, file by file and word by word.

What remains of a conversation is when something was said, by which side, and how it ended: counts and deadlines hold.
`mentions` clears what others said.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamada.core import bulk, events, storage
from tamada.core.actors import SYSTEM
from tamada.core.personal import GONE, Eraser, Piece, Subject, erasers, names_any
from tamada.search.index import forget_messages
from tamada.search.upkeep import forget_words
from tamada.search.vocabulary import Kind as Indexed

from . import access, counts, indexing, points, spam_filter
from .events import ConversationUpdated
from .models import Attachment, AuthorKind, Conversation, Delivery, Draft, Kind, Message, Status

AT_ONCE: Final = 200
_EMPTIED: Final = (
    "author_name", "sender", "subject", "to", "cc", "bcc", "text", "quoted_text", "html", "quoted_html", "external_id",
    "external_key", "references", "raw", "delivery", "data", "has_attachments",
)  # fmt: skip


def theirs(subject: Subject) -> QuerySet[Message]:
    """What they wrote anywhere, and in their own conversations what we wrote and noted.

    Two questions that have an index each: in one, with OR between them, a database would read every message there is.
    """
    own = Message.objects.filter(conversation__in=_own(subject).values("pk"))
    ours = own.filter(~Q(kind=Kind.IN) | Q(customer__isnull=True))
    written = Message.objects.filter(customer__in=subject.ids)
    return Message.objects.filter(pk__in=written.order_by().values("pk").union(ours.order_by().values("pk")))


def _full(subject: Subject) -> QuerySet[Message]:
    return theirs(subject).filter(data__erased__isnull=True)


def _erase_messages(subject: Subject, after: int) -> Piece:
    """Originals and files go first: should we die in between, the rows still say that there is something to do."""
    found = _full(subject).filter(pk__gt=after).order_by("pk").select_related("conversation")
    rows = list(found.prefetch_related("attachments")[:AT_ONCE])
    if not rows:
        return Piece(0)
    ids = [row.pk for row in rows]
    for bury in points.burials:
        bury(rows)
    drop_files(Attachment.objects.filter(message__in=ids))
    with transaction.atomic():
        Attachment.objects.filter(message__in=ids).delete()
        Delivery.objects.filter(message__in=ids).delete()
        forget_terms(rows)
        spam_filter.forget_rare(f"{row.subject}\n{row.text}" for row in rows)
        for row in rows:
            _empty(row)
        bulk.update(Message, rows, _EMPTIED)
    return Piece(len(rows), ids[-1])


def forget_terms(rows: Sequence[Message]) -> None:
    """Take messages out of the index, and the words that only they had. Call in a transaction."""
    documents = [indexing.document(row, indexing.terms_of(row)) for row in rows]
    forget_messages([row.pk for row in rows])
    forget_words(Indexed.MESSAGE, {word for found in documents for word in found.terms.split()})


def _empty(row: Message) -> None:
    if row.kind == Kind.IN or row.author_kind == AuthorKind.CUSTOMER:
        row.author_name = ""
    row.sender = row.subject = row.text = row.quoted_text = row.html = row.quoted_html = ""
    row.external_id, row.external_key, row.raw = "", None, ""
    row.to, row.cc, row.bcc, row.references = [], [], [], []
    row.has_attachments = False
    if row.delivery == "queued":
        row.delivery = ""
    row.data = {**(_line(row.data) if row.kind == Kind.SYSTEM else {}), "erased": True}


def _line(data: dict[str, Any]) -> dict[str, Any]:
    """A system line without addresses, reports, subjects and promises."""
    wordy = {"address", "detail", "subject", "name", "promise", "why"}
    if data.get("event") == "subject":
        wordy.add("to")
    return {key: GONE if key in wordy else value for key, value in data.items()}


def drop_files(attachments: QuerySet[Attachment]) -> None:
    """Remove the bytes of these, but those that other rows name as well."""
    storage.delete(*attachments.values_list("blob", flat=True), without=attachments)


def _files(subject: Subject) -> QuerySet[Attachment]:
    return Attachment.objects.filter(message__in=theirs(subject))


def _erase_files(subject: Subject, after: int) -> Piece:
    """They went with their messages; the count is what the preview and the receipt show."""
    del subject, after
    return Piece(0)


# --- conversations ----------------------------------------------------------------------------------------------------


def _own(subject: Subject) -> QuerySet[Conversation]:
    return Conversation.everything.filter(customer__in=subject.ids)


def _named(subject: Subject) -> QuerySet[Conversation]:
    return _own(subject).exclude(subject="", preview="", status=Status.CLOSED)


def _erase_conversations(subject: Subject, after: int) -> Piece:
    with transaction.atomic():
        found = _named(subject).filter(pk__gt=after).order_by("pk").select_for_update(of=("self",))
        rows = list(found[:AT_ONCE])
        for row in rows:
            _shut(row)
    return Piece(len(rows), rows[-1].pk if rows else None)


def _shut(row: Conversation) -> None:
    """It ends, quietly: nobody is asked to do anything, and no rule is told that it was closed."""
    before = counts.key_of(row)
    row.subject = row.preview = ""
    row.status, row.waiting_since, row.snoozed_until = Status.CLOSED, None, None
    row.closed_at = row.closed_at or timezone.now()
    row.save(
        update_fields=["subject", "preview", "status", "waiting_since", "snoozed_until", "closed_at", "updated_at"]
    )
    if row.deleted_at is None and row.merged_into_id is None:
        counts.move(before, counts.key_of(row))
        keys = access.audience(row)
        fact = ConversationUpdated(audience=keys, before=keys, conversation=row.pk, fields=("erased",))
        events.record(fact, actor=SYSTEM)


# --- drafts -----------------------------------------------------------------------------------------------------------


def _drafts(subject: Subject) -> list[int]:
    """Answers to them, and whatever else is being written that names them."""
    own = set(Draft.objects.filter(conversation__customer__in=subject.ids).values_list("pk", flat=True))
    fields = ("pk", "to", "cc", "bcc", "subject", "text")
    for pk, *values in Draft.objects.exclude(pk__in=own).values_list(*fields).iterator():
        if names_any(" ".join(map(str, values)), subject.telling):
            own.add(pk)
    return sorted(own)


def _erase_drafts(subject: Subject, after: int) -> Piece:
    del after
    ids: Collection[int] = _drafts(subject)[:AT_ONCE]
    files = Attachment.objects.filter(draft__in=ids)
    drop_files(files)
    with transaction.atomic():
        files.delete()
        Draft.objects.filter(pk__in=ids).delete()
    return Piece(len(ids), 0 if ids else None)


erasers.register(
    "files",
    Eraser(_("Files"), lambda subject: _files(subject).count(), _erase_files, ("conversations.Attachment",)),
)
erasers.register(
    "messages",
    Eraser(
        _("Messages and notes"),
        lambda subject: _full(subject).exclude(kind=Kind.SYSTEM).count(),
        _erase_messages,
        (
            "conversations.Message",
            "conversations.Delivery",
            "conversations.DeliveryAttempt",
            "conversations.SpamWord",
            "conversations.Attachment",
        ),
        kept=lambda subject: theirs(subject).count(),
        why=_("That something was said, when, and by which side: without a word of it."),
    ),
)
erasers.register(
    "conversations",
    Eraser(
        _("Conversations"),
        lambda subject: _named(subject).count(),
        _erase_conversations,
        ("conversations.Conversation",),
        kept=lambda subject: _own(subject).count(),
        why=_("The number, inbox, team, tags, times and deadlines, for statistics."),
    ),
)
erasers.register(
    "drafts", Eraser(_("Drafts"), lambda subject: len(_drafts(subject)), _erase_drafts, ("conversations.Draft",))
)
