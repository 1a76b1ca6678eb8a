"""What macros and rules can do here: begin a job for the customer of a conversation."""

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tamada.accounts.models import Agent
from tamada.automation.points import Doing, Missing, Plan, doings, type_choices
from tamada.conversations.models import Conversation
from tamada.core.actors import Actor
from tamada.core.language import readers_language

from .actions import start_job
from .job_queries import GOING, by_name, services
from .models import Job, Service


def register() -> None:
    """Add it to the registry."""
    doings.register("start_job", Doing(label=gettext_lazy("Start the job"), put=_start, choices=_offered))


def _offered() -> type_choices:
    rows = list(services().filter(is_active=True))
    return [(row.key, name) for name, row, _version in by_name(rows, readers_language())]


def _start(plan: Plan, key: str) -> None:
    service = Service.objects.filter(key=key, is_active=True).first()
    if service is None:
        raise Missing(_("This service is offered no more."))
    plan.after.append(partial(_begin, service, plan.agent))


def _begin(service: Service, agent: Agent | None, conversation: Conversation, actor: Actor) -> None:
    """Once at a time: a rule that is asked at every message begins no second one while the first goes on."""
    if Job.objects.filter(service=service, conversation=conversation, status__in=GOING).exists():
        return
    found = Conversation.objects.select_related("customer", "inbox__calendar").get(pk=conversation.pk)
    start_job(agent=agent, actor=actor, service=service, customer=found.customer, conversation=found)
