"""What stands below a message that leaves: the agent's own signature, or the inbox's in the customer's language."""

from django.utils.translation import gettext as _

from tamada.accounts import company
from tamada.accounts.models import Agent
from tamada.kit.placeholders import broken_in, filled_lines, used_in

from .models import Inbox, Message

LANGUAGES = ("hy", "ka", "ru", "en")


def names() -> dict[str, str]:
    """The placeholders that a signature may have, with their words."""
    return {
        "agent.first_name": _("Your first name"),
        "agent.name": _("Your first and last name"),
        "inbox.name": _("Name of the inbox"),
        **company.details_in_words(),
    }


def unknown_in(text: str) -> str:
    """A piece of a signature that looks like a placeholder and is none of its; "" when there is no such."""
    strange = sorted(used_in(text) - names().keys())
    return broken_in(text) or (f"{{{{{strange[0]}}}}}" if strange else "")


def signature_of(message: Message) -> str:
    """The signature of an outgoing message, its placeholders filled; lines whose placeholder has no value are left out.

    The language is the conversation's, the customer's, the inbox's, or the company's: the first that is known and has a
    signature of its own; else the inbox's for all languages.
    """
    own = message.agent.signature.strip() if message.agent else ""
    return filled_lines(own or _of_inbox(message), _values(message.agent, message.inbox))


def as_sent_by(agent: Agent, inbox: Inbox, text: str) -> str:
    """A signature that may not be saved yet, as this agent's messages from this inbox would end."""
    return filled_lines(text, _values(agent, inbox))


def _of_inbox(message: Message) -> str:
    inbox, conversation = message.inbox, message.conversation
    spoken = (conversation.language, conversation.customer.language, inbox.language, company.language())
    language = next((one for one in spoken if one), "")
    return str(inbox.signatures.get(language) or inbox.signature)


def _values(agent: Agent | None, inbox: Inbox) -> dict[str, str]:
    name = agent.name if agent else ""
    first = next(iter(name.split()), "")
    return company.details() | {"agent.name": name, "agent.first_name": first, "inbox.name": inbox.name}
