"""The list: rail, rows, badges."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tamada.accounts.actions import dismiss_first_steps
from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed
from tamada.automation.queries import views
from tamada.conversations.models import Priority, Status
from tamada.conversations.queries import (
    counts_for,
    inboxes_visible_to,
    list_page,
)
from tamada.core import events
from tamada.kit.cursors import BadCursor
from tamada.kit.numbers import row_number
from tamada.notifications import push
from tamada.notifications import queries as notifications

from ..access import actor_of, agent_of
from ..boxes import BOXES, Box, badge, box_for
from ..first_steps import first_steps
from ..rows import rows_for

LIMIT = 50
MOST = 500
_RELATED = ("customer", "assignee")
_LAST_BOX = "desk_box"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The desk opens on what is yours."""
    return redirect("desk:inbox", slug="mine")


@require_GET
def inbox(request: HttpRequest, slug: str) -> HttpResponse:
    """A list beside an empty pane; `?fragment=list` is the list alone, `?cursor=` its further rows."""
    box = box_for(agent_of(request), slug)
    fragment, cursor = request.GET.get("fragment"), request.GET.get("cursor")
    try:
        context = list_context(request, box, cursor)
    except BadCursor:
        return HttpResponseBadRequest()
    if cursor:
        return render(request, "desk/inbox/rows.html", context)
    if fragment == "list":
        return render(request, "desk/inbox/list.html", context)
    request.session[_LAST_BOX] = slug
    return render(request, "desk/inbox/page.html", context | rail_context(request, slug))


@require_GET
def rail(request: HttpRequest) -> HttpResponse:
    """The rail's links with their badges, fetched again when something changes."""
    return render(request, "desk/inbox/rail.html", rail_context(request, request.GET.get("current", "")))


@require_POST
def dismiss_steps(request: HttpRequest) -> HttpResponse:
    """Put the first steps away, for everybody."""
    dismiss_first_steps(agent=agent_of(request), actor=actor_of(request))
    return redirect("desk:home")


def last_box(request: HttpRequest) -> Box:
    """The list the agent came from, for a conversation opened by its own address."""
    try:
        return box_for(agent_of(request), request.session.get(_LAST_BOX, ""))
    except Http404:  # none yet, or one that is gone
        return BOXES["mine"]


def list_context(
    request: HttpRequest, box: Box, cursor: str | None = None, current: int | None = None
) -> dict[str, Any]:
    """A page of rows with what each needs: unread, mentioned, who is there; `current` is open beside the list."""
    agent = agent_of(request)
    page = list_page(
        agent, box.filters(agent), order=box.order, cursor=cursor, limit=_limit(request), related=_RELATED, tags=False
    )
    return {
        "box": box,
        "statuses": Status.choices,
        "priorities": Priority.choices,
        "rows": rows_for(agent, page.items, current),
        "next": page.next,
        "cursor": cursor,
        "may_view": allowed(agent, views.PERMISSION),
        "may_change_view": box.view is not None and views.may_change(agent, box.view.visibility, box.view.team_id),
        "first_steps": first_steps(agent, is_home=box.slug == "mine" and not cursor, is_empty=not page.items),
    }


def _limit(request: HttpRequest) -> int:
    """A page; for a live list that was paged further, as many rows (`rows`) as it shows already."""
    return min(max(LIMIT, row_number(request.GET.get("rows"))), MOST)


def rail_context(request: HttpRequest, current: str) -> dict[str, Any]:
    """Links and badges; the stream continues after the newest event this page has seen."""
    agent = agent_of(request)
    cursor = events.latest()
    counts = counts_for(agent)
    news = notifications.unseen(agent)
    boxes = [{"box": box, "count": badge(box, counts), "current": slug == current} for slug, box in BOXES.items()]
    inboxes = [
        {
            "inbox": i,
            "slug": f"inbox-{i.pk}",
            "count": counts.inboxes.get(i.pk, 0),
            "current": f"inbox-{i.pk}" == current,
        }
        for i in inboxes_visible_to(agent).filter(is_active=True)
    ]
    return {
        "boxes": boxes[:5],
        "more_boxes": boxes[5:],
        "views": _views(agent, current),
        "may_view": allowed(agent, views.PERMISSION),
        "inboxes": inboxes,
        "current": current,
        "stream_cursor": cursor,
        "unread_total": counts.mine + counts.mentions,
        "unseen": news.new,
        "new_chats": news.chats,
        "newest_chat": news.newest_chat,
        "push_key": push.public_key(),
        "may_start": allowed(agent, "conversation.start"),
        "may_settings": allowed(agent, "inbox.settings"),
        "may_restore": allowed(agent, "conversation.restore"),
    }


def _views(agent: Agent, current: str) -> list[dict[str, Any]]:
    """The agent's views as links, each counted no further than it tells."""
    found = views.in_rail(agent)
    totals = views.counts_of(agent, found)
    return [
        {
            "view": view,
            "slug": view.slug,
            "count": totals[view.pk] if totals[view.pk] <= views.MOST_COUNTED else f"{views.MOST_COUNTED}+",
            "current": view.slug == current,
        }
        for view in found
    ]
