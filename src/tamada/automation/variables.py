"""What the placeholders in macros stand for (`kit.placeholders`)."""

from typing import Final

from django.utils.translation import gettext as _

from tamada.accounts.company import details_in_words
from tamada.kit.placeholders import PLACE

FIELD: Final = "customer.field."


def names() -> dict[str, str]:
    """Every placeholder but those of the company's own customer fields, with its words."""
    return {
        "customer.first_name": _("First name of the customer"),
        "customer.name": _("Name of the customer"),
        "customer.email": _("E-mail address of the customer"),
        "customer.company": _("Company of the customer"),
        "customer.city": _("City of the customer"),
        "agent.first_name": _("Your first name"),
        "agent.name": _("Your first and last name"),
        "conversation.number": _("Number of the conversation"),
        "conversation.subject": _("Subject of the conversation"),
        "inbox.name": _("Name of the inbox"),
        **details_in_words(),
    }


def gaps_in(text: str) -> list[str]:
    """The names of placeholders of ours that still stand in a text, each once: it can't be sent so."""
    known = names()
    found = (match[1] for match in PLACE.finditer(text))
    return list(dict.fromkeys(name for name in found if name in known or name.startswith(FIELD)))


def in_words(name: str) -> str:
    """What a placeholder stands for."""
    return names().get(name, name.removeprefix(FIELD))
