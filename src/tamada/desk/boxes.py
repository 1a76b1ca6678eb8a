"""The views of the rail: what each shows, in which order, and what it says when it is empty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamada.accounts.models import Agent
from tamada.accounts.queries import team_ids
from tamada.automation.models import View
from tamada.automation.queries import views
from tamada.conversations.capabilities import capabilities_of
from tamada.conversations.models import Status
from tamada.conversations.queries import Counts, ListFilter, Order, inboxes_visible_to
from tamada.kit.numbers import NO_ROW, row_number

type_text = str | Promise


@dataclass(frozen=True, slots=True)
class Box:
    """One list: its address part, name, icon, filter, order and empty state."""

    slug: str
    title: type_text
    icon: str
    filters: Callable[[Agent], ListFilter]
    order: Order = "newest"
    empty: type_text = ""
    key: str = ""
    view: View | None = None
    problems: Sequence[str] = ()


BOXES = {
    box.slug: box
    for box in (
        Box(
            "mine",
            pgettext_lazy("a list of conversations", "Mine"),
            "user",
            lambda agent: ListFilter(status=Status.OPEN, assignee=agent.pk),
            "waiting",
            _("Nothing waits for you. Take the next one from Unassigned."),
            "KeyG KeyM",
        ),
        Box(
            "unassigned",
            pgettext_lazy("a list of conversations", "Unassigned"),
            "inbox",
            lambda agent: ListFilter(status=Status.OPEN, assignee="none"),
            "waiting",
            _("Every open conversation has an owner."),
            "KeyG KeyU",
        ),
        Box(
            "mentions",
            pgettext_lazy("a list of conversations", "Mentions"),
            "at",
            lambda agent: ListFilter(mentioned=True),
            empty=_("When a colleague names you in a note, the conversation appears here until you have read it."),
        ),
        Box(
            "snoozed",
            pgettext_lazy("a list of conversations", "Snoozed"),
            "alarm",
            lambda agent: ListFilter(status=Status.SNOOZED),
            "waking",
            _("Snoozed conversations come back by themselves, the next one first."),
        ),
        Box(
            "open",
            pgettext_lazy("a list of conversations", "All open"),
            "layers",
            lambda agent: ListFilter(status=Status.OPEN),
            "waiting",
            _("No conversation is open. Enjoy the quiet."),
            "KeyG KeyI",
        ),
        Box(
            "pending",
            pgettext_lazy("a list of conversations", "Pending"),
            "pending",
            lambda agent: ListFilter(status=Status.PENDING),
            empty=_("Nothing is waiting for somebody else."),
        ),
        Box(
            "closed",
            pgettext_lazy("a list of conversations", "Closed"),
            "circle-check",
            lambda agent: ListFilter(status=Status.CLOSED),
            empty=_("What you close is kept here, and opens again when the customer writes."),
        ),
        Box(
            "spam",
            pgettext_lazy("a list of conversations", "Spam"),
            "spam",
            lambda agent: ListFilter(spam=True),
            empty=_("No spam. The filter learns from you."),
        ),
    )
}


def box_for(agent: Agent, slug: str) -> Box:
    """The list of that address: a named one, `inbox-ID`, `team-ID` or `view-ID`; 404 for one the agent may not see."""
    if slug in BOXES:
        return BOXES[slug]
    kind, _dash, text = slug.partition("-")
    number = row_number(text)
    if kind == "view" and (view := views.visible_to(agent).filter(pk=number).first()) is not None:
        return _of_view(agent, view)
    if kind == "inbox":
        inbox = inboxes_visible_to(agent).filter(pk=number).first()
        if inbox:
            shown = ListFilter(inbox=inbox.pk, status=Status.OPEN)
            icon = capabilities_of(inbox.channel).icon
            return Box(slug, inbox.name, icon, lambda agent: shown, "waiting", _("This inbox has nothing open."))
    if kind == "team" and number != NO_ROW and (agent.is_admin or number in team_ids(agent)):
        theirs = ListFilter(team=number, status=Status.OPEN)
        return Box(slug, _("Team"), "users", lambda agent: theirs, "waiting", _("This team has nothing open."))
    raise Http404


def _of_view(agent: Agent, view: View) -> Box:
    return Box(
        view.slug,
        view.name,
        view.icon,
        lambda agent: views.filters_of(agent, view),
        views.order_of(view),
        _("Nothing fits this view now. What comes to fit it appears here by itself."),
        view=view,
        problems=views.problems_of(agent, view),
    )


def badge(box: Box, counts: Counts) -> int:
    """The live number beside a box, 0 for none."""
    shown = {
        "mine": counts.mine,
        "unassigned": counts.unassigned,
        "mentions": counts.mentions,
        "snoozed": counts.snoozed,
        "open": counts.open,
    }
    return shown.get(box.slug, 0)
