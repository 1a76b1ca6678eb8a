"""What stands below a message of ours: the one it passes on, or the one it answers.

The message keeps whom it cites, in which language and time zone, and the plain text. The HTML is made anew when the
mail leaves, so that a long letter is not stored once more with each answer.
"""

from collections.abc import Mapping
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import get_language

from tamada.accounts import company
from tamada.accounts.models import Agent
from tamada.accounts.zones import zone_of
from tamada.kit.html import from_text
from tamada.kit.quotes import fold_html
from tamada.kit.quotes.citing import Bodies, Cited, Person, forward_body, quote_for_reply

from .envelopes import Address
from .models import Attachment, AuthorKind, DeliveryState, Kind, Message

How = Literal["forward", "reply"]


# Messages to the customer. A forward answers nobody, nor does a copy of answers given; most messages cite nothing.
ANSWERS = Q(kind=Kind.OUT, data__copies__isnull=True) & (Q(data__cites__how__isnull=True) | Q(data__cites__how="reply"))

_LEFT = (DeliveryState.SENT, DeliveryState.UNCERTAIN, DeliveryState.DELIVERED, DeliveryState.READ)
# Answers that people of ours gave and that have left: only these may be told again, or shown as what solved something.
GIVEN = ANSWERS & Q(author_kind__in=(AuthorKind.AGENT, AuthorKind.API), delivery__in=_LEFT)


def check_citable(message: Message) -> None:
    """A note is for us alone, and a system line says nothing: raises ValueError."""
    if message.kind not in (Kind.IN, Kind.OUT):
        raise ValueError(f"A {message.kind} is not shown to anybody else.")


def mark(original: Message, how: How, *, agent: Agent, language: str = "") -> dict[str, Any]:
    """What a message of `agent` keeps in `data["cites"]`: a forward speaks the language of who writes it."""
    own = agent.language or get_language() or company.language()
    return {"how": how, "message": original.pk, "language": language or own, "zone": zone_of(agent).key}


def bodies(cites: Mapping[str, Any], original: Message) -> Bodies:
    """The cited message as text and HTML, with the lines that say whose it is."""
    forwarded = cites["how"] == "forward"
    cited = Cited(
        author=Person(original.author_name, original.sender or original.inbox.address),
        date=original.created_at.astimezone(ZoneInfo(cites["zone"])),
        text=_whole_text(original) if forwarded else original.text,
        html=_html(original, whole=forwarded),
        subject=original.subject,
        to=_people(original.to),
        cc=_people(original.cc),
    )
    return (forward_body if forwarded else quote_for_reply)(cited, cites["language"])


def below(message: Message) -> Bodies | None:
    """What stands below this message, if it cites one; text alone when that one was erased since."""
    cites = message.data.get("cites")
    if not cites:
        return None
    original = Message.objects.select_related("inbox").filter(pk=cites["message"]).first()
    if original is None:
        return Bodies(message.quoted_text, from_text(message.quoted_text))
    return Bodies(message.quoted_text, bodies(cites, original).html)


def is_forward(message: Message) -> bool:
    """Whether the message only passes another one on, and answers nobody."""
    return bool(message.data.get("cites", {}).get("how") == "forward")


def pictures(original: Message, html: str) -> list[Attachment]:
    """The files of a cited message that stand in its text as pictures, and must go wherever that text goes."""
    return [a for a in original.attachments.all() if a.content_id and f"cid:{a.content_id}" in html]


def _whole_text(message: Message) -> str:
    return "\n\n".join(part for part in (message.text, message.quoted_text) if part)


def _html(message: Message, *, whole: bool) -> str:
    """Clean HTML as it may leave; "" when there is only text. Remote pictures are put aside under data-src here."""
    html = message.html if whole or not message.html else fold_html(message.html).visible
    if whole and (quote := below(message)):
        html = f"{html or from_text(message.text)}{quote.html}"
    return html.replace(' data-src="', ' src="')


def _people(addresses: list[Address]) -> list[Person]:
    return [Person(a.get("name", ""), a["email"]) for a in addresses]
