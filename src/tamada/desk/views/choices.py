"""What can be done with a selection: the menus of one conversation for many, fetched when they open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tamada.accounts.models import Team
from tamada.accounts.permissions import require
from tamada.conversations.models import Conversation
from tamada.conversations.queries import visible_to
from tamada.customers.models import Tag
from tamada.kit.numbers import row_numbers

from ..access import agent_of
from ..owners import owners_for

MOST = 200


def selected(request: HttpRequest, names: list[str]) -> list[Conversation]:
    """The selected conversations that the agent may see, with their inboxes and tags."""
    ids = row_numbers(names)[:MOST]
    found = visible_to(agent_of(request)).filter(pk__in=ids)
    return list(found.select_related("inbox__calendar").prefetch_related("tags"))


@require_GET
def choices(request: HttpRequest) -> HttpResponse:
    """Who may own all that are `selected`, and the teams; `of=tags`: the tags, those checked that all of them have."""
    require(agent_of(request), "conversation.update")
    chosen = selected(request, request.GET.getlist("selected"))
    if request.GET.get("of") == "tags":
        common = set.intersection(*({tag.pk for tag in c.tags.all()} for c in chosen)) if chosen else set()
        return render(request, "desk/inbox/choices_tags.html", {"tags": Tag.objects.all()[:100], "common": common})
    context = {"owners": owners_for(chosen), "teams": Team.objects.all()}
    return render(request, "desk/inbox/choices_owner.html", context)
