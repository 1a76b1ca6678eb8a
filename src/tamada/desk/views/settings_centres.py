"""Help centres and their categories in the settings."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tamada.knowledge import actions, queries
from tamada.knowledge.errors import InUse, Invalid
from tamada.knowledge.models import Category, HelpCentre

from ..access import actor_of, agent_of
from ..forms.knowledge import CategoryForm, CentreForm
from ..proven import proven
from .settings import needs, shown


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"agent": agent_of(request), "actor": actor_of(request)}


@require_GET
@needs("knowledge.publish")
def centres(request: HttpRequest) -> HttpResponse:
    """Every help centre with its categories."""
    queries.main_centre()
    rows = [
        {"centre": centre, "categories": queries.category_rows(centre)} for centre in HelpCentre.objects.order_by("pk")
    ]
    may_settle = queries.may_settle(agent_of(request))
    return shown(request, "centres", {"rows": rows, "may_settle": may_settle})


@needs("knowledge.settings")
def new(request: HttpRequest) -> HttpResponse:
    """Another help centre, for another brand."""
    form = CentreForm(request.POST or None, request.FILES or None, initial={"languages": "hy, ru, en"})
    return _answer(request, form, None)


@needs("knowledge.settings")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One help centre."""
    centre = get_object_or_404(HelpCentre, pk=pk)
    form = CentreForm(request.POST or None, request.FILES or None, centre=centre)
    return _answer(request, form, centre)


def _answer(request: HttpRequest, form: CentreForm, centre: HelpCentre | None) -> HttpResponse:
    if form.is_bound and form.is_valid() and _save(request, form, centre):
        messages.success(request, _("Saved."))
        return redirect("desk:settings_centres")
    context = {"form": form, "centre": centre}
    return shown(request, "centre_edit", context, status=422 if form.is_bound else 200)


def _save(request: HttpRequest, form: CentreForm, centre: HelpCentre | None) -> bool:
    try:
        if centre is None:
            centre = actions.create_centre(**_by(request), face=form.face())
        else:
            actions.update_centre(**_by(request), centre=centre, face=form.face())
        if logo := form.cleaned_data["logo"]:
            actions.set_logo(**_by(request), centre=centre, content=logo.read())
        elif form.cleaned_data["no_logo"] and centre.logo:
            actions.set_logo(**_by(request), centre=centre, content=b"")
    except Invalid as error:
        field = f"{error.field}_{centre.main_language if centre else 'en'}"
        name = next((one for one in (error.field, field.replace("names", "name")) if one in form.fields), None)
        form.add_error(name, error.message)
        return False
    return True


@require_POST
@needs("knowledge.settings")
@proven
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a help centre in which nothing stands."""
    try:
        actions.delete_centre(**_by(request), centre=get_object_or_404(HelpCentre, pk=pk))
        messages.success(request, _("Removed."))
    except InUse as error:
        messages.error(request, str(error))
    return redirect("desk:settings_centres")


@needs("knowledge.publish")
def category(request: HttpRequest, pk: int, category: int | None = None) -> HttpResponse:
    """A category of a help centre, new or known."""
    centre = get_object_or_404(HelpCentre, pk=pk)
    found = get_object_or_404(Category, centre=centre, pk=category) if category is not None else None
    form = CategoryForm(request.POST or None, centre=centre, category=found)
    if form.is_bound and form.is_valid() and _save_category(request, form, centre, found):
        messages.success(request, _("Saved."))
        return redirect("desk:settings_centres")
    context = {"form": form, "centre": centre, "category": found}
    return shown(request, "category_edit", context, status=422 if form.is_bound else 200)


def _save_category(request: HttpRequest, form: CategoryForm, centre: HelpCentre, found: Category | None) -> bool:
    try:
        actions.save_category(
            **_by(request),
            centre=centre,
            category=found,
            names=form.words("name"),
            descriptions=form.words("about"),
            parent=form.cleaned_data["parent"],
        )
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


@require_POST
@needs("knowledge.publish")
def change_category(request: HttpRequest, pk: int, category: int) -> HttpResponse:
    """Move a category up or down, or remove one in which nothing stands."""
    found = get_object_or_404(Category, centre=get_object_or_404(HelpCentre, pk=pk), pk=category)
    move = request.POST.get("move")
    try:
        if move in ("up", "down"):
            actions.move_category(**_by(request), category=found, up=move == "up")
        else:
            actions.delete_category(**_by(request), category=found)
            messages.success(request, _("Removed."))
    except InUse as error:
        messages.error(request, str(error))
    return redirect("desk:settings_centres")
