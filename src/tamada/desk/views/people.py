"""Colleagues: who works here, who is invited, who may do what."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tamada.accounts import actions, factors, links, mail, queries
from tamada.accounts.actors import actor_of
from tamada.accounts.errors import Invalid, LinkGone
from tamada.accounts.models import Agent, Invitation
from tamada.accounts.permissions import allowed, require
from tamada.desk.access import agent_of
from tamada.desk.forms.people import InviteForm, PersonForm
from tamada.desk.pages import page, question
from tamada.desk.proven import proven
from tamada.desk.refusals import refusals


def people(request: HttpRequest) -> HttpResponse:
    """Everybody; for an admin also open invitations and who left."""
    agent = agent_of(request)
    everybody = list(Agent.objects.prefetch_related("teams"))
    may_edit = allowed(agent, "agent.settings")
    context = {
        "people": [(person, queries.is_online(person)) for person in everybody if person.is_active],
        "left": [person for person in everybody if not person.is_active] if may_edit else [],
        "invitations": _open_invitations() if allowed(agent, "agent.invite") else [],
        "may_edit": may_edit,
        "can_mail": mail.is_configured(),
        **_reach(),
    }
    if request.GET.get("fragment") == "people":
        return render(request, "desk/people/list.html", context)
    return page(request, "people/people", context)


def _reach() -> dict[str, Any]:
    """Whether the links of invitations can be followed from other computers."""
    return {"lead_here_only": links.lead_here_only(), "base_url": links.absolute("")}


def _open_invitations() -> list[tuple[Invitation, str]]:
    """Each with its link when no mail can carry it."""
    waiting = Invitation.objects.filter(accepted_at=None).prefetch_related("teams")
    return [(invitation, "" if mail.is_configured() else links.invitation_url(invitation)) for invitation in waiting]


@proven
def invite(request: HttpRequest) -> HttpResponse:
    """Offer somebody a place."""
    agent = agent_of(request)
    require(agent, "agent.invite")
    form = InviteForm(request.POST or None, initial={"teams": [queries.default_team()]})
    if form.is_bound and form.is_valid():
        with refusals(form):
            invitation = actions.invite(agent=agent, actor=actor_of(agent), **form.cleaned_data)
            if mail.is_configured():
                messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email})
            return redirect("desk:people")
    context = {"form": form, "can_mail": mail.is_configured(), **_reach()}
    return page(request, "people/invite", context, status=422 if form.is_bound else 200)


@require_POST
@proven
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Seven more days, and another mail."""
    agent = agent_of(request)
    require(agent, "agent.invite")
    invitation = get_object_or_404(Invitation, pk=pk, accepted_at=None)
    try:
        actions.resend_invitation(agent=agent, actor=actor_of(agent), invitation=invitation)
    except LinkGone:
        return redirect("desk:people")
    messages.success(request, _("%(email)s is invited for seven more days.") % {"email": invitation.email})
    return redirect("desk:people")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    agent = agent_of(request)
    require(agent, "agent.invite")
    invitation = get_object_or_404(Invitation, pk=pk, accepted_at=None)
    actions.withdraw_invitation(agent=agent, actor=actor_of(agent), invitation=invitation)
    messages.success(request, _("The invitation of %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect("desk:people")


@proven
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, role and teams of somebody."""
    agent = agent_of(request)
    require(agent, "agent.settings")
    target = get_object_or_404(Agent, pk=pk)
    form = PersonForm(request.POST) if request.method == "POST" else PersonForm.of(target)
    if form.is_bound and form.is_valid():
        with refusals(form):
            actions.update_agent(agent=agent, actor=actor_of(agent), target=target, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("desk:people")
    return _person_page(request, target, form, status=422 if form.is_bound else 200)


def _person_page(
    request: HttpRequest, target: Agent, form: PersonForm, *, status: int = 200, reset_url: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "person": target,
        "is_self": target == request.user,
        "has_sso": target.sso_identities.exists(),
        "has_second": factors.has_second(target),
        "reset_url": reset_url,
        "reset_is_mailed": mail.is_configured(),
    }
    return page(request, "people/person", context, status=status)


@proven
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate somebody, after asking."""
    agent = agent_of(request)
    require(agent, "agent.settings")
    target = get_object_or_404(Agent, pk=pk, is_active=True)
    if request.method != "POST":
        return question(request, "people/leave", {"person": target})
    try:
        actions.update_agent(agent=agent, actor=actor_of(agent), target=target, is_active=False)
    except Invalid as refused:
        messages.error(request, refused.message)
        return redirect("desk:person", pk=pk)
    messages.success(request, _("%(name)s can't sign in any more.") % {"name": target.name})
    return redirect("desk:people")


@require_POST
@proven
def come_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Activate somebody who had left."""
    agent = agent_of(request)
    target = get_object_or_404(Agent, pk=pk)
    actions.update_agent(agent=agent, actor=actor_of(agent), target=target, is_active=True)
    messages.success(request, _("%(name)s works here again.") % {"name": target.name})
    return redirect("desk:person", pk=pk)


@require_POST
@proven
def send_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Help somebody who forgot their password: by mail, or with a link to hand over."""
    agent = agent_of(request)
    require(agent, "agent.settings")
    target = get_object_or_404(Agent, pk=pk, is_active=True)
    if target == agent:
        raise PermissionDenied("agent.settings")
    url = actions.help_with_reset(agent=agent, actor=actor_of(agent), target=target)
    if not url:
        messages.success(request, _("A link is on its way to %(email)s.") % {"email": target.email})
        return redirect("desk:person", pk=pk)
    return _person_page(request, target, PersonForm.of(target), reset_url=url)


@proven
def reset_factors(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the second step from somebody who lost theirs, after asking."""
    agent = agent_of(request)
    require(agent, "agent.settings")
    target = get_object_or_404(Agent, pk=pk)
    if target == agent:
        raise PermissionDenied("agent.settings")
    if request.method != "POST":
        return question(request, "people/reset_factors", {"person": target})
    actions.reset_factors(agent=agent, actor=actor_of(agent), target=target)
    messages.success(
        request, _("%(name)s signs in by password alone until they add another step.") % {"name": target.name}
    )
    return redirect("desk:person", pk=pk)


@require_POST
@proven
def unlink_sso(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget whom the provider means by somebody."""
    agent = agent_of(request)
    target = get_object_or_404(Agent, pk=pk)
    actions.unlink_sso(agent=agent, actor=actor_of(agent), target=target)
    messages.success(request, _("The next sign-in by the provider links them anew, by their address."))
    return redirect("desk:person", pk=pk)
