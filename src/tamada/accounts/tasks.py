"""What this room does later: letters, and forgetting old failures."""

from django.contrib.sessions.models import Session
from django.utils import timezone, translation

from tamada.core.tasks import every, task

from . import company, letters, mail, throttle
from .models import Agent, Invitation
from .queries import agent_by_email


@task(max_attempts=8)
def mail_reset(email: str) -> None:
    """Mail the reset link, if somebody who works here has this address."""
    agent = agent_by_email(email)
    if agent is not None and agent.is_active:
        with translation.override(mail.language_of(agent)):
            mail.send(to=agent.email, language=mail.language_of(agent), letter=letters.reset(agent))


@task(max_attempts=8)
def mail_password_changed(agent_id: int) -> None:
    """Tell somebody that their password is another one now."""
    agent = Agent.objects.filter(pk=agent_id, is_active=True).first()
    if agent is not None:
        with translation.override(mail.language_of(agent)):
            mail.send(to=agent.email, language=mail.language_of(agent), letter=letters.password_changed(agent))


@task(max_attempts=8)
def mail_invitation(invitation_id: int) -> None:
    """Mail an invitation that is still open."""
    invitation = Invitation.objects.filter(pk=invitation_id, accepted_at=None).first()
    if invitation is not None:
        with translation.override(company.language()):
            mail.send(to=invitation.email, language=company.language(), letter=letters.invitation(invitation))


@every(days=1)
def forget_sessions() -> None:
    """Drop sessions that ran out."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


@every(hours=1)
def prune_attempts() -> None:
    """Forget failed sign-ins that count no longer."""
    throttle.prune()
