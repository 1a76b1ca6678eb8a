"""Invitations: a place offered by mail, for seven days, once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.core import audit, events
from tamada.core.actors import Actor

from .. import mail, tasks
from ..actors import actor_of
from ..errors import Invalid, LinkGone
from ..events import ADMINS, InvitationChanged
from ..links import digest, invitation_token
from ..models import Agent, Invitation, Role, Team, default_preferences
from ..passwords import check_rules, hash_password
from ..permissions import require
from ..queries import agent_by_email
from .people import clean_email, clean_name, clean_role, insert_agent, taken

VALID_FOR = timedelta(days=7)


def invite(
    *, agent: Agent, actor: Actor, email: str, name: str = "", role: str = Role.AGENT, teams: Iterable[Team] = ()
) -> Invitation:
    """Offer somebody a place; an earlier invitation to the address is replaced.

    The mail leaves as a task; without an outgoing mail server the page shows the link instead.

    Raises `PermissionDenied`, or `Invalid` for an address that is taken.
    """
    require(agent, "agent.invite")
    email, name, role = clean_email(email), clean_name(name) if name.strip() else "", clean_role(role)
    known = agent_by_email(email)
    if known is not None and not known.is_active:
        raise Invalid(_("%(name)s worked here before. Activate them again instead.") % {"name": known.name}, "email")
    if known is not None:
        raise taken(email)
    expires_at = timezone.now() + VALID_FOR
    invitation = Invitation(email=email, name=name, role=role, invited_by=agent, expires_at=expires_at)
    invitation.digest = digest(invitation_token(invitation))
    with transaction.atomic():
        Invitation.objects.filter(email=email, accepted_at=None).delete()
        invitation.save(force_insert=True)
        invitation.teams.set(list(teams))
        audit.record(actor, "invitation.sent", invitation, role=role)
        _announce(invitation, actor)
        _mail(invitation)
    return invitation


def resend_invitation(*, agent: Agent, actor: Actor, invitation: Invitation) -> Invitation:
    """Seven more days and another mail; the link of the first mail dies."""
    require(agent, "agent.invite")
    invitation.expires_at = timezone.now() + VALID_FOR
    invitation.digest = digest(invitation_token(invitation))
    with transaction.atomic():
        if not Invitation.objects.select_for_update().filter(pk=invitation.pk, accepted_at=None).exists():
            raise LinkGone
        invitation.save(update_fields=["expires_at", "digest"])
        audit.record(actor, "invitation.sent", invitation)
        _announce(invitation, actor)
        _mail(invitation)
    return invitation


def withdraw_invitation(*, agent: Agent, actor: Actor, invitation: Invitation) -> None:
    """Take the offer back; its link dies."""
    require(agent, "agent.invite")
    with transaction.atomic():
        audit.record(actor, "invitation.withdrawn", invitation)
        _announce(invitation, actor)
        Invitation.objects.filter(pk=invitation.pk, accepted_at=None).delete()


def open_invitation(token: str, *, now: datetime | None = None) -> Invitation:
    """The invitation behind a link. Raises `LinkGone` when it was used, withdrawn, or is too old."""
    found = Invitation.objects.filter(digest=digest(token), accepted_at=None).first()
    if found is None or found.expires_at <= (now or timezone.now()):
        raise LinkGone
    return found


def accept_invitation(*, token: str, name: str, password: str, language: str = "") -> Agent:
    """Become an agent by a link. Raises `LinkGone`, or `Invalid` for the name or password."""
    invitation = open_invitation(token)
    name = clean_name(name)
    check_rules(password, name=name, email=invitation.email)
    made = Agent(email=invitation.email, name=name, role=invitation.role, language=language)
    made.preferences = default_preferences()
    made.password = hash_password(password)
    now = timezone.now()
    with transaction.atomic():
        # One of two tabs wins.
        if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=now):
            raise LinkGone
        teams = list(invitation.teams.all())
        insert_agent(made, actor=Actor("agent", None, name), teams=teams or None)
        audit.record(actor_of(made), "invitation.accepted", invitation)
        _announce(invitation, actor_of(made))
    return made


def _announce(invitation: Invitation, actor: Actor) -> None:
    events.record(InvitationChanged(audience=ADMINS, invitation_id=invitation.pk), actor=actor)


def _mail(invitation: Invitation) -> None:
    if mail.is_configured():
        tasks.mail_invitation.enqueue(invitation_id=invitation.pk)
