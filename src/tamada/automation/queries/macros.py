"""Reads of macros: who may use and change which, and what one says in a conversation."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from tamada.accounts import company
from tamada.accounts.models import Agent, Membership, Role
from tamada.accounts.queries import team_ids
from tamada.conversations.models import Conversation
from tamada.customers.models import IdentityType
from tamada.kit.html import to_text
from tamada.kit.placeholders import filled

from ..models import Macro, Visibility
from ..points import Missing, Step
from ..variables import FIELD, gaps_in, in_words


@dataclass(frozen=True, slots=True)
class Said:
    """A macro in one conversation: its words, what is missing in them (in words), and its steps as sentences."""

    html: str
    text: str
    gaps: list[str]
    steps: list[tuple[Step, str]]
    lost: list[str]


def visible_to(agent: Agent) -> QuerySet[Macro]:
    """The macros an agent may use: everybody's, those of their teams, and their own. An admin sees every team's."""
    if not agent.may_write:
        return Macro.objects.none()
    shared = Q(visibility=Visibility.ALL) | Q(visibility=Visibility.ME, owner=agent)
    teams = Membership.objects.filter(agent=agent).values("team")
    of_team = Q(visibility=Visibility.TEAM) if agent.is_admin else Q(team__in=teams)
    return Macro.objects.filter(shared | of_team)


def may_change(agent: Agent, visibility: str, team_id: int | None) -> bool:
    """Whether an agent may make or change a macro for these: everybody's are for admins, a team's for its leads."""
    if not agent.may_write:
        return False
    if visibility == Visibility.ME or agent.is_admin:
        return True
    return visibility == Visibility.TEAM and agent.role == Role.LEAD and team_id in team_ids(agent)


def say(macro: Macro, conversation: Conversation, agent: Agent) -> Said:
    """What a macro says and does here, in the language in which we talk with the customer."""
    values = values_for(conversation, agent)
    html = filled(macro.body(conversation.language or conversation.customer.language), values, html=True)
    steps, lost = [], []
    for given in macro.steps:
        try:
            step = Step.read(given)
            steps.append((step, step.words()))
        except Missing as error:
            lost.append(str(error))
    text = to_text(html) if html else ""
    return Said(html, text, [in_words(name) for name in gaps_in(text)], steps, lost)


def values_for(conversation: Conversation, agent: Agent) -> dict[str, str]:
    """What each placeholder stands for here; empty where nobody knows."""
    customer = conversation.customer
    address = customer.identities.filter(type=IdentityType.EMAIL).first()
    fields = {f"{FIELD}{key}": "" if value is None else str(value) for key, value in customer.attributes.items()}
    return fields | {
        "customer.first_name": first_name(customer.name),
        "customer.name": customer.name,
        "customer.email": str(address) if address else "",
        "customer.company": customer.organisation.name if customer.organisation else "",
        "customer.city": customer.city,
        "agent.first_name": first_name(agent.name),
        "agent.name": agent.name,
        "conversation.number": str(conversation.number),
        "conversation.subject": conversation.subject,
        "inbox.name": conversation.inbox.name,
        **company.details(),
    }


def first_name(name: str) -> str:
    """The first word of a name; nothing for what is rather an address."""
    first = next(iter(name.split()), "")
    return "" if "@" in first else first.strip(",")
