"""Links by which a customer comes to their own requests: made, listed, taken back."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tamada.accounts import company
from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.conversations.models import Conversation
from tamada.conversations.queries import visible_to
from tamada.kit.numbers import row_number
from tamada.operations import actions, job_queries, link_queries
from tamada.operations.notice_words import seen_at

from ..access import actor_of, agent_of, customer_or_404
from .inbox import rail_context


@require_http_methods(["GET", "POST"])
def links(request: HttpRequest, pk: int) -> HttpResponse:
    """The links that open something; a new one is shown once, `revoke` takes back one by its number, or "all".

    Beside a `conversation` of this customer a dialog makes one, to be copied or put into the answer there.
    """
    agent, found = agent_of(request), customer_or_404(request, pk)
    require(agent, "job.update")
    by: dict[str, Any] = {"agent": agent, "actor": actor_of(request), "customer": found}
    talk = visible_to(agent).filter(customer=found, pk=row_number(request.GET.get("conversation", ""))).first()
    made = None
    revoke = request.POST.get("revoke", "")
    if revoke:
        actions.revoke_links(**by, link=None if revoke == "all" else row_number(revoke))
        return HttpResponseRedirect(reverse("desk:request_links", args=[found.pk]))
    if request.method == "POST":
        made = actions.make_link(**by)
    context: dict[str, Any] = {"customer": found, "made": made, "days": actions.LASTS.days}
    if request.headers.get("HX-Request") == "true":
        told = {"conversation": talk, "said": _said(agent, talk, made.address) if talk and made else ""}
        return render(request, "desk/operations/request_link.html", context | told)
    context["links"] = list(link_queries.links_of(agent, found))
    return render(request, "desk/operations/request_links.html", context | rail_context(request, "customers"))


def _said(agent: Agent, talk: Conversation, address: str) -> str:
    """The link in a sentence of the conversation's language; bare where no job of theirs is there to be seen by it."""
    language = talk.language or talk.customer.language or company.language()
    return seen_at(address, language) if job_queries.of_customer(agent, talk.customer_id) else address
