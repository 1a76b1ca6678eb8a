"""What this room does later: letters, and forgetting old failures."""

from collections.abc import Callable

from django.utils import translation

from tamada.core import audit
from tamada.core.tasks import every, task

from . import company, letters, mail, sessions, throttle
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
    _mail(agent_id, letters.password_changed)


@task(max_attempts=8)
def mail_factors_changed(agent_id: int) -> None:
    """Tell somebody that what they sign in with has changed."""
    _mail(agent_id, letters.factors_changed)


@task(max_attempts=8)
def mail_recovery_used(agent_id: int) -> None:
    """Tell somebody that a recovery code of theirs opened the door."""
    _mail(agent_id, letters.recovery_used)


def _mail(agent_id: int, letter: Callable[[Agent], mail.Letter]) -> None:
    agent = Agent.objects.filter(pk=agent_id, is_active=True).first()
    if agent is not None:
        with translation.override(mail.language_of(agent)):
            mail.send(to=agent.email, language=mail.language_of(agent), letter=letter(agent))


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
    sessions.forget()


@every(hours=1)
def prune_attempts() -> None:
    """Forget failed sign-ins that count no longer."""
    throttle.prune()


@every(days=1)
def prune_audit() -> None:
    """Forget entries of the trail that are older than somebody chose to keep."""
    if years := company.audit_years():
        audit.prune(years * 366)
