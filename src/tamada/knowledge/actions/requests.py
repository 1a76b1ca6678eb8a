"""What somebody asks in a help centre becomes a mail from an address that nobody has proven."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tamada.accounts import company
from tamada.conversations.actions import note_automatically, receive_messages
from tamada.conversations.envelopes import Address, Envelope, Party
from tamada.conversations.models import Channel, Conversation, Inbox
from tamada.conversations.recipients import is_address, own_addresses
from tamada.conversations.text import preview_of
from tamada.core.actors import SYSTEM
from tamada.kit.domains import comparable
from tamada.kit.text import analyse, detect_language

from ..errors import Invalid
from ..models import HelpCentre
from ..queries import public

LARGEST_TEXT: Final = 20_000
LONGEST_WORDS: Final = 100
MOST_READ: Final = 10
_SUBJECT: Final = 80
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was typed. `searched` are the words looked for before, `read` the ids of articles that did not help.

    `key` names this filling of the form: the same one twice is one message.
    """

    key: str
    email: str
    text: str
    name: str = ""
    language: str = ""
    searched: str = ""
    read: Sequence[int] = ()

    def checked(self) -> "Question":
        """As it is taken. Raises `Invalid`."""
        email, text = self.email.strip(), _plain(self.text).strip()
        if not _KEY.fullmatch(self.key):
            raise Invalid(_("This form is too old. Send it once more."))
        if not email or not is_address(email):
            raise Invalid(_("Enter the e-mail address at which we can answer you."), "email")
        if email.casefold() in own_addresses():
            raise Invalid(_("This is our own address. Enter yours."), "email")
        if not text:
            raise Invalid(_("Write what you need help with."), "text")
        if len(text) > LARGEST_TEXT:
            raise Invalid(_("This text is too long."), "text")
        return Question(
            key=self.key,
            email=email,
            text=text,
            name=_line(self.name, 120),
            language=self.language,
            searched=_line(self.searched, LONGEST_WORDS),
            read=tuple(dict.fromkeys(self.read))[:MOST_READ],
        )


def ask(*, centre: HelpCentre, question: Question) -> int | None:
    """Take a question in as a mail, and tell us what was tried before; the conversation's number.

    None for a sender whom we refuse, who is not told so. Raises `Invalid`.
    """
    inbox = centre.request_inbox
    if inbox is None or not inbox.is_active or inbox.channel != Channel.EMAIL:
        raise Invalid(_("Requests can't be sent from here at the moment."))
    said = question.checked()
    with transaction.atomic():
        [received] = receive_messages(envelopes=[_envelope(centre, inbox, said)])
        if received.conversation_id is None:
            return None
        conversation = Conversation.objects.get(pk=received.conversation_id)
        if received.outcome == "message":
            note_automatically(actor=SYSTEM, conversation=conversation, text=_told(centre, said))
    return conversation.number


def _envelope(centre: HelpCentre, inbox: Inbox, said: Question) -> Envelope:
    language = detect_language(said.text) or said.language
    subject = preview_of(said.text)[:_SUBJECT]
    domain = inbox.address.rpartition("@")[2] or "help.invalid"
    digest = hashlib.sha256(f"{said.email}\0{said.name}\0{said.text}".encode()).hexdigest()
    return Envelope(
        inbox_id=inbox.pk,
        channel=Channel.EMAIL,
        sender=Party(type="email", value=said.email.casefold(), name="" if "@" in said.name else said.name),
        external_id=f"<help-{said.key}@{comparable(domain)}>",
        digest=digest,
        subject=subject,
        text=said.text,
        language=language,
        received_at=timezone.now(),
        to=[Address(name="", email=inbox.address)] if inbox.address else [],
        lemmas=" ".join(analyse(said.text, language)),
        data={"help_centre": centre.pk, "unproven": True},
    )


def _told(centre: HelpCentre, said: Question) -> str:
    """What our people know before they answer, in the company's language."""
    with translation.override(company.language()):
        lines = [
            _("Asked in the help centre “%(centre)s”.") % {"centre": centre},
            _("Nobody has proven that the e-mail address is theirs."),
        ]
        if said.searched:
            lines.append(_("Searched for before: “%(words)s”") % {"words": said.searched})
        titles = _titles(centre, said)
        if titles:
            lines += [_("Read before:"), *(f"– {title}" for title in titles)]
    return "\n".join(lines)


def _titles(centre: HelpCentre, said: Question) -> list[str]:
    """Of what they may read only: nobody learns a title by naming its number."""
    rows = public(centre).filter(article__in=said.read).defer("html", "text", "draft_html") if said.read else []
    found: dict[int, str] = {}
    for row in rows:
        if row.article_id not in found or row.language == said.language:
            found[row.article_id] = row.title
    return [found[pk] for pk in said.read if pk in found]


def _plain(text: str) -> str:
    """Without NULs and halves of characters, which no database takes; line ends as ours."""
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _line(text: str, longest: int) -> str:
    return " ".join(_plain(text).split())[:longest]
