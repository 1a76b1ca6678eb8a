"""Whom a reply goes to."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tamada.customers.models import IdentityType

from .envelopes import Address
from .errors import BadRecipient
from .models import Channel, Conversation, Inbox, Kind, Message

type_given = str | Address


def read_addresses(given: Iterable[type_given]) -> list[Address]:
    """Turn strings and dicts into addresses, each once; raises `BadRecipient`."""
    found: dict[str, Address] = {}
    for item in given:
        address = (
            Address(name="", email=item)
            if isinstance(item, str)
            else Address(name=item.get("name", ""), email=item["email"])
        )
        email = address["email"].strip()
        if not is_address(email):
            raise BadRecipient(address["email"])
        found.setdefault(email.casefold(), Address(name=" ".join(address.get("name", "").split())[:120], email=email))
    return list(found.values())


def is_address(email: str) -> bool:
    """True if `email` can be an address: one line, one @, a domain. Non-ASCII local parts are allowed (RFC 6531)."""
    local, _, domain = email.rpartition("@")
    try:
        validate_email(f"{local if local.isascii() else 'x'}@{domain}")
    except ValidationError:
        return False
    return local.isprintable() and " " not in local and len(email) <= 254


def default_recipients(
    conversation: Conversation, *, everyone: bool = True, newest: Sequence[Message] = ()
) -> tuple[list[Address], list[Address]]:
    """To and Cc of an answer to the last mail that came in; else of another message like our first.

    `newest` are the thread's last messages, oldest first, where they are at hand already.
    """
    last = next((m for m in reversed(newest) if m.kind == Kind.IN and m.channel == Channel.EMAIL), None)
    mails = conversation.messages.filter(channel=Channel.EMAIL)  # a chat that was merged in names no address
    last = last or mails.filter(kind=Kind.IN).order_by("-seq").first()
    answered = last or mails.filter(kind=Kind.OUT).order_by("seq").first()
    if answered is None:
        return _identities(conversation), []
    return answer_recipients(answered, everyone=everyone)


def answer_recipients(message: Message, *, everyone: bool = True) -> tuple[list[Address], list[Address]]:
    """To and Cc of an answer to this message: its Reply-To or sender, and with `everyone` its other people.

    A message of ours is followed by one to the same people. Addresses of ours are left out, so that we don't write to
    ourselves.
    """
    if message.kind == Kind.OUT:
        return list(message.to), list(message.cc) if everyone else []
    own = own_addresses()
    to = [a for a in _reply_to(message) if a["email"].casefold() not in own]
    taken = own | {a["email"].casefold() for a in to}
    others = [a for a in (*message.to, *message.cc) if a["email"].casefold() not in taken and is_address(a["email"])]
    return to, others if everyone else []


def _reply_to(message: Message) -> Sequence[Address]:
    given: list[Address] = message.data.get("reply_to") or []
    given = [a for a in given if is_address(a["email"])]
    return given or [Address(name=message.author_name, email=message.sender)]


def _identities(conversation: Conversation) -> list[Address]:
    mails = conversation.customer.identities.filter(type=IdentityType.EMAIL, paused_at__isnull=True)[:1]
    return [Address(name=conversation.customer.name, email=i.display or i.value) for i in mails]


def own_addresses() -> set[str]:
    """The addresses of every mail inbox of ours with all aliases, casefolded."""
    rows = Inbox.objects.values_list("address", "settings")
    ours = {a.casefold() for address, settings in rows for a in (address, *settings.get("aliases", ()))}
    return ours - {""}
