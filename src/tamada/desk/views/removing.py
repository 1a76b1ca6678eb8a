"""Making conversations one, and deleting them: each with its way back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamada.accounts.permissions import allowed, require
from tamada.conversations import actions, merge_queries
from tamada.conversations.actions.deletion import KEPT
from tamada.conversations.actions.merge import MOST
from tamada.conversations.errors import BadMerge, BadSplit, MergeStays, TooLate
from tamada.conversations.models import Conversation, Merge
from tamada.conversations.queries import visible_to
from tamada.kit.numbers import row_number, row_numbers
from tamada.search.queries import search

from ..access import actor_of, agent_of, conversation_or_404
from ..addresses import numbered
from ..toasts import refused, told
from ..whereabouts import will_be_heard
from .inbox import last_box, rail_context

SHOWN = 200


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """A dialog: which conversation this one is part of (`into`), looked for by number or words (`q`)."""
    require(agent_of(request), "conversation.update")
    found = conversation_or_404(request, pk)
    chosen = request.POST.get("into") if request.method == "POST" else request.GET.get("into")
    target = visible_to(agent_of(request)).select_related("customer").filter(pk=row_number(chosen)).first()
    if request.method == "GET":
        return _dialog(request, found, target)
    if target is None:
        return _dialog(request, found, None, _("Choose the conversation it belongs to."))
    try:
        done = _merge(request, [found], target)
    except BadMerge as error:
        return _dialog(request, found, target, _why_not(error))
    text = _("Merged #%(number)s into #%(into)s.") % {"number": found.pk, "into": target.pk}
    messages.success(request, text, extra_tags=reverse("desk:undo_merge", args=[done.pk]))
    response = HttpResponse(status=204)
    response["HX-Redirect"] = numbered("conversation", target.pk)
    return response


def _dialog(request: HttpRequest, found: Conversation, target: Conversation | None, error: str = "") -> HttpResponse:
    agent, q = agent_of(request), (request.POST or request.GET).get("q", "").strip()[:200]
    if q:
        hits = search(agent, q, kind="conversations", limit=merge_queries.SUGGESTED).items
        choices = [c for c in hits if c.pk != found.pk]
    else:
        choices = merge_queries.suggestions(agent, found)
    if target is not None and target.pk not in {c.pk for c in choices}:
        choices = [target, *choices]
    context = {
        "c": found,
        "choices": choices,
        "target": target,
        "preview": merge_queries.preview(found, target) if target else [],
        "heard_words": will_be_heard(found, target) if target else "",
        "q": q,
        "error": error,
    }
    return render(request, "desk/conversation/merge.html", context, status=422 if error else 200)


def _merge(request: HttpRequest, sources: list[Conversation], target: Conversation) -> Merge:
    return actions.merge_conversations(agent=agent_of(request), actor=actor_of(request), sources=sources, target=target)


def _why_not(error: BadMerge) -> str:
    reasons = {
        "itself": _("Choose at least two conversations."),
        "spam": _("It is among the spam: say first that it is none."),
        "many": _("At most %(most)s conversations are merged at once.") % {"most": MOST},
    }
    return reasons[error.reason]


def merge_chosen(request: HttpRequest, chosen: list[Conversation]) -> HttpResponse:
    """All of them become part of the one that began first."""
    require(agent_of(request), "conversation.update")
    if not chosen:
        return HttpResponse(status=204)
    first, *others = sorted(chosen, key=lambda c: c.pk)
    try:
        done = _merge(request, others, first)
    except BadMerge as error:
        return refused(_why_not(error))
    names = {"numbers": merge_queries.numbers([c.pk for c in others]), "into": first.pk}
    return told(_("Merged %(numbers)s into #%(into)s.") % names, reverse("desk:undo_merge", args=[done.pk]))


@require_POST
def undo_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Make each conversation what it was."""
    merge = get_object_or_404(Merge, pk=pk)
    try:
        actions.undo_merge(agent=agent_of(request), actor=actor_of(request), merge=merge)
    except Conversation.DoesNotExist:
        raise Http404 from None
    except MergeStays as error:
        text = _("Undo the later merge first.") if error.later else _("This merge was undone before.")
        return JsonResponse({"toast": text}, status=409)
    sources = merge.data["sources"]
    text = _("Merge undone: %(numbers)s. What was written since the merge stayed here.") % {
        "numbers": merge_queries.numbers(sources)
    }
    return JsonResponse({"toast": text, "parted": [str(pk) for pk in (merge.target_id, *sources)]})


