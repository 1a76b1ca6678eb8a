"""Routing in the settings: how teams give conversations away, and what each person takes."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tamada.accounts.models import Agent, Role
from tamada.accounts.queries import is_online, teams_led_by
from tamada.automation.actions import set_agent_routing, set_team_routing
from tamada.automation.actions.routing import RoutingTerms
from tamada.automation.errors import Invalid
from tamada.automation.models import AgentRouting, TeamRouting
from tamada.automation.queries.routing import loads

from ..access import actor_of, agent_of
from ..forms.rules import AgentRoutingForm, TeamRoutingForm, routing_of, taken_by
from .settings import needs, shown

_PERMISSION = "routing.settings"


@require_GET
@needs(_PERMISSION)
def routing(request: HttpRequest) -> HttpResponse:
    """The teams one leads, and the people in them with what they have open."""
    led = teams_led_by(agent_of(request))
    known = {r.team_id: r for r in TeamRouting.objects.filter(team__in=led)}
    teams = [(team, known.get(team.pk) or TeamRouting(team=team)) for team in led]
    people = _members(request).select_related("routing").prefetch_related("routing__skills")
    load = loads([person.pk for person in people])
    listed = [(p, getattr(p, "routing", None), load.get(p.pk, 0), is_online(p)) for p in people]
    return shown(request, "routing", {"teams": teams, "people": listed})


def _members(request: HttpRequest) -> QuerySet[Agent]:
    members = Agent.objects.filter(is_active=True, memberships__team__in=teams_led_by(agent_of(request)))
    return members.exclude(role=Role.OBSERVER).distinct()


@needs(_PERMISSION)
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """How one team is routed to."""
    agent = agent_of(request)
    found = get_object_or_404(teams_led_by(agent), pk=pk)
    known = TeamRouting.objects.filter(team=found).first() or TeamRouting(team=found)
    form = TeamRoutingForm(request.POST or None, initial=routing_of(known))
    if form.is_bound and form.is_valid():
        try:
            terms = RoutingTerms(**form.cleaned_data)
            set_team_routing(agent=agent, actor=actor_of(request), team=found, terms=terms)
            messages.success(request, _("Saved."))
            return redirect("desk:settings_routing")
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return shown(request, "routing_team", {"form": form, "team": found}, status=422 if form.is_bound else 200)


@needs(_PERMISSION)
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person takes."""
    found = _members(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    known = AgentRouting.objects.filter(agent=found).first()
    form = AgentRoutingForm(request.POST or None, initial=taken_by(known))
    if form.is_bound and form.is_valid():
        try:
            set_agent_routing(agent=agent_of(request), actor=actor_of(request), member=found, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("desk:settings_routing")
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return shown(request, "routing_agent", {"form": form, "member": found}, status=422 if form.is_bound else 200)
