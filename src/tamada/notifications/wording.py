"""Notifications as sentences. Call them with the reader's language active; they hold no text of customers."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Notification


def title(kind: str) -> str:
    """The kind of news in two or three words: the title of a push message."""
    known = {
        "assigned": _("Assigned to you"),
        "mention": _("You were mentioned"),
        "reply": _("New message"),
        "new_chat": _("Somebody waits in the chat"),
        "note": _("New note"),
        "failed": _("Message not delivered"),
        "webhook": _("Webhook switched off"),
        "unowned": _("Nobody owns it"),
        "rule_off": _("Rule switched off"),
        "handed_on": _("Welcome back"),
        "review": _("Read an article again"),
        "problem": _("A problem for you"),
        "promise_soon": _("A promise is due soon"),
        "promise_late": _("A promise is late"),
        "job_at_risk": _("A job is at risk"),
        "job_late": _("A job is late"),
        "handoff_offered": _("Something for you to take over"),
        "handoff_accepted": _("Taken over"),
        "handoff_returned": _("Not taken over"),
        "handoff_late": _("A hand-off waits for you"),
        "handoff_late_given": _("Nobody has taken it over"),
        "sla_warning": _("Soon due"),
        "sla_breached": _("Overdue"),
    }
    return known.get(kind, _("News"))


def sentence(notification: Notification, who: str = "") -> str:
    """What happened where, with the colleague's name where one did it."""
    facts = {"name": who, "number": notification.conversation_id or 0}
    if notification.conversation_id is None and notification.type in (about := _about_promises()):
        return about[notification.type]
    if "handoff" in notification.data:
        return _handoff(notification.type, who)
    if notification.type == "handed_on":
        return _handed_on(notification.data.get("total", 0))
    pattern = (_by_colleague() if who else {}).get(notification.type) or _by_itself().get(notification.type)
    return (pattern or _("Something happened in conversation #%(number)d")) % facts


def _about_promises() -> dict[str, str]:
    """Of promises that were made in no conversation, and of jobs."""
    return {
        "promise_soon": _("Something you promised a customer is due soon"),
        "promise_late": _("Something you promised a customer is late"),
        "job_at_risk": _("A job will likely miss its date: find one that can be kept, and tell the customer"),
        "job_late": _("A job has missed its date: tell the customer another one"),
    }


def _handoff(kind: str, who: str) -> str:
    """Of hand-offs: by a colleague, or by itself."""
    by_colleague = {
        "handoff_offered": _("%(name)s hands something over to you: accept it, or return it with a reason"),
        "handoff_accepted": _("%(name)s has taken over what you handed over"),
        "handoff_returned": _("%(name)s returned what you handed over: it is still yours"),
    }
    by_itself = {
        "handoff_offered": _("Something is handed over to you: accept it, or return it with a reason"),
        "handoff_accepted": _("What you handed over was taken over"),
        "handoff_returned": _("What you handed over came back: it is still yours"),
        "handoff_late": _("Something waits to be taken over by you: accept it, or return it with a reason"),
        "handoff_late_given": _("Nobody has taken over yet what you handed over: it is still yours"),
    }
    pattern = (by_colleague if who else {}).get(kind) or by_itself.get(kind, "")
    return pattern % {"name": who}


def _handed_on(total: int) -> str:
    said = ngettext(
        "While you were away, %(total)d conversation was handed on",
        "While you were away, %(total)d conversations were handed on",
        total,
    )
    return said % {"total": total}


def _by_colleague() -> dict[str, str]:
    return {
        "assigned": _("%(name)s assigned conversation #%(number)d to you"),
        "mention": _("%(name)s mentioned you in conversation #%(number)d"),
        "note": _("%(name)s left a note in conversation #%(number)d"),
        "problem": _("%(name)s gave you the problem of conversation #%(number)d"),
    }


def _by_itself() -> dict[str, str]:
    return {
        "assigned": _("Conversation #%(number)d was assigned to you"),
        "mention": _("You were mentioned in conversation #%(number)d"),
        "note": _("There is a new note in conversation #%(number)d"),
        "problem": _("The problem of conversation #%(number)d is yours"),
        "reply": _("The customer wrote in conversation #%(number)d"),
        "new_chat": _("A customer waits in chat #%(number)d, and nobody has it yet"),
        "promise_soon": _("What you promised in conversation #%(number)d is due soon"),
        "promise_late": _("What you promised in conversation #%(number)d is late"),
        "sla_warning": _("Conversation #%(number)d is due soon"),
        "sla_breached": _("Conversation #%(number)d is overdue"),
        "failed": _("A message in conversation #%(number)d could not be delivered"),
        "unowned": _("The customer of conversation #%(number)d waits, and nobody owns it"),
        "rule_off": _("A rule was switched off: what it names isn't there any more"),
        "review": _("An article of yours is due to be read again"),
        "webhook": _("A webhook was switched off: its receiver is gone or failed for days"),
    }


_PLACES: Final = {
    "absence": "/profile/absence",
    "job": "/jobs/{}",
    "promise": "/promises",
    "talk": "/conversations/{}",
    "article": "/knowledge/{}",
    "endpoint": "/settings/webhooks/{}",
    "rule": "/settings/rules/{}",
}


def path(notification: Notification) -> str:
    """Where a click on it leads."""
    if notification.conversation_id is not None:
        return f"/conversations/{notification.conversation_id}"
    if notification.type in ("handoff_offered", "handoff_late"):
        return "/work"
    about = notification.data
    return next((place.format(about[name]) for name, place in _PLACES.items() if name in about), "/notifications")
