"""Rows as the API shows them: plain dicts, because a list has many and a validated model costs ten times more."""

from collections.abc import Sequence
from typing import Any

from django.utils.dateparse import parse_datetime

from tamada.accounts.models import Agent, Team
from tamada.automation.models import View
from tamada.automation.queries import Countdown, countdowns, views
from tamada.conversations.models import Attachment, Conversation, Inbox, Merge, Message
from tamada.conversations.queries import Counts
from tamada.customers.models import (
    AttributeDefinition,
    BlockedSender,
    Customer,
    CustomerMerge,
    Identity,
    Organisation,
    Tag,
)
from tamada.customers.points import Entry
from tamada.customers.queries import addresses_of
from tamada.webhooks.models import Delivery as WebhookDelivery
from tamada.webhooks.models import Endpoint

from .answers import instant

type_item = dict[str, Any]


def _id(pk: int | None) -> str | None:
    return None if pk is None else str(pk)


def conversation_items(rows: Sequence[Conversation]) -> list[type_item]:
    """Needs `customer` and `tags` fetched. A customer who gave no name is called by their address."""
    addresses = addresses_of({row.customer_id for row in rows if not row.customer.name})
    due = countdowns([row.pk for row in rows])
    return [
        _conversation_item(row, row.customer.name or addresses.get(row.customer_id, ""), due.get(row.pk))
        for row in rows
    ]


def conversation_item(row: Conversation) -> type_item:
    """As `conversation_items`, for one."""
    return conversation_items([row])[0]


def _sla_item(due: Countdown | None) -> type_item | None:
    if due is None:
        return None
    return {
        "kind": due.target.value,
        "state": due.state,
        "due_at": instant(due.due_at),
        "warn_at": instant(due.warn_at),
        "started_at": instant(due.started_at),
        "remaining": None if due.left is None else int(due.left.total_seconds()),
        "policy": _id(due.policy),
    }


def _conversation_item(row: Conversation, customer_name: str, due: Countdown | None) -> type_item:
    return {
        "id": str(row.pk),
        "number": row.pk,
        "subject": row.subject,
        "status": row.status,
        "priority": row.priority,
        "channel": row.channel,
        "inbox": str(row.inbox_id),
        "customer": {"id": str(row.customer_id), "name": customer_name},
        "assignee": _id(row.assignee_id),
        "team": str(row.team_id),
        "tags": [tag.name for tag in row.tags.all()],
        "language": row.language or None,
        "spam": row.is_spam,
        "preview": row.preview,
        "message_count": row.message_count,
        "linked_to": _id(row.linked_to_id),
        "merged_into": _id(row.merged_into_id),
        "created_at": instant(row.created_at),
        "last_activity_at": instant(row.last_activity_at),
        "waiting_since": instant(row.waiting_since),
        "sla": _sla_item(due),
        "snoozed_until": instant(row.snoozed_until),
        "first_replied_at": instant(row.first_replied_at),
        "closed_at": instant(row.closed_at),
    }


def merge_item(row: Merge, later: int | None) -> type_item:
    """A merge, and the one that must be undone before it."""
    return {
        "id": str(row.pk),
        "conversations": [str(pk) for pk in row.data["sources"]],
        "into": str(row.target_id),
        "by": _id(row.agent_id),
        "later": _id(later),
        "created_at": instant(row.created_at),
        "undone_at": instant(row.undone_at),
    }


def message_item(row: Message) -> type_item:
    """Needs `attachments` fetched."""
    return {
        "id": str(row.pk),
        "conversation": str(row.conversation_id),
        "kind": row.kind,
        "channel": row.channel,
        "inbox": str(row.inbox_id),
        "author": _author(row.author_kind, row.author_name),
        "author_id": _id(row.agent_id or row.customer_id),
        "via": _via(row.author_kind),
        "to": _emails(row.to),
        "cc": _emails(row.cc),
        "bcc": _emails(row.bcc),
        "names": {a["email"]: a["name"] for a in (*row.to, *row.cc, *row.bcc) if a.get("name")},
        "subject": row.subject,
        "text": row.text,
        "quoted_text": row.quoted_text,
        "html": row.html,
        "quoted_html": row.quoted_html,
        "attachments": [attachment_item(file) for file in row.attachments.all()],
        "language": row.language or None,
        "delivery": row.delivery or None,
        "automatic": row.is_automatic,
        "message_id": row.external_id or None,
        "change": row.data if row.kind == "system" else None,
        "created_at": instant(row.created_at),
        "edited_at": instant(parse_datetime(str(row.data.get("edited_at", "")))),
        "edits": [_wording(edit) for edit in row.data.get("edits", ())],
    }


def _wording(edit: dict[str, str]) -> type_item:
    return {"text": edit["text"], "until": instant(parse_datetime(edit["until"]))}


def _author(kind: str, name: str) -> type_item:
    """What an API token wrote is its person's; `_via` tells how."""
    return {"type": "agent" if kind == "api" else kind, "name": name}


def _via(kind: str) -> str | None:
    return "api" if kind == "api" else None


def _emails(addresses: list[dict[str, str]]) -> list[str]:
    return [address["email"] for address in addresses]


def attachment_item(row: Attachment) -> type_item:
    return {
        "id": str(row.pk),
        "name": row.name,
        "type": row.type,
        "size": row.size,
        "inline": row.is_inline,
        "url": f"/api/v1/attachments/{row.pk}",
    }


def customer_merge_item(row: CustomerMerge) -> type_item:
    return {
        "id": str(row.pk),
        "customer": str(row.source_id),
        "into": str(row.target_id),
        "created_at": instant(row.created_at),
        "undone_at": instant(row.undone_at),
    }


