"""The e-mail digest. Call it with the recipient's language active."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tamada.accounts import company, links
from tamada.accounts.mail import Letter
from tamada.accounts.models import Agent

from .queries import Item


def digest(agent: Agent, items: Sequence[Item]) -> Letter:
    """What the agent has not seen: kinds and numbers of conversations and jobs, no words of customers."""
    lines = list(dict.fromkeys((_line(item), links.absolute(item.path)) for item in items))
    facts = {"company": company.name(), "count": len(lines)}
    return Letter(
        subject=ngettext(
            "%(count)d thing you have not seen at %(company)s",
            "%(count)d things you have not seen at %(company)s",
            len(lines),
        )
        % facts,
        greeting=_("Hello %(name)s,") % {"name": agent.name},
        paragraphs=[_("This happened while you were away:")],
        items=lines,
        button=_("Open the desk"),
        url=links.absolute("/notifications"),
        foot=_("You choose when to be told by e-mail in your profile, under Notifications."),
    )


def _line(item: Item) -> str:
    return f"{item.text} · #{item.job}" if item.job else item.text
