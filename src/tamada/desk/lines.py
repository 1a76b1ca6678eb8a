"""System lines as sentences, in the language of who reads them."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tamada.assistant.assist.sentences import shortened
from tamada.channels.reasons import in_words
from tamada.conversations.merge_queries import numbers
from tamada.conversations.models import AuthorKind, Message, Priority, Status

from . import times

_PROMISE: Final = 100
_WHY: Final = 200
"""So much of the words stands in a line; the whole is beside the conversation."""


def sentence(message: Message) -> str:
    """What happened, e.g. "Nare took the conversation"; the bare event's name for one this version doesn't know."""
    nameless = _("The customer") if message.author_kind == AuthorKind.CUSTOMER else _("Tamada")
    data, who = message.data, message.author_name or nameless
    event, to = data.get("event", ""), data.get("to")
    say = _SENTENCES.get(event)
    return say(who, to, data) if say else str(event)


def _status(who: str, to: Any, data: dict[str, Any]) -> str:
    status = to.lower() if isinstance(to, str) else to  # earlier lines hold SNOOZED where they mean snoozed
    sentences: dict[Any, str] = {
        Status.OPEN: _("%(who)s opened the conversation again"),
        Status.CLOSED: _("%(who)s closed the conversation"),
        Status.SNOOZED: _("%(who)s snoozed the conversation until the customer writes"),
    }
    return sentences.get(status, _("%(who)s set the status to %(status)s")) % {
        "who": who,
        "status": _label(Status, status),
    }


def _priority(who: str, to: Any, data: dict[str, Any]) -> str:
    return _("%(who)s set the priority to %(priority)s") % {"who": who, "priority": _label(Priority, to)}


def _team(who: str, to: Any, data: dict[str, Any]) -> str:
    return _("%(who)s moved the conversation to the team %(team)s") % {"who": who, "team": to}


def _bounced(who: str, to: Any, data: dict[str, Any]) -> str:
    reason = in_words(data.get("detail") or "") or _("no reason given")
    return _("The message to %(address)s came back: %(detail)s") % {"address": data.get("address"), "detail": reason}


def _delayed(who: str, to: Any, data: dict[str, Any]) -> str:
    reason = in_words(data.get("detail") or "") or _("no reason given")
    return _("The message to %(address)s is delayed on its way: %(detail)s") % {
        "address": data.get("address"),
        "detail": reason,
    }


def _refused(who: str, to: Any, data: dict[str, Any]) -> str:
    reason = in_words(data.get("detail") or "") or _("no reason given")
    return _("%(address)s did not get the message: %(detail)s") % {"address": data.get("address"), "detail": reason}


def _spam(who: str, to: Any, data: dict[str, Any]) -> str:
    return _("%(who)s marked the conversation as spam") % {"who": who}


def _not_spam(who: str, to: Any, data: dict[str, Any]) -> str:
    return _("%(who)s said that this is not spam") % {"who": who}


def _merged(who: str, to: Any, data: dict[str, Any]) -> str:
    return _("%(who)s merged %(numbers)s into this conversation") % {"who": who, "numbers": numbers(data["from"])}


def _merged_into(who: str, to: Any, data: dict[str, Any]) -> str:
    return _("%(who)s merged this conversation into #%(number)s") % {"who": who, "number": data["into"]}


def _split_off(who: str, to: Any, data: dict[str, Any]) -> str:
    return _("%(who)s split off #%(number)s") % {"who": who, "number": data["into"]}


def _split_from(who: str, to: Any, data: dict[str, Any]) -> str:
    return _("%(who)s split this conversation off #%(number)s") % {"who": who, "number": data["from"]}


def _label(choices: type[Status] | type[Priority], value: str | None) -> str:
    return str(choices(value).label) if value in choices.values else str(value)


def _assigned(who: str, to: Any, data: dict[str, Any]) -> str:
    if not to:
        return _("%(who)s gave the conversation back") % {"who": who}
    if to == who:
        return _("%(who)s took the conversation") % {"who": who}
    return _("%(who)s assigned the conversation to %(owner)s") % {"who": who, "owner": to}


def _tagged(who: str, to: Any, data: dict[str, Any]) -> str:
    if not to:
        return _("%(who)s removed the tags") % {"who": who}
    return _("%(who)s set the tags: %(tags)s") % {"who": who, "tags": ", ".join(to)}


def _snoozed(who: str, to: Any, data: dict[str, Any]) -> str:
    moment = parse_datetime(to) if to else None
    if moment is None:
        return _("%(who)s ended the snooze") % {"who": who}
    return _("%(who)s snoozed the conversation until %(time)s") % {"who": who, "time": times.with_clock(moment)}


def _absent(who: str, to: Any, data: dict[str, Any]) -> str:
    moment = parse_datetime(data.get("until") or "")
    facts = {"who": data.get("name"), "time": times.with_day(moment) if moment else "…"}
    return _("%(who)s is away until %(time)s") % facts


def _rules_stopped(who: str, to: Any, data: dict[str, Any]) -> str:
    if data.get("reason") == "loop":
        return _("The rule “%(who)s” was stopped: rules would have set each other off without end") % {"who": who}
    return _("The rule “%(who)s” was stopped: rules have done too much here within an hour") % {"who": who}


def _start_link(who: str, to: Any, data: dict[str, Any]) -> str:
    if data.get("bound"):
        return _("They came by the link that was made for this customer")
    return _("They came by the link of another customer, and stay who they are")


def _phone_taken(who: str, to: Any, data: dict[str, Any]) -> str:
    return _("The phone number they gave is another customer's already: it stands in the note alone")


def _promise(who: str, to: Any, data: dict[str, Any]) -> dict[str, str]:
    moment = parse_datetime(to or "")
    return {
        "who": who,
        "promise": shortened(data.get("promise") or "…", _PROMISE),
        "time": times.with_day(moment) if moment else "…",
        "why": shortened(data.get("why") or "…", _WHY),
    }


def _promised(who: str, to: Any, data: dict[str, Any]) -> str:
    return _("%(who)s recorded a promise for %(time)s: “%(promise)s”") % _promise(who, to, data)


def _promise_moved(who: str, to: Any, data: dict[str, Any]) -> str:
    if data.get("why"):
        return _("%(who)s moved the promise “%(promise)s” to %(time)s. Reason: %(why)s") % _promise(who, to, data)
    return _("%(who)s moved the promise “%(promise)s” to %(time)s") % _promise(who, to, data)


def _promise_kept(who: str, to: Any, data: dict[str, Any]) -> str:
    return _("%(who)s said that the promise “%(promise)s” was kept") % _promise(who, to, data)


def _promise_broken(who: str, to: Any, data: dict[str, Any]) -> str:
    return _("%(who)s said that the promise “%(promise)s” can't be kept. Reason: %(why)s") % _promise(who, to, data)


def _promise_reopened(who: str, to: Any, data: dict[str, Any]) -> str:
    return _("%(who)s opened the promise “%(promise)s” again") % _promise(who, to, data)


_SENTENCES: Final[dict[str, Callable[[str, Any, dict[str, Any]], str]]] = {
    "absent": _absent,
    "assignee": _assigned,
    "status": _status,
    "priority": _priority,
    "team": _team,
    "tags": _tagged,
    "snoozed_until": _snoozed,
    "bounced": _bounced,
    "delayed": _delayed,
    "refused": _refused,
    "merged": _merged,
    "merged_into": _merged_into,
    "split_off": _split_off,
    "split_from": _split_from,
    "start_link": _start_link,
    "spam": _spam,
    "not_spam": _not_spam,
    "rules_stopped": _rules_stopped,
    "phone_taken": _phone_taken,
    "promise_made": _promised,
    "promise_moved": _promise_moved,
    "promise_kept": _promise_kept,
    "promise_broken": _promise_broken,
    "promise_reopened": _promise_reopened,
}
