"""The assistant: what it does in each inbox, what it has learned, the programs it asks, and how well it answered."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tamada.accounts.permissions import allowed
from tamada.assistant import actions, brain, queries
from tamada.assistant.errors import Invalid
from tamada.assistant.models import BusinessAction, InboxAssistant, Learned, Mode, Verdict
from tamada.conversations.models import Inbox
from tamada.conversations.queries import inboxes_visible_to

from .. import once
from ..access import actor_of, agent_of
from ..forms.assistant import ActionForm, AssistantForm
from ..keyset import page_of
from ..proven import proven
from ..told_answers import choices_for, tried
from .settings import needs, shown

_SETTLES = "inbox.settings"
_ACTIONS = "webhook.settings"
_REVIEW = "assistant.review"


@require_GET
@needs(_SETTLES)
def assistant(request: HttpRequest) -> HttpResponse:
    """Every inbox with what it does there, what it has learned, and a place to try a question."""
    agent = agent_of(request)
    known = {row.inbox_id: row for row in InboxAssistant.objects.all()}
    inboxes = [(one, known.get(one.pk) or InboxAssistant(inbox=one)) for one in inboxes_visible_to(agent)]
    asked = request.GET.get("q", "").strip()[:2_000]
    context = {
        "settled": inboxes,
        "learned": Learned.objects.first(),
        "is_possible": brain.is_possible(),
        "asked": asked,
        "tried": tried(asked) if asked else None,
        "may_actions": allowed(agent, _ACTIONS),
        "actions": BusinessAction.objects.all() if allowed(agent, _ACTIONS) else [],
    }
    return shown(request, "assistant", context)


def _inbox(request: HttpRequest, pk: int) -> Inbox:
    return get_object_or_404(inboxes_visible_to(agent_of(request)), pk=pk)


@needs(_SETTLES)
def inbox(request: HttpRequest, pk: int) -> HttpResponse:
    """What it does in one inbox."""
    found = _inbox(request, pk)
    form = AssistantForm(request.POST) if request.method == "POST" else AssistantForm.of(queries.setup_of(found))
    if form.is_bound and form.is_valid():
        try:
            actions.settle(agent=agent_of(request), actor=actor_of(request), inbox=found, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("desk:settings_assistant")
        except Invalid as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    context = {"form": form, "inbox": found, "is_possible": brain.is_possible(), "off": Mode.OFF}
    return shown(request, "assistant_inbox", context, status=422 if form.is_bound else 200)


@require_POST
@needs(_SETTLES)
def learn(request: HttpRequest) -> HttpResponse:
    """Have it learn everything anew, now."""
    actions.ask_to_learn(agent=agent_of(request), actor=actor_of(request))
    messages.success(request, _("It learns in the background, and uses it when it is done."))
    return redirect("desk:settings_assistant")


# --- what it said -----------------------------------------------------------------------------------------------------


@require_GET
@needs(_REVIEW)
def review(request: HttpRequest) -> HttpResponse:
    """What it did about customers' questions, newest first: those that nobody has judged, or all."""
    show_all = "all" in request.GET
    rows = queries.said_visible_to(agent_of(request))
    page = page_of(request, rows if show_all else rows.filter(verdict=""), size=20)
    context = {"page": page, "show_all": show_all, "choices": choices_for(page.object_list)}
    return shown(request, "assistant_review", context)


@require_POST
@needs(_REVIEW)
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one of them right or wrong, or say which answer is right."""
    said = get_object_or_404(queries.said_visible_to(agent_of(request)), pk=pk)
    given = {"verdict": request.POST.get("verdict", ""), "label": request.POST.get("label", "")}
    if given["label"] and not given["verdict"]:
        given["verdict"] = Verdict.OTHER
    try:
        actions.judge(agent=agent_of(request), actor=actor_of(request), said=said, **given)
        messages.success(request, _("Thank you. The assistant learns from it."))
    except Invalid as refused:
        messages.error(request, refused.message)
    return redirect("desk:settings_assistant_review")


# --- actions ----------------------------------------------------------------------------------------------------------


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"agent": agent_of(request), "actor": actor_of(request)}


def _given(form: ActionForm) -> dict[str, Any]:
    values = dict(form.cleaned_data)
    values["fields"] = values.pop("fields_")
    return values


@needs(_ACTIONS)
@proven
def new_action(request: HttpRequest) -> HttpResponse:
    """A program to be asked; the secret that signs is shown once, on its page."""
    form = ActionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            row, secret = actions.add_action(**_by(request), **_given(form))
            once.keep(request, f"action:{row.pk}", secret)
            return redirect("desk:assistant_action", row.pk)
        except Invalid as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    return shown(request, "assistant_action", {"form": form}, status=422 if form.is_bound else 200)


@needs(_ACTIONS)
@proven
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them."""
    row = get_object_or_404(BusinessAction, pk=pk)
    form = ActionForm(request.POST) if request.method == "POST" else ActionForm.of(row)
    if form.is_bound and form.is_valid():
        try:
            actions.update_action(**_by(request), action=row, **_given(form))
            messages.success(request, _("Saved."))
            return redirect("desk:settings_assistant")
        except Invalid as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    secret = "" if form.is_bound else once.take(request, f"action:{row.pk}")
    context = {"form": form, "action": row, "secret": secret}
    return shown(request, "assistant_action", context, status=422 if form.is_bound else 200)


@require_POST
@needs(_ACTIONS)
@proven
def delete_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one."""
    actions.remove_action(**_by(request), action=get_object_or_404(BusinessAction, pk=pk))
    messages.success(request, _("Removed."))
    return redirect("desk:settings_assistant")
