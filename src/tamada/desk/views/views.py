"""Views: made from what a list or a search shows, changed, arranged in one's own rail, removed."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamada.accounts.permissions import allowed
from tamada.automation import actions
from tamada.automation.errors import Invalid
from tamada.automation.models import View, ViewOrder, Visibility
from tamada.automation.queries.views import (
    PERMISSION,
    arranged,
    conditions_from,
    conditions_of,
    in_words,
    may_change,
    problems_of,
    visible_to,
)
from tamada.search.query import LONGEST

from ..access import actor_of, agent_of
from ..boxes import box_for
from ..conditions import EVERY, SOME, condition, conditions, read_conditions
from ..forms.views import ViewForm, initial_of
from ..pages import question
from .settings import needs, shown

type_conditions = list[dict[str, str]]
_MOVES: Final = {"up": -1, "down": 1}


@require_GET
def views(request: HttpRequest) -> HttpResponse:
    """Every view one may open, in the order of the rail, each as a sentence."""
    agent = agent_of(request)
    rows = []
    for view, is_shown in arranged(agent):
        every, some = in_words(view)
        rows.append(
            {
                "view": view,
                "is_shown": is_shown,
                "may_change": may_change(agent, view.visibility, view.team_id),
                "every": every,
                "some": some,
                "problems": problems_of(agent, view),
            }
        )
    return shown(request, "views", {"rows": rows, "may_make": allowed(agent, PERMISSION)})


@needs(PERMISSION)
def new(request: HttpRequest) -> HttpResponse:
    """A new view: of the list `from`, of the search `q`, or of nothing yet."""
    if request.method == "POST":
        return _answer(request, None, {}, [], [])
    initial, every, some = _begun(request)
    return _answer(request, None, initial, every, some)


def _begun(request: HttpRequest) -> tuple[dict[str, Any], type_conditions, type_conditions]:
    """The values with which a new view begins."""
    agent, q = agent_of(request), request.GET.get("q", "")[:LONGEST].strip()
    if q:
        return {"name": q[:80], "order": ViewOrder.NEWEST}, conditions_from(agent, q), []
    if not (slug := request.GET.get("from", "")):
        return {}, conditions_of(agent, box_for(agent, "open").filters(agent)), []
    box = box_for(agent, slug)
    if box.view is None:
        return {"name": str(box.title), "order": box.order}, conditions_of(agent, box.filters(agent)), []
    copied = _("%(name)s (copy)") % {"name": box.view.name[:70]}
    own = {"name": copied, "visibility": Visibility.ME, "team": None}
    return initial_of(box.view) | own, box.view.every, box.view.some


@needs(PERMISSION)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One view."""
    found = _changeable(request, pk)
    return _answer(request, found, initial_of(found), found.every, found.some)


def _seen(request: HttpRequest, pk: int) -> View:
    """A view that this agent may open; 404 for another."""
    found = visible_to(agent_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _changeable(request: HttpRequest, pk: int) -> View:
    """A view that this agent may change; 404 for another."""
    found = _seen(request, pk)
    if not may_change(agent_of(request), found.visibility, found.team_id):
        raise Http404
    return found


def _answer(
    request: HttpRequest,
    found: View | None,
    initial: dict[str, Any],
    every: type_conditions,
    some: type_conditions,
) -> HttpResponse:
    form = ViewForm(request.POST or None, agent=agent_of(request), initial=initial)
    if form.is_bound:
        every, some = read_conditions(request.POST, EVERY), read_conditions(request.POST, SOME)
        if form.is_valid() and (saved := _save(request, form, found, every, some)):
            messages.success(request, _("Saved."))
            return redirect("desk:inbox", slug=f"view-{saved.pk}")
    context = {
        "form": form,
        "view": found,
        "every": conditions(every, EVERY),
        "some": conditions(some, SOME),
        "problems": problems_of(agent_of(request), found) if found and not form.is_bound else [],
    }
    return shown(request, "view_edit", context, status=422 if form.is_bound else 200)


def _save(
    request: HttpRequest, form: ViewForm, found: View | None, every: type_conditions, some: type_conditions
) -> View | None:
    common: dict[str, Any] = {"agent": agent_of(request), "actor": actor_of(request), "terms": form.terms(every, some)}
    try:
        return actions.create_view(**common) if found is None else actions.update_view(**common, view=found)
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None


@require_http_methods(["GET", "POST"])
@needs(PERMISSION)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a view, after asking."""
    found = _changeable(request, pk)
    if request.method != "POST":
        return question(request, "settings/delete_view", {"view": found})
    name = found.name
    actions.delete_view(agent=agent_of(request), actor=actor_of(request), view=found)
    messages.success(request, _("The view “%(name)s” is gone. Its conversations are where they were.") % {"name": name})
    return redirect("desk:views")


@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Arrange one's own rail: `move` up or down, `shown` 1 or 0."""
    found, move, is_shown = _seen(request, pk), request.POST.get("move", ""), request.POST.get("shown", "")
    common: dict[str, Any] = {"agent": agent_of(request), "actor": actor_of(request), "view": found}
    if move in _MOVES:
        actions.move_view(**common, by=_MOVES[move])
    elif is_shown in ("0", "1"):
        actions.show_view(**common, shown=is_shown == "1")
    else:
        return HttpResponseBadRequest()
    return redirect("desk:views")


@require_GET
@needs(PERMISSION)
def condition_row(request: HttpRequest) -> HttpResponse:
    """One row of conditions, for what was chosen in it; `group` says of which rows it is one."""
    group = SOME if request.GET.get("group") == SOME else EVERY
    made = condition(request.GET.get(f"{group}_ask", ""), name=group)
    return render(request, "desk/settings/condition_row.html", {"row": made})
