"""Writing: send, undo, drafts, uploads, mentions and addresses."""

from datetime import datetime, timedelta
from email.utils import getaddresses
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamada.accounts.models import Agent
from tamada.calendars.queries import schedule
from tamada.conversations.actions import (
    add_note,
    attach,
    discard_draft,
    forward_message,
    save_draft,
    send_again,
    send_reply,
    undo_send,
)
from tamada.conversations.actions.undo import as_html
from tamada.conversations.envelopes import Address
from tamada.conversations.errors import (
    BadRecipient,
    EmptyMessage,
    MissingFile,
    NoRecipient,
    PastTime,
    SentBefore,
    StaleReply,
    TooLate,
)
from tamada.conversations.models import Attachment, Conversation, Draft, Kind, Message, Status
from tamada.customers.models import Identity, IdentityType
from tamada.customers.queries import visible_to as customers_visible_to
from tamada.kit.html import to_text
from tamada.kit.numbers import row_number
from tamada.search.queries import search

from .. import snooze
from ..access import actor_of, agent_of, conversation_or_404, message_or_404
from ..drafts import draft_json, parse_cite
from ..names import is_called
from ..nuls import without_nuls
from ..shown import UNDO_SECONDS, leaves_later, shown_file, shown_message
from ..written import Written, named_files, pictures_in, read, with_addresses

REFUSED = (BadRecipient, NoRecipient, EmptyMessage, MissingFile, PastTime, SentBefore, ValueError)
MOST_BYTES = 25 * 1024 * 1024
FOUND = 8


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a reply (held for 10 seconds, to be undone) or save a note."""
    found = conversation_or_404(request, pk)
    try:
        message = _note(request, found) if request.POST.get("kind") == Kind.NOTE else _reply(request, found)
    except StaleReply as stale:
        return JsonResponse({"html": _stale_dialog(request, found, stale)}, status=409)
    except REFUSED as error:
        return JsonResponse({"errors": explained(error), "sent_before": isinstance(error, SentBefore)}, status=422)
    if not request.headers.get("X-Requested-With") and "application/json" not in request.headers.get("Accept", ""):
        return redirect("desk:conversation", pk=pk)
    return JsonResponse(_sent(message), status=201)


def _reply(request: HttpRequest, found: Conversation) -> Message:
    given = request.POST
    written = read(request)
    how, cited = _cited(request, found)
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
        not_before=leaves_at(given),
        quote=cited,
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
        to=addresses_in(given.get("to", "")),
        cc=addresses_in(given.get("cc", "")),
        bcc=addresses_in(given.get("bcc", "")),
        html=written.html,
        attachments=written.files,
        subject=given.get("subject") or None,
        not_before=leaves_at(given),
        client_id=client_id_of(given),
        **_after(given, cited.conversation),
    )


def _cited(request: HttpRequest, found: Conversation) -> tuple[str, Message | None]:
    """How the reply cites, and which message of this conversation."""
    how, pk = parse_cite(request.POST.get("cite", ""))
    if not how:
        return "", None
    return how, get_object_or_404(found.messages.filter(kind__in=(Kind.IN, Kind.OUT)), pk=pk)


def leaves_at(given: QueryDict) -> datetime:
    """When it leaves: at the time that was chosen, or as soon as it can no longer be undone."""
    chosen = given.get("send_at", "")
    later = snooze.moment(chosen, given.get("send_at_custom", "")) if chosen else None
    if later and later <= timezone.now():
        raise PastTime
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


def addresses_in(line: str) -> list[Address]:
    """The addresses of one line as people type it; raises `BadRecipient` when something in it is none."""
    line = line.replace(";", ",")
    pairs = getaddresses([line])
    if line.strip() and not any(email for _, email in pairs):
        raise BadRecipient(line)
    return [Address(name=name, email=email) for name, email in pairs if name or email]


def _sent(message: Message) -> dict[str, Any]:
    shown: dict[str, Any] = {"message": str(message.pk)}
    if message.kind == Kind.NOTE:
        return shown | {"toast": _("Note saved.")}
    if leaves_later(message, message.outbox):
        return shown | {"toast": _("It will be sent at the time you chose."), "undo": undo_url(message)}
    return shown | {"toast": _("Sending…"), "undo": undo_url(message), "seconds": UNDO_SECONDS}


def undo_url(message: Message) -> str:
    return reverse("desk:undo", args=[message.pk])


def _stale_dialog(request: HttpRequest, found: Conversation, stale: StaleReply) -> str:
    shown = [shown_message(request, m) for m in stale.unseen]
    context = {"items": shown, "conversation": found, "last_seen": stale.unseen[-1].pk}
    return render_to_string("desk/conversation/stale.html", context, request)


def explained(error: Exception) -> dict[str, list[str]]:
    if isinstance(error, BadRecipient):
        return {"to": [_("“%(address)s” is not an e-mail address.") % {"address": error.address}]}
    if isinstance(error, NoRecipient):
        return {"to": [_("Add at least one address to send to.")]}
    if isinstance(error, EmptyMessage):
        return {"text": [_("Write something or attach a file first.")]}
    if isinstance(error, MissingFile):
        return {"attachments": [_("“%(name)s” is no longer there. Attach it again.") % {"name": error.name}]}
    if isinstance(error, SentBefore):
        return {"text": [_("Your message was sent before you changed it. If this is to follow it, send again.")]}
    if isinstance(error, PastTime):
        return {"send_at": [_("This time has passed.")]}
    return {"send_at": [_("This time can't be read.")]}


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


# --- drafts -----------------------------------------------------------------------------------------------------


@require_http_methods(["PUT", "POST", "DELETE"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is being written in a conversation, or throw it away."""
    found = conversation_or_404(request, pk)
    if request.method == "DELETE":
        for own in Draft.objects.filter(agent=agent_of(request), conversation=found):
            discard_draft(agent=agent_of(request), actor=actor_of(request), draft=own)
        return HttpResponse(status=204)
    given = form_of(request)
    kind = Kind.NOTE if given.get("kind") == Kind.NOTE else Kind.OUT
    if was_sent(request, kind, given):
        return JsonResponse({"version": ""})
    kept = Draft.objects.filter(agent=agent_of(request), conversation=found, kind=kind).first()
    if kept and (conflict := written_elsewhere(kept, given)):
        return conflict
    saved = save_draft(
        agent=agent_of(request), actor=actor_of(request), conversation=found, kind=kind, **content_of(given)
    )
    attach_own(request, saved, given)
    return JsonResponse({"version": saved.updated_at.isoformat()})


