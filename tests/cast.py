"""The fixed cast of permission tests: every "can" has a "cannot" played by somebody else.

owner       an admin of the default team            lead       a lead of the default team
teammate    an agent of the default team            observer   reads what the default team sees
outsider    an agent of another team                customer   somebody we serve, with a verified e-mail address
gone        an agent of the default team who left
"""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from tamada.accounts.models import Agent, Membership, Role, Team
from tamada.accounts.queries import token_for
from tamada.conversations.actions import create_inbox
from tamada.conversations.models import Inbox
from tamada.core.actors import SYSTEM
from tamada.customers.models import Customer, Identity, IdentityType

PASSWORD = "correct horse battery staple"

SignedIn = Callable[[Agent], Client]


def first_team() -> Team:
    """The default team; made again where a test with real transactions has emptied the tables."""
    return Team.objects.get_or_create(is_default=True, defaults={"name": "Everybody"})[0]


def make_agent(name: str, role: Role = Role.AGENT, *teams: Team, active: bool = True, language: str = "en") -> Agent:
    """An agent `name@desk.example` whose password is PASSWORD, in these teams (the default one when none is named)."""
    agent = Agent(email=f"{name.lower()}@desk.example", name=name, role=role, is_active=active, language=language)
    agent.set_password(PASSWORD)
    agent.save()
    Membership.objects.bulk_create(Membership(agent=agent, team=team) for team in teams or (first_team(),))
    return agent


def owner_of(raw: str) -> Agent | None:
    """Whose API token this is, if it opens anything."""
    token = token_for(raw)
    return token.agent if token else None


@pytest.fixture
def team(db: None) -> Team:
    """The default team."""
    return first_team()


@pytest.fixture
def other_team(db: None) -> Team:
    """A team that the others are not in."""
    return Team.objects.create(name="Other side")


@pytest.fixture
def owner(db: None) -> Agent:
    return make_agent("Olga", Role.ADMIN)


@pytest.fixture
def lead(db: None) -> Agent:
    return make_agent("Levon", Role.LEAD)


@pytest.fixture
def teammate(db: None) -> Agent:
    return make_agent("Tamar", Role.AGENT)


@pytest.fixture
def outsider(other_team: Team) -> Agent:
    return make_agent("Otto", Role.AGENT, other_team)


@pytest.fixture
def observer(db: None) -> Agent:
    return make_agent("Oksana", Role.OBSERVER)


@pytest.fixture
def gone(db: None) -> Agent:
    return make_agent("Gaspar", Role.AGENT, active=False)


@pytest.fixture
def customer(db: None) -> Customer:
    now = timezone.now()
    person = Customer.objects.create(name="Karine Grigoryan", language="hy", last_activity_at=now)
    address = "karine@customer.example"
    Identity.objects.create(customer=person, type=IdentityType.EMAIL, value=address, display=address, verified_at=now)
    return person


@pytest.fixture
def chat(team: Team) -> Inbox:
    """The chat of a site, which the default team answers."""
    return create_inbox(agent=None, actor=SYSTEM, name="Site", channel="chat")


@pytest.fixture
def signed_in(db: None) -> SignedIn:
    """`signed_in(agent)` is a test client with that agent's session."""

    def sign_in(agent: Agent) -> Client:
        client = Client()
        client.force_login(agent)
        return client

    return sign_in
