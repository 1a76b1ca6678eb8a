"""Writing: send, take back, send again, and begin a conversation."""

import re
from datetime import datetime, timedelta
from email.utils import getaddresses
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tamada.automation.points import Missing
from tamada.calendars.queries import schedule
from tamada.conversations.actions import (
    add_note,
    finish_draft,
    forward_message,
    send_again,
    send_reply,
    undo_send,
)
from tamada.conversations.actions.undo import as_html
from tamada.conversations.capabilities import capabilities_of
from tamada.conversations.envelopes import Address
from tamada.conversations.errors import (
    BadRecipient,
    EmptyMessage,
    FileTooLarge,
    MissingFile,
    NoRecipient,
    PastTime,
    SentBefore,
    StaleReply,
    TooLate,
    TooLong,
    WrongOwner,
)
from tamada.conversations.models import Channel, Conversation, Inbox, Kind, Message, Status
from tamada.conversations.queries import inboxes_visible_to
from tamada.core.db import durable_atomic
from tamada.kit.numbers import row_number

from .. import snooze
from ..access import actor_of, agent_of, conversation_or_404, message_or_404
from ..drafts import draft_json, parse_cite
from ..macro_field import Gaps, read_chosen, refuse_gaps, take_chosen
from ..shown import UNDO_SECONDS, leaves_later, shown
from ..templatetags.tamada_ui import filesize_short
from ..written import Written, read, with_addresses