def written_elsewhere(kept: Draft, given: QueryDict) -> JsonResponse | None:
    """What another window has saved since the version that this one knows."""
    version = kept.updated_at.isoformat()
    if not given.get("version") or given["version"] == version:
        return None
    return JsonResponse({"html": kept.html, "text": kept.text, "version": version}, status=409)


def was_sent(request: HttpRequest, kind: str, given: QueryDict) -> bool:
    """Whether these words have become a message meanwhile: their draft came too late, and would be sent twice."""
    client_id = client_id_of(given)
    sent = Message.objects.filter(agent=agent_of(request), client_id=client_id).first() if client_id else None
    if sent is None or sent.kind != kind:
        return False
    html = given.get("html", "") if kind == Kind.OUT else ""
    return sent.text == (to_text(str(html)) if html else str(given.get("text", ""))).strip()


def form_of(request: HttpRequest) -> QueryDict:
    """The form of a POST or PUT: Django reads only the first."""
    if request.method == "POST":
        return request.POST
    if (request.content_type or "").startswith("multipart/"):
        data, _files = request.parse_file_upload(request.META, request)
        return without_nuls(data)
    return without_nuls(QueryDict(request.body, encoding="utf-8"))


def content_of(given: QueryDict) -> dict[str, Any]:
    content: dict[str, Any] = {name: given[name] for name in ("html", "subject") if name in given}
    content["text"] = given.get("text", "") or given.get("text_out", "")
    how, pk = parse_cite(str(given.get("cite", "")))
    content["data"] = {"cite": f"{how}:{pk}", "files": named_files(given)} if how else {}
    for name in ("to", "cc", "bcc"):
        if name in given:
            content[name] = [
                {"name": shown, "email": email} for shown, email in getaddresses([str(given[name])]) if email
            ]
    return content


def attach_own(request: HttpRequest, saved: Draft, given: QueryDict) -> None:
    """The draft keeps the files it lists and the pictures in its text, and lets go of those that were taken out."""
    ids = named_files(given)
    own = Attachment.objects.filter(uploaded_by=agent_of(request), message=None)
    if saved.kind == Kind.NOTE:
        own = own.filter(is_inline=False)  # What the form tells of the reply beside the note stays with the reply.
    else:
        ids += [pk for pk, _name in pictures_in(request, given.get("html", "")).values()]
    own.filter(draft=saved).exclude(pk__in=ids).update(draft=None)
    own.filter(pk__in=ids).update(draft=saved)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Store one file; the composer names it when it sends."""
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"errors": {"file": [_("Choose a file.")]}}, status=422)
    if (file.size or 0) > MOST_BYTES:
        return JsonResponse({"errors": {"file": [_("Files can be up to 25 MB.")]}}, status=422)
    stored = _store(request, None, file.name or "", file.read(), inline=request.POST.get("inline") == "1")
    return JsonResponse(shown_file(stored), status=201)


def _store(request: HttpRequest, saved: Draft | None, name: str, content: bytes, *, inline: bool = False) -> Attachment:
    return attach(agent=agent_of(request), draft=saved, name=name, content=content, is_inline=inline)


# --- whom -------------------------------------------------------------------------------------------------------


@require_GET
def mentions(request: HttpRequest) -> HttpResponse:
    """Colleagues who are called so, or whose address begins so."""
    q = request.GET.get("q", "").strip().casefold()
    # SQLite folds the case of ASCII alone, so names are compared here; colleagues are few.
    found = [a for a in Agent.objects.filter(is_active=True) if is_called(a.name, q) or a.email.startswith(q)]
    shown = [{"id": str(a.pk), "name": a.name, "handle": a.name} for a in found[:FOUND]]
    return JsonResponse(shown, safe=False)


@require_GET
def addresses(request: HttpRequest) -> HttpResponse:
    """Addresses of customers the agent may see, by name or address."""
    q = request.GET.get("q", "").strip().casefold()
    if len(q) < 2:
        return JsonResponse([], safe=False)
    agent = agent_of(request)
    mails = Identity.objects.filter(type=IdentityType.EMAIL).select_related("customer")
    begun = mails.filter(value__startswith=q, customer__in=customers_visible_to(agent))[:FOUND]
    named = mails.filter(customer__in=search(agent, q, kind="customers", limit=FOUND).items)
    found = {identity.pk: identity for identity in (*begun, *named)}
    shown = [{"address": i.display or i.value, "name": i.customer.name} for i in list(found.values())[:FOUND]]
    return JsonResponse(shown, safe=False)
