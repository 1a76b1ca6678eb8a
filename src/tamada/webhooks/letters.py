"""The letter to an endpoint's owner. Call it with the recipient's language active."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from tamada.accounts import links
from tamada.accounts.mail import Letter
from tamada.accounts.models import Agent

from .models import Endpoint, OffReason


def disabled(agent: Agent, endpoint: Endpoint) -> Letter:
    """We switched an endpoint off."""
    facts = {"name": endpoint.description or urlsplit(endpoint.url).hostname or ""}
    why = (
        _("The receiver of the webhook “%(name)s” answered that it is gone (410), so it was switched off.")
        if endpoint.off_reason == OffReason.GONE
        else _("The webhook “%(name)s” failed for five days without a break, so it was switched off.")
    )
    return Letter(
        subject=_("The webhook “%(name)s” is off") % facts,
        greeting=_("Hello %(name)s,") % {"name": agent.name},
        paragraphs=[
            why % facts,
            _("Nothing is lost: mend the receiver, switch the webhook on again, and replay what failed."),
        ],
        button=_("Open the webhook"),
        url=links.absolute(f"/settings/webhooks/{endpoint.pk}"),
    )
