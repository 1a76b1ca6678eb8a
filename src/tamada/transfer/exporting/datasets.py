"""What is exported: each kind of thing with its rows as plain dicts. Names are those of the API where it has them."""

from collections.abc import Iterable, Sequence

from django.db.models import Model, QuerySet

from tamada.conversations.models import Attachment, Conversation, Message
from tamada.core import takeout
from tamada.core.models import AuditEntry
from tamada.core.takeout import Dataset, type_row
from tamada.core.takeout import instant as _instant
from tamada.customers.models import Customer, Organisation

from .house import HOUSE


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
        "merged_into": _id(row.merged_into_id),
        "erased_at": _instant(row.erased_at),
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
        "inbox_id": str(row.inbox_id),
        "customer": str(row.customer_id),
        "assignee": row.assignee.email if row.assignee else None,
        "team": row.team.name,
        "tags": _names(row.tags.all()),
        "language": row.language or None,
        "spam": row.is_spam,
        "message_count": row.message_count,
        "linked_to": _id(row.linked_to_id),
        "merged_into": _id(row.merged_into_id),
        "deleted_at": _instant(row.deleted_at),
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
        "agent_id": _id(row.agent_id),
        "customer_id": _id(row.customer_id),
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
    return Conversation.everything.select_related("inbox", "assignee", "team").prefetch_related("tags")


def _customers() -> QuerySet[Customer]:
    return Customer.everything.select_related("organisation").prefetch_related("tags", "identities")


def everything() -> tuple[Dataset, ...]:
    """Each kind of thing, those of other rooms included."""
    return (*HOUSE, *_MATTERS, *takeout.datasets)


_MATTERS = (
    Dataset("organisations", ("id", "name", "domains", "note", "created_at"), Organisation.objects.all, _organisation),
    Dataset(
        "customers",
        (
            *("id", "name", "identities", "organisation", "language", "time_zone", "city", "note", "attributes"),
            *("tags", "blocked", "merged_into", "erased_at", "created_at", "last_activity_at"),
        ),
        _customers,
        _customer,
    ),
    Dataset(
        "conversations",
        (
            *("id", "subject", "status", "priority", "channel", "inbox", "inbox_id", "customer", "assignee", "team"),
            *("tags", "language", "spam", "message_count", "linked_to", "merged_into", "deleted_at", "created_at"),
            *("last_activity_at", "waiting_since", "snoozed_until", "first_replied_at", "closed_at"),
        ),
        _conversations,
        _conversation,
    ),
    Dataset(
        "messages",
        (
            *("id", "conversation", "number", "kind", "channel", "author_type", "author", "agent_id", "customer_id"),
            *("sender", "to", "cc", "bcc", "subject", "text", "quoted_text", "html", "quoted_html", "language"),
            *("delivery", "automatic", "message_id", "change", "created_at"),
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