@require_POST
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """All from one message on (`first`) goes on as a conversation of its own, which is shown."""
    found = conversation_or_404(request, pk)
    first = row_number(request.POST.get("first"))
    try:
        part = actions.split_conversation(
            agent=agent_of(request), actor=actor_of(request), conversation=found, first=first
        )
    except BadSplit as error:
        nothing_left = _("This is the whole conversation: nothing would be left.")
        return refused(nothing_left if error.reason == "all" else _("This message is not here any more."))
    text = _("Split off as #%(number)s.") % {"number": part.pk}
    messages.success(request, text, extra_tags=reverse("desk:undo_split", args=[part.pk]))
    response = HttpResponse(status=204)
    response["HX-Redirect"] = numbered("conversation", part.pk)
    return response


@require_POST
def undo_split(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge it back into the conversation that it was split from; it leads there."""
    part = conversation_or_404(request, pk)
    origin = visible_to(agent_of(request)).filter(pk=part.linked_to_id or 0).first()
    if part.pk != pk or origin is None:
        raise Http404
    _merge(request, [part], origin)
    return JsonResponse({"location": numbered("conversation", origin.pk)})


# --- deleting ---------------------------------------------------------------------------------------------------------


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one among the deleted, and go back to the list: it is not there to be looked at any more."""
    done = _delete(request, [conversation_or_404(request, pk)])
    response = HttpResponse(status=204)
    if done:
        text, back = _deleted(done)
        messages.success(request, text, extra_tags=back)
        response["HX-Redirect"] = reverse("desk:inbox", args=[last_box(request).slug])
    return response


def delete_chosen(request: HttpRequest, chosen: list[Conversation]) -> HttpResponse:
    """Put all of them among the deleted."""
    done = _delete(request, chosen)
    return told(*_deleted(done)) if done else HttpResponse(status=204)


def _delete(request: HttpRequest, chosen: list[Conversation]) -> list[int]:
    return actions.delete_conversations(agent=agent_of(request), actor=actor_of(request), conversations=chosen)


def _deleted(done: list[int]) -> tuple[str, str]:
    """What is said of it, and the address that takes it back."""
    text = ngettext(
        "%(count)d conversation deleted. It can be restored for %(days)d days.",
        "%(count)d conversations deleted. They can be restored for %(days)d days.",
        len(done),
    )
    back = f"{reverse('desk:restore')}?{urlencode({'id': done}, doseq=True)}"
    return text % {"count": len(done), "days": KEPT.days}, back


@require_GET
def deleted(request: HttpRequest) -> HttpResponse:
    """What was deleted and can come back."""
    agent = agent_of(request)
    require(agent, "conversation.restore")
    rows = [{"c": c, "until": c.deleted_at + KEPT} for c in merge_queries.deleted(agent)[:SHOWN] if c.deleted_at]
    context = {"rows": rows, "days": KEPT.days}
    return render(request, "desk/deleted.html", context | rail_context(request, "deleted"))


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Bring them back (`id`, in the address or the form); from a form it leads back to the list."""
    ids = row_numbers([*request.GET.getlist("id"), *request.POST.getlist("id")])[:SHOWN]
    if not ids:
        return HttpResponseBadRequest()
    try:
        count = actions.restore_conversations(agent=agent_of(request), actor=actor_of(request), ids=ids)
    except TooLate:
        if allowed(agent_of(request), "conversation.restore"):
            return JsonResponse({"toast": _("It is too late: it is being removed for good.")}, status=409)
        return JsonResponse({"toast": _("It is too late to undo this. A lead can restore it.")}, status=409)
    if not count:
        raise Http404
    text = ngettext("%(count)d conversation restored.", "%(count)d conversations restored.", count) % {"count": count}
    if request.POST.get("id"):
        messages.success(request, text)
        return redirect("desk:deleted")
    return JsonResponse({"toast": text})
