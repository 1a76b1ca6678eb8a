"""A link by which a known customer comes to a Telegram bot."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from tamada.accounts.permissions import require
from tamada.channels.telegram.actions import make_link
from tamada.channels.telegram.queries import bots_for
from tamada.kit.numbers import row_number

from ..access import actor_of, agent_of, customer_or_404
from .inbox import rail_context


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """The bots to which a customer can be invited; with `bot`, a link for them, shown once."""
    agent, found = agent_of(request), customer_or_404(request, pk)
    require(agent, "customer.write")
    bots, made = bots_for(agent), ""
    if request.method == "POST":
        bot = get_object_or_404(bots, pk=row_number(request.POST.get("bot")))
        made = make_link(agent=agent, actor=actor_of(request), bot=bot, customer=found)
    context = {"customer": found, "bots": list(bots), "link": made}
    return render(request, "desk/customers/telegram_link.html", context | rail_context(request, "customers"))
