"""What the composer starts with: the agent's draft, or an empty answer to the right people."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tamada.conversations.envelopes import Address
from tamada.conversations.models import Conversation, Draft, Kind, Message
from tamada.conversations.recipients import default_recipients

from .access import agent_of
from .shown import shown_file
from .written import with_addresses


def composer_context(request: HttpRequest, conversation: Conversation, messages: list[Message]) -> dict[str, Any]:
    """Context of `desk/parts/composer.html`, under the thread's last messages."""
    drafts = Draft.objects.filter(agent=agent_of(request), conversation=conversation)
    stored = drafts.prefetch_related("attachments").order_by("-updated_at").first()
    draft = draft_json(stored) if stored else _empty(conversation, messages)
    pk = conversation.pk
    return {
        "draft": draft,
        "address_fields": [
            ("to", _("To"), draft["to"]),
            ("cc", _("Cc"), draft["cc"]),
            ("bcc", _("Bcc"), draft["bcc"]),
        ],
        "channel_label": _("Reply by e-mail") if conversation.channel == "email" else _("Reply"),
        "addressed": conversation.channel == "email",
        "last_seen": last_seen(messages),
        "urls": {
            "send": reverse("desk:send", args=[pk]),
            "draft": reverse("desk:draft", args=[pk]),
            "upload": reverse("desk:upload"),
            "mentions": reverse("desk:mentions"),
            "addresses": reverse("desk:addresses"),
        },
    }


def last_seen(messages: list[Message]) -> int | None:
    """The last thing that somebody said: an answer written without having seen what follows it is held back."""
    return next((m.pk for m in reversed(messages) if m.kind != Kind.SYSTEM), None)


def _empty(conversation: Conversation, messages: list[Message]) -> dict[str, Any]:
    to, cc = default_recipients(conversation, newest=messages) if conversation.channel == "email" else ([], [])
    return {"kind": "out", "html": "", "text": "", "to": joined(to), "cc": joined(cc), "bcc": "", "attachments": []}


def draft_json(draft: Draft) -> dict[str, Any]:
    """A draft as the composer takes it back."""
    files = list(draft.attachments.all())
    html = with_addresses(draft.html, files)
    return {
        "kind": draft.kind,
        "html": html,
        "text": draft.text,
        "to": joined(draft.to),
        "cc": joined(draft.cc),
        "bcc": joined(draft.bcc),
        "subject": draft.subject,
        "version": draft.updated_at.isoformat(),
        "attachments": [shown for shown in map(shown_file, files) if shown["url"] not in html],
    }


def joined(addresses: list[Address]) -> str:
    """Addresses as one line: `Name <a@b.c>, d@e.f`."""
    return ", ".join(f"{a['name']} <{a['email']}>" if a.get("name") else a["email"] for a in addresses)
