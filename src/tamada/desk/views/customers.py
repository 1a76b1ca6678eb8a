"""Customers: the list, one person's timeline, and what we know about them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamada.accounts.permissions import allowed
from tamada.conversations.models import Status
from tamada.conversations.queries import visible_to
from tamada.customers import actions, queries
from tamada.customers.errors import CustomerError, IdentityTaken, InvalidIdentity
from tamada.customers.models import AttributeDefinition, Customer, Identity, IdentityType, Organisation

from ..access import actor_of, agent_of
from ..rows import rows_for
from .inbox import rail_context


class CustomerForm(forms.Form):
    """What may be said of a customer by hand."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=160, required=False)
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Company"), queryset=Organisation.objects.all(), required=False
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", "—"), ("hy", "Հայերեն"), ("ka", "ქართული"), ("ru", "Русский"), ("en", "English")],
    )
    city = forms.CharField(label=gettext_lazy("City"), max_length=80, required=False)
    tags = forms.CharField(label=gettext_lazy("Tags"), required=False, help_text=gettext_lazy("Separated by commas."))
    note = forms.CharField(
        label=gettext_lazy("About them"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Everybody who sees the customer sees this; the customer doesn't."),
    )

    def values(self) -> dict[str, Any]:
        """The fields as `customers.actions` takes them."""
        data = dict(self.cleaned_data)
        return data | {"tags": [t for t in data["tags"].split(",") if t.strip()]}


class NewCustomerForm(CustomerForm):
    """A new customer also needs a way to be reached."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    field_order = ("name", "email", "phone")

    def identities(self) -> list[actions.type_given]:
        """The addresses given."""
        given = {IdentityType.EMAIL: self.cleaned_data.pop("email"), IdentityType.PHONE: self.cleaned_data.pop("phone")}
        return [{"type": str(kind), "value": value} for kind, value in given.items() if value]


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
    found = _customer(request, pk)
    agent = agent_of(request)
    try:
        page = queries.timeline(found, agent, cursor=request.GET.get("cursor"))
    except queries.BadCursor:
        return HttpResponseBadRequest()
    context: dict[str, Any] = {"customer": found, "entries": page.items, "next": page.next}
    if request.GET.get("cursor"):
        return render(request, "desk/customers/entries.html", context)
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
    found = _customer(request, pk)
    form = CustomerForm(request.POST or None, initial=_initial(found))
    if form.is_bound and form.is_valid():
        try:
            actions.update_customer(agent=agent_of(request), actor=actor_of(request), customer=found, **form.values())
        except _REFUSALS as error:
            form.add_error(None, _explained(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:customer", pk=pk)
    context = {"form": form, "customer": found}
    status = 422 if form.is_bound else 200
    return render(request, "desk/customers/edit.html", context | rail_context(request, "customers"), status=status)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Somebody who hasn't written yet."""
    form = NewCustomerForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            given = form.identities()
            made = actions.create_customer(
                agent=agent_of(request), actor=actor_of(request), identities=given, **form.values()
            )
        except _REFUSALS as error:
            form.add_error(None, _explained(error))
        else:
            return redirect("desk:customer", pk=made.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form} | rail_context(request, "customers")
    return render(request, "desk/customers/edit.html", context, status=status)


@require_POST
def identities(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a way to reach them."""
    found = _customer(request, pk)
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
    found = get_object_or_404(Identity, pk=identity, customer=_customer(request, pk))
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


def attributes_of(found: Customer) -> list[tuple[str, Any]]:
    """Custom attributes that have a value, with their labels."""
    known = AttributeDefinition.objects.all() if found.attributes else ()
    return [(d.label, found.attributes[d.key]) for d in known if d.key in found.attributes]


def _customer(request: HttpRequest, pk: int) -> Customer:
    try:
        return queries.get_visible(agent_of(request), pk)
    except Customer.DoesNotExist:
        raise Http404 from None


def _may_write(request: HttpRequest) -> bool:
    return allowed(agent_of(request), "customer.write")


def _initial(found: Customer) -> dict[str, Any]:
    fields = ("name", "organisation", "language", "city", "note")
    return {name: getattr(found, name) for name in fields} | {"tags": ", ".join(t.name for t in found.tags.all())}
