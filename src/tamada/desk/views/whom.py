"""Whom a message goes to: names completed while somebody types."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from tamada.accounts.models import Agent
from tamada.customers.models import Identity, IdentityType
from tamada.customers.queries import visible_to as customers_visible_to
from tamada.search.queries import search

from ..access import agent_of
from ..names import is_called

FOUND = 8


@require_GET
def mentions(request: HttpRequest) -> HttpResponse:
    """Colleagues who are called so, or whose address begins so."""
    q = request.GET.get("q", "").strip().casefold()
    # SQLite folds the case of ASCII alone, so names are compared here; colleagues are few.
    found = [a for a in Agent.objects.filter(is_active=True) if is_called(a.name, q) or a.email.startswith(q)]
    shown = [{"id": str(a.pk), "name": a.name, "handle": a.name} for a in found[:FOUND]]
    return JsonResponse(shown, safe=False)


@require_GET
def addresses(request: HttpRequest) -> HttpResponse:
    """Addresses of customers the agent may see, by name or address."""
    q = request.GET.get("q", "").strip().casefold()
    if len(q) < 2:
        return JsonResponse([], safe=False)
    agent = agent_of(request)
    mails = Identity.objects.filter(type=IdentityType.EMAIL).select_related("customer")
    begun = mails.filter(value__startswith=q, customer__in=customers_visible_to(agent))[:FOUND]
    named = mails.filter(customer__in=search(agent, q, kind="customers", limit=FOUND).items)
    found = {identity.pk: identity for identity in (*begun, *named)}
    shown = [{"address": i.display or i.value, "name": i.customer.name} for i in list(found.values())[:FOUND]]
    return JsonResponse(shown, safe=False)
