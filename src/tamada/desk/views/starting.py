"""A conversation begun from our side: its page, what it sends, and its draft."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tamada.conversations.actions import discard_draft, start_conversation
from tamada.conversations.errors import SentBefore
from tamada.conversations.models import Draft, Inbox, Kind, Message
from tamada.conversations.queries import inboxes_visible_to
from tamada.kit.numbers import row_number

from ..access import actor_of, agent_of
from ..drafts import new_composer_context
from ..shown import leaves_later
from ..written import read
from . import drafts
from .inbox import rail_context
from .send import REFUSED, client_id_of, explained, leaves_at, receivers_in, undo_url


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The page; the form is sent here where no script sends it."""
    senders = _senders(request)
    draft = _named(request, request.POST or request.GET)
    context: dict[str, Any] = {"senders": senders, "errors": {}, "client_id": client_id_of(request.POST)}
    if request.method == "POST":
        inbox = get_object_or_404(senders, pk=row_number(request.POST.get("inbox")))
        try:
            begun = _start(request, inbox)
        except REFUSED as error:
            context["errors"] = explained(error)
            if isinstance(error, SentBefore):
                context["client_id"] = ""
        else:
            return redirect("desk:conversation", pk=_begun(request, begun, draft).conversation_id)
    elif draft is None and not request.GET:
        draft = _mine(request).order_by("-updated_at").first()
    context["client_id"] = context["client_id"] or str(uuid4())
    context |= new_composer_context(request.POST or request.GET, draft) | rail_context(request, "new")
    return render(request, "desk/conversation/new.html", context, status=422 if context["errors"] else 200)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """The same from the composer: it is told where to go, and the page there offers to undo."""
    inbox = get_object_or_404(_senders(request), pk=row_number(request.POST.get("inbox")))
    try:
        begun = _start(request, inbox)
    except REFUSED as error:
        return JsonResponse({"errors": explained(error), "sent_before": isinstance(error, SentBefore)}, status=422)
    _begun(request, begun, _named(request, request.POST))
    place = redirect("desk:conversation", pk=begun.conversation_id)
    return JsonResponse({"message": str(begun.pk), "location": place["Location"]}, status=201)


@require_http_methods(["POST", "DELETE"])
def new_draft(request: HttpRequest) -> HttpResponse:
    """Keep what is being written; the answer names the draft. Or throw it away."""
    given = request.GET if request.method == "DELETE" else drafts.form_of(request)
    kept = _named(request, given)
    if request.method == "DELETE":
        if kept:
            discard_draft(agent=agent_of(request), actor=actor_of(request), draft=kept)
        return HttpResponse(status=204)
    return drafts.keep(
        request,
        given,
        conversation=None,
        kind=Kind.OUT,
        inbox=_senders(request).filter(pk=row_number(given.get("inbox"))).first(),
        draft_id=kept.pk if kept else None,
    )


def _senders(request: HttpRequest) -> QuerySet[Inbox]:
    return inboxes_visible_to(agent_of(request)).filter(channel="email", is_active=True)


def _mine(request: HttpRequest) -> QuerySet[Draft]:
    return Draft.objects.filter(agent=agent_of(request), conversation=None)


def _named(request: HttpRequest, given: QueryDict) -> Draft | None:
    """The draft of one's own that the form or the address names."""
    pk = row_number(given.get("draft"))
    return _mine(request).filter(pk=pk).first() if pk else None


def _start(request: HttpRequest, inbox: Inbox) -> Message:
    given = request.POST
    written = read(request)
    _conversation, message = start_conversation(
        agent=agent_of(request),
        actor=actor_of(request),
        inbox=inbox,
        **receivers_in(given),
        subject=given.get("subject", ""),
        text=given.get("text_out", "") or given.get("text", ""),
        html=written.html,
        attachments=written.files,
        not_before=leaves_at(given),
        client_id=client_id_of(given),
    )
    return message


def _begun(request: HttpRequest, message: Message, draft: Draft | None) -> Message:
    if draft:
        discard_draft(agent=agent_of(request), actor=actor_of(request), draft=draft)
    if leaves_later(message, message.outbox):
        messages.info(request, _("It will be sent at the time you chose."), extra_tags=undo_url(message))
    else:
        messages.success(request, _("Sending…"), extra_tags=undo_url(message))
    return message
