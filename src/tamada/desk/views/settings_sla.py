"""SLA policies: what is promised, and when a mail arriving now would be due."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tamada.automation import actions
from tamada.automation.actions.sla import checked
from tamada.automation.errors import Invalid
from tamada.automation.models import Policy
from tamada.automation.queries import Foreseen, outdone, policies, preview
from tamada.conversations.models import Inbox

from ..access import actor_of, agent_of
from ..forms.sla import PolicyForm, initial_of
from .settings import needs, shown

_SHOWN: Final = 20
_PERMISSION: Final = "sla.settings"


@needs(_PERMISSION)
def sla(request: HttpRequest) -> HttpResponse:
    """Every policy in the order in which they are asked."""
    rows = list(policies())
    before = outdone(rows)
    return shown(request, "sla", {"policies": [{"policy": row, "outdone_by": before.get(row.pk)} for row in rows]})


@needs(_PERMISSION)
def new(request: HttpRequest) -> HttpResponse:
    """A new policy; it begins with what most companies promise."""
    usual = Policy(first_minutes=60, next_minutes=240, resolution_minutes=None)
    return _answer(request, PolicyForm(request.POST or None, initial=initial_of(usual)), None)


@needs(_PERMISSION)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One policy."""
    found = get_object_or_404(policies(), pk=pk)
    return _answer(request, PolicyForm(request.POST or None, initial=initial_of(found)), found)


def _answer(request: HttpRequest, form: PolicyForm, found: Policy | None) -> HttpResponse:
    if form.is_bound and form.is_valid() and _save(request, form, found):
        messages.success(request, _("Saved."))
        return redirect("desk:settings_sla")
    foreseen = [] if form.is_bound or found is None else _foreseen(found, list(found.inboxes.all()))
    context = {"form": form, "policy": found, "foreseen": foreseen}
    return shown(request, "sla_edit", context, status=422 if form.is_bound else 200)


def _save(request: HttpRequest, form: PolicyForm, found: Policy | None) -> bool:
    common: dict[str, Any] = {"agent": agent_of(request), "actor": actor_of(request), "terms": form.terms()}
    try:
        if found is None:
            actions.create_policy(**common)
        else:
            actions.update_policy(**common, policy=found)
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


@require_POST
@needs(_PERMISSION)
def foresee(request: HttpRequest) -> HttpResponse:
    """When a mail arriving now would be due by the terms in the form, which are not kept."""
    form, foreseen = PolicyForm(request.POST), []
    if form.is_valid():
        terms = form.terms()
        try:
            foreseen = _foreseen(Policy(**checked(terms)), list(terms.inboxes))
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return render(request, "desk/settings/sla_foreseen.html", {"foreseen": foreseen})


def _foreseen(policy: Policy, inboxes: list[Inbox]) -> list[Foreseen]:
    """For the policy's inboxes, or for all when it names none; the first few."""
    ids = [inbox.pk for inbox in inboxes]
    named = Inbox.objects.filter(is_active=True).select_related("calendar")
    return preview(policy, (named.filter(pk__in=ids) if ids else named)[:_SHOWN])


@require_POST
@needs(_PERMISSION)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise this no more."""
    found = get_object_or_404(Policy, pk=pk)
    actions.delete_policy(agent=agent_of(request), actor=actor_of(request), policy=found)
    messages.success(request, _("Removed."))
    return redirect("desk:settings_sla")
