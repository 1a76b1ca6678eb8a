"""System lines as sentences, in the language of who reads them."""

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tamada.conversations.models import Message, Priority, Status

from . import times


def sentence(message: Message) -> str:
    """What happened, e.g. "Nare took the conversation"; the bare event's name for one this version doesn't know."""
    data, who = message.data, message.author_name or _("Tamada")
    event, to = data.get("event", ""), data.get("to")
    if event == "assignee":
        return _assigned(who, to)
    if event == "status":
        return _("%(who)s set the status to %(status)s") % {"who": who, "status": _label(Status, to)}
    if event == "priority":
        return _("%(who)s set the priority to %(priority)s") % {"who": who, "priority": _label(Priority, to)}
    if event == "team":
        return _("%(who)s moved the conversation to the team %(team)s") % {"who": who, "team": to}
    if event == "tags":
        return _tagged(who, to or [])
    if event == "snoozed_until":
        return _snoozed(who, to)
    if event == "bounced":
        return _("The message to %(address)s came back: %(detail)s") % {
            "address": data.get("address", ""),
            "detail": data.get("detail") or _("no reason given"),
        }
    if event == "spam":
        return _("%(who)s marked the conversation as spam") % {"who": who}
    if event == "not_spam":
        return _("%(who)s said that this is not spam") % {"who": who}
    return str(event)


def _label(choices: type[Status] | type[Priority], value: str | None) -> str:
    return str(choices(value).label) if value in choices.values else str(value)


def _assigned(who: str, to: str | None) -> str:
    if not to:
        return _("%(who)s gave the conversation back") % {"who": who}
    if to == who:
        return _("%(who)s took the conversation") % {"who": who}
    return _("%(who)s assigned the conversation to %(owner)s") % {"who": who, "owner": to}


def _tagged(who: str, tags: list[str]) -> str:
    if not tags:
        return _("%(who)s removed the tags") % {"who": who}
    return _("%(who)s set the tags: %(tags)s") % {"who": who, "tags": ", ".join(tags)}


def _snoozed(who: str, until: str | None) -> str:
    moment = parse_datetime(until) if until else None
    if moment is None:
        return _("%(who)s ended the snooze") % {"who": who}
    return _("%(who)s snoozed the conversation until %(time)s") % {"who": who, "time": times.with_clock(moment)}
