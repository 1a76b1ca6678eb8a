"""Notifications: the list, marking them seen, and the browsers that ask for push."""

import json

from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tamada.desk import assets, news
from tamada.desk.access import actor_of, agent_of
from tamada.desk.pages import page
from tamada.kit.numbers import row_numbers
from tamada.notifications import actions, queries


@require_GET
def notifications(request: HttpRequest) -> HttpResponse:
    """What I was told, newest first; `?fragment=list` is the list alone."""
    agent = agent_of(request)
    context = {"items": news.name(agent, queries.feed(agent)), "unseen": queries.unseen(agent).new}
    if request.GET.get("fragment") == "list":
        return render(request, "desk/notifications/list.html", context)
    return page(request, "notifications/notifications", context, current="notifications")


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Mark those named by `id`, or all, as seen."""
    named = request.POST.getlist("id")
    actions.mark_seen(agent=agent_of(request), ids=row_numbers(named) if named else None)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    return redirect("desk:notifications")


@require_http_methods(["POST", "DELETE"])
def push_subscription(request: HttpRequest) -> HttpResponse:
    """A browser begins (POST, its subscription) or ceases (DELETE, its endpoint) to listen."""
    agent = agent_of(request)
    try:
        given = json.loads(request.body)
        endpoint = str(given["endpoint"])
        if request.method == "DELETE":
            actions.unsubscribe(agent=agent, actor=actor_of(request), endpoint=endpoint)
            return HttpResponse(status=204)
        keys = given["keys"]
        actions.subscribe(
            agent=agent,
            actor=actor_of(request),
            endpoint=endpoint,
            p256dh=str(keys["p256dh"]),
            auth=str(keys["auth"]),
            user_agent=request.headers.get("User-Agent", ""),
        )
    except (ValueError, KeyError, TypeError, RawPostDataException):
        # ValueError holds bad JSON and push.BadSubscription.
        return HttpResponse(status=400)
    return HttpResponse(status=201)


@require_GET
@cache_control(max_age=0, must_revalidate=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker that shows pushes. It stands at the root, because it may only act for pages below its own address."""
    del request
    return HttpResponse(assets.path("sw.js").read_bytes(), content_type="text/javascript; charset=utf-8")
