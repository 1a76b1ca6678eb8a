"""What an agent reads when a conversation is handed over: what the customer wants, what is known, what was tried, why.

In the company's language: call inside `translation.override`.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tamada.conversations.models import Conversation, Kind

from . import wording
from .deciding import Reason
from .models import Dialogue, Said, What

_MOST_WORDS: Final = 600

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


def note(conversation: Conversation, dialogue: Dialogue, reason: str) -> str:
    """The whole note."""
    parts = [
        _("Handed over by the automatic assistant."),
        _("What the customer wants: “%(words)s”") % {"words": _wants(conversation, dialogue)},
    ]
    known = dialogue.collected.get("fields", {})
    parts += [f"{wording.field_name(name)}: {value}" for name, value in known.items()]
    parts += _tried(conversation)
    parts.append(_("Why it stops: %(reason)s") % {"reason": REASONS.get(reason, reason)})
    return "\n".join(parts)


def _wants(conversation: Conversation, dialogue: Dialogue) -> str:
    """The customer's own words since they began to wait, the beginning of them."""
    theirs = conversation.messages.filter(kind=Kind.IN, is_automatic=False, created_at__gte=dialogue.since)
    said = " / ".join(
        " ".join(text[:_MOST_WORDS].split()) for text in theirs.values_list("text", flat=True)[:8] if text
    )
    return said if len(said) <= _MOST_WORDS else f"{said[: _MOST_WORDS - 1]}…"


def _tried(conversation: Conversation) -> list[str]:
    lines = []
    for one in Said.objects.filter(conversation=conversation).exclude(what=What.NOTHING).order_by("pk"):
        title = f" “{one.title}”" if one.title else ""
        lines.append(f"— {one.get_what_display()}{title}")
    return [_("What it tried:"), *lines] if lines else []
