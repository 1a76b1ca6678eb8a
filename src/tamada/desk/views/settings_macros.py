"""Macros in the settings: everybody keeps their own, leads their team's, admins everybody's."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tamada.automation import actions
from tamada.automation.errors import Invalid
from tamada.automation.models import Macro
from tamada.automation.queries.macros import may_change, visible_to
from tamada.automation.variables import FIELD, names
from tamada.customers.models import AttributeDefinition

from ..access import actor_of, agent_of
from ..forms.macros import MacroForm, initial_of
from ..steps import read_steps, row, rows
from .settings import needs, shown

_PERMISSION = "macro.own"


@require_GET
@needs(_PERMISSION)
def macros(request: HttpRequest) -> HttpResponse:
    """Every macro one may use, with how often it was."""
    agent = agent_of(request)
    found = visible_to(agent).select_related("team")
    listed = [(macro, may_change(agent, macro.visibility, macro.team_id)) for macro in found]
    return shown(request, "macros", {"macros": listed})


@needs(_PERMISSION)
def new(request: HttpRequest) -> HttpResponse:
    """A new macro."""
    return _answer(request, None)


@needs(_PERMISSION)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One macro."""
    return _answer(request, _changeable(request, pk))


def _changeable(request: HttpRequest, pk: int) -> Macro:
    """A macro that this agent may change; 404 for another."""
    agent = agent_of(request)
    found = visible_to(agent).filter(pk=pk).first()
    if found is None or not may_change(agent, found.visibility, found.team_id):
        raise Http404
    return found


def _answer(request: HttpRequest, found: Macro | None) -> HttpResponse:
    form = MacroForm(request.POST or None, agent=agent_of(request), initial=initial_of(found) if found else None)
    steps: list[dict[str, str]] = read_steps(request.POST) if form.is_bound else found.steps if found else []
    if form.is_bound and form.is_valid() and _save(request, form, found, steps):
        messages.success(request, _("Saved."))
        return redirect("desk:settings_macros")
    context = {"form": form, "macro": found, "rows": rows(steps, by_hand=True), "placeholders": _placeholders()}
    return shown(request, "macro_edit", context, status=422 if form.is_bound else 200)


def _placeholders() -> list[tuple[str, str]]:
    own = AttributeDefinition.objects.values_list("key", "label")
    return [*names().items(), *((f"{FIELD}{key}", label) for key, label in own)]


def _save(request: HttpRequest, form: MacroForm, found: Macro | None, steps: list[dict[str, str]]) -> bool:
    common: dict[str, Any] = {"agent": agent_of(request), "actor": actor_of(request), "wording": form.wording(steps)}
    try:
        if found is None:
            actions.create_macro(**common)
        else:
            actions.update_macro(**common, macro=found)
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


@require_POST
@needs(_PERMISSION)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a macro."""
    actions.delete_macro(agent=agent_of(request), actor=actor_of(request), macro=_changeable(request, pk))
    messages.success(request, _("Removed."))
    return redirect("desk:settings_macros")


@require_GET
@needs(_PERMISSION)
def step_row(request: HttpRequest) -> HttpResponse:
    """One row of what is done, for what was chosen in it (`step_do`); `rule=1` leaves out what only people can do."""
    by_hand = request.GET.get("rule") != "1"
    made = row(request.GET.get("step_do", ""), "", by_hand=by_hand)
    return render(request, "desk/settings/step_row.html", {"row": made, "by_hand": by_hand})
