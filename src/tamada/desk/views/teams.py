"""Teams: their names and members."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tamada.accounts import actions, queries
from tamada.accounts.actors import actor_of
from tamada.accounts.errors import Invalid
from tamada.accounts.models import Team
from tamada.accounts.permissions import allowed, require
from tamada.desk.access import agent_of
from tamada.desk.forms.people import NewTeamForm, TeamForm
from tamada.desk.pages import page, question
from tamada.desk.proven import proven
from tamada.desk.refusals import refusals


def teams(request: HttpRequest) -> HttpResponse:
    """Every team with how many work in it; links where one may change it."""
    agent = agent_of(request)
    mine = set(queries.teams_led_by(agent).values_list("pk", flat=True))
    rows = Team.objects.annotate(size=Count("agents", filter=Q(agents__is_active=True)))
    context = {"teams": [(team, team.pk in mine) for team in rows], "may_create": allowed(agent, "team.create")}
    return page(request, "people/teams", context)


def new_team(request: HttpRequest) -> HttpResponse:
    """Make a team, then choose who is in it."""
    agent = agent_of(request)
    require(agent, "team.create")
    form = NewTeamForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with refusals(form):
            team = actions.create_team(agent=agent, actor=actor_of(agent), name=form.cleaned_data["name"])
            return redirect("desk:team", pk=team.pk)
    return page(request, "people/new_team", {"form": form}, status=422 if form.is_bound else 200)


@proven
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """A team's name and members."""
    agent, found = agent_of(request), _team_or_404(request, pk)
    form = TeamForm(request.POST or None, team=found)
    if form.is_bound and form.is_valid():
        with refusals(form):
            actor = actor_of(agent)
            if form.cleaned_data["name"] != found.name:
                actions.rename_team(agent=agent, actor=actor, team=found, name=form.cleaned_data["name"])
            actions.set_members(agent=agent, actor=actor, team=found, members=form.cleaned_data["members"])
            messages.success(request, _("Saved."))
            return redirect("desk:teams")
    context = {"form": form, "team": found, "may_delete": allowed(agent, "team.create") and not found.is_default}
    return page(request, "people/team", context, status=422 if form.is_bound else 200)


@proven
def delete_team(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an empty team, after asking."""
    agent, found = agent_of(request), _team_or_404(request, pk)
    require(agent, "team.create")
    if request.method != "POST":
        return question(request, "people/delete_team", {"team": found})
    try:
        actions.delete_team(agent=agent, actor=actor_of(agent), team=found)
    except Invalid as refused:
        messages.error(request, refused.message)
        return redirect("desk:team", pk=pk)
    messages.success(request, _("The team %(name)s is removed.") % {"name": found.name})
    return redirect("desk:teams")


def _team_or_404(request: HttpRequest, pk: int) -> Team:
    """A team whose settings this agent may change."""
    found = queries.teams_led_by(agent_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
