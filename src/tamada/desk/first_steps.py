"""What a new installation still needs before customers can be answered: a list that stays until it is done."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from tamada.accounts import company
from tamada.accounts.models import Agent, Invitation
from tamada.accounts.permissions import allowed
from tamada.channels.email.models import MailAccount
from tamada.conversations.models import Conversation, Inbox
from tamada.core import health


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: `href` is where, empty for whoever may not; `action` is the word on its button."""

    title: str
    text: str
    icon: str
    done: bool
    href: str
    action: str


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """The steps in their order; who `may_dismiss` puts the list away for everybody."""

    steps: list[Step]
    may_dismiss: bool


def first_steps(agent: Agent, *, is_home: bool, is_empty: bool) -> FirstSteps | None:
    """The list, or None once all is done or it was put away.

    While nobody has written yet it stands wherever a list is empty, for everybody. After that it stands in an admin's
    own list alone: they can go on, and the others have work to do.
    """
    keeps = is_home and agent.is_admin
    if not (keeps or is_empty) or company.first_steps_are_over():
        return None
    begun = Conversation.objects.exists()
    if begun and not keeps:
        return None
    inbox = Inbox.objects.order_by("pk").first()
    steps = [_inbox(agent, inbox), _server(agent, inbox), _colleagues(agent), _test(agent, inbox, begun)]
    is_over = all(step.done for step in steps)
    return None if is_over else FirstSteps(steps, may_dismiss=allowed(agent, "company.settings"))


def _inbox(agent: Agent, inbox: Inbox | None) -> Step:
    href = reverse("desk:new_inbox") if allowed(agent, "inbox.settings") and inbox is None else ""
    text = _("An address that customers write to.")
    return Step(_("Add an inbox"), text, "inbox", inbox is not None, href, _("Add an inbox"))


def _server(agent: Agent, inbox: Inbox | None) -> Step:
    done = bool(settings.TAMADA.smtp_url) or MailAccount.objects.exclude(smtp_url="", oauth="").exists()
    may = allowed(agent, "inbox.settings") and inbox is not None and not done
    href = reverse("desk:settings_inbox", args=[inbox.pk]) + "#outgoing" if may and inbox else ""
    text = _("Without it, answers can't leave.")
    if inbox is None:
        text = _("Without it, answers can't leave. First add the inbox.")
    return Step(_("Connect the outgoing server"), text, "send", done, href, _("Connect"))


def _colleagues(agent: Agent) -> Step:
    others = Agent.objects.filter(is_active=True).exclude(pk=agent.pk)
    done = others.exists() or Invitation.objects.exists()
    href = reverse("desk:invite") if agent.is_admin and not done else ""
    return Step(_("Invite colleagues"), _("Whoever answers with you."), "user-plus", done, href, _("Invite"))


def _test(agent: Agent, inbox: Inbox | None, done: bool) -> Step:
    may = allowed(agent, "conversation.start") and inbox is not None and not done
    href = reverse("desk:new") if may else ""
    return Step(_("Send a test mail"), _where_to_write(inbox), "mail", done, href, _("Write"))


def _where_to_write(inbox: Inbox | None) -> str:
    door = health.mail_door()
    if inbox is None or door is None:
        return _("To yourself, and answer it: you see how it looks to a customer.")
    told = {"address": inbox.address, "host": door[0], "port": door[1]}
    return (
        _(
            "From any mail program to %(address)s. Its server for outgoing mail is then Tamada itself: %(host)s, "
            "port %(port)s, without a password. Or write to yourself from here, and answer."
        )
        % told
    )
