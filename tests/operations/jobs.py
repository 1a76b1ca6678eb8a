"""A small service for tests, with something of each kind."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation
from tamada.core.actors import SYSTEM
from tamada.operations import actions
from tamada.operations.models import Job, JobStep, Service

PLUMBING = """
service: plumbing
name: {en: Plumbing, ru: Сантехника}
within: 40h
stages:
  - stage: order
    name: Order
    steps:
      - step: address
        name: Ask for the address
        by: {role: agent}
        takes: 1h
        form: [{field: address, label: Address}, {field: floor, label: Floor, kind: number, required: false}]
        checklist: [Called back, Price told]
      - step: parts
        name: Order parts
        by: {outside: Supplier}
        takes: 8h
        after: []
  - stage: visit
    name: Visit
    steps:
      - step: fix
        name: Fix it
        by: {role: lead}
        takes: 2h
        after: [address, parts]
        promise: {en: We fix it within two hours, ru: Починим за два часа}
      - step: approve
        name: Approve
        by: customer
        asks: approve
        takes: 4h
"""


def plumbing(text: str = PLUMBING) -> Service:
    return actions.save_service(agent=None, actor=SYSTEM, text=text)[0]


def begin(agent: Agent, talk: Conversation, service: Service | None = None, **more: Any) -> Job:
    return actions.start_job(
        agent=agent,
        actor=actor_of(agent),
        service=service or plumbing(),
        customer=talk.customer,
        **{"conversation": talk, **more},
    )


def set_step(agent: Agent, job: Job, step: str, status: str | None = None, **more: Any) -> Job:
    return actions.change_step(agent=agent, actor=actor_of(agent), job=job, step=step, status=status, **more)


def step_of(job: Job, key: str) -> JobStep:
    return JobStep.objects.get(job=job, key=key)


def states(job: Job) -> dict[str, str]:
    return dict(JobStep.objects.filter(job=job).values_list("key", "status"))


def in_days(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)