REFUSED = (
    BadRecipient,
    NoRecipient,
    EmptyMessage,
    FileTooLarge,
    Missing,
    MissingFile,
    PastTime,
    SentBefore,
    TooLong,
    ValueError,
    WrongOwner,
)


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a reply (held for 10 seconds, to be undone) or save a note."""
    found = conversation_or_404(request, pk)
    try:
        message = _written(request, found)
    except StaleReply as stale:
        return JsonResponse({"html": _stale_dialog(request, found, stale)}, status=409)
    except REFUSED as error:
        return JsonResponse({"errors": explained(error), "sent_before": isinstance(error, SentBefore)}, status=422)
    if not request.headers.get("X-Requested-With") and "application/json" not in request.headers.get("Accept", ""):
        return redirect("desk:conversation", pk=pk)
    return JsonResponse(_sent(message), status=201)


def _written(request: HttpRequest, found: Conversation) -> Message:
    """The message, and with it in one transaction what its macros do; a second try of the same does that no more."""
    given = request.POST
    chosen = read_chosen(given.get("macro", ""))
    is_note = given.get("kind") == Kind.NOTE
    if not is_note:
        refuse_gaps(given.get("html", ""), given.get("text_out", "") or given.get("text", ""))
    with durable_atomic():
        own = Message.objects.filter(agent=agent_of(request), client_id=client_id_of(given))
        is_second = bool(client_id_of(given)) and own.exists()
        message = _note(request, found) if is_note else _reply(request, found)
        if not is_second:
            finish_draft(message=message)
            take_chosen(request, message, chosen)
    return message


def _reply(request: HttpRequest, found: Conversation) -> Message:
    given = request.POST
    written = read(request)
    how, cited = _cited(request, found)
    via = _via(request, found)
    if how == "forward" and cited:
        return _forward(request, cited, written)
    return send_reply(
        agent=agent_of(request),
        actor=actor_of(request),
        conversation=found,
        text=given.get("text_out", "") or given.get("text", ""),
        html=written.html,
        to=addresses_in(given["to"]) if given.get("to") else None,
        cc=addresses_in(given.get("cc", "")) if given.get("to") else None,
        bcc=addresses_in(given.get("bcc", "")),
        subject=given.get("subject") or None,
        attachments=written.files,
        last_seen_message=_seen(given),
        not_before=leaves_at(given, via.channel if via else found.channel),
        quote=cited,
        via=via,
        take=True,
        client_id=client_id_of(given),
        **_after(given, found),
    )


def _forward(request: HttpRequest, cited: Message, written: Written) -> Message:
    given = request.POST
    return forward_message(
        agent=agent_of(request),
        actor=actor_of(request),
        message=cited,
        **receivers_in(given),
        html=written.html,
        attachments=written.files,
        subject=given.get("subject") or None,
        not_before=leaves_at(given),
        client_id=client_id_of(given),
        **_after(given, cited.conversation),
    )


def _via(request: HttpRequest, found: Conversation) -> Inbox | None:
    """The inbox of another channel that the reply leaves from; whether it may, the action asks."""
    return inboxes_visible_to(agent_of(request)).filter(pk=row_number(request.POST.get("via"))).first()


def _cited(request: HttpRequest, found: Conversation) -> tuple[str, Message | None]:
    """How the reply cites, and which message of this conversation."""
    how, pk = parse_cite(request.POST.get("cite", ""))
    if not how:
        return "", None
    return how, get_object_or_404(found.messages.filter(kind__in=(Kind.IN, Kind.OUT)), pk=pk)


def leaves_at(given: QueryDict, channel: str = Channel.EMAIL) -> datetime | None:
    """When it leaves: at the time that was chosen, or as soon as it can no longer be undone. Who chats does not wait
    for that: it leaves now.
    """
    chosen = given.get("send_at", "")
    later = snooze.moment(chosen, given.get("send_at_custom", "")) if chosen else None
    if later and later <= timezone.now():
        raise PastTime
    if later is None and not capabilities_of(channel).undo:
        return None
    return later or timezone.now() + timedelta(seconds=UNDO_SECONDS)


def _after(given: QueryDict, found: Conversation) -> dict[str, Any]:
    """What becomes of the conversation once the reply is sent."""
    if given.get("then") == "close":
        return {"status_after": Status.CLOSED}
    if given.get("then") == "snooze":
        until = snooze.moment(given.get("snooze", "tomorrow"), hours=schedule(found.inbox.calendar))
        return {"status_after": Status.SNOOZED, "snooze_until": until}
    return {}


def _note(request: HttpRequest, found: Conversation) -> Message:
    given = request.POST
    return add_note(
        agent=agent_of(request),
        actor=actor_of(request),
        conversation=found,
        text=given.get("text", ""),
        attachments=read(request, plain=True).files,
        mentions=[int(pk) for pk in given.getlist("mentions") if pk.isdecimal() and len(pk) <= 18],
        client_id=client_id_of(given),
    )


def client_id_of(given: QueryDict) -> str:
    return given.get("client_id", "")[:64]


def _seen(given: QueryDict) -> int | None:
    seen = given.get("last_seen", "")
    return row_number(seen) if seen and given.get("force") != "1" else None


_QUOTED_OR_SEMICOLON: Final = re.compile(r'("[^"]*")|;')


def addresses_in(line: str) -> list[Address]:
    """The addresses of one line as people type it; raises `BadRecipient` when something in it is none."""
    line = _QUOTED_OR_SEMICOLON.sub(lambda found: found[1] or ",", line)
    pairs = getaddresses([line])
    if line.strip() and not any(email for _, email in pairs):
        raise BadRecipient(line)
    return [Address(name=name, email=email) for name, email in pairs if name or email]


def receivers_in(given: QueryDict) -> dict[str, Any]:
    """Whom the form names, for the actions."""
    return {name: addresses_in(given.get(name, "")) for name in ("to", "cc", "bcc")}


def _sent(message: Message) -> dict[str, Any]:
    told: dict[str, Any] = {"message": str(message.pk)}
    if message.kind == Kind.NOTE:
        return told | {"toast": _("Note saved.")}
    if not capabilities_of(message.channel).undo and not leaves_later(message, message.outbox):
        return told
    if leaves_later(message, message.outbox):
        return told | {"toast": _("It will be sent at the time you chose."), "undo": undo_url(message)}
    return told | {"toast": _("Sending…"), "undo": undo_url(message), "seconds": UNDO_SECONDS}


def undo_url(message: Message) -> str:
    return reverse("desk:undo", args=[message.pk])


def _stale_dialog(request: HttpRequest, found: Conversation, stale: StaleReply) -> str:
    context = {"items": shown(request, stale.unseen), "conversation": found, "last_seen": stale.unseen[-1].pk}
    return render_to_string("desk/conversation/stale.html", context, request)


def explained(error: Exception) -> dict[str, list[str]]:
    """Why it was refused, by the field that it stands beside."""
    if isinstance(error, BadRecipient):
        return {"to": [_("“%(address)s” is not an e-mail address.") % {"address": error.address}]}
    if isinstance(error, NoRecipient):
        return {"to": [_("Add at least one address to send to.")]}
    if isinstance(error, EmptyMessage):
        return {"text": [_("Write something or attach a file first.")]}
    if isinstance(error, FileTooLarge | MissingFile | TooLong):
        return _of_content(error)
    if isinstance(error, SentBefore):
        return {"text": [_("Your message was sent before you changed it. If this is to follow it, send again.")]}
    if isinstance(error, Gaps | Missing | WrongOwner):
        return {"macro": [_of_a_macro(error)]}
    if isinstance(error, PastTime):
        return {"send_at": [_("This time has passed.")]}
    return {"send_at": [_("This time can't be read.")]}


def _of_content(error: FileTooLarge | MissingFile | TooLong) -> dict[str, list[str]]:
    if isinstance(error, MissingFile):
        return {"attachments": [_("“%(name)s” is no longer there. Attach it again.") % {"name": error.name}]}
    if isinstance(error, TooLong):
        return {"text": [_("This channel takes no more than %(most)s characters.") % {"most": error.most}]}
    told = {"name": error.name, "limit": filesize_short(error.most)}
    return {"attachments": [_("%(name)s is larger than %(limit)s.") % told]}


def _of_a_macro(error: Gaps | Missing | WrongOwner) -> str:
    if isinstance(error, Gaps):
        return _("Fill in before you send: %(names)s") % {"names": ", ".join(error.names)}
    if isinstance(error, WrongOwner):
        return _("%(name)s can't own a conversation.") % {"name": str(error)}
    return str(error)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a message back before it has left; the composer gets its content again."""
    message = message_or_404(request, pk)
    files = list(message.attachments.all())
    try:
        draft = undo_send(agent=agent_of(request), actor=actor_of(request), message=message)
    except TooLate:
        return JsonResponse({"toast": _("It has left already.")}, status=409)
    if draft.conversation is None:
        return JsonResponse({"location": f"{reverse('desk:new')}?draft={draft.pk}"})
    seen = message.conversation.messages.exclude(kind=Kind.SYSTEM).filter(seq__lt=message.seq).order_by("seq").last()
    told = {
        "conversation": str(draft.conversation_id),
        "withdrawn": str(pk),
        "last_seen": str(seen.pk) if seen else "",
        # The composer may hold words that are newer than the draft here: it puts the undone ones above those.
        "undone": with_addresses(as_html(message), files),
    }
    return JsonResponse(draft_json(draft) | told)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a message once more that failed or was perhaps sent."""
    send_again(agent=agent_of(request), actor=actor_of(request), message=message_or_404(request, pk))
    return HttpResponse(status=204)
