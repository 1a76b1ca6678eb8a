"""A company of twenty in Yerevan, with the six ready services and whoever asks for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from tamada.accounts.actions import create_agent
from tamada.accounts.models import Agent, Role
from tamada.accounts.queries import default_team
from tamada.calendars.actions import create_calendar
from tamada.calendars.models import Calendar
from tamada.channels.email.accounts import open_mail_inbox
from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tamada.customers.models import Customer, Identity, IdentityType

from ..load import PASSWORD, SIGN_IN
from ..people import DOMAIN, people

ZONE: Final = "Asia/Yerevan"
_WEEK: Final = {day: [(9 * 60, 13 * 60), (14 * 60, 18 * 60)] for day in range(5)}
_ROLES: Final = (*[Role.AGENT] * 14, *[Role.LEAD] * 5, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Company:
    """Who works there, by when, and its customers one after the other."""

    agents: list[Agent]
    calendar: Calendar
    customers: Iterator[Customer]


def found(random: Random, *, customers: int) -> Company:
    """Put it into an empty installation. Its admin signs in as in the demo company."""
    settings_store.set("company.name", "Arevik Net", SYSTEM)
    settings_store.set("company.language", "hy", SYSTEM)
    settings_store.set("company.time_zone", ZONE, SYSTEM)
    settings_store.set("company.first_steps_over", True, SYSTEM)
    calendar = create_calendar(agent=None, actor=SYSTEM, name="Գրասենյակ", time_zone=ZONE, week=_WEEK)
    crowd = people(random, customers + len(_ROLES))
    staff, crowd = crowd[: len(_ROLES)], crowd[len(_ROLES) :]
    agents = [
        create_agent(agent=None, actor=SYSTEM, email=f"agent{n}@{DOMAIN}", name=person.name, role=role)
        for n, (person, role) in enumerate(zip(staff, _ROLES, strict=True))
    ]
    Agent.objects.filter(pk=agents[-1].pk).update(email=SIGN_IN, password=make_password(PASSWORD))
    inbox = open_mail_inbox(
        agent=None, actor=SYSTEM, name="Սպասարկում", address=f"support@{DOMAIN}", team=default_team()
    ).inbox
    inbox.calendar = calendar
    inbox.save(update_fields=["calendar"])
    made = Customer.objects.bulk_create(
        Customer(name=person.name, language=person.language, last_activity_at=timezone.now()) for person in crowd
    )
    Identity.objects.bulk_create(
        Identity(customer=customer, type=IdentityType.EMAIL, value=person.email, display=person.email)
        for customer, person in zip(made, crowd, strict=True)
    )
    return Company(agents, calendar, iter(made))
