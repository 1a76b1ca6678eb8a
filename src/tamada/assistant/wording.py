"""What the assistant says, in the customer's language: call inside `translation.override`. Plain text."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from tamada.conversations.models import Channel
from tamada.core import dates
from tamada.core.answers import Answer

from . import fields
from .models import InboxAssistant

LANGUAGES = ("hy", "ka", "ru", "en")
_QUOTED = 1_200


def name_of(setup: InboxAssistant) -> str:
    """What customers see it called."""
    return setup.name or _("Assistant")


def person_choice() -> str:
    """What is tapped for a person."""
    return _("Talk to a person")


def helped_choice() -> str:
    """What is tapped when it helped."""
    return _("That helped")


def is_choice(text: str, choice: object) -> bool:
    """Whether a text is what one taps, in whichever language it was offered. `choice` is a function of this module."""
    said = " ".join(text.split()).casefold()
    for language in LANGUAGES:
        with override(language):
            if said == str(choice()).casefold():  # type: ignore[operator]
                return True
    return False


def greeting(setup: InboxAssistant) -> str:
    """To who greets and has asked nothing yet."""
    return _("Hello! I am %(name)s, an automatic assistant. What can I do for you?") % {"name": name_of(setup)}


def answer(found: Answer) -> str:
    """An answer in the words of its source, and where those stand."""
    text = _shortened(found.text)
    source = _("From our article “%(title)s”: %(url)s") % {"title": found.title, "url": found.url}
    return f"{text}\n\n{source}"


def _shortened(text: str) -> str:
    """Whole paragraphs, as many as one reads in a chat."""
    if len(text) <= _QUOTED:
        return text
    taken: list[str] = []
    for paragraph in text.split("\n\n"):
        if taken and sum(map(len, taken)) + len(paragraph) > _QUOTED:
            break
        taken.append(paragraph)
    kept = "\n\n".join(taken)
    return kept if len(kept) <= _QUOTED else f"{kept[:_QUOTED].rsplit(' ', 1)[0]}…"


def question(titles: Sequence[str]) -> str:
    """The one question back."""
    listed = "\n".join(f"{number}. {title}" for number, title in enumerate(titles, 1))
    return _("Which of these do you mean? Write its number, or ask for a person.") + f"\n{listed}"


def handing(*, is_open: bool) -> str:
    """That a person goes on."""
    if is_open:
        return _("I have passed this on to a colleague, who will answer you here.")
    return _("I have passed this on to a colleague. We are closed now, and will answer you as soon as we are back.")


def please(names: Sequence[str]) -> str:
    """What would help whoever answers."""
    said = []
    if fields.ORDER in names and fields.PHONE in names:
        said.append(_("It would help to know your order number and your phone number."))
    elif fields.PHONE in names:
        said.append(_("It would help to know your phone number."))
    elif fields.ORDER in names:
        said.append(_("What is your order number?"))
    if fields.EMAIL in names:
        said.append(_("Write your e-mail address here, and our answer will reach you there too."))
    return " ".join(said)


def again(names: Sequence[str]) -> str:
    """That what was written can't be right."""
    if fields.EMAIL in names:
        return _("That does not look like an e-mail address. Could you look once more?")
    if fields.PHONE in names and fields.ORDER not in names:
        return _("That does not look like a phone number. Could you write it once more, with its country code?")
    return _("That does not look like an order number. Could you look once more?")


def signed(text: str, setup: InboxAssistant, channel: str) -> str:
    """The text as it leaves. Where the author is not shown beside it, the text says that a machine wrote it."""
    if channel == Channel.CHAT:
        return text
    who = _("%(name)s, an automatic assistant. To talk to a person, just write so.") % {"name": name_of(setup)}
    return f"{text}\n\n— {who}"


def field_name(name: str) -> str:
    """What a field is called among us."""
    return {fields.PHONE: _("Phone number"), fields.EMAIL: _("E-mail")}.get(name) or _("Order number")


def day(at: datetime) -> str:
    """A day in words."""
    return dates.in_text(dates.local_day(at))
