"""The wording of this room's letters. Call them with the recipient's language active."""

from django.utils.translation import gettext as _

from . import company, links
from .mail import Letter
from .models import Agent, Invitation


def reset(agent: Agent) -> Letter:
    """A link to set a new password."""
    return Letter(
        subject=_("Set a new password"),
        greeting=_("Hello %(name)s,") % {"name": agent.name},
        paragraphs=[_("Somebody, hopefully you, asked for a new password. The link works once, for one hour.")],
        button=_("Set a new password"),
        url=links.reset_url(agent),
        foot=_("If it wasn't you, do nothing: your password stays as it is."),
    )


def password_changed(agent: Agent) -> Letter:
    """Word that the password is another one now."""
    return Letter(
        subject=_("Your password was changed"),
        greeting=_("Hello %(name)s,") % {"name": agent.name},
        paragraphs=[
            _("Your password was changed just now, and you were signed out everywhere else."),
            _("If it wasn't you, set a new one at once and tell your admin."),
        ],
        button=_("Set a new password"),
        url=links.absolute("/forgot"),
    )


def factors_changed(agent: Agent) -> Letter:
    """Word that codes, passkeys or recovery codes are others now."""
    return Letter(
        subject=_("How you sign in was changed"),
        greeting=_("Hello %(name)s,") % {"name": agent.name},
        paragraphs=[
            _("Your authenticator app, your passkeys or your recovery codes were changed just now."),
            _("If it wasn't you, set a new password at once and tell your admin."),
        ],
        button=_("See how you sign in"),
        url=links.absolute("/profile/second-step"),
    )


def recovery_used(agent: Agent) -> Letter:
    """Word that somebody signed in with a recovery code."""
    return Letter(
        subject=_("A recovery code was used"),
        greeting=_("Hello %(name)s,") % {"name": agent.name},
        paragraphs=[
            _("Somebody, hopefully you, signed in with one of your recovery codes. It does not work again."),
            _("If it wasn't you, set a new password at once and tell your admin."),
        ],
        button=_("See how you sign in"),
        url=links.absolute("/profile/second-step"),
    )


def invitation(invitation: Invitation) -> Letter:
    """An offered place."""
    inviter = invitation.invited_by
    facts = {"company": company.name(), "name": inviter.name if inviter else ""}
    return Letter(
        subject=_("Join %(company)s in Tamada") % facts,
        greeting=_("Hello %(name)s,") % {"name": invitation.name} if invitation.name else _("Hello,"),
        paragraphs=[
            _("%(name)s invites you to answer customers together at %(company)s.") % facts
            if inviter
            else _("You are invited to answer customers together at %(company)s.") % facts,
            _("The link works once, for seven days."),
        ],
        button=_("Choose a password and begin"),
        url=links.invitation_url(invitation),
        foot=_("If you expected no invitation, do nothing."),
    )
