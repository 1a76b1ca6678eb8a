"""Being away: one's own absences, and those that an admin enters for somebody, each in the zone of who is away."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.accounts.zones import zone_of
from tamada.automation import actions
from tamada.automation.errors import Invalid
from tamada.automation.models import Absence
from tamada.automation.queries.absences import handed_on, last_of, open_of

from ..access import actor_of, agent_of
from ..forms.absence import AbsenceForm
from ..pages import page


def mine(request: HttpRequest) -> HttpResponse:
    """My absences."""
    return _page(request, agent_of(request))


def theirs(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's absences, for an admin."""
    require(agent_of(request), "agent.settings")
    return _page(request, get_object_or_404(Agent, pk=pk, is_active=True))


def _page(request: HttpRequest, member: Agent) -> HttpResponse:
    with timezone.override(zone_of(member)):
        form = AbsenceForm(request.POST or None, member=member, initial={"starts_at": timezone.now()})
        if form.is_bound and form.is_valid() and _plan(request, form, member):
            messages.success(request, _("Saved."))
            return _back(request, member)
        viewer, last = agent_of(request), last_of(member)
        planned = list(open_of(member))
        shown = next((one for one in planned if one.is_running), last)
        context: dict[str, Any] = {
            "form": form,
            "member": member,
            "is_self": member == viewer,
            "zone": zone_of(member),
            "planned": planned,
            "last": last,
            "shown": shown,
            "handed_on": handed_on(shown, viewer) if shown else [],
        }
        return page(request, "profile/absence", context, status=422 if form.is_bound else 200)


def _plan(request: HttpRequest, form: AbsenceForm, member: Agent) -> bool:
    try:
        actions.plan_absence(agent=agent_of(request), actor=actor_of(request), member=member, terms=form.terms())
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


def _back(request: HttpRequest, member: Agent) -> HttpResponse:
    if member == agent_of(request):
        return redirect("desk:absence")
    return redirect("desk:their_absence", pk=member.pk)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Come back early, or stay after all; 404 for an absence that is not one's own, but for admins."""
    agent = agent_of(request)
    found = Absence.objects.select_related("agent").filter(pk=pk, ended_at=None).first()
    if found is None or (found.agent != agent and not agent.is_admin):
        raise Http404
    actions.end_absence(agent=agent, actor=actor_of(request), absence=found)
    messages.success(request, _("Saved."))
    return _back(request, found.agent)
