"""The evening mail. Call it with the recipient's language active: it says what the page would show them."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tamada.accounts import company, links
from tamada.accounts.mail import Letter
from tamada.accounts.models import Agent
from tamada.core import dates
from tamada.core.language import labelled

from .models import Trouble
from .queries import Evening
from .wording import reasons

MOST: Final = 15
_QUOTED: Final = 140


def evening(agent: Agent, shown: Evening) -> Letter:
    """The messages that troubled customers, each with its reasons, and how many wait for an answer."""
    facts = {"company": company.name(), "day": dates.written(shown.day), "count": shown.unanswered_total}
    waits = ngettext(
        "%(count)d customer still waits for an answer.",
        "%(count)d customers still wait for an answer.",
        shown.unanswered_total,
    )
    paragraphs = [_("What troubled customers most today:")] if shown.troubles else [_("Nothing stood out today.")]
    return Letter(
        subject=_("Evening reading of %(company)s, %(day)s") % facts,
        greeting=_("Hello %(name)s,") % {"name": agent.name},
        paragraphs=[waits % facts, *paragraphs] if shown.unanswered_total else paragraphs,
        items=[
            (_line(one), links.absolute(f"/conversations/{one.problem.conversation_id}"))
            for one in shown.troubles[:MOST]
        ],
        button=_("Open the reading"),
        url=links.absolute(f"/insights/evening?day={shown.day.isoformat()}"),
        foot=_("You turn this mail off in your profile, under Notifications."),
    )


def _line(one: Trouble) -> str:
    message, conversation = one.problem.message, one.problem.conversation
    said = " ".join(message.text[: 4 * _QUOTED].split()) if message else conversation.subject
    quoted = said if len(said) <= _QUOTED else f"{said[: _QUOTED - 1]}…"
    who = conversation.customer.name or f"#{conversation.number}"
    return labelled(who, f"“{quoted}” ({', '.join(reasons(one.reasons))})")
