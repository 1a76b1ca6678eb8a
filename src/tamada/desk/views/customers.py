"""Customers: the list, one person's timeline, and what we know about them."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamada.accounts.permissions import allowed, require
from tamada.conversations.models import Status
from tamada.conversations.queries import visible_to
from tamada.customers import actions, queries
from tamada.customers.duplicates import duplicates, merges_of
from tamada.customers.errors import CustomerError, IdentityTaken, InvalidIdentity, MergeStays
from tamada.customers.models import Customer, CustomerMerge, Identity, IdentityType
from tamada.kit.cursors import BadCursor
from tamada.kit.numbers import row_number
from tamada.operations.job_queries import of_customer as jobs_of
from tamada.operations.queries import of_customer
from tamada.privacy.actions import note_look
from tamada.search.queries import search
from tamada.search.query import LONGEST

from ..access import actor_of, agent_of, customer_or_404
from ..forms.customers import CustomerForm, NewCustomerForm, attributes_of
from ..job_words import service_name
from ..rows import rows_for
from .inbox import rail_context

_MERGES = 20
_PROMISED = 20


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Customers the agent may see, latest activity first, or whom `q` finds; htmx asks for the table alone."""
    q, cursor = request.GET.get("q", "").strip()[:LONGEST], request.GET.get("cursor")
    try:
        found, following = _found(request, q, cursor) if q else _listed(request, cursor)
    except BadCursor:
        return HttpResponseBadRequest()
    more = {"q": q, "tag": request.GET.get("tag", ""), "cursor": following}
    context: dict[str, Any] = {
        "people": found,
        "next": urlencode({name: value for name, value in more.items() if value}) if following else "",
        "q": q,
        "may_write": _may_write(request),
    }
    if cursor:
        return render(request, "desk/customers/rows.html", context)
    if request.headers.get("HX-Target") == "customers":
        return render(request, "desk/customers/table.html", context)
    return render(request, "desk/customers/list.html", context | rail_context(request, "customers"))


def _listed(request: HttpRequest, cursor: str | None) -> tuple[list[Customer], str | None]:
    shown = queries.CustomerFilter(tag=request.GET.get("tag"))
    page = queries.list_page(agent_of(request), shown, cursor=cursor)
    return page.items, page.next


def _found(request: HttpRequest, q: str, cursor: str | None) -> tuple[list[Customer], str | None]:
    page = search(agent_of(request), q, kind="customers", cursor=cursor)
    return page.items, page.next


@require_GET
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is this and how are they: a header, open conversations, and everything in order."""
    found = _customer(request, pk)
    if found.pk != pk:
        return redirect("desk:customer", pk=found.pk)
    agent = agent_of(request)
    try:
        page = queries.timeline(found, agent, cursor=request.GET.get("cursor"))
    except BadCursor:
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
        "alike": duplicates(agent, found),
        "merges": list(merges_of(found)[:_MERGES]),
        "jobs": [(service_name(job), job) for job in jobs_of(agent, found.pk)],
        "promises": list(of_customer(agent, found.pk)[:_PROMISED]),
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


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """A dialog: who this customer is besides (`other`), looked for by name, address or number (`q`)."""
    require(agent_of(request), "customer.write")
    found = _customer(request, pk)
    if request.method == "GET":
        return _merge_dialog(request, found)
    other = queries.visible_to(agent_of(request)).filter(pk=row_number(request.POST.get("other"))).first()
    if other is None or other.pk == found.pk:
        return _merge_dialog(request, found, _("Choose who it is."))
    done = actions.merge_customers(agent=agent_of(request), actor=actor_of(request), source=other, target=found)
    text = _("%(name)s is one with this customer now.") % {"name": other.name or _("Somebody")}
    messages.success(request, text, extra_tags=reverse("desk:undo_customer_merge", args=[done.pk]))
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("desk:customer", args=[found.pk])
    return response


def _merge_dialog(request: HttpRequest, found: Customer, error: str = "") -> HttpResponse:
    agent, q = agent_of(request), (request.POST or request.GET).get("q", "").strip()[:200]
    others = search(agent, q, kind="customers", limit=_MERGES).items if q else duplicates(agent, found)
    context = {"customer": found, "others": [c for c in others if c.pk != found.pk], "q": q, "error": error}
    return render(request, "desk/customers/merge.html", context, status=422 if error else 200)


@require_POST
def undo_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Make two of them again."""
    done = get_object_or_404(CustomerMerge, pk=pk)
    try:
        actions.undo_customer_merge(agent=agent_of(request), actor=actor_of(request), merge=done)
    except Customer.DoesNotExist:
        raise Http404 from None
    except MergeStays as error:
        text = _("Undo the later merge first.") if error.later else _("This merge was undone before.")
        return JsonResponse({"toast": text}, status=409)
    return JsonResponse({"toast": _("They are two customers again.")})


_REFUSALS = (CustomerError, InvalidIdentity)


def _explained(error: Exception) -> str:
    if isinstance(error, IdentityTaken):
        return _("This address belongs to another customer already.")
    return str(error)


def _customer(request: HttpRequest, pk: int) -> Customer:
    """Who turned out to be somebody else is that person."""
    try:
        return queries.get_now(agent_of(request), pk)
    except Customer.DoesNotExist:
        raise Http404 from None


def _may_write(request: HttpRequest) -> bool:
    return allowed(agent_of(request), "customer.write")
