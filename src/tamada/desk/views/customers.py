"""Customers: the list, one person's timeline, and what we know about them."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamada.accounts.permissions import allowed
from tamada.conversations.models import Status
from tamada.conversations.queries import visible_to
from tamada.customers import actions, queries
from tamada.customers.errors import CustomerError, IdentityTaken, InvalidIdentity
from tamada.customers.models import Customer, Identity, IdentityType
from tamada.privacy.actions import note_look

from ..access import actor_of, agent_of, customer_or_404
from ..forms.customers import CustomerForm, NewCustomerForm, attributes_of
from ..rows import rows_for
from .inbox import rail_context


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """All customers the agent may see, latest activity first."""
    try:
        page = queries.list_page(
            agent_of(request), queries.CustomerFilter(tag=request.GET.get("tag")), cursor=request.GET.get("cursor")
        )
    except queries.BadCursor:
        return HttpResponseBadRequest()
    context: dict[str, Any] = {"people": page.items, "next": page.next, "may_write": _may_write(request)}
    if request.GET.get("cursor"):
        return render(request, "desk/customers/rows.html", context)
    return render(request, "desk/customers/list.html", context | rail_context(request, "customers"))


@require_GET
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is this and how are they: a header, open conversations, and everything in order."""
    found = customer_or_404(request, pk)
    agent = agent_of(request)
    try:
        page = queries.timeline(found, agent, cursor=request.GET.get("cursor"))
    except queries.BadCursor:
        return HttpResponseBadRequest()
    context: dict[str, Any] = {"customer": found, "entries": page.items, "next": page.next}
    if request.GET.get("cursor"):
        return render(request, "desk/customers/entries.html", context)
    note_look(agent, found.pk)
    theirs = visible_to(agent).filter(customer=found, is_spam=False)
    live = theirs.exclude(status=Status.CLOSED).select_related("customer", "assignee", "inbox", "team")
    context |= {
        "rows": rows_for(agent, list(live.order_by("-last_activity_at")[:20])),
        "total": theirs.count(),
        "attributes": attributes_of(found),
        "may_write": _may_write(request),
        "identity_types": IdentityType.choices,
    }
    return render(request, "desk/customers/customer.html", context | rail_context(request, "customers"))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what we know."""
    found = customer_or_404(request, pk)
    form = CustomerForm.of(found, request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            _update(request, found, form)
        except _REFUSALS as error:
            form.add_error(None, _explained(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:customer", pk=pk)
    return _form_page(request, form, found)


@transaction.atomic
def _update(request: HttpRequest, found: Customer, form: CustomerForm) -> None:
    agent, actor = agent_of(request), actor_of(request)
    actions.update_customer(agent=agent, actor=actor, customer=found, **form.values(agent=agent, actor=actor))


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Somebody who hasn't written yet."""
    form = NewCustomerForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = _create(request, form)
        except _REFUSALS as error:
            form.add_error(None, _explained(error))
        else:
            return redirect("desk:customer", pk=made.pk)
    return _form_page(request, form)


@transaction.atomic
def _create(request: HttpRequest, form: NewCustomerForm) -> Customer:
    agent, actor = agent_of(request), actor_of(request)
    given = form.values(agent=agent, actor=actor)
    return actions.create_customer(agent=agent, actor=actor, identities=form.identities(), **given)


def _form_page(request: HttpRequest, form: CustomerForm, found: Customer | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "companies": queries.organisations().values_list("name", flat=True)[:500]}
    context |= {"customer": found} if found else {}
    status = 422 if form.is_bound else 200
    return render(request, "desk/customers/edit.html", context | rail_context(request, "customers"), status=status)


@require_POST
def identities(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a way to reach them."""
    found = customer_or_404(request, pk)
    kind, value = request.POST.get("type", ""), request.POST.get("value", "")
    try:
        actions.add_identity(agent=agent_of(request), actor=actor_of(request), customer=found, type=kind, value=value)
        messages.success(request, _("Added."))
    except _REFUSALS as error:
        messages.error(request, _explained(error))
    return redirect("desk:customer", pk=pk)


@require_POST
def identity(request: HttpRequest, pk: int, identity: int) -> HttpResponse:
    """Verify an address (`verified=1|0`), write to it again after it was paused (`resume=1`), or take it away."""
    found = get_object_or_404(Identity, pk=identity, customer=customer_or_404(request, pk))
    agent, actor = agent_of(request), actor_of(request)
    if request.POST.get("remove") == "1":
        actions.remove_identity(agent=agent, actor=actor, identity=found)
    elif request.POST.get("resume") == "1":
        actions.resume_identity(agent=agent, actor=actor, identity=found)
    else:
        verified = request.POST.get("verified") == "1"
        actions.verify_identity(agent=agent, actor=actor, identity=found, verified=verified)
    return redirect("desk:customer", pk=pk)


_REFUSALS = (CustomerError, InvalidIdentity)


def _explained(error: Exception) -> str:
    if isinstance(error, IdentityTaken):
        return _("This address belongs to another customer already.")
    return str(error)


def _may_write(request: HttpRequest) -> bool:
    return allowed(agent_of(request), "customer.write")