def customer_item(row: Customer) -> type_item:
    """Needs `organisation`, `tags` and `identities` fetched."""
    organisation, identities = row.organisation, list(row.identities.all())
    return {
        "id": str(row.pk),
        "name": row.name or (str(identities[0]) if identities else ""),
        "identities": [{"type": i.type, "value": i.value, "verified": i.verified} for i in identities],
        "organisation": {"id": str(organisation.pk), "name": organisation.name} if organisation else None,
        "language": row.language or None,
        "time_zone": row.time_zone or None,
        "city": row.city,
        "note": row.note,
        "attributes": row.attributes,
        "tags": [tag.name for tag in row.tags.all()],
        "blocked": row.blocked_at is not None,
        "created_at": instant(row.created_at),
        "last_activity_at": instant(row.last_activity_at),
    }


def identity_item(row: Identity) -> type_item:
    return {
        "id": str(row.pk),
        "type": row.type,
        "value": row.value,
        "display": row.display or row.value,
        "verified": row.verified,
    }


def entry_item(entry: Entry) -> type_item:
    """One thing on a timeline."""
    return {
        "id": f"{entry.kind}-{entry.id}",
        "type": entry.kind,
        entry.kind: str(entry.id),
        "kind": entry.direction or None,
        "channel": entry.channel or None,
        "conversation": _id(entry.conversation),
        "author": _author(entry.author_kind, entry.author_name) if entry.author_kind else None,
        "via": _via(entry.author_kind),
        "subject": entry.title,
        "text": entry.text,
        "data": dict(entry.data),
        "created_at": instant(entry.at),
    }


def inbox_item(row: Inbox) -> type_item:
    return {
        "id": str(row.pk),
        "name": row.name,
        "channel": row.channel,
        "address": row.address or None,
        "team": str(row.team_id),
        "language": row.language or None,
        "active": row.is_active,
    }


def team_item(row: Team) -> type_item:
    """Needs `memberships` fetched."""
    members = [str(membership.agent_id) for membership in row.memberships.all()]
    return {"id": str(row.pk), "name": row.name, "default": row.is_default, "members": members}


def agent_item(row: Agent) -> type_item:
    """Needs `memberships` fetched."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "email": row.email,
        "role": row.role,
        "teams": [str(membership.team_id) for membership in row.memberships.all()],
        "away": row.is_away,
        "away_until": instant(row.away_until),
    }


def tag_item(row: Tag) -> type_item:
    return {"id": str(row.pk), "name": row.name}


def organisation_item(row: Organisation) -> type_item:
    return {
        "id": str(row.pk),
        "name": row.name,
        "domains": row.domains,
        "note": row.note,
        "created_at": instant(row.created_at),
    }


def attribute_item(row: AttributeDefinition) -> type_item:
    return {
        "id": str(row.pk),
        "key": row.key,
        "label": row.label,
        "type": row.type,
        "choices": row.choices,
        "position": row.position,
    }


def blocked_item(row: BlockedSender) -> type_item:
    return {"id": str(row.pk), "value": row.value, "reason": row.reason, "created_at": instant(row.created_at)}


def counts_item(counts: Counts) -> type_item:
    """Badges; keys of `inboxes` and `teams` are ids."""
    return {
        "mine": counts.mine,
        "unassigned": counts.unassigned,
        "mentions": counts.mentions,
        "snoozed": counts.snoozed,
        "open": counts.open,
        "spam": counts.spam,
        "inboxes": {str(pk): total for pk, total in counts.inboxes.items()},
        "teams": {str(pk): total for pk, total in counts.teams.items()},
    }


def view_items(agent: Agent, rows: Sequence[View]) -> list[type_item]:
    """Views as this agent sees them, counted together."""
    totals = views.counts_of(agent, rows)
    return [_view_item(agent, row, totals[row.pk]) for row in rows]


def _view_item(agent: Agent, row: View, total: int) -> type_item:
    return {
        "id": str(row.pk),
        "name": row.name,
        "icon": row.icon,
        "visibility": row.visibility,
        "team": _id(row.team_id),
        "every": row.every,
        "some": row.some,
        "order": row.order,
        "changeable": views.may_change(agent, row.visibility, row.team_id),
        "problems": views.problems_of(agent, row),
        "count": min(total, views.MOST_COUNTED),
        "more": total > views.MOST_COUNTED,
        "created_at": instant(row.created_at),
    }


def webhook_item(row: Endpoint) -> type_item:
    """Without its secrets, which are shown once."""
    return {
        "id": str(row.pk),
        "url": row.url,
        "description": row.description,
        "types": row.types,
        "active": row.is_active,
        "off": row.off_reason or None,
        "off_at": instant(row.off_at),
        "failing_since": instant(row.failing_since),
        "old_secret_until": instant(row.old_secret_until),
        "created_at": instant(row.created_at),
    }


def delivery_item(row: WebhookDelivery) -> type_item:
    """Needs `attempts` fetched."""
    attempts = list(row.attempts.all())
    return {
        "id": str(row.pk),
        "webhook": str(row.endpoint_id),
        "webhook_id": row.name,
        "type": row.type,
        "state": row.state,
        "body": row.body,
        "attempts": [
            {
                "at": instant(attempt.at),
                "outcome": attempt.outcome,
                "status": attempt.status,
                "milliseconds": attempt.milliseconds,
                "answer": attempt.answer,
            }
            for attempt in attempts
        ],
        "next_at": instant(row.not_before) if row.state == "pending" else None,
        "created_at": instant(row.created_at),
        "settled_at": instant(row.settled_at),
    }
