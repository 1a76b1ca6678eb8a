"""What an agent reads when a conversation is handed over: what the customer wants, what is known, what was tried, why.

A note is kept as what it is made of (`brief`, in `Message.data`), and told in the language of each reader (`in_words`).
Its text, which is searched and leaves through the API, is in the company's language.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db.models.functions import Left
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tamada.conversations.models import Conversation, Kind, Message
from tamada.core.language import labelled

from . import queries, wording
from .assist.sentences import LONGEST, questions, shortened
from .assist.wishes import says_something, wish
from .deciding import Reason
from .models import Dialogue, What

_READ: Final = 200
_BEGINNING: Final = 2_000
_MOST_QUESTIONS: Final = 3
_TITLE: Final = 80

REASONS: Final[Mapping[str, str | Promise]] = {
    Reason.ASKED: gettext_lazy("The customer asked for a person."),
    Reason.NO_HELP: gettext_lazy("The answer did not help the customer."),
    Reason.UNSURE: gettext_lazy("It asked back once, and was still not sure what is meant."),
    Reason.UNKNOWN: gettext_lazy("It knows no answer to this."),
    Reason.AGAIN: gettext_lazy("It would have given the same answer again."),
    Reason.LONG: gettext_lazy("The message is too long for it."),
    Reason.WORDLESS: gettext_lazy("There are no words in the message that it could understand."),
    Reason.LANGUAGE: gettext_lazy("It has no answers in this language."),
    Reason.NO_BRAIN: gettext_lazy("It has learned nothing yet."),
    Reason.STRANGER: gettext_lazy("They ask about their own requests, and it is not proven who they are."),
    Reason.FIELDS: gettext_lazy("It asked twice for what it needs, and did not get it."),
    Reason.ACTION: gettext_lazy("The program that it asked gave no usable answer."),
    Reason.UNPROVEN: gettext_lazy("The program tells only proven customers, and it is not proven who they are."),
    Reason.LOOKUPS: gettext_lazy("It has looked up as much in this conversation as it may."),
    Reason.MACHINE: gettext_lazy("A machine must not answer this mail."),
    Reason.GONE: gettext_lazy("The answer is not published any more."),
    Reason.TROUBLE: gettext_lazy("It did not get to answering in time."),
    Reason.SILENT: gettext_lazy("The customer has not answered what it asked."),
    Reason.TAKEN: gettext_lazy("Somebody took the conversation."),
    Reason.PERSON: gettext_lazy("One of us answered."),
    Reason.OFF: gettext_lazy("It was switched off."),
}


def brief(conversation: Conversation, dialogue: Dialogue, reason: str) -> dict[str, Any]:
    """What a note is made of: their words since they began to wait, what was given and tried, and why it stops."""
    theirs = conversation.messages.filter(kind=Kind.IN, is_automatic=False, created_at__gte=dialogue.since)
    begun = theirs.order_by("seq").values_list(Left("text", _BEGINNING), flat=True)
    said = [text for text in begun[:_READ] if text.strip()]
    telling = [text for text in said if says_something(text)] or said[:1]
    first, now = (wish(telling[0]), wish(telling[-1])) if telling else ("", "")
    asked = (shortened(question, LONGEST) for text in telling for question in questions(text))
    return {
        "reason": reason,
        "first": first,
        "now": now if now != first else "",
        "open": [question for question in dict.fromkeys(asked) if question not in f"{first}\n{now}"][-_MOST_QUESTIONS:],
        "fields": dict(dialogue.collected.get("fields", {})),
        "tried": queries.tried_in(conversation),
    }


def in_words(made_of: Mapping[str, Any]) -> str:
    """A note in the language that is spoken. What this version doesn't know is left out."""
    given = [labelled(wording.field_name(name), value) for name, value in made_of.get("fields", {}).items()]
    if "reason" not in made_of:
        return "\n".join(given)
    handed = _("Handed over by the automatic assistant. %(reason)s") % {"reason": REASONS.get(made_of["reason"], "")}
    parts = [
        handed.strip(),
        *wishes(made_of.get("first", ""), made_of.get("now", "")),
        *(_line(_("Also asked"), question) for question in made_of.get("open", ())),
        *given,
        tried(made_of.get("tried", ())),
    ]
    return "\n".join(part for part in parts if part)


def of_message(message: Message) -> str:
    """A note of the assistant's in the language that is spoken; "" for any other message."""
    made_of = message.data.get("brief") if message.kind == Kind.NOTE else None
    return in_words(made_of) if made_of else ""


def wishes(first: str, now: str) -> list[str]:
    """What they wanted at first, and by now."""
    if not now:
        return [_line(_("Wants"), first)]
    return [_line(_("Wanted at first"), first), _line(_("Wants now"), now)]


def tried(steps: Iterable[Iterable[str]]) -> str:
    """What the assistant did, in one line."""
    return _line(_("The assistant"), "; ".join(_step(what, title) for what, title in steps if what in What.values))


def _step(what: str, title: str) -> str:
    label = str(What(what).label)
    return _("%(what)s “%(title)s”") % {"what": label, "title": shortened(title, _TITLE)} if title else label


def _line(title: str, words: str) -> str:
    return labelled(title, words) if words else ""
