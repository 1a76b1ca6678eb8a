"""Links by which a customer comes to their own requests: made, listed, taken back."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tamada.accounts.permissions import require
from tamada.kit.numbers import row_number
from tamada.operations import actions, link_queries

from ..access import actor_of, agent_of, customer_or_404
from .inbox import rail_context


@require_http_methods(["GET", "POST"])
def links(request: HttpRequest, pk: int) -> HttpResponse:
    """The links that open something; a new one is shown once, `revoke` takes back one by its number, or "all"."""
    agent, found = agent_of(request), customer_or_404(request, pk)
    require(agent, "job.update")
    by: dict[str, Any] = {"agent": agent, "actor": actor_of(request), "customer": found}
    made = None
    revoke = request.POST.get("revoke", "")
    if revoke:
        actions.revoke_links(**by, link=None if revoke == "all" else row_number(revoke))
        return HttpResponseRedirect(reverse("desk:request_links", args=[found.pk]))
    if request.method == "POST":
        made = actions.make_link(**by)
    rows = list(link_queries.links_of(agent, found))
    context = {"customer": found, "made": made, "links": rows, "days": actions.LASTS.days}
    return render(request, "desk/operations/request_links.html", context | rail_context(request, "customers"))
