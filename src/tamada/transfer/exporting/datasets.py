"""What is exported: each kind of thing with its rows as plain dicts. Names are those of the API where it has them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Max, Model, QuerySet

from tamada.conversations.models import Attachment, Conversation, Message
from tamada.core.models import AuditEntry
from tamada.customers.models import Customer, Organisation

PAGE = 500

type_row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One kind of thing: `columns` in the order of the CSV file."""

    name: str
    columns: tuple[str, ...]
    query: Callable[[], QuerySet[Any]]
    shape: Callable[[Any], type_row]

    def total(self) -> int:
        """How many there are now."""
        return self.query().order_by().count()

    def rows(self) -> Iterator[type_row]:
        """Each as a dict, oldest first: a page at a time by id, so that no snapshot is held open for long.

        What is added while it runs is left out.
        """
        last = self.query().aggregate(last=Max("pk"))["last"] or 0
        after = 0
        while page := list(self.query().filter(pk__gt=after, pk__lte=last).order_by("pk")[:PAGE]):
            yield from (self.shape(row) for row in page)
            after = page[-1].pk


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z" if at else None


def _id(pk: int | None) -> str | None:
    return None if pk is None else str(pk)


def _names(rows: Iterable[Model]) -> list[str]:
    return [str(row) for row in rows]


def _emails(addresses: Sequence[dict[str, str]]) -> list[str]:
    return [address.get("email", "") for address in addresses]


def _organisation(row: Organisation) -> type_row:
    return {
        "id": str(row.pk),
        "name": row.name,
        "domains": row.domains,
        "note": row.note,
        "created_at": _instant(row.created_at),
    }


def _customer(row: Customer) -> type_row:
    return {
        "id": str(row.pk),
        "name": row.name,
        "identities": [{"type": i.type, "value": i.value, "verified": i.verified} for i in row.identities.all()],
        "organisation": row.organisation.name if row.organisation else None,
        "language": row.language or None,
        "time_zone": row.time_zone or None,
        "city": row.city,
        "note": row.note,
        "attributes": row.attributes,
        "tags": _names(row.tags.all()),
        "blocked": row.blocked_at is not None,
        "created_at": _instant(row.created_at),
        "last_activity_at": _instant(row.last_activity_at),
    }


def _conversation(row: Conversation) -> type_row:
    return {
        "id": str(row.pk),
        "subject": row.subject,
        "status": row.status,
        "priority": row.priority,
        "channel": row.channel,
        "inbox": row.inbox.name,
        "customer": str(row.customer_id),
        "assignee": row.assignee.email if row.assignee else None,
        "team": row.team.name,
        "tags": _names(row.tags.all()),
        "language": row.language or None,
        "spam": row.is_spam,
        "message_count": row.message_count,
        "linked_to": _id(row.linked_to_id),
        "created_at": _instant(row.created_at),
        "last_activity_at": _instant(row.last_activity_at),
        "waiting_since": _instant(row.waiting_since),
        "snoozed_until": _instant(row.snoozed_until),
        "first_replied_at": _instant(row.first_replied_at),
        "closed_at": _instant(row.closed_at),
    }


def _message(row: Message) -> type_row:
    return {
        "id": str(row.pk),
        "conversation": str(row.conversation_id),
        "number": row.seq,
        "kind": row.kind,
        "channel": row.channel,
        "author_type": row.author_kind,
        "author": row.author_name,
        "sender": row.sender,
        "to": _emails(row.to),
        "cc": _emails(row.cc),
        "bcc": _emails(row.bcc),
        "subject": row.subject,
        "text": row.text,
        "quoted_text": row.quoted_text,
        "html": row.html,
        "quoted_html": row.quoted_html,
        "language": row.language or None,
        "delivery": row.delivery or None,
        "automatic": row.is_automatic,
        "message_id": row.external_id or None,
        "change": row.data if row.kind == "system" else None,
        "created_at": _instant(row.created_at),
    }


def _attachment(row: Attachment) -> type_row:
    return {
        "id": str(row.pk),
        "message": _id(row.message_id),
        "name": row.name,
        "type": row.type,
        "size": row.size,
        "sha256": row.blob,
        "inline": row.is_inline,
        "created_at": _instant(row.created_at),
    }


def _entry(row: AuditEntry) -> type_row:
    return {
        "id": str(row.pk),
        "at": _instant(row.at),
        "actor_type": row.actor_kind,
        "actor_id": _id(row.actor_id),
        "actor": row.actor_name,
        "action": row.action,
        "object_type": row.object_type,
        "object_id": _id(row.object_id),
        "changes": row.changes,
    }


def _conversations() -> QuerySet[Conversation]:
    return Conversation.objects.select_related("inbox", "assignee", "team").prefetch_related("tags")


def _customers() -> QuerySet[Customer]:
    return Customer.objects.select_related("organisation").prefetch_related("tags", "identities")


DATASETS = (
    Dataset("organisations", ("id", "name", "domains", "note", "created_at"), Organisation.objects.all, _organisation),
    Dataset(
        "customers",
        (
            *("id", "name", "identities", "organisation", "language", "time_zone", "city", "note", "attributes"),
            *("tags", "blocked", "created_at", "last_activity_at"),
        ),
        _customers,
        _customer,
    ),
    Dataset(
        "conversations",
        (
            *("id", "subject", "status", "priority", "channel", "inbox", "customer", "assignee", "team", "tags"),
            *("language", "spam", "message_count", "linked_to", "created_at", "last_activity_at", "waiting_since"),
            *("snoozed_until", "first_replied_at", "closed_at"),
        ),
        _conversations,
        _conversation,
    ),
    Dataset(
        "messages",
        (
            *("id", "conversation", "number", "kind", "channel", "author_type", "author", "sender", "to", "cc", "bcc"),
            *("subject", "text", "quoted_text", "html", "quoted_html", "language", "delivery", "automatic"),
            *("message_id", "change", "created_at"),
        ),
        Message.objects.all,
        _message,
    ),
    Dataset(
        "attachments",
        ("id", "message", "name", "type", "size", "sha256", "inline", "created_at"),
        lambda: Attachment.objects.filter(message__isnull=False),
        _attachment,
    ),
    Dataset(
        "audit",
        ("id", "at", "actor_type", "actor_id", "actor", "action", "object_type", "object_id", "changes"),
        AuditEntry.objects.all,
        _entry,
    ),
)
