"""What the composer starts with: the agent's draft, or an empty answer to the right people."""

import re
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from tamada.automation.queries.macros import visible_to
from tamada.conversations.capabilities import capabilities_of
from tamada.conversations.envelopes import Address
from tamada.conversations.models import Channel, Conversation, Draft, Inbox, Kind, Message
from tamada.conversations.recipients import default_recipients
from tamada.conversations.ways import ways_of
from tamada.kit.numbers import row_number

from . import times
from .access import agent_of
from .shown import shown_file, stands_in_text
from .written import with_addresses

MOST_MACROS = 300


def composer_context(request: HttpRequest, conversation: Conversation, messages: list[Message]) -> dict[str, Any]:
    """Context of `desk/parts/composer.html`, under the thread's last messages."""
    drafts = Draft.objects.filter(agent=agent_of(request), conversation=conversation)
    stored = drafts.prefetch_related("attachments").order_by("-updated_at").first()
    pk = conversation.pk
    ways = ways_of(agent_of(request), conversation)
    heard = next((m for m in reversed(messages) if m.kind == Kind.IN), None)
    chosen = _chosen(request, conversation, heard, ways)
    way = chosen or next((one for one in ways if heard and one.pk == heard.inbox_id), conversation.inbox)
    can = capabilities_of(way.channel)
    draft = draft_json(stored) if stored else _empty()
    is_begun_elsewhere = way in ways and not draft["to"] and not draft.get("cite")
    if can.addressed and (stored is None or is_begun_elsewhere):
        draft |= _receivers(conversation, messages)
    return {
        "draft": draft,
        "address_fields": _address_fields(draft),
        "channel_label": _label(way, conversation),
        "by_chat": way.channel == Channel.CHAT,
        "addressed": can.addressed,
        "can": can,
        "way": way,
        "way_told": _told(way),
        "is_way_chosen": chosen is not None,
        "heard": heard.pk if heard else "",
        "ways": [
            (one.pk, _instead(one), one.name, _label(one, conversation))
            for one in (conversation.inbox, *ways)
            if one != way
        ],
        "last_seen": last_seen(messages),
        "macros": list(visible_to(agent_of(request))[:MOST_MACROS]),
        "urls": {
            "begin": reverse("desk:begin", args=[pk]),
            "send": reverse("desk:send", args=[pk]),
            "draft": reverse("desk:draft", args=[pk]),
            **_common_urls(),
        },
    }


def _chosen(request: HttpRequest, conversation: Conversation, heard: Message | None, ways: list[Inbox]) -> Inbox | None:
    """The inbox that the person chose to answer from; what the customer writes after it is newer than the choice."""
    via, since = request.GET.get("via"), request.GET.get("heard")
    if not via or (since and heard and row_number(since) != heard.pk):
        return None
    return next((one for one in (conversation.inbox, *ways) if one.pk == row_number(via)), None)


def _label(way: Inbox, conversation: Conversation) -> str:
    """How the reply leaves; in a chat that it began in there is nothing to say."""
    labels = {Channel.EMAIL: _("Reply by e-mail"), Channel.TELEGRAM: _("Reply by Telegram")}
    if way.channel != conversation.channel:
        labels[Channel.CHAT] = _("Reply in the chat")
    return labels.get(Channel(way.channel), _("Reply"))


def _told(way: Inbox) -> str:
    """Said where it changed under somebody's words."""
    labels = {
        Channel.EMAIL: _("Your reply now goes by e-mail."),
        Channel.TELEGRAM: _("Your reply now goes by Telegram."),
    }
    return labels.get(Channel(way.channel), _("Your reply now goes into the chat."))


def _instead(way: Inbox) -> str:
    """The other channels by which it may go on."""
    labels = {Channel.EMAIL: _("By e-mail instead"), Channel.TELEGRAM: _("By Telegram instead")}
    return labels.get(Channel(way.channel), _("In the chat instead"))


