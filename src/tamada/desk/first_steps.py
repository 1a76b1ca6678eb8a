"""What a new installation still needs before customers can be answered: the list that stands where nothing is yet."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed
from tamada.channels.email.models import MailAccount
from tamada.conversations.models import Conversation, Inbox


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: `href` is where, empty for whoever may not; `action` is the word on its button."""

    title: str
    text: str
    icon: str
    done: bool
    href: str
    action: str


def first_steps(agent: Agent) -> list[Step]:
    """The steps in their order; none once the first conversation is there."""
    if Conversation.objects.exists():
        return []
    inbox = Inbox.objects.order_by("pk").first()
    return [_inbox(agent, inbox), _server(agent, inbox), _colleagues(agent), _test(agent, inbox)]


def _inbox(agent: Agent, inbox: Inbox | None) -> Step:
    href = reverse("desk:new_inbox") if allowed(agent, "inbox.settings") and inbox is None else ""
    text = _("An address that customers write to.")
    return Step(_("Add an inbox"), text, "inbox", inbox is not None, href, _("Add an inbox"))


def _server(agent: Agent, inbox: Inbox | None) -> Step:
    done = MailAccount.objects.exclude(smtp_url="", oauth="").exists()
    may = allowed(agent, "inbox.settings") and inbox is not None and not done
    href = reverse("desk:settings_inbox", args=[inbox.pk]) if may and inbox else ""
    text = _("Without it, answers can't leave.")
    return Step(_("Connect the outgoing server"), text, "send", done, href, _("Connect"))


def _colleagues(agent: Agent) -> Step:
    done = Agent.objects.filter(is_active=True).exclude(pk=agent.pk).exists()
    href = reverse("desk:invite") if agent.is_admin and not done else ""
    return Step(_("Invite colleagues"), _("Whoever answers with you."), "user-plus", done, href, _("Invite"))


def _test(agent: Agent, inbox: Inbox | None) -> Step:
    may = allowed(agent, "conversation.start") and inbox is not None
    text = _("To yourself, and answer it: you see how it looks to a customer.")
    return Step(_("Send a test mail"), text, "mail", False, reverse("desk:new") if may else "", _("Write"))
