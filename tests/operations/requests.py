"""A service in which the customer has something of each kind to do, and a job of it."""

import secrets
from typing import Any

import pytest

from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation
from tamada.customers.models import Customer
from tamada.operations import actions
from tamada.operations.actions import Sending
from tamada.operations.models import Job
from tests.conversations.conftest import Receive

from .jobs import begin, plumbing

MOVING = """
service: moving
name: {en: Moving, hy: Տեղափոխում}
within: 40h
stages:
  - stage: order
    name: {en: Order, hy: Պատվեր}
    steps:
      - step: papers
        name: Send the lease
        by: customer
        takes: 4h
        asks: upload
        form: [{field: lease, label: Lease, kind: file}, {field: lift, label: Lift, kind: yes_no, required: false}]
        shown: Send us the lease.
      - step: wishes
        name: Tell us your wishes
        by: customer
        takes: 4h
        after: []
        asks: answer
        form:
          - {field: address, label: Address}
          - {field: boxes, label: Boxes, kind: number}
          - {field: note, label: Anything else, kind: long, required: false}
        shown: Tell us where to.
      - step: price
        name: Work out the price
        by: {role: agent}
        takes: 1h
        after: [wishes]
        form: [{field: price, label: {en: Price, hy: Գին}, kind: number}, {field: margin, label: Margin}]
        hands_over: [price]
        promise: {en: We tell you the price}
        tells: {done: The price is there.}
      - step: agree
        name: Agree to the price
        by: customer
        takes: 4h
        after: [price]
        asks: approve
        shown: Look at the price.
  - stage: day
    name: {en: The day}
    steps:
      - step: day
        name: Choose the day
        by: customer
        takes: 4h
        after: [agree]
        asks: appointment
        shown: Choose when we come.
      - step: move
        name: Carry everything
        by: {role: agent}
        takes: 2h
        after: [day]
        shown: We carry your things.
      - step: bill
        name: Secret bill
        by: {role: lead}
        takes: 1h
        after: [move]
"""


@pytest.fixture
def talk(receive: Receive) -> Conversation:
    return Conversation.objects.get(pk=receive(text="We move", sender="ani@mail.am").conversation_id)


@pytest.fixture
def job(teammate: Agent, lead: Agent, talk: Conversation) -> Job:
    return begin(teammate, talk, plumbing(MOVING))


WINDOWS = """
service: windows
name: {en: Window cleaning, hy: Լուսամուտների մաքրում}
about: {en: We wash your windows., hy: Լվանում ենք Ձեր լուսամուտները։}
result: {en: You see the street., hy: Տեսնում եք փողոցը։}
within: 24h30m
customers_may_begin: true
asks_first: [panes, access]
stages:
  - stage: order
    name: Order
    steps:
      - step: look
        name: Look at it
        by: {role: agent}
        takes: 1h
        form:
          - {field: panes, label: {en: How many panes, hy: Քանի ապակի}, kind: number}
          - {field: access, label: Who opens, kind: long, required: false}
          - {field: margin, label: Our margin}
      - step: tell
        name: Tell us where
        by: customer
        takes: 4h
        after: []
        asks: answer
        form: [{field: address, label: Address}, {field: lift, label: Lift, kind: yes_no, required: false}]
        shown: Tell us where to come.
        promise: We come to you
        tells: {opened: Tell us where., done: We know where.}
      - step: plan
        name: Plan the way
        by: {role: agent}
        takes: 1h
        after: [tell]
        form: [{field: route, label: Route}]
      - step: agree
        name: Agree to the price
        by: customer
        takes: 4h
        after: [look, tell]
        asks: approve
        shown: Look at the price.
"""


def sending(job: Job, step: str = "", customer: Customer | None = None, **more: Any) -> Sending:
    """One filling of a form, by the job's customer unless somebody else tries."""
    values: dict[str, Any] = {
        "customer": customer or job.customer,
        "job": job.pk,
        "key": secrets.token_urlsafe(16),
        "step": step,
    }
    return Sending(**values | more)


def tell_wishes(job: Job) -> Job:
    """The customer says where to."""
    return actions.answer(sending=sending(job, "wishes"), answers={"address": "Abovyan 1", "boxes": "12", "note": ""})