def new_composer_context(given: QueryDict, stored: Draft | None) -> dict[str, Any]:
    """The same for a new conversation: with its draft, or what the address or a form sent without scripts gives."""
    draft = (draft_json(stored) | {"id": stored.pk, "inbox": stored.inbox_id or ""}) if stored else {"kind": "out"}
    written = {name: given[name] for name in ("to", "cc", "bcc", "subject", "inbox") if name in given}
    if text := given.get("text_out", "") or given.get("text", ""):
        written |= {"text": text, "html": given.get("html", "")}
    draft = {"to": "", "cc": "", "bcc": "", "attachments": []} | draft | written
    return {
        "draft": draft,
        "address_fields": _address_fields(draft),
        "addressed": True,
        "can": capabilities_of(Channel.EMAIL),
        "urls": {"send": reverse("desk:start"), "draft": reverse("desk:new_draft"), **_common_urls()},
    }


def _address_fields(draft: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [("to", _("To"), draft["to"]), ("cc", _("Cc"), draft["cc"]), ("bcc", _("Bcc"), draft["bcc"])]


def _common_urls() -> dict[str, str]:
    return {
        "upload": reverse("desk:upload"),
        "mentions": reverse("desk:mentions"),
        "addresses": reverse("desk:addresses"),
    }


def last_seen(messages: list[Message]) -> int | None:
    """The last thing that somebody said: an answer written without having seen what follows it is held back."""
    return next((m.pk for m in reversed(messages) if m.kind != Kind.SYSTEM), None)


def _empty() -> dict[str, Any]:
    return {"kind": "out", "html": "", "text": "", "to": "", "cc": "", "bcc": "", "attachments": []}


def _receivers(conversation: Conversation, messages: list[Message]) -> dict[str, str]:
    to, cc = default_recipients(conversation, newest=messages)
    return {"to": joined(to), "cc": joined(cc)}


def draft_json(draft: Draft) -> dict[str, Any]:
    """A draft as the composer takes it back."""
    files = list(draft.attachments.all())
    html = with_addresses(draft.html, files)
    how, cited = cited_by(draft)
    listed = [shown for shown in map(shown_file, files) if shown["url"] not in html]
    if cited:
        listed += [file for file in listed_files(cited) if int(file["id"]) in draft.data.get("files", ())]
    return {
        "kind": draft.kind,
        "html": html,
        "text": draft.text,
        "to": joined(draft.to),
        "cc": joined(draft.cc),
        "bcc": joined(draft.bcc),
        "subject": draft.subject,
        "version": draft.version,
        "attachments": listed,
        "cite": f"{how}:{cited.pk}" if cited else "",
        "cited": cited_line(how, cited) if cited else "",
        "macro": str(draft.data.get("macro", "")),
    }


def parse_cite(value: str) -> tuple[str, int]:
    """`forward:12` or `reply:12`, as the composer keeps what is to stand below; ("", 0) for anything else."""
    how, _colon, pk = value.partition(":")
    return (how, int(pk)) if how in ("forward", "reply") and pk.isdecimal() and len(pk) <= 18 else ("", 0)


def cited_by(draft: Draft) -> tuple[str, Message | None]:
    """How a draft cites, and which message of its own conversation, if it is still there."""
    how, pk = parse_cite(str(draft.data.get("cite", "")))
    if not how or draft.conversation is None:
        return "", None
    found = Message.objects.filter(pk=pk, conversation=draft.conversation, kind__in=(Kind.IN, Kind.OUT))
    return how, found.select_related("conversation").first()


def cited_line(how: str, message: Message) -> str:
    """The line that stands for the cited message while one writes."""
    known = {"name": message.author_name or message.sender, "time": times.with_clock(message.created_at)}
    return _("Forwarding %(name)s, %(time)s") % known if how == "forward" else _("Quoting %(name)s, %(time)s") % known


def listed_files(message: Message) -> list[dict[str, Any]]:
    """The files that came with a message, without the pictures that stand in its text."""
    return [{**shown_file(a), "cited": True} for a in message.attachments.all() if not stands_in_text(a, message)]


def joined(addresses: list[Address]) -> str:
    """Addresses as one line: `Name <a@b.c>, "Name, with signs" <d@e.f>`. No name is taken for an address."""
    return ", ".join(_named(a.get("name", ""), a["email"]) for a in addresses)


def _named(name: str, email: str) -> str:
    bare = " ".join(name.replace('"', "'").translate(_BRACKETS).split())
    quoted = f'"{bare}"' if _SIGNS.search(bare) else bare
    return f"{quoted} <{email}>" if bare else email


_BRACKETS = str.maketrans("<>\\", "   ")
_SIGNS = re.compile(r"[,;:@()\[\]]")
